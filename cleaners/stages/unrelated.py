"""Paragraphs of other stories below the last one, each to its full stop: teasers, other posts, the next article's lead.

Nothing in such a paragraph's form is wrong, so only what it says can tell: it shares no names and few of its rarer words
with the story, with the paragraph above the run, or with the others of the run. One alone may be the story's own last
turn, so at least two are asked for. The weights are a logistic regression's over such runs at the ends of half of the
publishers' stories, and over the stories' own last paragraphs; `benchmarks/tails.py --kind full` judges them.

Goes: a run at the end, of paragraphs about other things, each about another. Stays: one strange paragraph alone, quotes, a
run that shares words with itself or with the story: the background, the list of a guide, an epilogue.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

import regex

from cleaners.document import Document, Line
from cleaners.ledger import Finding
from cleaners.rule import Rule
from cleaners.story import Story, keys, profile, read_story
from cleaners.strangers import evidence

FAMILY = "unrelated"

UNRELATED = Rule(
    "UP001", "unrelated-paragraph", FAMILY, "One of several paragraphs at the end, each about something else.", "likely",
    goes="a teaser's text, with another one below it", stays="the story's background, in its own last paragraphs",
)  # fmt: skip
RULES = (UNRELATED,)

WEIGHTS = {
    "unseen": 8.5,
    "few_words": 2.7,
    "strange_names": 0.8,
    "unseen_names": 1.7,
    "seen_names": -2.7,
    "new_people": -1.5,
    "off_theme": 0.8,
    "like_head": -3.3,
    "like_above": -5.0,
    "like_others": -10.6,
    "close_story": 5.9,
    "close_names": 0.6,
    "long_story": 0.9,
    "small_story": -3.9,
    "sentences": 1.3,
    "longer": -1.0,
    "too_short": -2.0,
    "too_long": -3.2,
    "quote": -3.5,
    "lead_in": -2.0,
}
BIAS = -13.7

LEAST = 0.8
"""Log-odds that each paragraph of a run has at least."""
FIRST = 2.6
"""The same for the first, which may be the story's last."""
BARS = {2: 3.0, 3: 2.2, 4: 2.2, 5: 2.2}
"""What the paragraphs of a run have on average: two prove less than three."""
LONG = 110
"""Characters; shorter lines are headlines and furniture, passed over."""
MAX_BELOW, MAX_BETWEEN = 6, 2
"""Short lines below the run, and between two of its paragraphs."""
HEAD = 3
"""Paragraphs that say what the story is about; no run begins among them."""
RARE = 3
"""Letters; shorter words are mostly common ones."""
KEY = 6
"""Letters of a word that are compared; inflection is mostly at its end."""
UNSEEN = 0.45
"""Of the rarer words of each of the last two, below which the weights never speak for another story."""

_PERSON = regex.compile(r"(?<![.!?:…“”\"„«»‘]\s)(?<!^)\b\p{Lu}[\p{L}\p{M}'’-]+\s+(?:\p{Lu}\.\s+)?\p{Lu}[\p{L}\p{M}'’-]+")
_QUOTES = "\"“”„«»‘’'「『—–-"


def find(doc: Document) -> Iterator[Finding]:
    """Yield the paragraphs of other stories at the end, each story of an archive page looked at by itself.

    >>> list(find(Document.of("The train stopped because a tree lay on the track.\\nNobody was hurt.")))
    []
    """
    if any(line.markup for line in doc.lines):
        return  # a page's blocks have had their verdict
    starts = sorted({split.start for split in doc.splits})
    bounds = [next((i for i, line in enumerate(doc.lines) if line.start >= start), len(doc.lines)) for start in starts]
    for begin, end in pairwise([0, *bounds, len(doc.lines)]):
        lines = doc.lines[begin:end]
        if may_be_unrelated(lines):
            for index, known in unrelated([line.plain for line in lines]):
                yield lines[index].remove(UNRELATED, f"shares {known:.0%} of its rarer words with the story")


def may_be_unrelated(lines: Sequence[Line]) -> bool:
    """Whether the last two paragraphs say much that is not said above: a cheap first question."""
    run = run_at_end([line.text for line in lines])[-2:]
    if len(run) < min(BARS):
        return False
    seen = {word[:KEY] for line in lines[: run[0]] for word in line.words}
    rare = [{word[:KEY] for word in lines[index].words if len(word) > RARE} for index in run]
    return all(len(words - seen) >= UNSEEN * len(words) for words in rare)


def unrelated(paragraphs: Sequence[str]) -> list[tuple[int, float]]:
    """Indexes of the paragraphs at the end that are other stories', with how much of their rarer words the story has."""
    run = run_at_end(paragraphs)
    best: list[tuple[int, float]] = []
    most = 0.0
    for size in range(min(BARS), len(run) + 1):
        last = run[-size:]
        story = read_story(profile(paragraphs[: last[0]]))
        proofs = [proof(paragraphs, last[-1], last, story)]
        if weigh(proofs[0]) < 0:  # the last of all is the story's own, and so no run is at its end
            return best
        proofs += (proof(paragraphs, index, last, story) for index in reversed(last[:-1]))
        scores = [weigh(each) for each in proofs]
        above = sum(scores) - BARS[size] * size
        if min(scores) >= LEAST and scores[-1] >= FIRST and above >= 0 and (above > most or not best):
            most = above
            best = [(index, 1 - each["unseen"]) for index, each in zip(reversed(last), proofs, strict=True)]
    return best[::-1]


def run_at_end(paragraphs: Sequence[str]) -> list[int]:
    """The last long paragraphs, with no more than a few short lines between and below them."""
    run: list[int] = []
    short = 0
    for index in range(len(paragraphs) - 1, HEAD - 1, -1):
        if len(paragraphs[index]) < LONG:
            short += 1
            if short > (MAX_BETWEEN if run else MAX_BELOW):
                break
            continue
        run.append(index)
        short = 0
        if len(run) == max(BARS):
            break
    return run[::-1]


def proof(paragraphs: Sequence[str], index: int, run: Sequence[int], story: Story) -> dict[str, float]:
    """The named evidence of one paragraph of a run, about 0 to 1 each."""
    paragraph = paragraphs[index]
    others = [paragraphs[other] for other in run if other != index]
    told = evidence(paragraph, story, others)
    found = keys(paragraph)
    names = {key for key, name in found if name}
    known = sum(story.seen[key] > 0 for key in names)
    rare = {key for key, _ in found if len(key) > RARE}
    head = Counter(key for other in paragraphs[:HEAD] for key, _ in keys(other))
    people = sum(all(not story.seen[key] for key, _ in keys(name)) for name in _PERSON.findall(paragraph))
    return told | {
        "unseen": share(rare, lambda key: not story.seen[key]),
        "unseen_names": min(len(names) - known, 8) / 8,
        "seen_names": min(known, 4) / 4,
        "new_people": min(people, 3) / 3,
        "like_head": share(rare, lambda key: head[key] > 0),
        "like_above": alike(rare, paragraphs[run[0] - 1], story),
        "like_others": max(alike(rare, other, story) for other in others),
        "close_story": story.overlap,
        "close_names": story.names,
        "long_story": math.log(story.paragraphs + 1),
        "quote": float(paragraph[0] in _QUOTES),
        "lead_in": float(paragraph.endswith((":", "："))),
    }


def share(words: set[str], is_so: Callable[[str], bool]) -> float:
    """Of how many of the words something is so."""
    return sum(map(is_so, words)) / max(1, len(words))


def alike(rare: set[str], other: str, story: Story) -> float:
    """How much of a paragraph's rarer words another one has; the rarer in the story, the more a word weighs."""
    shared = {key for key, _ in keys(other)}
    weights = {key: math.log((story.paragraphs + 1) / (story.seen[key] + 0.5)) for key in rare}
    whole = sum(weights.values())
    return sum(weight for key, weight in weights.items() if key in shared) / whole if whole > 0 else 0.0


def weigh(told: dict[str, float]) -> float:
    """The log-odds that speak for another story."""
    return BIAS + sum(weight * told[name] for name, weight in WEIGHTS.items())
