"""The log-odds that a paragraph cut in mid-sentence belongs to another story: a table of weights over readable features.

The weights are those of a logistic regression. `benchmarks/train_cut_leads.py` fits them and chooses the limits.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, cast

from cleaners.models import gbdt
from cleaners.tail_model import features
from cleaners.tail_model.features import SHORT
from cleaners.tail_model.topic_profile import SENTENCE_END, TopicProfile, ending, familiar, keys
from cleaners.text.characters import DENSE

MODEL = "tail_model/cut_leads.json"

USUAL = 0.9
"""Share of a story's long paragraphs that usually end like a sentence."""
SCALES = {"strange_count": 0.05, "known_long": 0.1, "new_people": 0.3, "names_known": 0.2, "like_others": 2.0, "like_head": 2.0}
"""Factors for the features of features.py that are larger than about 1."""
_SHORT_LEAD, _LONG_LEAD = 220, 720
"""Characters between which the leads of other stories mostly are."""
_SHORT_REST = 25
"""Characters of the cut sentence below which it says little."""


@dataclass(frozen=True)
class Weights:
    """A table of weights.

    Attributes:
        weights: The weight of each feature.
        bias: The log-odds where all features are 0.
        bars: Limits, in log-odds: the mean of a run at the `end` and `inside`; one lead `alone` at the end; the mean of a run
            that is `sure`; and how far below its limit a run is still reported (`unsure`).
    """

    weights: Mapping[str, float]
    bias: float
    bars: Mapping[str, float]

    def weigh(self, evidence: Mapping[str, float]) -> float:
        """Give the log-odds that a paragraph with these features belongs to another story."""
        return self.bias + sum(weight * evidence[name] for name, weight in self.weights.items())


@cache
def load() -> Weights:
    """Load the weights that ship with the library, or those of the folder that `BODYCOPY_MODELS` names."""
    data = cast("dict[str, Any]", gbdt.read(MODEL))
    return Weights(data["weights"], data["bias"], data["bars"])


def evidence(paragraph: str, story: TopicProfile, others: Sequence[str]) -> dict[str, float]:
    """Compute the features of one cut paragraph.

    Args:
        paragraph: The paragraph.
        story: The topic of the story.
        others: The other cut paragraphs of its run.

    Returns:
        Features by name, each about 0 to 1.
    """
    found = keys(paragraph)
    overlap, names, count = familiar(found, story.seen, story.paragraphs)
    names = (names * count + story.names) / (count + 1)  # few names prove little
    last = found[-1][0] if found else ""
    often = story.words[last] + sum(key == last for other in others for key, _ in keys(other))
    sentences = SENTENCE_END.split(paragraph)
    own = {key for key, _ in found}
    return {
        "closed": float(ending(paragraph) == "closed"),
        "run": min(len(others), 3) / 3,
        "ellipsis": float(ending(paragraph) == "ellipsis"),
        "lone_ellipsis": float(ending(paragraph) == "ellipsis" and not others),
        "mid_word": float(often >= 2 and not story.ends[last]),
        "end_word": float(story.ends[last] > 0),
        "short_end": float(ending(paragraph) == "open" and len(last) <= SHORT),
        "short_rest": float(ending(paragraph) == "open" and len(sentences[-1]) < _SHORT_REST),
        "sentences": min(len(sentences), 4) / 4,
        "too_short": min(1.0, 2 * max(0.0, math.log(_SHORT_LEAD / len(paragraph)))),
        "too_long": min(1.0, 2 * max(0.0, math.log(len(paragraph) / _LONG_LEAD))),
        "longer": max(-1.5, min(1.5, math.log(len(paragraph) / story.length))),
        "strange_words": 1 - min(1.5, overlap / max(0.05, story.overlap)),
        "few_words": 1 - overlap,
        "strange_names": 1 - names,
        "off_theme": max(0.0, 1 - 3 * sum(story.theme.get(key, 0) for key in own)) if story.theme else 0.5,
        "fresh": float(paragraph[:1].isupper() or bool(DENSE.match(paragraph))),
        "small_story": 1 / max(1, story.paragraphs),
        "doubt": max(0.0, USUAL - story.closed),
    }


def gather(paragraphs: Sequence[str], run: Sequence[int], own: Sequence[str], story: TopicProfile) -> list[dict[str, float]]:
    """Compute the features of each paragraph of a run, and of the run as a whole: one proven cut makes the rest likelier.

    Args:
        paragraphs: The lines of the text.
        run: The indexes of the run's paragraphs.
        own: The lines of the story without the run.
        story: The topic of these lines.
    """
    rows = [evidence(paragraphs[i], story, [paragraphs[j] for j in run if j != i]) for i in run]
    others = features.gather(paragraphs, run, features.read_vocabulary(own))
    rows = [
        row | {name: value * SCALES.get(name, 1.0) for name, value in zip(features.NAMES, more, strict=True)}
        for row, more in zip(rows, others, strict=True)
    ]
    if len(run) > 1:
        cut = sum(max(row["mid_word"], row["ellipsis"]) for row in rows) / len(run)
        strange = sum(row["strange_words"] for row in rows) / len(run)
    else:
        cut = strange = 0.0
    return [row | {"run_cut": cut, "run_strange": strange} for row in rows]


def in_words(paragraph: str, evidence: dict[str, float], leads: int, at_end: bool) -> str:
    """Describe one lead in words, for the ledger.

    Args:
        paragraph: The lead.
        evidence: Its features.
        leads: How many leads its run has.
        at_end: Whether the run stands at the end of the text.
    """
    how = {"ellipsis": "ends in an ellipsis", "open": "cut mid-sentence", "closed": "stands"}[ending(paragraph)]
    where = (f"in a run of {leads}" if leads > 1 else "alone") + (" at the end" if at_end else " inside the story")
    names = "no" if evidence["strange_names"] > 0.9 else "few" if evidence["strange_names"] > 0.5 else "some"
    return f"{how} {where}; shares {names} names and {1 - evidence['few_words']:.0%} of its vocabulary with the story"
