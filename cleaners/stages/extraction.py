"""Extraction: remove the blocks of a page that are not the article. A text has no blocks, so nothing happens to it here.

Goes: menus, boxes, captions, comments, other stories: whatever the page's evidence and trafilatura's vote leave outside
the body. Stays: paragraphs, subheads, lists, tables and quotes in the story's own container, and the standfirst.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cleaners import beside_story
from cleaners.document import Document
from cleaners.ledger import Capture, Finding, Split
from cleaners.markup.annotation import MODEL
from cleaners.models.gbdt import load
from cleaners.rule import Confidence, Rule
from cleaners.stages import bylines, dates
from cleaners.story_elements import StoryElement, story_elements

FAMILY = "extraction"

OUTSIDE = Rule(
    "XT001", "outside-the-body", FAMILY, "The page's evidence puts the block outside the article.", "sure",
    goes="<nav>Home</nav>", stays="<p>The train stopped in the morning, the railway said.</p>",
    why="Menus, boxes and footers of a page are not the article. A model weighs the markup, the words and an extractor's vote.",
    wrong="A box or a gallery that belongs to the story. `bodycopy clean --explain` shows what weighed against a block.",
    needs="a page",
    is_verdict=True,
)  # fmt: skip
TITLE = Rule(
    "XT002", "title-of-the-page", FAMILY, "The block repeats the title, which is metadata.", "sure",
    goes="<h1>Train stops for a fallen tree</h1>", stays="<h2>What the railway says</h2>",
    why="The headline is metadata, kept as `title`.",
    wrong="A first subhead in the words of the headline.",
    needs="a page",
    is_verdict=True,
)  # fmt: skip
CONSENT = Rule(
    "XT003", "consent-notice", FAMILY, "The block is part of a notice on cookies or privacy.", "sure",
    goes="<div class='cookie-notice'>We value your privacy</div>", stays="<p>The council voted on a privacy law.</p>",
    why="The banner asks for consent and is the same on all pages of a site.",
    wrong="A story on consent banners that shows one.",
    needs="a page",
    is_verdict=True,
)  # fmt: skip
PLACEHOLDER = Rule(
    "XT004", "page-furniture", FAMILY, "The page shows the same words several times: they are its own.", "sure",
    goes="This content is loading (three times)", stays="a paragraph that stands once",
    why="Words that a page shows several times are labels of its layout.",
    wrong="A refrain, or a table with equal rows.",
    needs="a page",
    is_verdict=True,
)  # fmt: skip
DUMP = Rule(
    "XT005", "story-again", FAMILY, "One block holds several other blocks of the body: the story again, in one piece.", "sure",
    goes="the whole story in a hidden box", stays="a summary",
    why="Pages hold the story a second time in one piece, for print or for machines.",
    wrong="A summary that is set from sentences of the story.",
    needs="a page",
    is_verdict=True,
)  # fmt: skip
EMPTY = Rule(
    "XT006", "no-words", FAMILY, "The block holds no words.", "sure",
    goes="<p>·</p>", stays="<p>No.</p>",
    why="A block without words says nothing in a text.",
    wrong="A formula or a row of signs that means something.",
    needs="a page",
    is_verdict=True,
)  # fmt: skip
NO_ARTICLE = Rule(
    "XT007", "no-article", FAMILY, "The page holds no article, so what reads like one stays out.", "sure",
    goes="a home page's teasers", stays="an article's paragraphs",
    why="The front page of a site or of a section shows the first sentences of many stories, and holds none.",
    wrong="A short story on a page with many teasers. Give the page's own text, or ignore the rule for the site.",
    needs="a page",
    is_verdict=True,
)  # fmt: skip
COPY = Rule(
    "XT008", "second-copy", FAMILY, "The block stands in the body already.", "sure",
    goes="the same paragraph for small screens", stays="the first of two copies",
    why="Pages hold a paragraph twice, for large and for small screens.",
    wrong="A refrain or a form that repeats itself on purpose.",
    needs="a page",
    is_verdict=True,
)  # fmt: skip
PULL_QUOTE = Rule(
    "XT009", "pull-quote-element", FAMILY, "A sentence of the story, set again as a box or a quote.", "sure",
    goes="<aside>“We waited for an hour.”</aside>", stays="a quote that stands once",
    why="The box repeats a sentence that the body has.",
    wrong="A quote that the author repeats on purpose in a box.",
    needs="a page",
    is_verdict=True,
)  # fmt: skip
OTHER_STORY = Rule(
    "XT010", "another-story", FAMILY, "The block stands in a story that the page shows below its own.", "sure",
    goes="<article><h1>Bridge closes</h1> … below <article><h1>Train stops</h1> …", stays="<h1>What the railway says</h1>",
    why="Below its own story a page shows others in full. They are not this article.",
    wrong="A story in several parts, each with a headline in the markup.",
    needs="a page",
    is_verdict=True,
)  # fmt: skip
GALLERY = Rule(
    "XT011", "gallery-caption", FAMILY, "The block is the caption of a picture in a gallery inside the story.", "sure",
    goes="<div class='gallery'> with four slides, each a picture and a sentence", stays="a story that is told in slides",
    why="A gallery shows other pictures than the story is about, each with a text of its own.",
    wrong="A gallery whose captions tell a part of the story.",
    needs="a page",
    is_verdict=True,
)  # fmt: skip
TORN_TABLE = Rule(
    "XT012", "torn-table", FAMILY, "The block is one of a few cells of a table whose other cells go.", "sure",
    goes="two cells of a table of results", stays="a table in the story, whole",
    why="Single cells of a table mean nothing without their rows and columns.",
    wrong="A table that the model mistakes for a box. `bodycopy clean --explain` shows what weighed against its cells.",
    needs="a page",
    is_verdict=True,
)  # fmt: skip
STORY = Rule(
    "XT013", "story-of-several", FAMILY, "The page shows several stories; another one begins here.", "likely",
    goes="(splits) <article><h2>Bridge closes</h2><time>14 May</time> … below another such article", stays="a chapter",
    why=(
        "Blogs and pages that scroll without end show several whole stories. Each becomes an article of its own, and nothing "
        "is removed."
    ),
    wrong="A story in parts, each with a date of its own. Pass `ignore` to keep it in one piece.",
    needs="a page",
)  # fmt: skip
RULES = (
    OUTSIDE, TITLE, CONSENT, PLACEHOLDER, DUMP, EMPTY, NO_ARTICLE, COPY, PULL_QUOTE, OTHER_STORY, GALLERY, TORN_TABLE,
    STORY,
)  # fmt: skip

_RULES = {
    "model": OUTSIDE,
    "title": TITLE,
    "consent": CONSENT,
    "placeholder": PLACEHOLDER,
    "dump": DUMP,
    "empty": EMPTY,
    "no-article": NO_ARTICLE,
    "copy": COPY,
    "pull-quote": PULL_QUOTE,
    "other-story": OTHER_STORY,
    "gallery": GALLERY,
    "table": TORN_TABLE,
}
"""The rules by the name that a verdict gives. A block that came back (`guard`) stays, so it needs none."""


def find(doc: Document) -> Iterator[Finding]:
    """Yield every block that its verdict leaves out, with the strongest evidence.

    A removal is only `likely` where the model gave the block some probability of belonging to the body: the careful profile
    keeps it then. The limit `doubtful` stands in `markup/model.json`.

    >>> list(find(Document.of("A text has no blocks.")))
    []
    """
    doubtful = load(MODEL).bars["doubtful"] if doc.is_page else 1.0
    for line in doc.lines:
        if line.markup is None or line.markup.verdict.keep:
            continue
        verdict = line.markup.verdict
        rule = _RULES[verdict.rule]
        confidence: Confidence = "likely" if rule is OUTSIDE and verdict.score > doubtful else "sure"
        evidence = "; ".join([reason for reason, _ in verdict.evidence]) if rule is OUTSIDE else verdict.reason
        yield line.remove(rule, evidence, confidence=confidence)
        if rule is TITLE and not any(capture.field == "title" for capture in doc.captures):
            yield line.capture(rule, "title", line.text)
    yield from _beside(doc)


def _beside(doc: Document) -> Iterator[Finding]:
    """Yield what blocks outside the body say of the article: its authors, and that it goes on behind a wall."""
    if not doc.is_page or doc.facts is None:
        return
    stories = [] if doc.is_part else story_elements(doc)
    yield from _parted(doc, stories)
    if not doc.facts.authors and not stories:
        yield from _byline(doc)
    if line_of_cut := beside_story.cut(doc):
        yield line_of_cut.capture(OUTSIDE, "truncated", line_of_cut.text)


def _byline(doc: Document) -> Iterator[Capture]:
    """Yield the authors whom the page shows beside the story: in a byline, or else beside the day."""
    found = [
        line.capture(OUTSIDE, "author", name, start=start, end=end) for line, name, (start, end) in beside_story.byline(doc)
    ]
    for line in () if found else beside_story.head(doc):
        if dates.only_day(doc, line) and (found := list(bylines.captures_beside_day(doc, line, OUTSIDE))):
            break
    yield from found


def _parted(doc: Document, stories: Sequence[StoryElement]) -> Iterator[Finding]:
    """Yield where each of several stories begins, and what its head says of it."""
    for number, story in enumerate(stories):
        if number:
            yield Split(STORY.code, story.lines[0].start)
        yield story.headline.capture(STORY, "title", story.headline.text)
        for line in story.signs:
            if day := dates.day_of(doc, line):
                yield line.capture(STORY, "date", day)
                continue
            for name, (start, end) in beside_story.authors(doc, line):
                yield line.capture(STORY, "author", name, start=start, end=end)
