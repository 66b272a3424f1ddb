"""What tells how far a page's body can be trusted: agreement of the opinions, doubt, what of the page's prose it holds."""

from __future__ import annotations

from cleaners.markup.evidence import Evidence
from cleaners.markup.sums import Bools, Floats

_VOTED, _LINKED = 0.5, 0.5
_DOUBT = (0.1, 0.6)
"""Chances of belonging to the body between which a block is doubtful."""


def signals(proof: Evidence, scores: Floats, keep: Bools, sizes: Floats, expected: float) -> dict[str, float]:
    """The signals, each from 0 to 1, by words.

    `vote_kept`: the share of trafilatura's words that the body holds; `kept_voted`: the share of the body's words that
    trafilatura took; `agreement`: the F1 of these two; `expected_f1`: what the model expects of the body;
    `doubtful_share`: words in doubt that went, against the body's; `prose_kept`: the share of the page's prose in the
    body.
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
    }


def _share(sizes: Floats, part: Bools, whole: Bools) -> float:
    """The share of a whole's words that a part of it holds; 1 of nothing."""
    total = float(sizes[whole].sum())
    return float(sizes[part].sum()) / total if total else 1.0
