"""Paragraphs of other stories below the last one, each to its full stop: teasers, other posts, the next article's lead.

Nothing in such a paragraph's form is wrong, so only what it says can tell: it shares no names and few of its rarer words
with the story, fewer than the story's own paragraphs share with each other. A learned model weighs this for every place
where the story could end (cleaners/foreign), and the end is where the paragraphs below have most against them. The fewer
they are, the more has to speak against each.

Goes: paragraphs at the end about other things. Stays: quotes, the background, the list of a guide, an epilogue, and what
shares words with the story or stands in a text whose own paragraphs share few.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from cleaners.document import Document
from cleaners.ledger import Finding
from cleaners.line import Line
from cleaners.models.gbdt import load
from cleaners.rule import Rule
from cleaners.tail_model.features import LONG, NAMES, RARE, gather, read_own
from cleaners.tail_model.log_odds import MODEL, weigh
from cleaners.tail_model.topic_profile import KEY

FAMILY = "unrelated"

UNRELATED = Rule(
    "UP001", "unrelated-paragraph", FAMILY, "A paragraph at the end, about something else than the story.", "likely",
    goes="a teaser's text, the next article's lead", stays="the story's background, in its own last paragraphs", weighs=True,
    why="A complete paragraph about something else, at the end, is the lead of another story.",
    wrong="A last paragraph that opens a new subject on purpose.",
    line_kind="lead",
)  # fmt: skip
RULES = (UNRELATED,)

MOST = 5
"""Paragraphs of a run."""
SIZES = ("", "one", "two", "more")
"""Names of limits, by the number of a run's paragraphs: one alone proves less than two, and two less than three."""
MAX_BELOW, MAX_BETWEEN = 6, 2
"""Short lines below the run, and between two of its paragraphs."""
OWN = 3
"""Paragraphs that are the story's in any case; no run begins among them."""
UNSEEN = 0.45
"""Of the rarer words of the last paragraph, below which the model never speaks for another story."""
USUAL = 0.1
"""Of the rarer words of the story's own paragraphs, seldom less is known from the others; then it knows no strangers."""


def find(doc: Document) -> Iterator[Finding]:
    """Yield the paragraphs of other stories at the end, each story of an archive page looked at by itself.

    >>> list(find(Document.of("The train stopped because a tree lay on the track.\\nNobody was hurt.")))
    []
    """
    if doc.is_page:
        return
    for begin, end in doc.stories:
        lines = doc.lines[begin:end]
        if may_be_unrelated(lines):
            for index, known, usual in unrelated([line.plain for line in lines]):
                evidence = f"shares {known:.0%} of its rarer words with the story, whose own paragraphs share {usual:.0%}"
                yield lines[index].remove(UNRELATED, evidence)


def may_be_unrelated(lines: Sequence[Line]) -> bool:
    """Whether the last paragraph says much that is not said above: a cheap first question."""
    run = run_at_end([line.text for line in lines])
    if not run:
        return False
    seen = {word[:KEY] for line in lines[: run[0]] for word in line.words}
    rare = {word[:KEY] for word in lines[run[-1]].words if len(word) > RARE}
    return len(rare - seen) >= UNSEEN * len(rare)


def unrelated(paragraphs: Sequence[str]) -> list[tuple[int, float, float]]:
    """Indexes of the other stories' paragraphs, with how much of their rarer words, and of the story's own, is known."""
    run = run_at_end(paragraphs)
    told: list[list[tuple[float, ...]]] = []
    scores: list[list[float]] = []
    bars = load(MODEL).bars
    while len(told) < len(run) and (not scores or scores[-1][-1] >= bars["least"]):
        last = run[len(run) - len(told) - 1 :]
        told.append(gather(paragraphs, last, read_own(paragraphs[: last[0]])))
        scores += weigh(told[-1:])
    size = foreign(scores, bars)
    if not size:
        return []
    strange, usual = NAMES.index("strange"), NAMES.index("stranger_than_usual")
    rows = zip(run[len(run) - size :], told[size - 1], strict=True)
    found = [(index, 1 - row[strange], 1 - row[strange] + row[usual]) for index, row in rows]
    return found if all(own >= USUAL for *_, own in found) else []


def run_at_end(paragraphs: Sequence[str]) -> list[int]:
    """The last long paragraphs, with no more than a few short lines between and below them."""
    run: list[int] = []
    short = 0
    for index in range(len(paragraphs) - 1, OWN - 1, -1):
        if len(paragraphs[index]) < LONG:
            short += 1
            if short > (MAX_BETWEEN if run else MAX_BELOW):
                break
            continue
        run.append(index)
        short = 0
        if len(run) == MOST:
            break
    return run[::-1]


def foreign(scores: Sequence[Sequence[float]], bars: Mapping[str, float]) -> int:
    """How many paragraphs at the end are other stories': the longest run that may go.

    Limits are log-odds: `one`, `two`, `more` of a run's paragraphs on average, `first` of the first, which may be the story's
    last, `least` of each. Where the last paragraph of all is the story's own, no longer run is asked for.
    """
    best = 0
    for size, odds in enumerate(scores, 1):
        mean = sum(odds) / size
        if min(odds) >= bars["least"] and odds[0] >= bars["first"] and mean >= bars[SIZES[min(size, len(SIZES) - 1)]]:
            best = size
        if odds[-1] < bars["least"]:
            break
    return best
