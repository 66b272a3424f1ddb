"""Paragraphs of other stories below the last one, each to its full stop: teasers, other posts, the next article's lead.

Nothing in the form of such a paragraph is wrong, so only its words can decide: it shares no names and few of its rarer words
with the story, fewer than the story's own paragraphs share with each other. A learned model (`cleaners/tail_model`) weighs
this for every place where the story could end, and the longest run of paragraphs that passes the limits goes. The fewer
paragraphs there are, the higher the limits.

Goes: paragraphs at the end about other things. Stays: quotes, the background, the list of a guide, an epilogue, and paragraphs
that share words with the story or stand in a text whose own paragraphs share few.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from cleaners.document import Document, once_for_lines
from cleaners.ledger import Finding
from cleaners.line import Line, once_per_line
from cleaners.models.gbdt import load
from cleaners.rule import Rule
from cleaners.tail_model.features import LONG, NAMES, RARE, gather, read_vocabulary
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
NEVER_SURER = True

MAX_RUN = 5
"""Paragraphs of a run; longer ones are a part of the story, or another article."""
SIZES = ("", "one", "two", "more")
"""Names of the limits by the paragraphs of a run: one alone proves less than two, and two prove less than three."""
MAX_BELOW, MAX_BETWEEN = 6, 2
"""Short lines that are passed over below the run, and between two of its paragraphs."""
OWN_PARAGRAPHS = 3
"""First lines that are the story's in any case; no run begins among them."""


def find(doc: Document) -> Iterator[Finding]:
    """Yield the paragraphs of other stories at the end; each story of an archive page is examined by itself.

    >>> list(find(Document.of("The train stopped because a tree lay on the track.\\nNobody was hurt.")))
    []
    """
    if doc.is_page:
        return
    for begin, end in doc.stories:
        lines = doc.lines[begin:end]
        if may_be_unrelated(lines):
            for index, known, usual in _unrelated(doc, lines):
                evidence = f"shares {known:.0%} of its rarer words with the story, whose own paragraphs share {usual:.0%}"
                yield lines[index].remove(UNRELATED, evidence)


def may_be_unrelated(lines: Sequence[Line]) -> bool:
    """Tell whether enough words of the last paragraph stand nowhere above it: a cheap test before the features are computed.

    Below the limit `unseen` the model never speaks for another story.
    """
    run = run_at_end([line.text for line in lines])
    if not run:
        return False
    rare = {word[:KEY] for word in lines[run[-1]].words if len(word) > RARE}
    least = load(MODEL).bars["unseen"] * len(rare)
    for line in reversed(lines[: run[0]]):
        rare -= _beginnings(line)
        if len(rare) < least:
            return False  # as of most texts, after few lines
    return True


@once_per_line
def _beginnings(line: Line) -> frozenset[str]:
    """Return the beginnings of a line's words."""
    return frozenset(word[:KEY] for word in line.words)


def unrelated(paragraphs: Sequence[str]) -> list[tuple[int, float, float]]:
    """Find the paragraphs of other stories.

    Returns:
        The index of each paragraph, the share of its rarer words that the story has too, and the share of the rarer words of
        the story's own paragraphs that its other paragraphs have. Empty where the latter is below the limit `usual`: then
        the story's own paragraphs have as little in common.
    """
    run = run_at_end(paragraphs)
    evidence: list[list[tuple[float, ...]]] = []
    scores: list[list[float]] = []
    bars = load(MODEL).bars
    while len(evidence) < len(run) and (not scores or scores[-1][-1] >= bars["least"]):
        last = run[len(run) - len(evidence) - 1 :]
        evidence.append(gather(paragraphs, last, read_vocabulary(paragraphs[: last[0]])))
        scores += weigh(evidence[-1:])
    size = paragraphs_of_others(scores, bars)
    if not size:
        return []
    strange, usual = NAMES.index("strange"), NAMES.index("stranger_than_usual")
    rows = zip(run[len(run) - size :], evidence[size - 1], strict=True)
    found = [(index, 1 - row[strange], 1 - row[strange] + row[usual]) for index, row in rows]
    return found if all(own >= bars["usual"] for *_, own in found) else []


_unrelated = once_for_lines(unrelated)


def run_at_end(paragraphs: Sequence[str]) -> list[int]:
    """Find the last long paragraphs, with no more than a few short lines between and below them.

    Returns:
        Their indexes, ascending.
    """
    run: list[int] = []
    short = 0
    for index in range(len(paragraphs) - 1, OWN_PARAGRAPHS - 1, -1):
        if len(paragraphs[index]) < LONG:
            short += 1
            if short > (MAX_BETWEEN if run else MAX_BELOW):
                break
            continue
        run.append(index)
        short = 0
        if len(run) == MAX_RUN:
            break
    return run[::-1]


def paragraphs_of_others(scores: Sequence[Sequence[float]], bars: Mapping[str, float]) -> int:
    """Count the paragraphs at the end that belong to other stories: the longest run that passes the limits.

    Args:
        scores: The log-odds of the paragraphs of each run, the shortest run first. Runs behind one whose last paragraph is
            the story's own do not count.
        bars: Limits in log-odds: `one`, `two`, `more` for the mean of a run of so many paragraphs, `first` for its first
            paragraph, which may be the story's last, `least` for each.
    """
    best = 0
    for size, odds in enumerate(scores, 1):
        mean = sum(odds) / size
        if min(odds) >= bars["least"] and odds[0] >= bars["first"] and mean >= bars[SIZES[min(size, len(SIZES) - 1)]]:
            best = size
        if odds[-1] < bars["least"]:
            break
    return best
