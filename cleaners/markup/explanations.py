"""Explain features in words, for the ledger.

Features that say the same thing form a family. A family has one clause for a block that it supports and one for a block
that it opposes.
"""

from __future__ import annotations

import re

_PHRASES: tuple[tuple[str, str, str], ...] = (
    (r"vote", "trafilatura took it into the body", "trafilatura did not take it into the body"),
    (
        r"(path\d|outer)_voted(_chars)?",
        "most blocks with this class path were voted into the body",
        "few blocks with this class path were voted into the body",
    ),
    (
        r"(path\d|outer)_links|level\d_links|region_links",
        "its container holds running text",
        "its container is made of links",
    ),
    (
        r"(path\d|outer)_prose|level\d_prose|region_prose",
        "blocks like it are prose",
        "blocks like it are not prose",
    ),
    (
        r"(path\d|outer)_(count|chars)",
        "the size of its kind on the page fits a body",
        "the size of its kind on the page does not fit a body",
    ),
    (
        r"(level\d|region)_(voted_chars|of_vote)",
        "its container holds the voted text",
        "its container holds little of the voted text",
    ),
    (
        r"(level\d|region)_.*",
        "its place in its container fits a body",
        "its place in its container does not fit a body",
    ),
    (
        r"(home|below)_.*",
        "it stands in the container of the story",
        "it stands outside the container of the story",
    ),
    (
        r"(story|prose)_(behind|ahead)|since_(story|prose)|until_(story|prose)",
        "it stands within the story",
        "it stands before or after the story",
    ),
    (
        r"(last|next)\d_.*|around\d+_voted",
        "its neighbours are in the body",
        "its neighbours are not in the body",
    ),
    (r"around\d+_links", "running text stands around it", "links stand around it"),
    (r"links|link_count", "hardly any of its words are links", "most of its words are links"),
    (
        r"section_.*|since_heading|heading_(voted|links)|over_level",
        "the heading above it leads a part of the story",
        "the heading above it leads something else",
    ),
    (
        r"title|since_title",
        "it stands where the story stands, below the title",
        "it repeats the title or stands apart from it",
    ),
    (
        r"description|standfirst",
        "it is the standfirst that the page's description repeats",
        "it only repeats the page's description",
    ),
    (
        r"schema_.*",
        "the page's own data hold it as text of the article",
        "the page's own data do not hold it as text of the article",
    ),
    (r"keyword", "it is no tag of the page", "it is one of the page's tags"),
    (r"author", "it does not name the author", "it is a short line with the author's name"),
    (r"alt_text|picture.*", "no picture speaks with the same words", "it goes with a picture"),
    (
        r"copies|copy_before|copies_voted|quoted",
        "it stands on the page once",
        "the page shows the same words elsewhere",
    ),
    (r"(near|in)_(nav|menu)", "it is not in a menu", "it is in a menu"),
    (
        r"(near|in)_(figure|figcaption|caption|media)",
        "it is not in a caption",
        "it is in a caption or a gallery",
    ),
    (
        r"(near|in)_(related|side|aside)",
        "it is not in a box of other stories",
        "it is in a box of other stories or a side column",
    ),
    (
        r"(near|in)_(newsletter|paywall|consent|modal|dialog|form|button)",
        "it is no form or notice",
        "it is in a form or a notice",
    ),
    (r"(near|in)_(share|embed|product|advert|box|contents)", "it is not in a widget", "it is in a widget"),
    (r"(near|in)_comment", "it is not in the comment area", "it is in the comment area"),
    (
        r"(near|in)_(author|date|tags|address)",
        "it is not in the lines about author, date and topic",
        "it is in the lines about author, date and topic",
    ),
    (r"(near|in)_(footer|header)", "it is not in a footer or header", "it is in a footer or header"),
    (r"(near|in)_(hidden|fallback)", "it is visible", "it is hidden on the page"),
    (r"(near|in)_(list|table)", "it is not in a list or table", "it is in a list or table"),
    (
        r"(near|in)_(body|story|article|main|lead|quote|pre|title|heading)",
        "its markup names it a part of the story",
        "its markup does not name it a part of the story",
    ),
    (r"in_anchor|near_anchor", "it is not one link as a whole", "it is one link as a whole"),
    (
        r"heading|tag|depth|articles",
        "its element is one that bodies are made of",
        "its element is not one that bodies are made of",
    ),
    (
        r"page_.*",
        "pages like this one have such blocks in their body",
        "pages like this one seldom have such blocks in their body",
    ),
    (
        r"position|char_position|from_(start|end)",
        "it stands where bodies stand on pages",
        "it stands where bodies do not stand on pages",
    ),
    (
        r"sentence_end|sentences|commas|words|chars|word_length",
        "it reads like prose",
        "it does not read like prose",
    ),
    (r".*", "its characters look like running text", "its characters do not look like running text"),
)
"""Pattern of the names of a family's features, the clause for the body, the clause against it; the first match counts."""
_FAMILIES = tuple((re.compile(pattern), support, opposition) for pattern, support, opposition in _PHRASES)


def kind(feature: str) -> int:
    """Give the number of the family that a feature belongs to."""
    return next(at for at, (pattern, _, _) in enumerate(_FAMILIES) if pattern.fullmatch(feature))


def phrase(number: int, supports: bool) -> str:
    """Give the clause of a family for or against a block."""
    _, support, opposition = _FAMILIES[number]
    return support if supports else opposition


def families() -> int:
    """Count the families."""
    return len(_FAMILIES)
