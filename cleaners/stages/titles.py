"""Titles: the headline at the beginning of a text.

Goes to metadata: a first line whose surroundings prove that it is the headline: bylines, dates and the like that were removed
beside it, or that stand between it and the story; and a title that the caller gave, where the first line begins with it and
goes on with the story. Stays: a kicker, a subhead, a short first sentence, a standfirst (which is
long, or has a full stop inside), and a line like a headline that nothing proves.
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import unquote, urlsplit

import regex

from cleaners.disk_cache import compiled
from cleaners.document import Document
from cleaners.ledger import Finding
from cleaners.line import Line
from cleaners.metadata import GIVEN, GIVEN_TITLE
from cleaners.rule import Rule
from cleaners.stages import ads, bylines, credits, dates, footers
from cleaners.story_boundaries import is_title_shaped, prose_near
from cleaners.text.characters import FULL_STOPS, QUOTES, UNSPACED_FULL_STOPS
from cleaners.text.tokens import find_words

FAMILY = "titles"

TITLE = Rule(
    "TI001", "title", FAMILY, "The first line is the headline; it is metadata.", "likely",
    goes="Iraq steps up pressure on outlawed militias", stays="Why it matters", weighs=True,
    why="The headline is metadata, kept as `title`. `keep_title` puts it back into the body.",
    wrong="A first subhead or a standfirst that is mistaken for the headline.",
    line_kind="byline",
)  # fmt: skip
MARKED = Rule(
    "TI002", "marked-title", FAMILY, "Markdown marks the line as the headline; it is metadata.", "sure",
    goes="# Trains stop for a tree", stays="## What the railway says",
    why="The only heading of the first level at the head of a text is its headline, kept as `title`.",
    wrong="A text whose only heading of the first level is a subhead.",
    needs="Markdown",
    line_kind="byline",
)  # fmt: skip
RULES = (TITLE, MARKED)

_AROUND_TITLES = frozenset(
    rule.code for rule in (*bylines.RULES, dates.DATE, dates.AGE, *credits.RULES, *footers.RULES, ads.ANCHOR)
)
"""Rules for what stands around a headline and rarely elsewhere: bylines, dates, picture credits, advertising anchors."""
_PICTURES = frozenset(rule.code for rule in credits.RULES)
MAX_TITLE_WORDS = 22
"""Words of a headline; a standfirst above a byline is mostly longer."""
MAX_WORDS_BESIDE_PICTURE = 18
"""Words of a headline that only a picture's credit proves. A standfirst stands above a picture as well, and is longer."""
MAX_LINES_BETWEEN = 4
"""Lines between the headline and the story."""
MIN_WORDS_ABOVE_DAY = 5
"""Words of a headline that only a day below it proves. A byline or a control between them is shorter."""
MIN_GIVEN_WORDS, MIN_WORDS_BEHIND = 4, 8
"""Words of a given title that is looked for in a line, and words of the story behind it."""
MAX_DATED_WORDS = 12
"""Words of a line with a day, and perhaps with the author."""
_PREPOSITIONS = frozenset((
    "about", "after", "against", "amid", "around", "before", "behind", "between", "during", "from", "into", "near", "onto",
    "over", "past", "than", "that", "through", "toward", "towards", "under", "until", "upon", "with", "without",
))  # fmt: skip
"""Longer English words that headlines in capitals write in small letters."""
_WHEN = regex.compile(r"(?<!\d)\d{4}(?!\d)|\d[:.]\d\d|^\D{0,25}\d{1,2}\D{0,25}$")
"""A year or a time of day; or a short line with one number, as ages and reading times are."""
_TIME = regex.compile(r"\d[:.]\d\d(?!\d)")
"""A time of day in the line itself, by which it is an entry of a ticker."""
_PLACE = compiled(r"(?:\p{Lu}[\p{L}\p{M}’'-]{1,20}(?:,? | (?:de|del|la|el|do|da) )?){1,4}(?:\.\s?[-–—]|\s?[–—])\s?\p{Lu}")
"""A place with a dash at the beginning of a story: `JUÁREZ.- A school …`, `Oslo – The ferry …`."""
_SENTENCES = compiled(
    rf"(?<![\p{{L}}\p{{M}}])[\p{{Ll}}\p{{Lo}}\p{{M}}]{{4,}}[{FULL_STOPS}][{QUOTES}]?\s+\P{{Ll}}|[{UNSPACED_FULL_STOPS}]\s?\w"
)
"""Where one sentence of a line ends and the next begins. After capitals and short words the stop is an abbreviation's."""

_LABEL = compiled(
    r"(?:title|headline|titel|überschrift|titre|t[ií]tulo|titolo|rubrik|overskrift|otsikko|cím|titlu|tytuł|titulek|judul|başlık"
    r"|заголовок|τίτλος|العنوان|عنوان|शीर्षक|tiêu đề|标题|標題|タイトル|제목)\s?[:：]\s?(?=\S)",
    regex.IGNORECASE,
)
"""What stands before a headline in texts that were made of fields."""


def find(doc: Document) -> Iterator[Finding]:
    """Yield the title of the document, and of each story of an archive page.

    >>> doc = Document.of("Trains stop for a tree\\nThe train stopped in the morning because a tree lay on the track.")
    >>> list(find(doc))
    []
    """
    if doc.headlines:
        yield from _marked(doc)
    yield from _given_in_line(doc)
    starts = {split.start for split in doc.splits}
    for index, line in enumerate(doc.lines[:-1]):
        if index and line.start not in starts:
            continue
        if not is_title_shaped(line) and line.start not in starts:
            continue
        evidence = (
            "begins a story of an archive page"
            if line.start in starts or (starts and _heads(doc, index))
            else _evidence(doc, index)
        )
        if evidence:
            yield line.remove(TITLE, evidence)
            label = _LABEL.match(line.plain)
            start = label.end() if label else 0
            yield line.capture(TITLE, "title", line.text[start:], start=start)


def _marked(doc: Document) -> Iterator[Finding]:
    """Yield the headline that Markdown marks: the only heading of the first level, if no story stands above it.

    Where there are several, the first line is captured if it is one of them, and stays: the next one would be taken then.
    """
    heads = [index for index, line in enumerate(doc.lines) if doc.is_headline(line)]
    if not heads or heads[0] > doc.first_prose or heads[0] == len(doc.lines) - 1:
        return
    line = doc.lines[heads[0]]
    if len(heads) == 1:
        yield line.remove(MARKED, "the only heading of the first level")
    if len(heads) == 1 or not heads[0]:
        yield line.capture(MARKED, "title", line.text)


def _heads(doc: Document, index: int) -> bool:
    return prose_near(doc, index + 1)


def _evidence(doc: Document, index: int) -> str:
    """What proves that the line is a title, in words; empty if nothing does."""
    if doc.first_prose > index + MAX_LINES_BETWEEN + 1 or doc.first_prose == len(doc.lines):
        return ""
    line, prose = doc.lines[index], doc.lines[doc.first_prose]
    if _is_given(doc, line):
        return GIVEN_TITLE
    if line.length > MAX_TITLE_WORDS or line.length >= prose.length or _SENTENCES.search(line.plain):
        return ""
    codes = {r.rule for r in doc.removed_between(0, prose.start)} & _AROUND_TITLES
    if codes - _PICTURES or (codes and line.length <= MAX_WORDS_BESIDE_PICTURE):
        return f"head of the text, with {', '.join(sorted(codes))} beside it"
    if any(c.field == "agency" and line.end <= c.start < prose.end for c in doc.captures) or _is_above_place(doc, index):
        return "head of the text, above a dateline"
    if _is_in_capitals(doc, index):
        return "head of the text, in capitals"
    if _is_followed(doc, index):
        return "head of the text, above a line that tells when it was written"
    if doc.url and _in_slug(line, doc.url):
        return "its words stand in the address"
    return ""


def _is_above_place(doc: Document, index: int) -> bool:
    """Whether the story begins right below with a place and a dash; a standfirst above it would be longer."""
    line, below = doc.lines[index], doc.lines[index + 1]
    return below.is_prose and line.length <= MAX_WORDS_BESIDE_PICTURE and _PLACE.match(below.plain) is not None


def _is_in_capitals(doc: Document, index: int) -> bool:
    """Whether the line is all in capitals, and the story right below it is not."""
    line, below = doc.lines[index], doc.lines[index + 1]
    return line.plain.isupper() and line.length >= MIN_WORDS_ABOVE_DAY and below.is_prose and not below.plain.isupper()


def _is_given(doc: Document, line: Line) -> bool:
    """Whether the line has the words of the title that the caller gave, and no others."""
    title = _given_title(doc)
    return title is not None and find_words(title.lower()) == find_words(line.plain.lower())


def _given_title(doc: Document) -> str | None:
    """Return the title that the caller gave."""
    facts = doc.facts
    return facts.title if facts is not None and facts.origins.get("title") == GIVEN else None


def _given_in_line(doc: Document) -> Iterator[Finding]:
    """Yield the title that the caller gave, at the head of a first line that goes on with the story.

    Scrapes write title and text one behind the other. A sentence may begin with the words of its headline, so a sign parts
    them, or the words have capitals as a sentence has none, and the story begins with a capital.
    """
    title = _given_title(doc)
    if title is None or not doc.lines or len(words := find_words(title)) < MIN_GIVEN_WORDS:
        return
    line = doc.lines[0]
    known = tuple(find_words(title.lower()))
    if line.words[: len(known)] != known:
        return  # as most first lines, for which no pattern needs to be compiled
    spelled = r"\W{1,4}".join(map(regex.escape, words))
    head = regex.compile(rf"\W{{0,3}}{spelled}(?P<sign>\s?[^\w\s,;]{{1,3}})?\s{{1,4}}(?=[\p{{Lu}}\d{QUOTES}(])")
    found = head.match(line.plain)
    if found and len(line.words_from(found.end())) >= MIN_WORDS_BEHIND and (found["sign"] or _is_capitalised(found[0])):
        yield line.remove(TITLE, GIVEN_TITLE, end=found.end())
        yield line.capture(TITLE, "title", line.text[: found.end()].strip(), end=found.end())


def _is_capitalised(text: str) -> bool:
    """Return whether all longer words of a text begin with a capital letter, but for prepositions.

    A verb in small letters shows a sentence, however many names stand around it.

    >>> [_is_capitalised(text) for text in ("Trains Stop with a Fallen Tree", "President Joan Doe meets Captain Roe")]
    [True, False]
    """
    longer = [word for word in find_words(text) if len(word) > 3]
    return all(word[0].isupper() or word in _PREPOSITIONS for word in longer)


def _is_followed(doc: Document, index: int) -> bool:
    """Whether only short lines stand between the line and the story, one of them with a day or a time.

    A line as long as a headline could be the headline itself, or a standfirst. Then nothing is proven.
    """
    between = doc.lines[index + 1 : doc.first_prose]
    dated = [line for line in between if line.has_digit and _WHEN.search(line.plain)]
    if not dated or doc.lines[index].length < MIN_WORDS_ABOVE_DAY or _TIME.search(doc.lines[index].plain):
        return False
    return all(line.length < (MAX_DATED_WORDS if line in dated else MIN_WORDS_ABOVE_DAY) for line in between)


def _in_slug(line: Line, url: str) -> bool:
    slug = set(regex.findall(r"\w+", unquote(urlsplit(url).path).lower()))
    words = [word for word in line.words if len(word) > 3]
    return len(words) >= 3 and sum(word in slug for word in words) >= 0.7 * len(words)
