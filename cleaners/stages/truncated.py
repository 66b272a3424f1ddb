"""Truncated leads of other stories, left below the last paragraph or between paragraphs.

Overview pages and careless extractors leave the first 250 to 700 characters of other stories there, each cut off in
mid-sentence. No single sign proves one: real last paragraphs lose their full stop too, stories behind a paywall are cut
themselves, authors end sentences in "…", and leads of related topics share words with the story. So a paragraph is considered
only if it is long, holds a full sentence and is cut, below a story whose own paragraphs end like sentences. A model weighs the
evidence (`cleaners/tail_model/cut_leads.py`); its limits stand in `cut_leads.json`.

Goes: a run of paragraphs about other things, each cut. Stays: the story's own last paragraph without a full stop, signatures,
addresses, lists, schedules, transcripts, verse, chords, posts below a line that announces them, and anything in a text whose
sentence ends are unknown.

A finding is `sure` only where the run is a proof: two leads or more at the end, below a story of several paragraphs that has
ended, all of them about something else by a margin (the limit `sure`), in a script with capitals, which shows names.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

import regex

from cleaners.document import Document, once_for_lines
from cleaners.ledger import Finding
from cleaners.rule import Confidence, Rule
from cleaners.tail_model import cut_leads
from cleaners.tail_model.topic_profile import (
    HEAD,
    LONG,
    SENTENCE_END,
    TopicProfile,
    ending,
    keys,
    read_topic_profile,
    representative,
)
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

PARAGRAPH_CHARS = 60
"""Characters from which on a line shows how the story's sentences end; shorter ones are headlines and items."""
MIN_CLOSED, MIN_CLOSED_SHARE = 3, 0.75
"""Paragraphs of the story, and share of them, that end like sentences: with fewer, an open end proves nothing."""
ELLIPSIS_SHARE = 0.2
"""Share of the story's lines that end in "…" from which on this is how its author writes."""
MIN_OWN_SHARE = 0.3
"""Characters of the story, relative to those of the leads: what holds less is no story with leads below it."""
MAX_BELOW = 6
"""Short lines that are passed over below the run: "Comments are closed.", share labels."""
MAX_BETWEEN = 2
"""Short lines that are passed over between two leads: the kicker and headline of the next one."""
MAX_LEAD_CHARS = 4500
"""Characters of several leads that are glued to one line."""
MAX_LEADS = 12
"""Leads of a run; more are a list, a transcript or a page of references."""
MAX_INSIDE = 5
"""Leads of a box of teasers between two paragraphs; more are a list of the story's own."""
WINDOW = 60
"""Paragraphs at the end that are examined; no page lists more leads, and it bounds the work."""
MIN_SENTENCE_CHARS = 25
"""Characters of the full sentence that a lead holds; lists, schedules, verse and chords hold none."""

_INITIALS = regex.compile(rf"[{LATIN_ENDS}]\s*(\p{{Lu}}{{2,6}})$")
"""Initials of an author behind a sentence ("… of the city. DM"), but also the beginning of a cut one ("… of the city. US")."""
_ITEM = regex.compile(r"[-–—•·*▪●►✓]\s|\(?\d{1,3}[.)]\s")
"""The beginning of a list item or a footnote."""
_ADDRESS = regex.compile(r"\S+@\S+$|\S*\w\.\p{Ll}{2,}(?:/\S*)?\P{L}?$")
"""An address of mail or of a page at the end."""
_FIGURE = regex.compile(r"\d\P{L}{0,8}$")
"""A date, a score or a telephone number at the end."""
_CAPITAL = regex.compile(r"\p{Lu}")
"""In a script without capitals names do not show: there one lead alone stays, and no run is a proof."""
_LABELLED = regex.compile(r"\p{Lu}(?=[^:]{0,30}\p{Ll})[^:.,]{1,30}:\s")
"""A label at the beginning of an item ("Hikes: …"), if the items beside it have one too; "HIKES: …" is a kicker."""

Hit = tuple[int, Confidence, str]
"""Index of a paragraph, confidence, and the evidence in words."""


def find(doc: Document) -> Iterator[Finding]:
    """Yield the truncated leads of other stories; each story of an archive page is examined by itself.

    >>> list(find(Document.of("The train stopped because a tree lay on the track.\\nThe story has no full stop")))
    []
    """
    for begin, end in doc.stories:
        for index, confidence, evidence in _foreign_leads(doc, doc.lines[begin:end]):
            yield doc.lines[begin + index].remove(LEAD, evidence, confidence=confidence)


def foreign_leads(paragraphs: Sequence[str]) -> list[Hit]:
    """Find the truncated leads of other stories, in the order of the text.

    Most of them stand at the end; runs of them inside a text need more evidence. Headlines between and above them go too.
    The rest is searched again after each removal, so that a second call on it finds nothing new.

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


_foreign_leads = once_for_lines(foreign_leads)


def leads_of(paragraphs: Sequence[str]) -> list[Hit]:
    """Find the leads at the end and inside, in one pass."""
    tail = cut_run(paragraphs)
    hits = judge(paragraphs, tail, paragraphs[: tail[0]], at_end=True) if tail else []
    groups = cut_groups(paragraphs, tail[0] if tail else len(paragraphs))
    inside = {index for group in groups for index in group}
    if len(groups) != 1 or len(inside) > MAX_INSIDE:  # cut here and there: this text is written like that
        return hits
    rest = [paragraph for index, paragraph in enumerate(paragraphs) if index not in inside and index not in tail]
    return judge(paragraphs, groups[0], rest, at_end=False) + hits


def cut_run(paragraphs: Sequence[str]) -> list[int]:
    """Find the run of long paragraphs that reaches the end. Its first and last paragraphs are cut, most others too.

    Headlines and labels are passed over, and single paragraphs that end like a sentence: some leads are cut at a full stop.

    Returns:
        The indexes of the paragraphs, ascending; empty if there is no such run.
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
    """Tell whether a short line is a paragraph of the story: labels are shorter, headlines have no full stop."""
    return len(line) >= PARAGRAPH_CHARS and ending(line) == "closed"


def is_cut(index: int, paragraphs: Sequence[str]) -> bool:
    """Tell whether a paragraph stops in mid-sentence, after a full sentence.

    It does not if the next line begins in lower case, as in hard-wrapped text. Capitals after the full stop are the initials of
    an author or agency if they stand nowhere else.
    """
    paragraph = paragraphs[index]
    if (
        len(paragraph) > MAX_LEAD_CHARS
        or ending(paragraph) == "closed"
        or _ITEM.match(paragraph)
        or _ADDRESS.search(paragraph[-80:])
    ):
        return False
    if not any(len(sentence) >= MIN_SENTENCE_CHARS for sentence in SENTENCE_END.split(paragraph)[:-1]):
        return False
    if index + 1 < len(paragraphs) and paragraphs[index + 1][:1].islower():
        return False
    initials = _INITIALS.search(paragraph[-20:])
    return not initials or any(initials[1] in other for other in paragraphs[: min(index, HEAD)])


def cut_groups(paragraphs: Sequence[str], end: int) -> list[list[int]]:
    """Find the runs of cut paragraphs inside the text, above `end`; the first paragraph of all is the story's own."""
    groups: list[list[int]] = []
    for index in range(1, end):
        if len(paragraphs[index]) >= LONG and is_cut(index, paragraphs):
            if groups and groups[-1][-1] == index - 1:  # with headlines in between it is a list of the story's own
                groups[-1].append(index)
            else:
                groups.append([index])
    return [run for run in groups if len(run) == 1 or not all(_LABELLED.match(paragraphs[index]) for index in run)]


def read_run(
    paragraphs: Sequence[str], run: Sequence[int], own: Sequence[str]
) -> tuple[TopicProfile, list[dict[str, float]]] | None:
    """Collect the evidence on a run of paragraphs.

    Args:
        paragraphs: The lines of the text.
        run: The indexes of the run's paragraphs.
        own: The lines of the story without the run.

    Returns:
        The topic of the story, and the features of each paragraph of the run. None where they would prove nothing: the story
        has not ended, its author writes as the run does, a line announces the run, or most of the run ends in figures, as
        schedules and posts do.
    """
    if not has_ended(own) or paragraphs[run[0] - 1].endswith((":", "：")):
        return None
    if 2 * sum(bool(_FIGURE.search(paragraphs[index][-20:])) for index in run) > len(run):
        return None
    if breaks_off(own) and any(ending(paragraphs[index]) == "ellipsis" for index in run):
        return None
    story = read_topic_profile(representative(own))
    return story, cut_leads.gather(paragraphs, run, own, story)


def has_ended(own: Sequence[str]) -> bool:
    """Tell whether several of a story's paragraphs, and most of them, end like sentences. In unknown scripts none does."""
    closed = [ending(line) == "closed" for line in representative(own) if len(line) >= PARAGRAPH_CHARS]
    return sum(closed) >= max(MIN_CLOSED, MIN_CLOSED_SHARE * len(closed))


def breaks_off(own: Sequence[str]) -> bool:
    """Tell whether the author of a story ends paragraphs in "…"."""
    lines = representative(own)
    return sum(ending(line) == "ellipsis" for line in lines) >= max(2, ELLIPSIS_SHARE * len(lines))


def judge(paragraphs: Sequence[str], run: Sequence[int], own: Sequence[str], at_end: bool) -> list[Hit]:
    """Find the leads of a run, and the headline above them.

    Args:
        paragraphs: The lines of the text.
        run: The indexes of the run's paragraphs.
        own: The lines of the story without the run.
        at_end: Whether the run reaches the end of the text.
    """
    read = read_run(paragraphs, run, own)
    if not read:
        return []
    (story, rows), model = read, cut_leads.load()
    scores = [model.weigh(row) for row in rows]
    first, end, doubt = leads_in(scores, at_end, model.bars)
    leads = run[first:end]
    share = sum(map(len, own)) / sum(len(paragraphs[index]) for index in leads) if leads else 0.0
    if share < MIN_OWN_SHARE or len(leads) > MAX_LEADS or doubt > model.bars["unsure"]:
        return []
    cased = any(_CAPITAL.search(paragraphs[index]) for index in leads)
    if len(leads) == 1 and not cased:
        return []
    sure = at_end and cased and is_proof(scores[first:end], model.bars)
    confidence: Confidence = "sure" if sure else "unsure" if doubt > 0 else "likely"
    hits: list[Hit] = []
    for index in range(leads[0] - has_headline(paragraphs, leads, story), leads[-1] + 1):
        if index in leads:
            words = cut_leads.in_words(paragraphs[index], rows[run.index(index)], len(leads), at_end)
            hits.append((index, confidence, words))
        else:
            hits.append((index, "unsure" if doubt > 0 else "likely", "a short line above a cut lead of another story"))
    return hits


def leads_in(scores: Sequence[float], at_end: bool, bars: Mapping[str, float]) -> tuple[int, int, float]:
    """Find the leads in a run: its strongest stretch. The first paragraphs of the run may be the story's own.

    Args:
        scores: The log-odds of each paragraph of the run.
        at_end: Whether the run reaches the end of the text; then the stretch reaches the end of the run.
        bars: The limits of the model, in log-odds. One lead alone needs more, and inside the text it is the story's.

    Returns:
        The place of the first lead in the run, the place behind the last, and how many log-odds they lack.
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
    """Tell whether leads at the end, below a story that has ended, surely belong to others: several, far above the limit."""
    return len(scores) > 1 and sum(scores) >= bars["sure"] * len(scores)


def has_headline(paragraphs: Sequence[str], leads: Sequence[int], story: TopicProfile) -> bool:
    """Tell whether the line above the first lead is its headline.

    It shares words with the lead that the story does not have, or every other lead has a short line above it as well. A line
    that ends like a sentence is no headline.
    """
    above = paragraphs[leads[0] - 1]
    if leads[0] < 2 or len(above) >= LONG or ending(above) == "closed":
        return False
    lead = {key for key, _ in keys(paragraphs[leads[0]])}
    shared = {key for key, _ in keys(above) if key in lead and len(key) > 1 and story.seen[key] <= 1}
    return len(shared) > 1 or (len(leads) > 1 and all(now - before == 2 for before, now in pairwise(leads)))
