"""Teasers: links to other stories, to the rest of a story, and to sources.

Goes: `Read more of this post` at a paragraph's end, `Read more: …`, `Related News`, `Article source:`, and the headline on the
line below a label with a colon, and the mark of a cut at a line's end. Below the story, a label goes with the list of headlines
that ends the text.
Stays: a sentence about reading, a subhead of one word.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import partial
from itertools import pairwise, takewhile
from typing import NamedTuple

import regex

from cleaners.document import Document, once_per_document
from cleaners.ledger import Finding
from cleaners.line import Line, once_per_line
from cleaners.matching.phrases import Hit, Phrase
from cleaners.rule import Confidence, Rule
from cleaners.story_boundaries import is_last, is_title_shaped
from cleaners.text.characters import ELLIPSES, LEAD_INS, QUOTES, STOPS, UNSPACED_WIDE, ends_whole

FAMILY = "teasers"

CONTINUED = Rule(
    "TE001", "read-more-link", FAMILY, "A link behind which a cut text goes on.", "sure",
    goes="… not interested in going to war. Read more of this post", stays="Read more books, she told the children.",
    why="The link leads to the rest of a text that was cut.",
    wrong="A sentence of the story in the words of such a link at the end of a paragraph.",
    line_kind="teaser",
    in_lines=True,
)  # fmt: skip
LABELLED = Rule(
    "TE002", "labelled-teaser", FAMILY, "A label with the headline of another story.", "likely",
    goes="ALSO READ: Minister resigns after vote", stays="Related work shows that bees can count.", needs_company=True,
    why="The headline is that of another story, and its link is lost.",
    wrong="An author's own reference to an earlier story. Alone below a text it stays.",
    line_kind="teaser",
    in_lines=True,
)  # fmt: skip
LABEL = Rule(
    "TE003", "teaser-label", FAMILY, "A label over links to other stories.", "likely",
    goes="Related News", stays="More stories emerged on Monday.", needs_company=True,
    why="The label announces links that are lost, or headlines of other stories.",
    wrong="A subhead in the author's own words. Alone in a text it stays.",
    line_kind="teaser",
)  # fmt: skip
SOURCE = Rule(
    "TE004", "source-label", FAMILY, "A label for the place that the text was taken from.", "likely",
    goes="Article source:", stays="A source close to him confirmed the news.", needs_company=True,
    why="The label announces an address of the source, which is no part of the story.",
    wrong="The heading of an author's own list of sources. Alone in a text it stays.",
    line_kind="teaser",
)  # fmt: skip
CLOSING_SOURCE = Rule(
    "TE005", "closing-source", FAMILY, "The last line only names where the text came from.", "likely",
    goes="Source: The Example Daily", stays="Sources close to him confirmed the news.",
    why="The name of the source, below the last paragraph and with nothing behind it, is no part of the story.",
    wrong="A table or a list of figures whose source is named below it.",
    confirms=False,
    line_kind="teaser",
)  # fmt: skip
CUT_MARK = Rule(
    "TE006", "cut-mark", FAMILY, "A mark says that the text was cut here, or goes on elsewhere.", "sure",
    goes="… nobody had left the (continued on page 8)", stays="The talks continued on page after page.",
    why="The mark shows where a tool or a page cut the text. The article is marked as truncated.",
    wrong="A text on typesetting that ends in such a mark.",
    confirms=False,
    line_kind="teaser",
)  # fmt: skip
HERE = Rule(
    "TE007", "here-link", FAMILY, "The line only points to a link that is lost.", "likely",
    goes="More on this here.", stays="More people came here.",
    why="The word `here` was a link, which a text does not have.",
    wrong="A line of a poem or a talk in exactly these words.",
    line_kind="teaser",
)  # fmt: skip
LISTED = Rule(
    "TE008", "listed-teaser", FAMILY, "An item of a list of other stories, below its label.", "likely",
    goes="(below `Read also:`) - Mayor opens new library in the old mill", stays="- The fare falls by half.",
    needs_company=True,
    why="The label announces other stories, and the items below it are their headlines.",
    wrong="An author's own list of further reading. Among paragraphs it stays where nothing else is noise.",
    confirms=False,
    line_kind="teaser",
)  # fmt: skip
FEED = Rule(
    "TE009", "feed-footer", FAMILY, "The line only says at which site the entry of a feed first appeared.", "sure",
    goes="The post Mayor opens new library appeared first on The Example.", stays="The post first appeared on Monday.",
    why="Publishing platforms put this sentence, with links to story and site, below each entry of their feeds.",
    wrong="A sentence of the story in exactly these words, with a title in it.",
    line_kind="teaser",
    in_lines=True,
)  # fmt: skip
RULES = (CONTINUED, LABELLED, LABEL, SOURCE, CLOSING_SOURCE, CUT_MARK, HERE, LISTED, FEED)

MAX_LINE_CHARS = 300
"""Characters of a whole line; a label, a headline and the name of a site are no longer."""
_LINES = (CONTINUED, CUT_MARK, HERE, FEED, LABELLED, LABEL, SOURCE)
"""The rules for whole lines, in the order in which they are tried."""
MIN_ITEMS, MAX_ITEMS = 2, 12
"""Items of a list of other stories. One item alone may be the story's."""
MAX_SECTION_WORDS = 4
"""Words of a number, a day or the name of a section between the headlines of a list."""
MIN_ITEM_WORDS = 3
"""Words of an item that is a headline; names, products and places are shorter."""
MAX_LINK_CHARS = 60
"""Characters of a link at the end of a paragraph."""


def find(doc: Document) -> Iterator[Finding]:
    """Yield lines that are labels or links, and links at the ends of paragraphs.

    >>> doc = Document.of("They did not go to war. Read more of this post", language="en")
    >>> [(f.rule, f.text) for f in find(doc)]
    [('TE001', 'Read more of this post')]
    """
    labels = {index for index, _ in doc.candidates(FAMILY)}
    for index, line in enumerate(doc.lines):
        if index in doc.halves:
            continue
        whole = list(_whole(doc, index)) if index in labels else []
        yield from (
            whole
            or _at_end(line, doc.language)
            or _footer_at_end(line, doc.language)
            or _label_at_end(doc, index)
            or _excerpt(doc, index)
        )


def _whole(doc: Document, index: int) -> Iterator[Finding]:
    """Yield a line that is a label or a link as a whole, and the headline that belongs to it.

    A label with a colon and nothing below it announces nothing: it needs no other noise beside it. Nor does one that stands
    several times above paragraphs: what it announced was a link.
    """
    line = doc.lines[index]
    if len(line.text) > MAX_LINE_CHARS:
        return
    for rule in _LINES:
        found = line.match(FAMILY, rule.code, doc.language) or (_marked_label(line, doc.language) if rule is LABEL else None)
        if not found:
            continue
        if _PAGER in found[1].groupdict() and doc.first_prose < index < doc.last_prose:
            continue
        if rule is SOURCE and is_last(doc, index):
            rule = CLOSING_SOURCE
        listed = _list_to_the_end(doc, index) if rule in (LABEL, CONTINUED) else ()
        if listed and ends_whole(doc.lines[doc.last_prose].plain):
            rule = LABEL  # `Read more` above headlines leads to other stories, not to the rest of this one
        alone = rule is LABEL and line.plain.endswith(_COLONS) and (is_last(doc, index) or _is_bare(doc, index))
        own = is_own_sentence(found[0], line.plain)
        yield line.remove(rule, found[0].key, confidence="sure" if alone or listed else "unsure" if own else None)
        for entry in listed:
            yield entry.remove(LISTED, "in a list below the story")
        if rule is LABEL and not listed:
            yield from _headline_below(doc, index)
            yield from _items_below(doc, index)
        return


def _marked_label(line: Line, language: str | None) -> Hit | None:
    """Match a label behind a bullet or an arrow, which are no part of it."""
    marks = _MARKS.match(line.plain)
    return line.match_part(FAMILY, LABEL.code, language, marks.end()) if marks else None


def _is_bare(doc: Document, index: int) -> bool:
    """Return whether a label stands above a paragraph, and does so again elsewhere."""
    lines = doc.lines
    return index + 1 < len(lines) and lines[index + 1].is_prose and _above_paragraphs(doc)[lines[index].plain] > 1


@once_per_document
def _above_paragraphs(doc: Document) -> Counter[str]:
    """Count the lines with the same words that stand right above a paragraph."""
    return Counter(above.plain for above, below in pairwise(doc.lines) if below.is_prose)


def _headline_below(doc: Document, index: int) -> Iterator[Finding]:
    """Yield the headline that a label with a colon announces on the line below."""
    if not 0 < index < len(doc.lines) - 1 or not doc.lines[index].plain.endswith(_COLONS):
        return
    below = doc.lines[index + 1]
    if is_title_shaped(below) and not below.is_item:
        doubt: Confidence | None = "unsure" if _may_be_subhead(doc, index + 1) else None
        yield below.remove(LABELLED, "a headline under a label", confidence=doubt)


def _items_below(doc: Document, index: int) -> Iterator[Finding]:
    """Yield the items of the list right below a label, up to the first that ends as no headline does."""
    below = doc.lines[index + 1 : index + 1 + MAX_ITEMS]
    first = _BULLET.match(below[0].text) if below else None
    items = list(takewhile(partial(_is_headline_item, first[1]), below)) if first else []
    for line in items if len(items) >= MIN_ITEMS else ():
        yield line.remove(LISTED, "an item under a label")


def _list_to_the_end(doc: Document, index: int) -> tuple[Line, ...]:
    """Return the headlines below the label of a list that ends the text, and the numbers and sections among them.

    No paragraph follows such a label. One headline alone may be the story's. A label that stands above several headlines of the
    text announces one each time: below the last one, a list is the story's. So is a list of works with their years.
    """
    run, label = doc.lines[index + 1 :], doc.lines[index].plain
    if not 0 <= doc.last_prose < index or _headlines(doc).above[label] > 1 or not all(map(_may_be_listed, run)):
        return ()
    headlines = [place for place, line in enumerate(run) if line.length > MAX_SECTION_WORDS and is_title_shaped(line)]
    works = sum(_YEAR.search(run[place].plain) is not None for place in headlines)
    return tuple(run[: headlines[-1] + 1]) if len(headlines) >= MIN_ITEMS and works * 2 < len(headlines) else ()


def _may_be_listed(line: Line) -> bool:
    """Return whether a line reads like a headline, or is as short as the number, the day or the section above one."""
    return is_title_shaped(line) if line.length > MAX_SECTION_WORDS else not line.is_sentence


def _is_headline_item(bullet: str, line: Line) -> bool:
    """Return whether a line is an item with this bullet, and reads like a headline."""
    is_item = (found := _BULLET.match(line.text)) is not None and found[1] == bullet
    return is_item and line.length >= MIN_ITEM_WORDS and not _NO_HEADLINE.search(line.plain)


def _may_be_subhead(doc: Document, index: int) -> bool:
    """Return whether the line below a label may be the story's own, because the label's headline is lost.

    That is so right above a paragraph in a story with subheads elsewhere, unless the same label has a headline there as well.
    """
    lines, headed = doc.lines, _headlines(doc)
    if index + 1 == len(lines) or not lines[index + 1].is_prose:
        return False
    return headed.above[lines[index - 1].plain] == 1 and any(at != index for at in headed.subheads)


class _Headlines(NamedTuple):
    """What is shaped like a headline inside a document.

    Attributes:
        above: How often a line with the same words stands right above one.
        subheads: The indexes of those between two paragraphs, without labelled teasers.
    """

    above: Counter[str]
    subheads: tuple[int, ...]


@once_per_document
def _headlines(doc: Document) -> _Headlines:
    """Find the lines that are shaped like headlines, once for all labels."""
    lines = doc.lines
    shaped = [at for at in range(1, len(lines) - 1) if is_title_shaped(lines[at])]
    between = (at for at in shaped if lines[at - 1].is_prose and lines[at + 1].is_prose)
    subheads = tuple(at for at in between if not lines[at].match(FAMILY, LABELLED.code, doc.language))
    return _Headlines(Counter(lines[at - 1].plain for at in shaped), subheads)


def announced(text: str) -> str:
    """Return what stands behind the label of a teaser; all of it where nothing parts a label from the rest.

    >>> announced("Listen: this is how it sounds"), announced("ALSO READ | Minister resigns after vote")
    ('this is how it sounds', 'Minister resigns after vote')
    """
    parted = _LABELLED.match(text)
    return str(text[parted.end() :] if parted else text)


def is_own_sentence(phrase: Phrase, text: str) -> bool:
    """Return whether a sentence that begins like a labelled teaser goes on in small letters, as no headline does.

    `Listen: this is how it sounds` is the author's, `Watch: iPhones burn` is not. Of a phrase that ends in a link, or that
    names its part `headline`, the colon belongs to the headline.
    """
    if phrase.rule != LABELLED.code or "(?P<link>" in phrase.source or "(?P<headline>" in phrase.source:
        return False
    rest = announced(text)
    return rest != text and rest[:1].islower() and not rest[1:2].isupper()


def is_headline(text: str) -> bool:
    """Return whether a teaser announces what reads like a headline, and not like a sentence of its author.

    >>> is_headline("ALSO READ: Six things to know"), is_headline("Must-read: The Long Line, for all who wait.")
    (True, False)
    """
    return any(map(is_title_shaped, Document.of(announced(text.strip())).lines))


@once_per_line
def _at_end(line: Line, language: str | None) -> tuple[Finding, ...]:
    """Find a link, or a row of links, at the end of a line, or the mark of a cut in mid-sentence."""
    last = _link_before(line, language, len(line.plain))
    if last is None:
        return ()
    rule, key, place = last
    while (above := _link_before(line, language, len(line.plain[:place].rstrip()))) and above[0] is rule:
        place = above[2]
    return (line.remove(rule, key, start=place),)


def _link_before(line: Line, language: str | None, stop: int) -> tuple[Rule, str, int] | None:
    """Return rule, phrase and start of a link, or of the mark of a cut, that ends at `stop` behind a sentence or a cut."""
    earliest = max(0, stop - MAX_LINK_CHARS - 2)
    for rule, before in ((CONTINUED, _SENTENCE_END), (CUT_MARK, _BRACKET)):
        for end in before.finditer(line.plain, earliest, stop) if line.may_match(FAMILY, rule.code, language) else ():
            place = end.end()
            if 0 < place < stop and (found := line.match_part(FAMILY, rule.code, language, place, stop)):
                return rule, found[0].key, place
    return None


@once_per_line
def _footer_at_end(line: Line, language: str | None) -> tuple[Finding, ...]:
    """Find the footer of a feed's entry at the end of a paragraph, with a blank before it or without."""
    if not line.may_match(FAMILY, FEED.code, language):
        return ()
    for end in _BEFORE_LABEL.finditer(line.plain, max(0, len(line.plain) - MAX_LINE_CHARS)):
        if found := line.match_part(FAMILY, FEED.code, language, end.end()):
            return (line.remove(FEED, found[0].key, start=end.end()),)
    return ()


def _label_at_end(doc: Document, index: int) -> tuple[Finding, ...]:
    """Find a label whose colon ends a paragraph: what it announced is lost.

    In the last line nothing can be what it announces, so there it needs no other noise beside it.
    """
    line = doc.lines[index]
    if not line.plain.endswith(_COLONS):
        return ()
    for end in _BEFORE_LABEL.finditer(line.plain, max(0, len(line.plain) - MAX_LINK_CHARS)):
        if found := line.match_part(FAMILY, LABEL.code, doc.language, end.end()):
            sure: Confidence | None = "sure" if index == len(doc.lines) - 1 else None
            return (line.remove(LABEL, found[0].key, start=end.end(), confidence=sure),)
    return ()


def _excerpt(doc: Document, index: int) -> Iterator[Finding]:
    """Yield dots in square brackets behind the last paragraph, as an excerpt ends."""
    line = doc.lines[index]
    if index == doc.last_prose and (found := _EXCERPT.search(line.plain)):
        yield line.remove(CUT_MARK, "dots in brackets", start=found.start())


_PAGER = "pager"
"""The group of phrases for links to the stories before and after this one, which stand above or below it."""
_YEAR = regex.compile(r"\([^()]{0,60}\b(?:1[5-9]|20)\d\d\)|\b(?:1[5-9]|20)\d\d$")
"""Pattern of the year of a book, a film or a record, behind its title."""
_MARKS = regex.compile(r"[»›>►▶●■▪•*|#–—-]{1,3}\s?(?=\p{L})")
_BULLET = regex.compile(r"\s*([-–•·*●▪►])\s")
_NO_HEADLINE = regex.compile(rf"[.。։।,，;；{LEAD_INS}]$|\d[:.]\d\d\)?$")
"""The end of a sentence or of a part of one, or a time, with which entries of a programme and of a forum end."""
_COLONS = (":", "：")
_LABELLED = regex.compile(r"[^:：|｜>＞»→]{0,60}?(?:[:：|｜>＞»→]{1,3}|\s[–—-]\s)\s{0,2}")
_EXCERPT = regex.compile(r"\s?\[\s?(?:…|\.{3})\s?\]$")
_SENTENCE_END = regex.compile(rf"[{STOPS}{ELLIPSES}{QUOTES})\]] |[{UNSPACED_WIDE}]")
_BRACKET = regex.compile(r"\s*(?=[(\[…]|\.{3}|[–—-]\s)")
"""Pattern of what stands before a mark: white space in front of a bracket, dots or a dash."""
_BEFORE_LABEL = regex.compile(rf"[{STOPS}{ELLIPSES}{QUOTES})\]]\s{{0,2}}(?=[^\W\d_])")
"""Pattern of what stands before a label at the end of a line: the end of a sentence, with a blank or without."""
