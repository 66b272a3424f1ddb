"""The guard of a page's story: what trafilatura and the model both take for it does not all go.

Comes back: running text and items of the story's own container that have the vote and a chance above the careful limit,
where the body would hold too small a share of the words that both take. Stays out: links, captions, menus, forms, boxes
of other stories, comments, hidden text. The last paragraph stays if both take it, and a page on which both see an article
of some length has one.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from cleaners.markup.block_sums import Bools, Floats, running
from cleaners.markup.containers import near
from cleaners.markup.features import Evidence
from cleaners.markup.marks import Mark
from cleaners.markup.segmenter import Page
from cleaners.models.gbdt import Model

_ELSEWHERE = int(
    Mark.NAV | Mark.FOOTER | Mark.COMMENT | Mark.RELATED | Mark.FORM | Mark.BUTTON | Mark.CONSENT | Mark.FIGCAPTION
    | Mark.CAPTION | Mark.NEWSLETTER | Mark.SHARE | Mark.HIDDEN | Mark.DIALOG | Mark.MODAL | Mark.ADVERT
)  # fmt: skip
_LEAST = 25
"""Words; fewer prove nothing."""
_LENGTH = 100
"""Words of running text that make an article: notices of errors and consent are shorter."""
_STANDFIRST = 40
"""Words; longer texts in a leading box are captions of its pictures."""
_HOME = 0.95
"""The share of the voted running text that stands in the story's container."""
_VOTED, _LINKED = 0.5, 0.5


def is_guide(page: Page) -> bool:
    """Whether the page calls itself an article, but not news: guides live from lists and products, which news do not know."""
    return page.meta.article and not page.meta.news


def recall(page: Page, bars: Mapping[str, float]) -> float:
    """How much more than precision recall counts when the body is chosen."""
    return bars["recall of guides"] if is_guide(page) else 1.0


def limits(page: Page, proof: Evidence, trees: Model) -> Floats:
    """The least chance of a kept block: more where trafilatura took most of the page's prose and not this block.

    Not of a standfirst, which it often leaves out, nor of guides, of which it leaves out too much.
    """
    found: Floats = np.full(len(page.blocks), trees.threshold, np.float32)
    if not is_guide(page) and proof.row("page_prose_voted")[0] >= _VOTED:
        standfirst = (proof.row("standfirst") > 0) & (proof.row("words") <= _STANDFIRST)
        alone = (proof.votes <= _VOTED) & ~standfirst
        found[alone] = max(trees.threshold, trees.bars["unvoted"])
    return found


def missing(page: Page, proof: Evidence, scores: Floats, keep: Bools, sizes: Floats, bars: Mapping[str, float]) -> Bools:
    """Blocks that come back; none where the body holds enough of what both opinions take."""
    both = (proof.votes > _VOTED) & (scores >= bars["careful"])
    share = bars["share of guides"] if is_guide(page) else bars["share"]
    held, back = float(sizes[both & keep].sum()), both & ~keep
    if held < share * float(sizes[both].sum()):  # most pages are not asked for more
        back &= _of_the_story(page, proof)
    whole = held + float(sizes[back].sum())
    return back if whole >= _LEAST and held < share * whole else np.zeros_like(back)


def ending(page: Page, proof: Evidence, scores: Floats, keep: Bools, bars: Mapping[str, float]) -> int | None:
    """The paragraph right below the body, if both opinions take it and it stands among paragraphs of the body like it.

    The last paragraph of a story lacks what proves the others: a neighbour on its other side.
    """
    kept = np.flatnonzero(keep).tolist()
    below = kept[-1] + 1 if kept else len(page.blocks)
    if below == len(page.blocks):
        return None
    scope = page.blocks[below].scope
    above = (page.blocks[at].scope for at in reversed(kept))
    alike = any(other.key == scope.key and other.parent is scope.parent for other in above)
    taken = proof.prose & (proof.votes > _VOTED) & (scores >= bars["careful ending"])
    return below if alike and (taken & _of_the_story(page, proof))[below] else None


def _of_the_story(page: Page, proof: Evidence) -> Bools:
    """Running text and items of the story's container, nowhere near what is never story."""
    elsewhere = np.fromiter((bool(near(b) & _ELSEWHERE) or b.hidden for b in page.blocks), np.bool_, len(page.blocks))
    titles = np.fromiter((b.heading == 1 for b in page.blocks), np.bool_, len(page.blocks))
    return _container(page, proof) & ~elsewhere & ~titles & (proof.row("links") < _LINKED)


def _container(page: Page, proof: Evidence) -> Bools:
    """The blocks of the innermost element that holds the voted running text and more than one block."""
    running_text = proof.prose & (proof.votes > _VOTED)
    before = running(running_text * proof.row("chars"))
    inside = np.zeros(len(page.blocks), np.bool_)
    for scope in page.scopes:  # inner ones first
        if scope.end - scope.start > 1 and before[scope.end] - before[scope.start] >= _HOME * before[-1]:
            inside[scope.start : scope.end] = True
            break
    return inside


def sees_article(proof: Evidence, scores: Floats, sizes: Floats, bars: Mapping[str, float], *, listed: bool) -> bool:
    """Whether both opinions see an article of some length; where its shape is a list of stories, the model must be certain."""
    limit = bars["certain"] if listed else bars["careful article"]
    return float(sizes[proof.prose & (proof.votes > _VOTED) & (scores >= limit)].sum()) >= _LENGTH
