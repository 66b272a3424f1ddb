"""How strange a cut paragraph is to a story, as a short table of weights over evidence that can be said in words.

The weights are a logistic regression's; `benchmarks/train_cut_leads.py` fits them and chooses the limits.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from cleaners.models import gbdt
from cleaners.tail_model import features as foreign
from cleaners.tail_model.features import SHORT
from cleaners.tail_model.topic_profile import SENTENCE_END, Story, ending, familiar, keys
from cleaners.text.characters import DENSE

MODEL = "tail_model/cut_leads.json"

USUAL = 0.9
"""Share of a story's long paragraphs that end properly, mostly."""
SCALES = {"strange_count": 0.05, "known_long": 0.1, "new_people": 0.3, "names_known": 0.2, "like_others": 2.0, "like_head": 2.0}
"""What figures of cleaners/foreign are multiplied by, so that all evidence is about 0 to 1."""


@dataclass(frozen=True)
class Weights:
    """A table of weights, and the log-odds that a decision asks for, by class of run."""

    weights: Mapping[str, float]
    bias: float
    bars: Mapping[str, float]

    def weigh(self, proof: Mapping[str, float]) -> float:
        """The log-odds that speak for another story."""
        return self.bias + sum(weight * proof[name] for name, weight in self.weights.items())


@cache
def load() -> Weights:
    """The weights that are shipped, or those of the folder of models that takes their place."""
    told = gbdt.read(MODEL)
    return Weights(told["weights"], told["bias"], told["bars"])


def evidence(paragraph: str, story: Story, others: Sequence[str]) -> dict[str, float]:
    """The named features of one cut paragraph, about 0 to 1 each. `others`: the other cut paragraphs of its run."""
    found = keys(paragraph)
    overlap, names, count = familiar(found, story.seen, story.paragraphs)
    names = (names * count + story.names) / (count + 1)  # few names tell little
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
        "short_rest": float(ending(paragraph) == "open" and len(sentences[-1]) < 25),
        "sentences": min(len(sentences), 4) / 4,
        "too_short": min(1.0, 2 * max(0.0, math.log(220 / len(paragraph)))),
        "too_long": min(1.0, 2 * max(0.0, math.log(len(paragraph) / 720))),
        "longer": max(-1.5, min(1.5, math.log(len(paragraph) / story.length))),
        "strange_words": 1 - min(1.5, overlap / max(0.05, story.overlap)),
        "few_words": 1 - overlap,
        "strange_names": 1 - names,
        "off_theme": max(0.0, 1 - 3 * sum(story.theme.get(key, 0) for key in own)) if story.theme else 0.5,
        "fresh": float(paragraph[:1].isupper() or bool(DENSE.match(paragraph))),
        "small_story": 1 / max(1, story.paragraphs),
        "doubt": max(0.0, USUAL - story.closed),
    }


def gather(paragraphs: Sequence[str], run: Sequence[int], own: Sequence[str], story: Story) -> list[dict[str, float]]:
    """The evidence of each paragraph of a run, and what the run says as a whole: one proven cut makes the rest likelier."""
    proofs = [evidence(paragraphs[i], story, [paragraphs[j] for j in run if j != i]) for i in run]
    told = foreign.gather(paragraphs, run, foreign.read_own(own))
    proofs = [
        proof | {name: value * SCALES.get(name, 1.0) for name, value in zip(foreign.NAMES, row, strict=True)}
        for proof, row in zip(proofs, told, strict=True)
    ]
    if len(run) > 1:
        cut = sum(max(proof["mid_word"], proof["ellipsis"]) for proof in proofs) / len(run)
        strange = sum(proof["strange_words"] for proof in proofs) / len(run)
    else:
        cut = strange = 0.0
    return [proof | {"run_cut": cut, "run_strange": strange} for proof in proofs]


def in_words(paragraph: str, proof: dict[str, float], leads: int, at_end: bool) -> str:
    """The evidence of one lead as a sentence for people."""
    how = {"ellipsis": "ends in an ellipsis", "open": "cut mid-sentence", "closed": "stands"}[ending(paragraph)]
    where = (f"in a run of {leads}" if leads > 1 else "alone") + (" at the end" if at_end else " inside the story")
    names = "no" if proof["strange_names"] > 0.9 else "few" if proof["strange_names"] > 0.5 else "some"
    return f"{how} {where}; shares {names} names and {1 - proof['few_words']:.0%} of its vocabulary with the story"
