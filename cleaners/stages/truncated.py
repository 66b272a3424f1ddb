"""Truncated leads of other stories, left below the last paragraph or between paragraphs.

Overview pages and careless extractors leave the first 250 to 700 characters of other stories there, each cut off in
mid-sentence. No single sign proves one: real last paragraphs lose their full stop too, stories behind a paywall are cut
themselves, authors write in "…", and leads of near topics share words with the story. So a paragraph is considered only
if it is long, holds a full sentence and is cut, below a story whose own paragraphs do end properly. The evidence is weighed by
`cleaners/tail_model/cut_leads.py`.

Goes: a run of paragraphs about other things, each cut. Stays: the story's own last paragraph without a full stop,
signatures, addresses, lists, schedules, transcripts, verse, chords, posts below a line that announces them, and whatever
stands in a text whose sentence ends nobody knows.

A finding is `sure` only where the run is a proof: two leads or more at the end, below a story of several paragraphs that has
ended properly, all of them about something else, by a margin (the limit `sure` of the weights), in a script that shows names.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

import regex

from cleaners.document import Document
from cleaners.ledger import Finding
from cleaners.rule import Confidence, Rule
from cleaners.tail_model import cut_leads
from cleaners.tail_model.topic_profile import HEAD, LONG, SENTENCE_END, Story, ending, keys, profile, read_story
from cleaners.text.characters import LATIN_ENDS

FAMILY = "truncated"

LEAD = Rule(
    "TS001", "truncated-story", FAMILY, "The beginning of another story, cut off in mid-sentence.", "likely",
    goes="Floods on Sunday trapped people in vehicles and homes in Spain as", stays="the story's last line, without a stop",
    weighs=True,
    why="Extractors take the first lines of other stories from the boxes below a story. They break off in mid-sentence.",
    wrong="A last paragraph that a scraper cut. A cut paragraph about the story's own subject stays.",
    line_kind="lead",
)  # fmt: skip
RULES = (LEAD,)

PARAGRAPH = 60  # characters from which a line of the story is asked how it ends; shorter ones are headlines and items
CLOSED = 3  # of the story's own paragraphs end properly at least …
CLOSED_SHARE = 0.75  # … and so many of them: where fewer do, or sentence ends are unknown, an open end tells nothing
ELLIPSES = 0.2  # of the story's lines end in "…": so many are a way of writing
OWN_SHARE = 0.3  # of the leads' characters, that the story holds at least
MAX_BELOW = 6  # short lines passed over below the run: "Comments are closed.", share labels
MAX_BETWEEN = 2  # short lines passed over between two leads: the kicker and headline of the next one
LONGEST = 4500  # several leads glued to one line
MAX_LEADS = 12  # more is a list, a transcript or a page of references
MAX_INSIDE = 5  # a box of teasers between two paragraphs; more is a list of the story's own
WINDOW = 60  # paragraphs looked at from the end; no page lists more leads, and it bounds the work
SENTENCE = 25  # characters of the full sentence that a lead holds; lists, schedules, verse and chords hold none
UNSURE = 1.0  # log-odds below what a lead asks for, from which on it is worth a word to the reader

_INITIALS = regex.compile(rf"[{LATIN_ENDS}]\s*(\p{{Lu}}{{2,6}})$")  # "… of the city. DM", but also "… of the city. US"
_ITEM = regex.compile(r"[-–—•·*▪●►✓]\s|\(?\d{1,3}[.)]\s")  # a list item or a footnote
_ADDRESS = regex.compile(r"\S+@\S+$|\S*\w\.\p{Ll}{2,}(?:/\S*)?\P{L}?$")  # of mail or of a page
_FIGURE = regex.compile(r"\d\P{L}{0,8}$")  # a date, a score, a telephone number
_CAPITAL = regex.compile(r"\p{Lu}")  # in a script without them names do not show: one alone stays, no run is a proof
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

    Headlines and labels are passed over, and single paragraphs that end properly: some leads are cut at a full stop.
    """
    run: list[int] = []
    short = closed = 0
    for index in range(len(paragraphs) - 1, max(0, len(paragraphs) - WINDOW), -1):
        if len(paragraphs[index]) < LONG:
            short += 1
            if short > (MAX_BETWEEN if run else MAX_BELOW) or is_sentence(paragraphs[index]):
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


def is_sentence(line: str) -> bool:
    """Is a short line one of the story's own paragraphs? Labels are shorter, headlines have no full stop."""
    return len(line) >= PARAGRAPH and ending(line) == "closed"


def is_cut(index: int, paragraphs: Sequence[str]) -> bool:
    """Does a paragraph stop in mid-sentence, after a full one?

    Not if the next line goes on in lower case, as hard-wrapped text does. Capitals after the full stop are a sign of author or
    agency if they stand nowhere else.
    """
    paragraph = paragraphs[index]
    if len(paragraph) > LONGEST or ending(paragraph) == "closed" or _ITEM.match(paragraph) or _ADDRESS.search(paragraph[-80:]):
        return False
    if not any(len(sentence) >= SENTENCE for sentence in SENTENCE_END.split(paragraph)[:-1]):
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


def read_run(paragraphs: Sequence[str], at: Sequence[int], own: Sequence[str]) -> tuple[Story, list[dict[str, float]]] | None:
    """The story that a run is measured by, and the evidence of each of its paragraphs; `own` is the story without the run.

    None where nothing can be told: the story has not ended, its author writes as the run does, a line announces the run, or
    most of it ends in figures, as schedules and posts do.
    """
    if not has_ended(own) or paragraphs[at[0] - 1].endswith((":", "：")):
        return None
    if 2 * sum(bool(_FIGURE.search(paragraphs[index][-20:])) for index in at) > len(at):
        return None
    if breaks_off(own) and any(ending(paragraphs[index]) == "ellipsis" for index in at):
        return None
    story = read_story(profile(own))
    return story, cut_leads.gather(paragraphs, at, own, story)


def has_ended(own: Sequence[str]) -> bool:
    """Do a story's paragraphs end properly, several of them, and most? In a script without known ends none does."""
    told = [ending(line) == "closed" for line in profile(own) if len(line) >= PARAGRAPH]
    return sum(told) >= max(CLOSED, CLOSED_SHARE * len(told))


def breaks_off(own: Sequence[str]) -> bool:
    """Does the author himself write in "…"?"""
    lines = profile(own)
    return sum(ending(line) == "ellipsis" for line in lines) >= max(2, ELLIPSES * len(lines))


def judge(paragraphs: Sequence[str], at: Sequence[int], own: Sequence[str], at_end: bool) -> list[Hit]:
    """Which paragraphs of a run are leads, and the headline above them; `own` is the story without the run."""
    read = read_run(paragraphs, at, own)
    if not read:
        return []
    (story, proofs), model = read, cut_leads.load()
    scores = [model.weigh(proof) for proof in proofs]
    first, end, doubt = leads_in(scores, at_end, model.bars)
    leads = at[first:end]
    share = sum(map(len, own)) / sum(len(paragraphs[index]) for index in leads) if leads else 0.0
    if share < OWN_SHARE or len(leads) > MAX_LEADS or doubt > UNSURE:
        return []
    cased = any(_CAPITAL.search(paragraphs[index]) for index in leads)
    if len(leads) == 1 and not cased:
        return []
    sure = at_end and cased and is_proof(scores[first:end], model.bars)
    confidence: Confidence = "sure" if sure else "unsure" if doubt > 0 else "likely"
    hits: list[Hit] = []
    for index in range(leads[0] - has_headline(paragraphs, leads, story), leads[-1] + 1):
        if index in leads:
            words = cut_leads.in_words(paragraphs[index], proofs[at.index(index)], len(leads), at_end)
            hits.append((index, confidence, words))
        else:
            hits.append((index, "unsure" if doubt > 0 else "likely", "a short line above a cut lead of another story"))
    return hits


def leads_in(scores: Sequence[float], at_end: bool, bars: Mapping[str, float]) -> tuple[int, int, float]:
    """Which of a run are leads: first, end, and how much they lack.

    Its strongest stretch, which at the end of a text reaches the run's end; the first of the run may be the story's own.
    One alone asks for more, and inside the text it is the story's.
    """
    bar = bars["end"] if at_end else bars["inside"]
    best = total = 0.0
    first = end = stop = len(scores)
    for place in reversed(range(len(scores))):
        if total < 0 and not at_end:
            total, stop = 0.0, place + 1
        total += scores[place] - bar
        if total > best and scores[place] > bar:
            best, first, end = total, place, stop
    if end - first != 1:
        return first, end, 0.0
    return first, end, bars["alone"] - scores[first] if at_end else math.inf


def is_proof(scores: Sequence[float], bars: Mapping[str, float]) -> bool:
    """Are leads at the end, below a story that has ended, surely others'? Two or more are, that are far from it on average."""
    return len(scores) > 1 and sum(scores) >= bars["sure"] * len(scores)


def has_headline(paragraphs: Sequence[str], leads: Sequence[int], story: Story) -> bool:
    """Is the line above the first lead its headline? It shares words with it that the story does not have.

    Or every other lead has a short line above it as well. A line that ends like a sentence stays.
    """
    above = paragraphs[leads[0] - 1]
    if leads[0] < 2 or len(above) >= LONG or ending(above) == "closed":
        return False
    lead = {key for key, _ in keys(paragraphs[leads[0]])}
    shared = {key for key, _ in keys(above) if key in lead and len(key) > 1 and story.seen[key] <= 1}
    return len(shared) > 1 or (len(leads) > 1 and all(now - before == 2 for before, now in pairwise(leads)))
