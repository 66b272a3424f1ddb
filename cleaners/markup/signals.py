"""Signals of how far a page's body can be trusted: the inputs of the confidence model for pages."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from cleaners.markup import story_guard
from cleaners.markup.block_sums import Bools, Floats
from cleaners.markup.features import Evidence

_VOTED, _LINKED = 0.5, 0.5
"""Share of a block's characters from which on trafilatura took it, and below which it is no link."""
_DOUBTFUL_FROM, _DOUBTFUL_BELOW = 0.1, 0.6
"""Probabilities of belonging to the body between which a block is doubtful."""
_MIN_PROSE_WORDS = 8
"""Words of a block whose loss counts; shorter ones are labels."""
_MIN_SURPRISE, _MAX_SURPRISE = 0.0005, 0.5
"""Limits of what the paragraphs that went say. Below they say nothing, and the logarithm of nothing is infinite; above stand
whole other stories and comments, of which any number is no worse than one paragraph."""
_MAX_PROBABILITY = 0.999
"""Probabilities are cut here, since the logarithm of certainty is infinite."""


def signals(evidence: Evidence, scores: Floats, keep: Bools, sizes: Floats, expected_f1: float) -> dict[str, float]:
    """Measure a body.

    Args:
        evidence: The features of the page's blocks.
        scores: The probability of each block to belong to the body.
        keep: Which blocks are the body.
        sizes: Words of each block.
        expected_f1: The F1 that the model expects of the body.

    Returns:
        By name, counted by words and from 0 to 1 where nothing else is said:

        vote_kept: Share of trafilatura's words that the body holds.
        kept_voted: Share of the body's words that trafilatura took.
        agreement: The F1 of these two.
        expected_f1: As given.
        doubtful_share: Doubtful words that went, relative to the body's words.
        prose_kept: Share of the page's running text that the body holds.
        subheads: Root of the number of subheads in the body: a story in parts has more to miss.
        news: 1 if the page says that it is news, of which models know most.
        kept_doubt: The share of the body's words that are none of the story's if the model's probabilities hold: a body that
            the model doubts has parts that it does not know, and may lack others of them.
        lost_words: log(1 + n) of the words of the story to be expected in the paragraphs that went, without those in places
            that are never story.
        prose_missed: log(n), within limits; n grows with the paragraphs that went and their probabilities to be body.
            Second copies of what stays do not count.
        own_place: Whether the page says where its own text is, by what it declares or by the elements around it.
    """
    voted = (evidence.votes > _VOTED) & (evidence.row("links") < _LINKED)
    doubt = (scores > _DOUBTFUL_FROM) & (scores < _DOUBTFUL_BELOW) & ~keep
    body = float(sizes[keep].sum())
    kept_keys = {evidence.keys[at] for at in np.flatnonzero(keep).tolist()}
    gone = np.flatnonzero(evidence.prose & ~keep & (sizes >= _MIN_PROSE_WORDS)).tolist()
    gone = [at for at in gone if evidence.keys[at] not in kept_keys]
    near = ~story_guard.beside_story(evidence) & (evidence.row("links") < _LINKED)
    lost = [at for at in gone if near[at]]
    own_place = (evidence.row("in_article") + evidence.row("in_main") + evidence.row("page_article")) > 0
    theirs, ours = _share(sizes, voted & keep, voted), _share(sizes, voted & keep, keep)
    return {
        "agreement": 2 * theirs * ours / max(theirs + ours, 1e-9),
        "vote_kept": theirs,
        "kept_voted": ours,
        "expected_f1": expected_f1,
        "doubtful_share": min(1.0, float(sizes[doubt].sum()) / max(1.0, body)),
        "prose_kept": _share(sizes, evidence.prose & keep, evidence.prose),
        "subheads": float(np.sqrt((keep & (evidence.row("heading") > 1)).sum())),
        "news": float(evidence.row("page_news")[0]),
        "kept_doubt": float((sizes * (1 - scores))[keep].sum()) / max(1.0, body),
        "lost_words": float(np.log1p((sizes * scores)[lost].sum())),
        "prose_missed": float(np.log(min(max(_surprise(scores[gone]), _MIN_SURPRISE), _MAX_SURPRISE))),
        "own_place": float(own_place[keep].any()),
    }


def disagreement(signals: Mapping[str, float]) -> float:
    """Measure how far the opinions on a body differ: what it lacks of trafilatura's, and of the model's own expectation.

    Of a page that does not say where its own text is, as old portals do not, trafilatura takes half: there it proves nothing.

    Returns:
        0 for full agreement, up to 2.
    """
    return signals["own_place"] * (1 - signals["vote_kept"]) + (1 - signals["expected_f1"])


def _surprise(probabilities: Floats) -> float:
    """Give minus the logarithm of the probability that none of these events happened."""
    return float(-np.log1p(-np.minimum(probabilities, _MAX_PROBABILITY)).sum())


def _share(sizes: Floats, part: Bools, whole: Bools) -> float:
    """Give the share of a whole's words that a part of it holds; 1 if the whole is empty."""
    total = float(sizes[whole].sum())
    return float(sizes[part].sum()) / total if total else 1.0
