"""Truncated leads of other stories, left below the last paragraph or between paragraphs.

Overview pages and careless extractors leave the first 250 to 700 characters of other stories there, each cut off in
mid-sentence. No single sign proves one: real last paragraphs lose their full stop too, stories behind a paywall are cut
themselves, and leads of near topics share words with the story. So a paragraph is considered only if it is long, cut,
and part of a run in a text whose other paragraphs do end properly; cleaners/strangers.py weighs the evidence.

Goes: a run of paragraphs about other things, each cut. Stays: the story's own last paragraph without a full stop,
signatures, lists, transcripts, verse.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import regex

from cleaners.document import Document
from cleaners.foreign import odds
from cleaners.ledger import Finding
from cleaners.rule import Confidence, Rule
from cleaners.story import HEAD, LONG, Story, ending, keys, profile, read_story
from cleaners.strangers import in_words, run_evidence, weigh

FAMILY = "truncated"

LEAD = Rule(
    "TS001", "truncated-story", FAMILY, "The beginning of another story, cut off in mid-sentence.", "likely",
    goes="Floods on Sunday trapped people in vehicles and homes in Spain as", stays="the story's last line, without a stop",
    weighs=True,
)  # fmt: skip
RULES = (LEAD,)

CLOSED_SHARE = 0.5  # of the long paragraphs above: where fewer end properly, an open end tells nothing
MAX_BELOW = 6  # short lines passed over below the run: "Comments are closed.", share labels
MAX_BETWEEN = 2  # short lines passed over between two leads: the kicker and headline of the next one
LONGEST = 4500  # several leads glued to one line
MAX_LEADS = 12  # more is a list, a transcript or a page of references
MAX_INSIDE = 5  # a box of teasers between two paragraphs; more is a list of the story's own
WINDOW = 60  # paragraphs looked at from the end; no page lists more leads, and it bounds the work

# What a removal asks for, in log-odds. A run confirms itself; one alone may be the story's own end.
IN_RUN = -0.8  # each of several at the end
SINGLE = 0.5  # one alone at the end: real last paragraphs lose their full stop
PAYWALL = 1.0  # and more where it ends in an ellipsis, as stories behind a paywall do
INSIDE_RUN = 0.5  # each of several with the story going on below them, where the model of what they share has a say as well
INSIDE = 2.5  # one alone there
UNSURE = 0.8  # less than that is still worth a word to the reader
SURE = 2.0

_INITIALS = regex.compile(r"[.!?…。”\"»]\s*(\p{Lu}{2,6})$")  # "… of the city. DM", but also "… of the city. US"
_ITEM = regex.compile(r"[-–—•·*▪●►✓]\s|\(?\d{1,3}[.)]\s")  # a list item or a footnote
# "Hikes: …" is one too if another stands beside it; "HIKES: …" is a kicker.
_LABELLED = regex.compile(r"\p{Lu}(?=[^:]{0,30}\p{Ll})[^:.,]{1,30}:\s")

Hit = tuple[int, Confidence, str]
"""Index of a paragraph, how sure, and the evidence in words."""


def find(doc: Document) -> Iterator[Finding]:
    """Yield the leads of other stories, each story of an archive page looked at by itself.

    >>> list(find(Document.of("The train stopped because a tree lay on the track.\\nThe story has no full stop")))
    []
    """
    for begin, end in doc.stories:
        for index, confidence, evidence in foreign_leads([line.plain for line in doc.lines[begin:end]]):
            yield doc.lines[begin + index].remove(LEAD, evidence, confidence=confidence)


def foreign_leads(paragraphs: Sequence[str]) -> list[Hit]:
    """Find the truncated leads of other stories: (index, confidence, evidence in words), in order.

    Mostly they stand at the end; runs of them inside a text ask for more. Headlines between and above them go along.
    What a removal lays bare is asked again, so a second call on the rest finds nothing new.

    >>> foreign_leads(["A story.", "It ends without a full stop"])
    []
    """
    found: list[Hit] = []
    left = list(range(len(paragraphs)))
    while True:
        hits = leads_of([paragraphs[index] for index in left])
        sound = [hit for hit in hits if hit[1] != "unsure"]
        found += [(left[index], confidence, words) for index, confidence, words in sound or hits]
        if not sound:
            return sorted(found)
        gone = {index for index, _, _ in sound}
        left = [index for place, index in enumerate(left) if place not in gone]


def leads_of(paragraphs: Sequence[str]) -> list[Hit]:
    """The leads at the end and inside, without what their removal would lay bare."""
    tail = cut_run(paragraphs)
    hits = judge(paragraphs, tail, paragraphs[: tail[0]], at_end=True) if tail else []
    groups = cut_groups(paragraphs, tail[0] if tail else len(paragraphs))
    inside = {index for group in groups for index in group}
    if len(groups) != 1 or len(inside) > MAX_INSIDE:  # cut here and there: that is how this text is written
        return hits
    rest = [paragraph for index, paragraph in enumerate(paragraphs) if index not in inside and index not in tail]
    return judge(paragraphs, groups[0], rest, at_end=False) + hits


def cut_run(paragraphs: Sequence[str]) -> list[int]:
    """The long paragraphs of a run that reaches the end, in order: the first and the last are cut, most others too.

    Short lines are passed over, and single paragraphs that end properly: some leads are cut at a full stop.
    """
    run: list[int] = []
    short = closed = 0
    for index in range(len(paragraphs) - 1, max(0, len(paragraphs) - WINDOW), -1):
        if len(paragraphs[index]) < LONG:
            short += 1
            if short > (MAX_BETWEEN if run else MAX_BELOW):
                break
            continue
        if is_cut(index, paragraphs):
            closed = 0
        elif not run or closed:
            break
        else:
            closed = 1
        run.append(index)
        short = 0
    return run[::-1][closed:]


def is_cut(index: int, paragraphs: Sequence[str]) -> bool:
    """Does a paragraph stop in mid-sentence? Not if the next line goes on in lower case, as hard-wrapped text does.

    Capitals after the full stop are a sign of author or agency if they stand nowhere else.
    """
    paragraph = paragraphs[index]
    if len(paragraph) > LONGEST or ending(paragraph) == "closed" or _ITEM.match(paragraph):
        return False
    if index + 1 < len(paragraphs) and paragraphs[index + 1][:1].islower():
        return False
    initials = _INITIALS.search(paragraph[-20:])
    return not initials or any(initials[1] in other for other in paragraphs[: min(index, HEAD)])


def cut_groups(paragraphs: Sequence[str], end: int) -> list[list[int]]:
    """The runs of cut paragraphs inside the text, above `end`; the first paragraph of all is the story's own."""
    groups: list[list[int]] = []
    for index in range(1, end):
        if len(paragraphs[index]) >= LONG and is_cut(index, paragraphs):
            if groups and groups[-1][-1] == index - 1:  # with headlines between, it is a list of the story's own
                groups[-1].append(index)
            else:
                groups.append([index])
    return [run for run in groups if len(run) == 1 or not all(_LABELLED.match(paragraphs[index]) for index in run)]


def judge(paragraphs: Sequence[str], run: Sequence[int], own: Sequence[str], at_end: bool) -> list[Hit]:
    """Which paragraphs of a run are leads: its strongest stretch, which at the end of a text reaches the run's end.

    `own` is the story without it. Between its paragraphs it counts as much how strange they are to it: items are cut too.
    """
    story = read_story(profile(own))
    if story.closed < CLOSED_SHARE:
        return []
    proofs = run_evidence(paragraphs, run, story)
    scores = [weigh(proof, story) for proof in proofs]
    if not at_end:
        scores = [score + more for score, more in zip(scores, odds.of_run(paragraphs, run, own), strict=True)]
    bar = IN_RUN if at_end else INSIDE_RUN if len(run) > 1 else INSIDE - UNSURE
    best = total = 0.0
    first = end = stop = len(run)
    for place in reversed(range(len(run))):  # the first paragraphs of a run may be the story's own
        if total < 0 and not at_end:
            total, stop = 0.0, place + 1
        total += scores[place] - bar
        if total > best and scores[place] > bar:
            best, first, end = total, place, stop
    leads = run[first:end]
    if not leads or len(leads) > MAX_LEADS:
        return []
    doubt = 0.0
    if len(leads) == 1:
        doubt = (SINGLE + PAYWALL * proofs[first]["ellipsis"] if at_end else INSIDE) - scores[first]
        if doubt > UNSURE or len(paragraphs[leads[0]]) > sum(map(len, paragraphs[: leads[0]])):
            return []
    hits: list[Hit] = []
    for index in range(leads[0] - has_headline(paragraphs, leads, story), leads[-1] + 1):
        if index not in leads:
            hits.append((index, "unsure" if doubt > 0 else "likely", "a short line above a cut lead of another story"))
            continue
        place = run.index(index)
        sure = at_end and len(leads) > 1 and scores[place] >= SURE
        words = in_words(paragraphs[index], proofs[place], len(leads), at_end)
        hits.append((index, "sure" if sure else "unsure" if doubt > 0 else "likely", words))
    return hits


def has_headline(paragraphs: Sequence[str], leads: Sequence[int], story: Story) -> bool:
    """Is the line above the first lead its headline? It shares words with it that the story does not have.

    Or every other lead has a short line above it as well. A line that ends like a sentence stays.
    """
    above = paragraphs[leads[0] - 1]
    if leads[0] < 2 or len(above) >= LONG or above.endswith((".", ":", "。")):
        return False
    lead = {key for key, _ in keys(paragraphs[leads[0]])}
    shared = {key for key, _ in keys(above) if key in lead and len(key) > 1 and story.seen[key] <= 1}
    return len(shared) > 1 or (len(leads) > 1 and all(now - before == 2 for before, now in pairwise(leads)))
