"""Decide which blocks of a page are the body, how sure that is, and why.

The model scores each block. The body is the set of blocks with the best expected F1, not whatever passes a fixed limit, so
that a page of which everything is doubtful still gives its best body. Policies (policies.py) and the guard of the story
(story_guard.py) act after that.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from cleaners.markup import fragments, gaps, no_article, page_data, questions, story_guard, trafilatura_vote, whole_parts
from cleaners.markup.annotation import MODEL, Verdict
from cleaners.markup.block_sums import Bools, Floats
from cleaners.markup.features import Evidence, gather
from cleaners.markup.policies import policies
from cleaners.markup.segmenter import Page
from cleaners.markup.signals import disagreement, signals
from cleaners.markup.verdicts import explained, verdicts_of
from cleaners.models.gbdt import Model, load

CHARS_PER_WORD = 8
"""Characters that count as a word in a text without spaces."""
_NEGLIGIBLE = 0.02
"""Probability at or below which a block adds nothing to the expected body: thousands of such blocks would outweigh a story."""
_RETURNED = "trafilatura and the model both call them story, and without them the body lacks much of what both take"
_CONTENT = "the source is the content of an article, and nothing in it says that the block is something else"
_IN_DATA = "the story stands only in the page's data for scripts, in no visible block"
_DATA_SCORE = 0.95
"""Probability of a block from the page's data: it calls itself the story's text, and no block was like it in training."""
_OF_QUESTIONS = "most of the questions and answers that it is one of stay"
_QUESTIONS_BELOW = "it is one of the questions and answers right below the story"
_DISAGREE = "trafilatura and the model differ on what its body is"


@dataclass(frozen=True, slots=True)
class Judgement:
    """The verdicts on a page's blocks, and what a person should look at.

    Attributes:
        verdicts: One a block, in document order.
        review: Why there is no article; None where there is one.
        doubt: What is doubtful about an article; None where nothing is.
        signals: The inputs of the confidence model, each from 0 to 1 (see signals.py).
    """

    verdicts: tuple[Verdict, ...]
    review: str | None = None
    doubt: str | None = None
    signals: Mapping[str, float] = field(default_factory=dict)


def judge(page: Page, lines: Sequence[str] | None = None, model: Model | None = None) -> Judgement:
    """Judge a page.

    Args:
        page: The page.
        lines: The lines of trafilatura's extraction; None extracts them here.
        model: The model; None takes the one that ships with the library.

    Raises:
        MissingLibrary: trafilatura cannot be loaded.
    """
    if not page.blocks:
        return Judgement((), "there is no text on this page")
    vote = trafilatura_vote.ask(page) if lines is None else trafilatura_vote.Vote(list(lines))
    judgement = weigh(page, gather(page, vote.lines), model or load(MODEL))
    doubts = [doubt for doubt in (judgement.doubt, vote.doubt) if doubt]
    return replace(judgement, doubt="; ".join(doubts) or None)


def judge_fragment(page: Page) -> Judgement:
    """Judge the content of an article that has no page around it (see fragments.py): the story is what nothing speaks against.

    It has no signals: what a text says of itself tells how far its body can be trusted.
    """
    if not page.blocks:
        return Judgement((), "there is no text in this fragment")
    model = load(MODEL)
    evidence = gather(page, trafilatura_vote.ask(page).lines)
    rows = _model_rows(evidence, model.names)
    scores, sizes, story = model.scores(rows), _sizes(page), fragments.story(page)
    limits, recall_weight = story_guard.limits(page, evidence, model), story_guard.recall_weight(page, model.bars)
    chosen, _ = best_set(sizes, scores, limits, recall_weight)
    keep = story | (chosen if story.any() else scores > _NEGLIGIBLE)
    overruled = policies(page, evidence, keep)
    keep[list(overruled)] = False
    review = None if keep.any() else "no block of this fragment reads like a story"
    if no_article.is_error(page, int(sizes[keep].sum())):
        review, keep[:] = no_article.ERROR, False
    verdicts = verdicts_of(model, evidence, rows, scores, keep, overruled, review)
    for at in np.flatnonzero(keep & story & ~chosen).tolist():
        verdicts[at] = verdicts[at]._replace(rule="fragment", reason=_CONTENT)
    return Judgement(tuple(verdicts), review)


def weigh(page: Page, evidence: Evidence, model: Model) -> Judgement:
    """Judge a page whose features are computed."""
    bars = model.bars
    rows = _model_rows(evidence, model.names)
    data = np.fromiter(map(page_data.is_data, page.blocks), np.bool_, len(page.blocks))
    scores: Floats = np.where(data, _DATA_SCORE, model.scores(rows)).astype(np.float32)
    sizes = _sizes(page)
    limits = story_guard.limits(page, evidence, model)
    keep, expected_f1 = best_set(sizes, scores, limits, story_guard.recall_weight(page, bars))
    keep |= story_guard.ending(page, evidence, scores, keep, bars)
    if (standfirst := story_guard.standfirst(page, evidence, scores, keep, bars)) is not None:
        keep[standfirst] = True
    parts = gaps.missing(page, evidence, scores, keep, bars)
    keep[list(parts)] = True
    parts |= whole_parts.missing(page, evidence, scores, keep)
    keep[list(parts)] = True
    parts |= dict.fromkeys(questions.missing(page, sizes, keep), _OF_QUESTIONS)
    parts |= dict.fromkeys(questions.below(page, sizes, keep), _QUESTIONS_BELOW)
    keep[list(parts)] = True
    overruled = policies(page, evidence, keep)
    keep[list(overruled)] = False
    review, doubt = no_article.reason(page, evidence, keep), None
    if review and story_guard.sees_article(evidence, scores, sizes, bars, listed=review == no_article.LISTED):
        review, doubt = None, f"an article, though {review}: trafilatura and the model both see one"
    returned = np.zeros_like(keep) if review else story_guard.missing(page, evidence, scores, keep, sizes, bars)
    returned[list(overruled)] = False
    if review:
        keep[:] = False
    elif returned.any():
        keep |= returned
        torn = whole_parts.missing(page, evidence, scores, keep)  # the guard may return a part of a table
        keep[list(torn)] = True
        parts |= torn
        overruled |= policies(page, evidence, keep)
        keep[list(overruled)] = False
        returned &= keep
        doubt = doubt or f"{int(returned.sum())} blocks came back: {_RETURNED}"
    kept_for = {at: why for at, why in _kept_for(parts, data, returned).items() if keep[at]}
    verdicts = explained(verdicts_of(model, evidence, rows, scores, keep, overruled, review), kept_for)
    measured = signals(evidence, scores, keep, sizes, expected_f1) | {"guarded": float(doubt is not None)}
    if not review and not doubt and disagreement(measured) >= bars["differ"]:
        doubt = _DISAGREE
    several = no_article.SEVERAL if no_article.is_one_of_several(page, keep) else None
    doubts = [each for each in (doubt, _IN_DATA if (data & keep).any() else None, several) if each]
    return Judgement(tuple(verdicts), review, "; ".join(doubts) or None, measured)


def _kept_for(parts: Mapping[int, str], data: Bools, returned: Bools) -> dict[int, tuple[str, str]]:
    """Give rule and reason of blocks that stay for another reason than the model's opinion, by the number of the block."""
    return (
        {at: ("part", reason) for at, reason in parts.items()}
        | dict.fromkeys(np.flatnonzero(data).tolist(), ("data", _IN_DATA))
        | dict.fromkeys(np.flatnonzero(returned).tolist(), ("guard", _RETURNED))
    )


def _sizes(page: Page) -> Floats:
    """Count the words of each block."""
    texts = [block.text for block in page.blocks]
    words = np.array([text.count(" ") + 1 for text in texts], np.float32)
    chars = np.fromiter(map(len, texts), np.int64, len(texts))
    return np.maximum(words, chars // CHARS_PER_WORD, dtype=np.float32)


def best_set(sizes: Floats, scores: Floats, limits: Floats | float, recall_weight: float = 1.0) -> tuple[Bools, float]:
    """Choose the blocks with the best expected F, of those above their limits.

    Blocks enter in the order of their probability; expected hits are their words times their probability.
    F = (1 + r) hits / (kept + r body): with a weight r of 1 this is F1, and with more of it recall counts more.

    Args:
        sizes: Words of each block.
        scores: The probability of each block to belong to the body.
        limits: The least probability of a kept block, for each block or for all.
        recall_weight: How much more recall counts than precision.

    Returns:
        Which blocks are kept, and the F1 that they can expect.
    """
    keep = np.zeros(len(scores), np.bool_)
    order = np.argsort(-scores, kind="stable")
    expected = sizes * scores
    body = float(expected[scores > _NEGLIGIBLE].sum())
    best = np.cumsum(expected[order]) / np.maximum(np.cumsum(sizes[order]) + recall_weight * body, 1e-9)
    keep[order[: int(np.argmax(best)) + 1]] = True
    keep &= scores > limits
    return keep, 2 * float(expected[keep].sum()) / max(float(sizes[keep].sum()) + body, 1e-9)


def _model_rows(evidence: Evidence, names: tuple[str, ...]) -> Floats:
    """Select the features that a model uses, in its order."""
    rows: Floats = evidence.rows[[evidence.numbers[name] for name in names]]
    return rows
