"""What tells how far a page's body can be trusted: agreement of the opinions, doubt, what of the page's prose it holds."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from cleaners.markup.block_sums import Bools, Floats
from cleaners.markup.features import Evidence

_VOTED, _LINKED = 0.5, 0.5
_DOUBT = (0.1, 0.6)
"""Chances of belonging to the body between which a block is doubtful."""
_LEAST, _MOST = 8, 0.999
"""Words of a block whose loss counts, and the largest chance that is told from certainty."""


def signals(proof: Evidence, scores: Floats, keep: Bools, sizes: Floats, expected: float) -> dict[str, float]:
    """The signals, each from 0 to 1 and by words, but for the last.

    `vote_kept`: the share of trafilatura's words that the body holds; `kept_voted`: the share of the body's words that
    trafilatura took; `agreement`: the F1 of these two; `expected_f1`: what the model expects of the body;
    `doubtful_share`: words in doubt that went, against the body's; `prose_kept`: the share of the page's prose in the
    body; `prose_missed`: the logarithm of one more than how many paragraphs of the story went, as the model's chances
    have it, weighed more the more certain they are.
    """
    voted = (proof.votes > _VOTED) & (proof.row("links") < _LINKED)
    doubt = (scores > _DOUBT[0]) & (scores < _DOUBT[1]) & ~keep
    body = float(sizes[keep].sum())
    theirs, ours = _share(sizes, voted & keep, voted), _share(sizes, voted & keep, keep)
    return {
        "agreement": 2 * theirs * ours / max(theirs + ours, 1e-9),
        "vote_kept": theirs,
        "kept_voted": ours,
        "expected_f1": expected,
        "doubtful_share": min(1.0, float(sizes[doubt].sum()) / max(1.0, body)),
        "prose_kept": _share(sizes, proof.prose & keep, proof.prose),
        "prose_missed": float(np.log1p(_odds(scores[proof.prose & ~keep & (sizes >= _LEAST)]))),
    }


def disagreement(signals: Mapping[str, float]) -> float:
    """How far the opinions on a body differ, from 0 on: the model's with trafilatura's, and its own with its expectation."""
    return (1 - signals["agreement"]) + (1 - signals["expected_f1"]) + signals["doubtful_share"] / 2


def _odds(chances: Floats) -> float:
    """How unlikely it is that none of these chances came true: minus the logarithm of that."""
    return float(-np.log1p(-np.minimum(chances, _MOST)).sum())


def _share(sizes: Floats, part: Bools, whole: Bools) -> float:
    """The share of a whole's words that a part of it holds; 1 of nothing."""
    total = float(sizes[whole].sum())
    return float(sizes[part].sum()) / total if total else 1.0
