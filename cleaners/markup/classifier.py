"""The verdict on every block of a page: body or not, how sure, and why.

The model scores each block; the body is the set of blocks with the best expected F1, not whatever passes a fixed
limit, so that a page of which everything is doubtful still gives its best body. Policies that no data set may decide
(the title's repetition, a whole story again in one block) are applied after it, by name.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from cleaners.markup import explanations, no_article, story_guard, trafilatura_vote
from cleaners.markup.annotation import Verdict
from cleaners.markup.blocks import Scope
from cleaners.markup.containers import near as near_marks
from cleaners.markup.features import Evidence, gather
from cleaners.markup.marks import Mark
from cleaners.markup.segmenter import Page
from cleaners.markup.signals import disagreement, signals
from cleaners.models.gbdt import Model, load

Floats = npt.NDArray[np.float32]
Bools = npt.NDArray[np.bool_]

_DUMP = 400  # letters: a block this long …
_PARTS = 3  # … that holds as many other kept blocks is the story again
_PART = 40  # letters: shorter blocks recur by chance
_PLACEHOLDER = 100  # letters: a text this long …
_MANY = 3  # … that stands this often in a body belongs to the page, not to the story
_QUOTE = 30  # letters: shorter quotations may be words that the story simply uses twice
_VOTED = 0.5
_CONSENT, _BOX = int(Mark.CONSENT), int(Mark.BOX)
_BACK = "trafilatura and the model both call them story, and without them the body lacks much of what both take"
_DIFFER = "trafilatura and the model differ on what its body is"
_TOLD = 3  # pieces of evidence a verdict names
_DOUBT = 0.02  # chances below this do not count as expected body
_CERTAIN = 0.8  # what is this likely to be body and has the vote needs no more explanation than that


@dataclass(frozen=True, slots=True)
class Judgement:
    """The verdicts on a page's blocks, in their order, and what a person should look at.

    Attributes:
        verdicts: one a block.
        review: why there is no article; None where there is one.
        doubt: what is doubtful about an article; None where nothing is.
        signals: what the confidence in the body can be told from, each from 0 to 1 (see `signals`).
    """

    verdicts: tuple[Verdict, ...]
    review: str | None = None
    doubt: str | None = None
    signals: Mapping[str, float] = field(default_factory=dict)


def judge(page: Page, lines: Sequence[str] | None = None, trees: Model | None = None) -> Judgement:
    """Verdicts, review and doubt.

    Args:
        page: the page.
        lines: trafilatura's extraction, asked for here if it is not given.
        trees: the model; the one that ships with the library if it is not given.
    """
    if not page.blocks:
        return Judgement((), "there is no text on this page")
    voted = trafilatura_vote.ask(page) if lines is None else trafilatura_vote.Vote(list(lines))
    judgement = weigh(page, gather(page, voted.lines), trees or load("markup/model.json"))
    doubts = [doubt for doubt in (judgement.doubt, voted.doubt) if doubt]
    return replace(judgement, doubt="; ".join(doubts) or None)


def weigh(page: Page, proof: Evidence, trees: Model) -> Judgement:
    """The judgement on a page whose evidence is known."""
    rows = _selected(proof, trees.names)
    scores = trees.scores(rows)
    sizes = _sizes(page)
    keep, expected = best_set(sizes, scores, story_guard.limits(page, proof, trees), story_guard.recall(page, trees.bars))
    if (ending := story_guard.ending(page, proof, scores, keep, trees.bars)) is not None:
        keep[ending] = True
    overruled = policies(page, proof, keep)
    keep[list(overruled)] = False
    review, doubt = no_article.reason(page, proof, keep), None
    if review and story_guard.sees_article(proof, scores, sizes, trees.bars, listed=review == no_article.LISTED):
        review, doubt = None, f"an article, though {review}: trafilatura and the model both see one"
    back = np.zeros_like(keep) if review else story_guard.missing(page, proof, scores, keep, sizes, trees.bars)
    back[list(overruled)] = False
    if review:
        keep[:] = False
    elif back.any():
        overruled |= policies(page, proof, keep | back)
        keep |= back
        keep[list(overruled)] = False
        back &= keep
        doubt = doubt or f"{int(back.sum())} blocks came back: {_BACK}"
    verdicts = _verdicts(trees, proof, rows, scores, keep, overruled, review)
    for at in np.flatnonzero(back).tolist():
        verdicts[at] = verdicts[at]._replace(rule="guard", reason=_BACK)
    told = signals(proof, scores, keep, sizes, expected) | {"guarded": float(doubt is not None)}
    if not review and not doubt and disagreement(told) >= trees.bars["differ"]:
        doubt = _DIFFER
    return Judgement(tuple(verdicts), review, doubt, told)


def _sizes(page: Page) -> Floats:
    """Words by block, as a reader would count them."""
    sizes = (max(1, b.text.count(" ") + 1, len(b.text) // 8) for b in page.blocks)
    return np.fromiter(sizes, np.float32, len(page.blocks))


def best_set(sizes: Floats, scores: Floats, limits: Floats | float, recall: float = 1.0) -> tuple[Bools, float]:
    """The blocks with the best expected F, of those above their limits, and the F1 that they can expect.

    Blocks enter by their chance; expected hits are their words times their chance. F = (1 + r) hits / (kept + r body):
    at a `recall` r of 1 this is F1; more of it asks for more of the body.
    """
    keep = np.zeros(len(scores), np.bool_)
    order = np.argsort(-scores, kind="stable")
    expected = sizes * scores
    body = float(expected[scores > _DOUBT].sum())
    best = np.cumsum(expected[order]) / np.maximum(np.cumsum(sizes[order]) + recall * body, 1e-9)
    keep[order[: int(np.argmax(best)) + 1]] = True
    keep &= scores > limits
    return keep, 2 * float(expected[keep].sum()) / max(float(sizes[keep].sum()) + body, 1e-9)


def _selected(proof: Evidence, names: tuple[str, ...]) -> Floats:
    at = {name: index for index, name in enumerate(proof.names)}
    rows: Floats = proof.rows[[at[name] for name in names]]
    return rows


def policies(page: Page, proof: Evidence, keep: Bools) -> dict[int, tuple[str, str]]:
    """Kept blocks that must go all the same: rule and reason by block."""
    gone: dict[int, tuple[str, str]] = {}
    kept = [int(at) for at in np.flatnonzero(keep)]
    titles = {text for text in map(trafilatura_vote.key, page.meta.titles) if text}
    copies = Counter(proof.keys[at] for at in kept)
    quoted = proof.row("quoted")
    first_headings = sum(block.heading == 1 for block in page.blocks)  # one alone above the story is its title
    others = _other_stories(page, proof) if first_headings > 1 else frozenset()
    seen: set[str] = set()
    for at in kept:
        block, text = page.blocks[at], proof.keys[at]
        near = near_marks(block)
        if not text:
            gone[at] = "empty", "it holds no words"
        elif block.heading and (text in titles or (block.heading == 1 and first_headings == 1 and not seen)):
            gone[at] = "title", "it repeats the title, which is kept as metadata"
        elif at in others:
            gone[at] = "other-story", "it stands below the title of another story, in a container like that of this one"
        elif near & _CONSENT and not proof.votes[at] > _VOTED:
            gone[at] = "consent", "it is part of a notice on cookies or privacy"
        elif len(text) >= _PLACEHOLDER and copies[text] >= _MANY:
            gone[at] = "placeholder", f"the page shows the same words {copies[text]} times"
        elif len(text) >= _PART and text in seen:
            gone[at] = "copy", "the body holds the same words already"
        elif quoted[at] and len(text) >= _QUOTE and copies[text] == 1 and (block.inside(Mark.QUOTE) or near & _BOX):
            gone[at] = "pull-quote", "it repeats words of the story as a quotation in a box"
        seen.add(text)
    left = [at for at in kept if at not in gone]
    for at in _dumps(proof.keys, left):
        gone[at] = "dump", "it holds at least three other blocks of the body: the story again, in one piece"
    return gone


def _other_stories(page: Page, proof: Evidence) -> frozenset[int]:
    """Blocks of the stories that a page shows below its own: each has a title, in an element like the one of the page's.

    Such elements stand side by side, hold one first heading each, and bear the same name.
    """
    heads = [at for at, block in enumerate(page.blocks) if block.heading == 1]
    is_title = proof.row("title") > 0
    first = next((number for number, at in enumerate(heads) if is_title[at]), len(heads))
    own = [_alone(page.blocks[at].scope, heads) for at in heads[first:]]
    return frozenset(
        at
        for head, scope in zip(heads[first + 1 :], own[1:], strict=True)
        if not is_title[head] and scope.parent is own[0].parent and scope.key == own[0].key and scope.end - scope.start > 1
        for at in range(scope.start, scope.end)
    )


def _alone(scope: Scope, heads: Sequence[int]) -> Scope:
    """The outermost element around a heading that holds no other of these headings."""
    while scope.parent and sum(scope.parent.start <= at < scope.parent.end for at in heads) == 1:
        scope = scope.parent
    return scope


def _dumps(keys: Sequence[str], kept: Sequence[int]) -> list[int]:
    """Long blocks that consist of other kept blocks."""
    found = []
    for at in kept:
        if len(keys[at]) < _DUMP:
            continue
        parts = 0
        for other in kept:
            if _PART <= len(keys[other]) < len(keys[at]) and keys[other] in keys[at]:
                parts += 1
                if parts == _PARTS:
                    found.append(at)
                    break
    return found


def _verdicts(
    trees: Model,
    proof: Evidence,
    rows: Floats,
    scores: Floats,
    keep: Bools,
    overruled: dict[int, tuple[str, str]],
    review: str | None,
) -> list[Verdict]:
    """Verdicts with their evidence.

    The ledger tells why a block goes: by the model's own evidence where it was in doubt, by the plainest sign where it was
    not. Of a block that stays the vote is told, because nobody asks for more.
    """
    doubtful = (scores > _DOUBT) & (scores < _CERTAIN)
    near = np.flatnonzero((doubtful | (proof.votes > _VOTED)) & ~keep)
    told = dict(zip(near.tolist(), explain(trees, rows[:, near], scores[near] > trees.threshold), strict=True))
    plain = _plain(proof, keep)
    verdicts = []
    for at, (score, kept) in enumerate(zip(scores.tolist(), keep.tolist(), strict=True)):
        evidence = told.get(at) or plain[at]
        rule, reason = "model", evidence[0][0] if evidence else "nothing speaks for it"
        if at in overruled:
            rule, reason = overruled[at]
        elif review and score > trees.threshold:
            rule, reason = "no-article", review
        verdicts.append(Verdict(kept, score, rule, reason, evidence))
    return verdicts


# What is told of a block by whether it has the vote, and whether it stays.
_VOTES: dict[tuple[bool, bool], tuple[tuple[str, float], ...]] = {
    (True, True): (("trafilatura took it into the body, and the model agrees", 0.0),),
    (True, False): (("trafilatura took it into the body, the model does not", 0.0),),
    (False, True): (("the model takes it into the body, trafilatura did not", 0.0),),
    (False, False): (("trafilatura did not take it into the body", 0.0),),
}
# What a reader would name first of a block that nobody takes for the story, strongest first.
_SIGNS = (
    ("in_hidden", "it is not on the screen"),
    ("in_nav", "it stands in a menu"),
    ("in_footer", "it stands in the page's footer"),
    ("in_form", "it is part of a form"),
    ("in_figcaption", "it is a picture's caption"),
    ("in_aside", "it stands beside the story"),
    ("links", "most of its words are links"),
)


def _plain(proof: Evidence, keep: Bools) -> list[tuple[tuple[str, float], ...]]:
    """For each block that goes, the first of these signs that it bears; without one, and for all others, the vote."""
    told = [_VOTES[voted, kept] for voted, kept in zip((proof.votes > _VOTED).tolist(), keep.tolist(), strict=True)]
    for name, words in reversed(_SIGNS):
        for at in np.flatnonzero((proof.row(name) > 0.5) & ~keep).tolist():
            told[at] = ((words, 0.0),)
    return told


def explain(trees: Model, rows: Floats, side: Bools) -> list[tuple[tuple[str, float], ...]]:
    """For each block, the strongest evidence on the side of its verdict, in words."""
    moved = trees.contributions(rows, *_families(trees.names))
    signed = np.where(side, moved, -moved)
    top = np.argsort(-signed, axis=0, kind="stable")[:_TOLD].T.tolist()
    out = []
    for at, (kinds, supports) in enumerate(zip(top, side.tolist(), strict=True)):
        out.append(
            tuple(
                (explanations.phrase(kind, supports), round(float(moved[kind, at]), 2))
                for kind in kinds
                if signed[kind, at] > 0.05
            )
        )
    return out


def _families(names: tuple[str, ...]) -> tuple[tuple[int, ...], int]:
    return _families_of(names), explanations.families()


_known: dict[tuple[str, ...], tuple[int, ...]] = {}


def _families_of(names: tuple[str, ...]) -> tuple[int, ...]:
    if names not in _known:
        _known[names] = tuple(map(explanations.kind, names))
    return _known[names]
