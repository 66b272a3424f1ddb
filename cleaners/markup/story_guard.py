"""Guard the story of a page: what trafilatura and the model both take for it must not all go.

This guard adds blocks of a page to its body. `cleaners/guard.py` guards any document against losing too much of its text.

Comes back: running text and items of the story's own container that have the vote and a probability above the careful
limit, where the body would hold too small a share of the words that both take. Stays out: links, captions, menus, forms,
boxes of other stories, comments, hidden text. The last paragraph stays if both take it, and a page on which both see an
article of some length has one.

The limits (`bars`) stand in `markup/model.json`: they are probabilities and shares that depend on the model.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from cleaners.markup.block_sums import Bools, Floats, running
from cleaners.markup.blocks import Scope
from cleaners.markup.features import Evidence
from cleaners.markup.marks import Mark
from cleaners.markup.segmenter import Page
from cleaners.models.gbdt import Model

_ELSEWHERE = int(
    Mark.NAV | Mark.FOOTER | Mark.COMMENT | Mark.RELATED | Mark.FORM | Mark.BUTTON | Mark.CONSENT | Mark.FIGCAPTION
    | Mark.CAPTION | Mark.NEWSLETTER | Mark.SHARE | Mark.HIDDEN | Mark.DIALOG | Mark.MODAL | Mark.ADVERT
)  # fmt: skip
"""Places that are never a part of the story."""
_AUTHOR, _HIDDEN = int(Mark.AUTHOR), int(Mark.HIDDEN)
_OWN_PLACE = int(Mark.ARTICLE | Mark.MAIN)
"""Places that say where a page's own text is. Old portals have none, and of these trafilatura takes half the page."""
_MIN_WORDS = 25
"""Words that both opinions take; fewer prove nothing."""
_ARTICLE_WORDS = 100
"""Words of running text that make an article: notices of errors and consent are shorter."""
_MAX_BELOW_HEADLINE = 4
"""Blocks from a headline to its standfirst; between them stand a byline and a date."""
_STANDFIRST_WORDS = 40
"""Words; longer texts in a leading box are captions of its pictures."""
_CONTAINER_SHARE = 0.95
"""The share of the voted running text that stands in the story's container."""
_PARTS = frozenset(["ul", "ol", "li", "dl", "table", "thead", "tbody", "tr"])
"""Elements that are a part of a story, even where all its running text stands in one."""
_VOTED, _LINKED = 0.5, 0.5
"""Share of a block's characters from which on trafilatura took it, and below which it is no link."""


def is_guide(page: Page) -> bool:
    """Tell whether a page calls itself an article but not news: guides consist of lists and products, news hardly ever do."""
    return page.declared.article and not page.declared.news


def recall_weight(page: Page, bars: Mapping[str, float]) -> float:
    """Give how much more recall counts than precision when the body is chosen."""
    return bars["recall of guides"] if is_guide(page) else 1.0


def limits(page: Page, evidence: Evidence, model: Model) -> Floats:
    """Give the least probability of each kept block.

    It is higher where trafilatura took most of the page's running text and not this block. Excepted are standfirsts, which
    trafilatura often leaves out, text that stands right in the element of the story's paragraphs, and guides, of which it
    leaves out too much: there only what stands below the last paragraph that it took has the higher limit, if it took enough
    of them for an article.
    """
    found: Floats = np.full(len(page.blocks), model.threshold, np.float32)
    voted, guide = evidence.prose & (evidence.votes > _VOTED), is_guide(page)
    if evidence.row("page_prose_voted")[0] >= _VOTED or (guide and evidence.row("words")[voted].sum() >= _ARTICLE_WORDS):
        standfirst = (evidence.row("standfirst") > 0) & (evidence.row("words") <= _STANDFIRST_WORDS)
        alone = (evidence.votes <= _VOTED) & ~standfirst
        around = {id(page.blocks[at].scope.parent) for at in np.flatnonzero(voted).tolist()}
        alone &= np.fromiter((id(block.scope) not in around for block in page.blocks), np.bool_, len(page.blocks))
        if guide:
            alone[: np.flatnonzero(voted)[-1]] = False
        found[alone] = max(model.threshold, model.bars["unvoted"])
    return found


def missing(page: Page, evidence: Evidence, scores: Floats, keep: Bools, sizes: Floats, bars: Mapping[str, float]) -> Bools:
    """Select the blocks that come back; none where the body holds enough of what both opinions take."""
    both = (evidence.votes > _VOTED) & (scores >= bars["careful"])
    share = bars["share of guides"] if is_guide(page) else bars["share"]
    held, back = float(sizes[both & keep].sum()), both & ~keep
    if held < share * float(sizes[both].sum()):  # False for most pages, and the rest is slow
        back &= _of_the_story(page, evidence)
    whole = held + float(sizes[back].sum())
    return back if whole >= _MIN_WORDS and held < share * whole else np.zeros_like(back)


def ending(page: Page, evidence: Evidence, scores: Floats, keep: Bools, bars: Mapping[str, float]) -> Bools:
    """Select the paragraphs below the body that both opinions take, in elements like those of its own paragraphs.

    The last paragraph of a story lacks what speaks for the others: a neighbour on its other side. Between it and the body may
    stand an advertisement or a player.
    """
    kept = np.flatnonzero(keep & evidence.prose).tolist()
    found = evidence.prose & (evidence.votes > _VOTED) & (scores >= bars["careful ending"]) & ~keep
    found[: kept[-1] if kept else len(page.blocks)] = False
    if found.any():
        found &= _of_the_story(page, evidence)
        places = {place for at in kept for place in _places(page.blocks[at].scope)}
        for at in np.flatnonzero(found).tolist():
            scope = page.blocks[at].scope
            is_alike = id(scope) in places or not places.isdisjoint(_places(scope))
            found[at] = is_alike and not evidence.near[at] & _AUTHOR
    return found


def standfirst(page: Page, evidence: Evidence, scores: Floats, keep: Bools, bars: Mapping[str, float]) -> int | None:
    """Find the paragraph right above the body of a story, if there is only one: of news, below its headline.

    Trafilatura leaves most standfirsts of news out, and gold bodies of news lack them. On other pages disclosures stand there,
    so trafilatura must have taken it.

    Returns:
        Its number; None if there is no such paragraph.
    """
    kept = np.flatnonzero(keep & evidence.prose)
    if not len(kept):
        return None
    first, news = int(kept[0]), page.declared.news
    between = evidence.prose & ~keep & ~beside_story(evidence) & ((evidence.marks & _HIDDEN) == 0)
    if news:
        heads = [at for at, block in enumerate(page.blocks[:first]) if block.heading == 1]
        start, bar = (heads[-1], bars["careful"]) if heads else (first, 1.0)
    else:
        between &= (evidence.votes > _VOTED) & (evidence.row("links") < _LINKED)
        start, bar = max(0, first - _MAX_BELOW_HEADLINE), bars["doubtful"]
    own = (np.flatnonzero(between[start:first]) + start).tolist()
    if len(own) != 1 or own[0] > start + _MAX_BELOW_HEADLINE or scores[own[0]] < bar:
        return None
    return own[0]


def _places(scope: Scope) -> Iterator[object]:
    """Yield what paragraphs of one story have in common: the element around them, and the names of both."""
    if scope.parent:
        yield id(scope.parent)
        if scope.parent.name:
            yield scope.key, scope.parent.key


def beside_story(evidence: Evidence) -> Bools:
    """Select the blocks that stand near a place that is never story, or in a note on an author."""
    found: Bools = (evidence.near & (_ELSEWHERE | _AUTHOR)) != 0
    return found


def in_story(page: Page, evidence: Evidence) -> Bools:
    """Select the blocks of the story's container that stand near no place that is never story; a first heading is no part."""
    elsewhere = ((evidence.near & _ELSEWHERE) | (evidence.marks & _HIDDEN)) != 0
    found: Bools = _container(page, evidence) & ~elsewhere & (evidence.row("heading") != 1)
    return found


def in_guide(page: Page, evidence: Evidence) -> Bools:
    """Select the blocks of a story's container on a page that is no news, links excepted.

    A page that does not call itself an article says by its elements where its own text is. Old portals have none of these.
    """
    if page.declared.news:
        return np.zeros(len(page.blocks), np.bool_)
    found = _of_the_story(page, evidence)
    return found if page.declared.article else found & own_place(evidence)


def own_place(evidence: Evidence) -> Bools:
    """Select the blocks in elements that say where a page's own text is."""
    found: Bools = (evidence.marks & _OWN_PLACE) != 0
    return found


def _of_the_story(page: Page, evidence: Evidence) -> Bools:
    """Select running text and items in the story's container that are no links."""
    return in_story(page, evidence) & (evidence.row("links") < _LINKED)


def _container(page: Page, evidence: Evidence) -> Bools:
    """Select the blocks of the innermost element, lists and tables excepted, that holds the voted running text."""
    running_text = evidence.prose & (evidence.votes > _VOTED)
    before = running(running_text * evidence.row("chars"))
    enough = _CONTAINER_SHARE * before[-1]
    inside = np.zeros(len(page.blocks), np.bool_)
    for scope in page.scopes:  # inner ones first
        if scope.end - scope.start > 1 and scope.tag not in _PARTS and before[scope.end] - before[scope.start] >= enough:
            inside[scope.start : scope.end] = True
            break
    return inside


def sees_article(evidence: Evidence, scores: Floats, sizes: Floats, bars: Mapping[str, float], *, listed: bool) -> bool:
    """Tell whether both opinions see an article of some length.

    Args:
        evidence: The features of the page's blocks.
        scores: The probability of each block to belong to the body.
        sizes: Words of each block.
        bars: The limits of the model.
        listed: Whether the page looks like a list of stories; then the model must be certain.
    """
    limit = bars["certain"] if listed else bars["careful article"]
    return float(sizes[evidence.prose & (evidence.votes > _VOTED) & (scores >= limit)].sum()) >= _ARTICLE_WORDS
