"""Margins: by how much the learned models, and what a memory has counted, decided about a line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from cleaners.document import Document
from cleaners.line import Line
from cleaners.line_model import explanations
from cleaners.line_model.classes import classes
from cleaners.line_model.features import Floats
from cleaners.line_model.forms import forms
from cleaners.line_model.quotations import quotations
from cleaners.markup.annotation import MODEL
from cleaners.memory.segments import label_frequency, segment_frequency
from cleaners.memory.site_lines import MEANING, MIN_COUNTS, Grade, doubt, grade
from cleaners.models.gbdt import Model, load
from cleaners.stages import context, extraction
from cleaners.stages.habits import MIN_WORDS
from cleaners.text.segments import label, segments
from cleaners.text.tokens import find_words

LINE_FAMILY, LINE_RULE = context.FAMILY, context.STRAY.code
"""The family and the rule of the model of lines."""
BLOCK_RULE = extraction.OUTSIDE.code
"""The rule of the model of a page's blocks."""
_PROFILES = {"likely": "standard", "unsure": "thorough"}
"""The first profile in which a finding of a confidence acts."""
_MAX_REASONS = 3
"""Reasons that a margin names on each side."""
_MIN_SHIFT = 0.05
"""Log-odds; evidence that moved the score less is not named."""
TOPICS = (
    "its length",
    "how it ends",
    "its sentences",
    "the run of lines in which it stands",
    "the lines around it",
    "how many lines are written like it",
    "its words are not those of what was taken",
    "its likeness to the headline",
    "its words, which the story uses",
    "its names, which the story uses",
    "its words stand nowhere else",
    "it speaks to no readers",
    "it speaks of no pictures and days",
    "what was taken beside it",
    "its place",
    "its form, of a row or of a part of a sentence",
    "the kind of text",
    "how it is written",
    "its figures and signs",
    "other signs of running text",
)
"""What speaks for the story where evidence does not speak for noise, for each family of features (`explanations.families`)."""

Reasons = tuple[tuple[str, float], ...]
"""Clauses, each with how far it moved a score, in log-odds."""


@dataclass(frozen=True, slots=True)
class LineMargin:
    """What the model of lines says of a line.

    Attributes:
        probability: that the line is noise, 0 to 1.
        kind: the class of the line, `PLACE, KIND OF TEXT`; empty for a line that is never taken.
        limits: by profile, the probability from which on a line of this class goes. A profile without one never takes it.
        for_noise: the strongest evidence that it is noise, in words, each with how far it moved the score, in log-odds.
        for_story: what speaks most for the story, each with how far it moved the score, in log-odds.
        veto: why a line stays in spite of its probability; empty where nothing keeps it.
    """

    probability: float
    kind: str
    limits: Mapping[str, float]
    for_noise: Reasons
    for_story: Reasons
    veto: str = ""


@dataclass(frozen=True, slots=True)
class BlockMargin:
    """What the models of a page say of a block.

    Attributes:
        probability: that the block belongs to the body, 0 to 1.
        kept: whether it does, by the verdict.
        limit: the usual probability from which on a block stays; around the story's own blocks it is lower.
        doubtful: the probability above which a block that goes is not surely noise, so that `careful` keeps it.
        decided_by: `model`, or the policy that overruled it.
        reason: why, in words.
        evidence: what decided, in words, each with how far it moved the score towards the body, in log-odds.
        element: the tag of the block.
    """

    probability: float
    kept: bool
    limit: float
    doubtful: float
    decided_by: str
    reason: str
    evidence: Reasons
    element: str


@dataclass(frozen=True, slots=True)
class Count:
    """How often a segment, or its label, stood on other documents of the site.

    Attributes:
        text: the segment, or the label.
        documents: the documents on which it stood; 0 where the memory does not know it there.
        of: the documents of the site since it came up.
        edge: those on which it stood above or below the story.
        grade: what the counts permit, in words; empty where they prove nothing.
        missing: what they lack for more, in words.
        is_label: whether it is a label, with anything behind it.
    """

    text: str
    documents: int
    of: int
    edge: int
    grade: str
    missing: str
    is_label: bool = False


@dataclass(frozen=True)
class LineModel:
    """The model of lines over one document, as the stage `context` saw it.

    Attributes:
        document: the document.
    """

    document: Document
    model: Model = field(default_factory=lambda: load(context.MODEL))

    @cached_property
    def idle(self) -> str:
        """Why the model does not look at the document; empty where it does."""
        doc = self.document
        if doc.is_page:
            return "the document is a page, and its markup says more"
        if doc.splits:
            return "the document holds several stories"
        if not context.tells_story(doc):
            return f"the text has fewer than {context.MIN_PARAGRAPHS} paragraphs of running text to compare a line with"
        if not any(map(context.confirms, doc.removals)):
            return "no company: no other rule took anything from this text that shows it to hold noise"
        return ""

    def margin(self, line: Line) -> LineMargin | None:
        """Return what the model says of a standing line; None where it does not look."""
        if self.idle or line not in self._places:
            return None
        at = self._places[line]
        kind, score = self._classes[at], float(self._scores[at])
        names = {confidence: f"{confidence}: {kind}" for confidence in _PROFILES}
        limits = {_PROFILES[each]: self.model.bars[name] for each, name in names.items() if name in self.model.bars}
        veto = self._veto(at) if kind is None else ""
        return LineMargin(score, kind or "", limits, *self._evidence(at), veto)

    @cached_property
    def _places(self) -> dict[Line, int]:
        return {line: at for at, line in enumerate(self.document.lines)}

    @cached_property
    def _rows(self) -> Floats:
        return context.model_rows(self.document, self.model)

    @cached_property
    def _scores(self) -> Floats:
        return self.model.scores(self._rows)

    @cached_property
    def _classes(self) -> list[str | None]:
        return classes(self.document, self._scores >= self.model.threshold)

    def _evidence(self, at: int) -> tuple[Reasons, Reasons]:
        """Return the strongest evidence that a line is noise, and that it is the story's."""
        families = explanations.kinds(self.model.names)
        shifts = self.model.contributions(self._rows[:, [at]], families, explanations.families())[:, 0]
        order = [(each, round(float(shifts[each]), 2)) for each in np.argsort(-shifts, kind="stable").tolist()]
        noise = tuple((explanations.phrase(each), shift) for each, shift in order[:_MAX_REASONS] if shift > _MIN_SHIFT)
        story = tuple((TOPICS[each], shift) for each, shift in order[: -_MAX_REASONS - 1 : -1] if shift < -_MIN_SHIFT)
        return noise, story

    def _veto(self, at: int) -> str:
        """Return why a line is never taken."""
        doc = self.document
        if forms(doc).fragments[at] or at in doc.halves:
            return "it is a part of a sentence that stands on several lines"
        if at in quotations(doc):
            return "somebody else speaks in it: a quotation, or words in another script"
        return "it holds metadata that stays in the body"


def block_margin(line: Line) -> BlockMargin | None:
    """Return what the models of a page say of a line; None for a line of a text."""
    if line.markup is None:
        return None
    block, verdict = line.markup.block, line.markup.verdict
    model = load(MODEL)
    return BlockMargin(
        verdict.score,
        verdict.keep,
        model.threshold,
        model.bars["doubtful"],
        verdict.rule,
        verdict.reason,
        verdict.evidence,
        block.tag,
    )


def counts(document: Document, line: Line) -> Iterator[Count]:
    """Yield how often the segments of a line stood on other documents of its site, where a memory is given."""
    memory, site = document.memory, document.site
    if memory is None or site is None:
        return
    for start, end in segments(line.text):
        text = line.text[start:end]
        if len(find_words(text)) < MIN_WORDS:
            continue
        frequency = segment_frequency(memory, site, line.plain[start:end])
        if frequency is None:
            yield Count(text, 0, 0, 0, "", "the memory does not know it at this site")
            continue
        reached = grade(frequency)
        meaning = MEANING[reached] if reached else ""
        missing = doubt(frequency) or _missing(reached)
        yield Count(text, frequency.documents, frequency.of, frequency.edge, meaning, missing)
        if (name := label(text)) and (known := label_frequency(memory, site, name)):
            reached = grade(known)
            what = MEANING[reached] if reached else ""
            yield Count(name, known.documents, known.of, known.edge, what, doubt(known) or _missing(reached), is_label=True)


def _missing(reached: Grade) -> str:
    """Return what the next grade needs, in words; empty at the highest."""
    if reached is Grade.SURE:
        return ""
    following = Grade(reached + 1)
    least, share = MIN_COUNTS[following]
    if MEANING[following] == MEANING.get(reached):
        return ""
    return f"on {least} documents and {share:.0%} of them, it {MEANING[following]}"
