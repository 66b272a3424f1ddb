"""The verdict on every block of a page: body or not, how sure, and why.

The model scores each block; the body is the set of blocks with the best expected F1, not whatever passes a fixed
limit, so that a page of which everything is doubtful still gives its best body. Policies that no data set may decide
(the title's repetition, a whole story again in one block) are applied after it, by name.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from cleaners.markup import noarticle, reasons, vote
from cleaners.markup.evidence import Evidence, gather
from cleaners.markup.marks import Mark
from cleaners.markup.page import Page
from cleaners.markup.places import near as near_marks
from cleaners.trees import Model, load

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
_TOLD = 3  # pieces of evidence a verdict names
_DOUBT = 0.02  # chances below this do not count as expected body
_CERTAIN = 0.8  # what is this likely to be body and has the vote needs no more explanation than that


class Verdict(NamedTuple):
    """What became of one block. A tuple, because a page has hundreds."""

    keep: bool
    score: float  # the chance that it belongs to the body
    rule: str  # "model", or the policy that overruled it
    reason: str
    evidence: tuple[tuple[str, float], ...] = ()  # in words, with how far each moved the score (log odds)


@dataclass(frozen=True, slots=True)
class Judgement:
    """The verdicts on a page's blocks, in their order, and what a person should look at."""

    verdicts: tuple[Verdict, ...]
    review: str | None = None
    confidence: float = 0.0  # the expected F1 of the body

    def body(self, page: Page) -> str:
        """The kept blocks, a blank line between them."""
        return "\n\n".join(b.text for b, v in zip(page.blocks, self.verdicts, strict=True) if v.keep)


def decide(page: Page) -> list[Verdict]:
    """A verdict for every block of a page."""
    return list(judge(page).verdicts)


def judge(page: Page, lines: Sequence[str] | None = None, trees: Model | None = None) -> Judgement:
    """Verdicts and review.

    Args:
        page: the page.
        lines: trafilatura's extraction, asked for here if it is not given.
        trees: the model; the one that ships with the library if it is not given.
    """
    if not page.blocks:
        return Judgement((), "there is no text on this page")
    if lines is None:
        lines = vote.ask(page)
    proof = gather(page, lines)
    trees = trees or load("markup/model.json")
    rows = _selected(proof, trees.names)
    scores = trees.scores(rows)
    keep, confidence = best_set(page, scores, trees.threshold)
    overruled = policies(page, proof, keep)
    keep[list(overruled)] = False
    review = noarticle.reason(page, proof, keep)
    if review:
        keep[:] = False
    return Judgement(tuple(_verdicts(trees, proof, rows, scores, keep, overruled, review)), review, confidence)


def apply_policies(page: Page, proof: Evidence, keep: Bools) -> Bools:
    """The blocks that stay when the policies have spoken."""
    left = keep.copy()
    left[list(policies(page, proof, keep))] = False
    return left


def best_set(page: Page, scores: Floats, limit: float) -> tuple[Bools, float]:
    """The blocks with the best expected F1, of those above the limit, and that F1.

    Blocks enter by their chance; expected hits are their words times their chance. F1 = 2 hits / (kept + body).
    """
    sizes = (max(1, b.text.count(" ") + 1, len(b.text) // 8) for b in page.blocks)
    words = np.fromiter(sizes, np.float32, len(scores))
    keep = np.zeros(len(scores), np.bool_)
    order = np.argsort(-scores, kind="stable")
    expected = words * scores
    body = float(expected[scores > _DOUBT].sum())
    f1 = 2 * np.cumsum(expected[order]) / np.maximum(np.cumsum(words[order]) + body, 1e-9)
    count = min(int(np.argmax(f1)) + 1, int((scores > limit).sum()))
    keep[order[:count]] = True
    return keep, float(f1[count - 1]) if count else 0.0


def _selected(proof: Evidence, names: tuple[str, ...]) -> Floats:
    at = {name: index for index, name in enumerate(proof.names)}
    rows: Floats = proof.rows[[at[name] for name in names]]
    return rows


def policies(page: Page, proof: Evidence, keep: Bools) -> dict[int, tuple[str, str]]:
    """Kept blocks that must go all the same: rule and reason by block."""
    gone: dict[int, tuple[str, str]] = {}
    kept = [int(at) for at in np.flatnonzero(keep)]
    titles = {text for text in map(vote.key, page.meta.titles) if text}
    copies = Counter(proof.keys[at] for at in kept)
    quoted = proof.row("quoted")
    first_headings = sum(block.heading == 1 for block in page.blocks)  # one alone above the story is its title
    seen: set[str] = set()
    for at in kept:
        block, text = page.blocks[at], proof.keys[at]
        near = near_marks(block)
        if not text:
            gone[at] = "empty", "it holds no words"
        elif block.heading and (text in titles or (block.heading == 1 and first_headings == 1 and not seen)):
            gone[at] = "title", "it repeats the title, which is kept as metadata"
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
                (reasons.phrase(kind, supports), round(float(moved[kind, at]), 2)) for kind in kinds if signed[kind, at] > 0.05
            )
        )
    return out


def _families(names: tuple[str, ...]) -> tuple[tuple[int, ...], int]:
    return _families_of(names), reasons.families()


_known: dict[tuple[str, ...], tuple[int, ...]] = {}


def _families_of(names: tuple[str, ...]) -> tuple[int, ...]:
    if names not in _known:
        _known[names] = tuple(map(reasons.kind, names))
    return _known[names]
