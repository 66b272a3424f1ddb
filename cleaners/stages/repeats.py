"""Leads and headlines of other documents, which only a memory can recognise.

A paragraph that is the beginning of another document does not belong here, unless both documents are versions of one story
(`cleaners.memory.lead_matching`), or the paragraph serves several stories: beginnings that a template makes (forecasts,
results), and background that stands between the paragraphs of other stories, prove nothing.

The same words are not enough: the paragraph must be out of place as well.

- `sure`: it breaks off where the other story continues, it stands below or behind that story's headline, or it stands at the
  end beside the beginnings of further stories.
- `likely`: it stands beside such a paragraph.
- `unsure`: anything else. A whole paragraph between those of the story, or alone at its end, is background used again.

Goes: leads and headlines of other documents. Stays: the document's own beginning, what two versions of a story share,
background that several stories use, what texts of one template have in common.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from cleaners.document import Document
from cleaners.knowledge import Story
from cleaners.ledger import Finding
from cleaners.memory.lead_matching import LeadMatcher, uncommon_paragraphs
from cleaners.memory.openings import is_front
from cleaners.rule import Confidence, Rule
from cleaners.tail_model.topic_profile import LONG

FAMILY = "repeats"

LEAD = Rule(
    "SM002", "opening-of-another", FAMILY, "The paragraph is the beginning of another document.", "sure",
    goes="the beginning of another story, cut off, or at the end of this one", stays="background that two stories share",
    weighs=True,
    why=(
        "Extractors take the first paragraphs of other stories from the boxes around a story. The memory knows the story "
        "that each belongs to."
    ),
    wrong="A story in several parts that begins each part with the same paragraph.",
    needs="memory",
    line_kind="lead",
)  # fmt: skip
HEADLINE = Rule(
    "SM003", "headline-of-another", FAMILY, "The line is the headline of another document.", "sure",
    goes="another story's headline above its lead", stays="a subhead that is some story's headline as well", weighs=True,
    why="The headline leads to another story.",
    wrong="A story that names another one by its headline on a line of its own.",
    needs="memory",
    line_kind="lead",
)  # fmt: skip
RULES = (LEAD, HEADLINE)

MAX_SHORT_LINES = 6
"""Short lines that may stand between leads at the end, or below the last one."""
MAX_KICKER_CHARS = 60
"""Characters of a kicker on a line of its own."""
SHARED_PARAGRAPHS = 2
"""Paragraphs, even common ones, that a document shares with a story from which on the two have to do with each other."""
MAX_SHARE = 0.75
"""Share of a document's words that may be leads; with more it is an overview, and no story would be left."""
MAX_WHOLE_SHARE = 0.5
"""The same where whole paragraphs are among the leads, because nothing but their place shows these to be leads."""

_Verdict = tuple[str, Confidence]
"""Why a lead is out of place, and how sure that is."""


def find(doc: Document) -> Iterator[Finding]:
    """Yield the leads and headlines of other documents, where a memory is given.

    >>> list(find(Document.of("Without a memory, nothing is known of other documents.")))
    []
    """
    if doc.memory is None or not doc.lines:
        return
    for begin, end in doc.stories:
        others = (index for index in range(len(doc.lines)) if not begin <= index < end)
        elsewhere = uncommon_paragraphs(doc.lines, others, doc.memory)
        yield from _found(LeadMatcher(doc.lines[begin:end], doc.memory, doc.name, elsewhere))


def _found(article: LeadMatcher) -> Iterator[Finding]:
    """Yield the leads and headlines of other documents in one article, and the kickers above them."""
    if not article.leads and not article.headlines:
        return
    end_run = _run_at_end(article)
    verdicts = _verdicts(article, end_run)
    proven = {index for index, (_, confidence) in verdicts.items() if confidence == "sure"}
    for index, (why, confidence) in verdicts.items():
        evidence = f"{why}; the beginning of {_named(article.leads[index].stories)}"
        yield article.lines[index].remove(LEAD, evidence, confidence=confidence)
    for index, stories in article.headlines.items():
        beside_lead = bool({index - 1, index + 1} & proven)
        sign: Confidence = "sure" if beside_lead else "likely" if index >= end_run else "unsure"
        yield article.lines[index].remove(HEADLINE, f"the headline of {_named(stories)}", confidence=sign)
    for index in _kickers(article, proven):
        evidence = "a short line above another document's lead"
        yield article.lines[index].remove(HEADLINE, evidence, confidence="likely")


def _run_at_end(article: LeadMatcher) -> int:
    """Return the index at which the run of leads and headlines begins that reaches the end, but for short lines."""
    begin, short = len(article.lines), 0
    for index in range(len(article.lines) - 1, -1, -1):
        line = article.lines[index]
        if index in article.leads or index in article.headlines:
            begin, short = index, 0
        elif len(line.text) < LONG and not line.is_prose and short < MAX_SHORT_LINES:
            short += 1
        else:
            break
    return begin


def _verdicts(article: LeadMatcher, end_run: int) -> dict[int, _Verdict]:
    """Return of each lead why it does not belong here, and how sure that is.

    Args:
        article: the lines with their leads.
        end_run: the index from which on leads stand at the end.
    """
    distinct = {index for index, lead in article.leads.items() if not lead.is_template(article.memory)}
    proven: dict[int, _Verdict] = {index: (why, "sure") for index in sorted(distinct) if (why := _out_of_place(article, index))}
    found = proven | _whole_leads(article, distinct - set(proven), proven, end_run)
    if _is_too_much(article, found, MAX_WHOLE_SHARE):
        found = proven
    if _is_too_much(article, found, MAX_SHARE):
        found = {}
    return {index: found.get(index, ("a paragraph of several documents", "unsure")) for index in article.leads}


def _whole_leads(
    article: LeadMatcher, candidates: Collection[int], proven: Collection[int], end_run: int
) -> dict[int, _Verdict]:
    """Return the leads that only their neighbours show to be out of place."""
    whole = [
        index
        for index in sorted(candidates)
        if not article.is_background(index) and article.shared_paragraphs(article.leads[index]) < SHARED_PARAGRAPHS
    ]
    at_end = {article.leads[index].stories[0].name for index in (*whole, *proven) if index >= end_run}
    found: dict[int, _Verdict] = {}
    for index in whole:
        if index >= end_run and len(at_end) > 1:
            found[index] = "at the end, beside the beginnings of others", "sure"
        elif {index - 1, index + 1} & set(proven):
            found[index] = "beside the beginning of a third story", "likely"
    return found


def _is_too_much(article: LeadMatcher, taken: Collection[int], max_share: float) -> bool:
    """Return whether so much would go that the document is an overview rather than a story with leads below it."""
    words = sum(len(line.words) for line in article.lines)
    gone = [len(article.lines[index].words) for index in taken]
    return sum(gone) > max_share * words or max(gone, default=0) > words - sum(gone)


def _out_of_place(article: LeadMatcher, index: int) -> str:
    """Return what shows by itself that a lead does not belong here; empty where nothing does."""
    line, lead = article.lines[index].plain, article.leads[index]
    if lead.is_cut(line):
        return "cut off where another story goes on"
    if lead.start and not is_front(line[: lead.start]):
        return "behind another story's headline"
    names = {story.name for story in lead.stories}
    if any(story.name in names for story in article.headlines.get(index - 1, ())):
        return "below another story's headline"
    return ""


def _kickers(article: LeadMatcher, proven: Collection[int]) -> Iterator[int]:
    """Yield the indexes of kickers: short lines directly above a lead or its headline, in capitals or below another lead."""
    for index in sorted({*proven, *article.headlines}):
        above = index - 1
        if above < 1 or above in proven or above in article.headlines:
            continue
        line = article.lines[above]
        lead_below = index in proven or index + 1 in proven
        is_label = len(line.text) <= MAX_KICKER_CHARS and line.text[0].isalpha() and not line.has_digit and not line.is_sentence
        if is_label and lead_below and (line.text.isupper() or above - 1 in proven):
            yield above


def _named(stories: Sequence[Story]) -> str:
    """Return the name of one of these documents, and how many more there are."""
    names = sorted({story.name for story in stories})
    more = len(names) - 1
    return names[0] + (f" and of {more} more" if more else "")
