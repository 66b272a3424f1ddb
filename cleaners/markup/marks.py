"""Marks: what the tag, the role and the class names of an element say about its place in the page, as bits of an int.

Only words that any site may use are known. A mark is evidence for the model, never a verdict.
"""

from __future__ import annotations

import re
from enum import IntFlag, auto
from functools import lru_cache
from itertools import pairwise, product


class Mark(IntFlag):
    """Places in a page, by tags and roles (up to DIALOG) and by words in attributes. The order is part of the trained model."""

    FIGURE = auto()
    FIGCAPTION = auto()
    ASIDE = auto()
    NAV = auto()
    FOOTER = auto()
    HEADER = auto()
    ARTICLE = auto()
    MAIN = auto()
    LIST = auto()
    TABLE = auto()
    QUOTE = auto()
    FORM = auto()
    BUTTON = auto()
    ANCHOR = auto()
    HIDDEN = auto()
    FALLBACK = auto()
    PRE = auto()
    HEADING = auto()
    ADDRESS = auto()
    DIALOG = auto()
    BODY = auto()
    STORY = auto()
    CAPTION = auto()
    RELATED = auto()
    SHARE = auto()
    NEWSLETTER = auto()
    PAYWALL = auto()
    COMMENT = auto()
    AUTHOR = auto()
    ADVERT = auto()
    MENU = auto()
    TAGS = auto()
    DATE = auto()
    LEAD = auto()
    MEDIA = auto()
    CONSENT = auto()
    TITLE = auto()
    SIDE = auto()
    BOX = auto()
    PRODUCT = auto()
    EMBED = auto()
    CONTENTS = auto()
    MODAL = auto()


_TAGS = {
    "figure": Mark.FIGURE,
    "figcaption": Mark.FIGCAPTION,
    "aside": Mark.ASIDE,
    "nav": Mark.NAV,
    "footer": Mark.FOOTER,
    "header": Mark.HEADER,
    "article": Mark.ARTICLE,
    "main": Mark.MAIN,
    "ul": Mark.LIST,
    "ol": Mark.LIST,
    "dl": Mark.LIST,
    "menu": Mark.LIST,
    "table": Mark.TABLE,
    "blockquote": Mark.QUOTE,
    "form": Mark.FORM,
    "fieldset": Mark.FORM,
    "select": Mark.FORM,
    "label": Mark.FORM,
    "button": Mark.BUTTON,
    "noscript": Mark.HIDDEN | Mark.FALLBACK,
    "template": Mark.HIDDEN | Mark.FALLBACK,
    "video": Mark.HIDDEN | Mark.FALLBACK,
    "audio": Mark.HIDDEN | Mark.FALLBACK,
    "object": Mark.FALLBACK,
    "pre": Mark.PRE,
    "h1": Mark.HEADING,
    "h2": Mark.HEADING,
    "h3": Mark.HEADING,
    "h4": Mark.HEADING,
    "h5": Mark.HEADING,
    "h6": Mark.HEADING,
    "address": Mark.ADDRESS,
    "dialog": Mark.DIALOG,
    "amp-sidebar": Mark.NAV,
    "amp-consent": Mark.CONSENT,
}
_ROLES = {
    "navigation": Mark.NAV,
    "menu": Mark.NAV,
    "menubar": Mark.NAV,
    "banner": Mark.HEADER,
    "contentinfo": Mark.FOOTER,
    "complementary": Mark.ASIDE,
    "main": Mark.MAIN,
    "article": Mark.ARTICLE,
    "figure": Mark.FIGURE,
    "list": Mark.LIST,
    "button": Mark.BUTTON,
    "search": Mark.FORM,
    "form": Mark.FORM,
    "dialog": Mark.DIALOG,
    "alertdialog": Mark.DIALOG,
    "heading": Mark.HEADING,
}

# Plain numbers, because the walk over the tree reads them thousands of times a page.
TAGS = {tag: int(mark) for tag, mark in _TAGS.items()}
ROLES = {role: int(mark) for role, mark in _ROLES.items()}

# One pattern a mark, matched against the words of class, id, itemprop and data-component, split at camel case and hyphens.
_WORDS = {
    Mark.BODY: r"articlebody|article body|article content|article text|body text|bodytext|body copy|post content|entry content"
    r"|story body|story content|story text|content body|main content|post body|rich text|richtext|paywalled content|wysiwyg",
    Mark.STORY: r"article|story|entry|post|content|text|paragraph|copy",
    Mark.CAPTION: r"captions?|credits?|copyright|legend|photographer|cutline|image (?:text|description|info)"
    r"|photo (?:text|info)",
    Mark.RELATED: r"related|recommend\w*|teasers?|more (?:from|on|stories|news)|read (?:more|next|also)|also|latest"
    r"|popular|trending"
    r"|most read|cards?|promos?|suggest\w*|similar|previous|next|pagination|carousel|headlines|listing|recirc\w*"
    r"|outbrain|taboola",
    Mark.SHARE: r"shar(?:e|es|ing|ed)|social|follow|sharedaddy|bookmark|print",
    Mark.NEWSLETTER: r"newsletters?|subscri\w+|sign ?up|signup|mailing|optin|opt in|email",
    Mark.PAYWALL: r"paywall|premium|regwall|register|registration|login|log in|sign in|signin|piano|donat\w+|support us",
    Mark.COMMENT: r"comments?|comment\w*|disqus|replies|respond|discussion|reactions?",
    Mark.AUTHOR: r"authors?|bylines?|bio|biography|writer|contributors?|profile|vcard",
    Mark.ADVERT: r"ads?|advert\w*|sponsor\w*|banner|adsense|dfp|commercial|affiliate|promoted",
    Mark.MENU: r"nav|navbar|navigation|menu|breadcrumbs?|toolbar|topbar|masthead|skip|sitemap|dropdown|tabs?",
    Mark.TAGS: r"tags?|tag list|taglist|topics?|categor\w+|keywords?|cat links|filed|labels?|kicker|eyebrow|overline"
    r"|rubric|section name",
    Mark.DATE: r"dates?|time|timestamp|datetime|published|updated|posted|pubdate|meta|metadata|dateline|read time|reading",
    Mark.LEAD: r"leads?|lede|standfirst|intro\w*|summary|dek|deck|excerpt|abstract|sub ?title|sub ?head\w*|perex|chapo"
    r"|description|ingress|stand first",
    Mark.MEDIA: r"gallery|slide\w*|videos?|player|audio|podcast|image|images|photo|photos|picture|media|lightbox",
    # `cmp` alone says nothing: the components of a widespread system for editing sites are called so.
    Mark.CONSENT: r"cookies?|consent|gdpr|ccpa|privacy|cmp (?:banner|box|dialog|layer|modal|overlay|popup|root|ui|wrapper)"
    r"|onetrust|ot|didomi|cookiebot",
    Mark.MODAL: r"modal|popup|pop up|overlay|lightbox|toast|alert|notice",
    Mark.TITLE: r"titles?|headline|heading|header",
    Mark.SIDE: r"side ?bar|rail|aside|widgets?|footer|bottom|foot|secondary|column right|right column|colophon",
    Mark.BOX: r"box|infobox|factbox|fact|facts|sidenote|callout|highlight\w*|pull ?quotes?|timeline|key points"
    r"|takeaways|module|cta",
    Mark.PRODUCT: r"products?|prices?|buy|shop|deals?|rating|reviews?|cart|coupon",
    Mark.EMBED: r"embed\w*|twitter|tweet|instagram|facebook|tiktok|youtube|iframe|oembed|interactive",
    Mark.CONTENTS: r"toc|contents|jump|anchor links?|index",
}
_PARTS = re.compile(r".\??")
_METACHARACTER = re.compile(r"[^a-z ]")


def _compiled() -> tuple[dict[str, int], tuple[tuple[int, re.Pattern[str]], ...], frozenset[str]]:
    """Compile the patterns so that most names need one look-up a word.

    Returns:
        Marks by plain word or pair of words, a pattern for the rest of each mark, and the first words of pairs.
    """
    plain: dict[str, int] = {}
    firsts: set[str] = set()
    rest = []
    for mark, words in _WORDS.items():
        alternatives = re.split(r"\|(?![^(]*\))", words)
        for word in alternatives:
            if " " in word:
                firsts.add(word.partition(" ")[0])
            parts = [(part[:-1], part[:-2]) if part.endswith("?") else (part,) for part in _PARTS.findall(word)]
            for form in {"".join(choice) for choice in product(*parts)}:
                if not _METACHARACTER.search(form):
                    plain[form] = plain.get(form, 0) | mark
        if patterns := [word for word in alternatives if _METACHARACTER.search(word.replace("?", ""))]:
            rest.append((int(mark), re.compile("|".join(patterns))))
    return plain, tuple(rest), frozenset(firsts)


_PLAIN, _PATTERNS, _FIRSTS = _compiled()
_ANY_PATTERN = re.compile("|".join(pattern.pattern for _, pattern in _PATTERNS))
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])|[^A-Za-z]+")
_SPACED = "".join(chr(code) if chr(code).isalpha() else " " for code in range(128))
"""For each ASCII character itself, if it is a letter, or a space."""
_DIGITS = re.compile(r"\d+")
_OFF_SCREEN = frozenset(
    [
        "sr-only",
        "visually-hidden",
        "visuallyhidden",
        "screen-reader",
        "screen-reader-text",
        "screenreader-text",
        "hidden",
        "is-hidden",
        "d-none",
        "hide",
        "u-hidden",
        "u-visually-hidden",
        "assistive-text",
        "offscreen",
    ]
)
_INVISIBLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_HIDDEN = int(Mark.HIDDEN)
_MAX_NAME_CHARS = 300
"""Characters of an attribute that are read."""


@lru_cache(maxsize=16384)
def _meaning(words: str) -> int:
    """Give the marks of one word or of two neighbouring words."""
    marks = _PLAIN.get(words, 0)
    if _ANY_PATTERN.fullmatch(words):
        for mark, pattern in _PATTERNS:
            if pattern.fullmatch(words):
                marks |= mark
    return int(marks)


@lru_cache(maxsize=8192)
def named(words: str) -> int:
    """Give the marks of an element's class, id or the like, as bits.

    >>> Mark(named("post-relatedLinks")) == Mark.STORY | Mark.RELATED
    True
    """
    marks, last = 0, ""
    for name in words[:_MAX_NAME_CHARS].split():
        own, first, end = _name(name)
        marks |= own
        if first:
            if last in _FIRSTS:
                marks |= _meaning(f"{last} {first}")
            last = end
    if not _OFF_SCREEN.isdisjoint(words.split()):
        marks |= _HIDDEN
    return marks


@lru_cache(maxsize=16384)
def _name(name: str) -> tuple[int, str, str]:
    """Give the marks of one class, and the first and the last of the words in it."""
    if name.isalpha() and name.islower() and name.isascii():
        return _meaning(name), name, name
    is_plain = name.islower() and name.isascii()  # as most are, and then a table is faster than a pattern
    found = name.translate(_SPACED).split() if is_plain else _CAMEL.sub(" ", name).lower().split()
    marks = 0
    for word in found:
        marks |= _meaning(word)
    for last, word in pairwise(found):
        if last in _FIRSTS:
            marks |= _meaning(f"{last} {word}")
    return (marks, found[0], found[-1]) if found else (0, "", "")


def kind(name: str) -> str:
    """Replace the numbers in a name: elements that a template repeats then have the same name."""
    return _DIGITS.sub("#", name)


def invisible(style: str) -> bool:
    """Tell whether an inline style hides the element."""
    return _INVISIBLE.search(style) is not None
