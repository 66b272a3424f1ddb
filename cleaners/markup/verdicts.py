"""Turn the decisions on a page's blocks into verdicts with their reasons in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

import numpy as np

from cleaners.markup import explanations
from cleaners.markup.annotation import Verdict
from cleaners.markup.block_sums import Bools, Floats
from cleaners.markup.features import Evidence
from cleaners.models.gbdt import Model

_VOTED = 0.5
_PLAIN_BELOW, _PLAIN_ABOVE = 0.02, 0.8
"""Probabilities outside which the model is certain: a plain sign explains the verdict better than its features."""
_MAX_REASONS = 3
"""Features that a verdict names."""
_MIN_SHIFT = 0.05
"""Log-odds; a feature that moved the score less is not named."""

Reasons = tuple[tuple[str, float], ...]
"""Clauses, each with how far it moved the score, in log-odds."""

_VOTES: dict[tuple[bool, bool], Reasons] = {
    (True, True): (("trafilatura took it into the body, and the model agrees", 0.0),),
    (True, False): (("trafilatura took it into the body, the model does not", 0.0),),
    (False, True): (("the model takes it into the body, trafilatura did not", 0.0),),
    (False, False): (("trafilatura did not take it into the body", 0.0),),
}
"""The plain reason of a block, by whether trafilatura voted for it, and whether it stays."""
_SIGNS = (
    ("in_hidden", "it is not on the screen"),
    ("in_nav", "it stands in a menu"),
    ("in_footer", "it stands in the page's footer"),
    ("in_form", "it is part of a form"),
    ("in_figcaption", "it is a picture's caption"),
    ("in_aside", "it stands beside the story"),
    ("links", "most of its words are links"),
)
"""Features that explain by themselves why a block goes, strongest first."""


def verdicts_of(
    model: Model,
    evidence: Evidence,
    rows: Floats,
    scores: Floats,
    keep: Bools,
    overruled: dict[int, tuple[str, str]],
    no_article: str | None,
) -> list[Verdict]:
    """Give each block its verdict.

    The ledger says why a block goes: by the model's own evidence where the model was in doubt, by the plainest sign where it
    was not. For a block that stays, the vote is enough.

    Args:
        model: The model.
        evidence: All features.
        rows: The features that the model uses; shape (features, blocks).
        scores: The model's probabilities.
        keep: Which blocks stay.
        overruled: Rule and reason of the blocks that a policy took.
        no_article: Why the page has no article; None if it has one.
    """
    doubtful = (scores > _PLAIN_BELOW) & (scores < _PLAIN_ABOVE)
    explained = np.flatnonzero((doubtful | (evidence.votes > _VOTED)) & ~keep)
    reasons = explain(model, rows[:, explained], scores[explained] > model.threshold)
    by_block = dict(zip(explained.tolist(), reasons, strict=True))
    plain = _plain_reasons(evidence, keep)
    verdicts = []
    for at, (score, kept) in enumerate(zip(scores.tolist(), keep.tolist(), strict=True)):
        found = by_block.get(at) or plain[at]
        rule, reason = "model", found[0][0] if found else "nothing speaks for it"
        if at in overruled:
            rule, reason = overruled[at]
            found = ((reason, 0.0),)
        elif no_article and score > model.threshold:
            rule, reason = "no-article", no_article
        verdicts.append(Verdict(kept, score, rule, reason, found))
    return verdicts


def explained(verdicts: Sequence[Verdict], kept_for: Mapping[int, tuple[str, str]]) -> list[Verdict]:
    """Give blocks that stay for another reason than the model's opinion that rule and reason, by the number of the block."""
    found = list(verdicts)
    for at, (rule, reason) in kept_for.items():
        found[at] = found[at]._replace(rule=rule, reason=reason)
    return found


def _plain_reasons(evidence: Evidence, keep: Bools) -> list[Reasons]:
    """Give each block that goes the first of the plain signs that it has; without one, and for all others, the vote."""
    voted = (evidence.votes > _VOTED).tolist()
    found = [_VOTES[took, kept] for took, kept in zip(voted, keep.tolist(), strict=True)]
    for name, words in reversed(_SIGNS):
        for at in np.flatnonzero((evidence.row(name) > 0.5) & ~keep).tolist():
            found[at] = ((words, 0.0),)
    return found


def explain(model: Model, rows: Floats, supports: Bools) -> list[Reasons]:
    """Name the strongest evidence for the verdicts on blocks.

    Args:
        model: The model.
        rows: The features that the model uses; shape (features, blocks).
        supports: For each block, whether the reasons for keeping it are wanted, or those against it.
    """
    shifts = model.contributions(rows, _families_of(model.names), explanations.families())
    signed = np.where(supports, shifts, -shifts)
    top = np.argsort(-signed, axis=0, kind="stable")[:_MAX_REASONS].T.tolist()
    return [
        tuple(
            (explanations.phrase(family, support), round(float(shifts[family, at]), 2))
            for family in families
            if signed[family, at] > _MIN_SHIFT
        )
        for at, (families, support) in enumerate(zip(top, supports.tolist(), strict=True))
    ]


@lru_cache(maxsize=16)
def _families_of(names: tuple[str, ...]) -> tuple[int, ...]:
    """Give the explanation of each feature of a model, by its number."""
    return tuple(map(explanations.kind, names))
