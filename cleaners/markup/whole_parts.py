"""Parts of a story that stay whole or go whole: tables, lists, quotes with their sources, entries of a ticker, galleries.

The model judges block by block, so it may tear such a part. Here the part decides as one.

Comes back: a table between paragraphs of the story, or anywhere in a guide, a quote between them with the line that says whose
it is, in a guide the rest of a list of which most is kept, the heading of a list that is kept, the question above an answer
that opens on a click, the times of a ticker's entries. Goes: the rest of a table of which little is kept, and the captions of a
gallery inside a story.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

import numpy as np
import regex

from cleaners.markup import story_guard
from cleaners.markup.block_sums import Bools, Floats
from cleaners.markup.blocks import CELLS, Block, Scope
from cleaners.markup.features import Evidence
from cleaners.markup.marks import Mark
from cleaners.markup.segmenter import Page

_ELSEWHERE = int(
    Mark.NAV | Mark.COMMENT | Mark.RELATED | Mark.FORM | Mark.CONSENT | Mark.NEWSLETTER | Mark.HIDDEN | Mark.DIALOG | Mark.MODAL
    | Mark.ADVERT | Mark.PRODUCT | Mark.MENU
)  # fmt: skip
"""Places that are never a part of the story."""
_WIDGET = int(Mark.SIDE)
"""What a table or list of weather or prices inside a story says of itself. Around it, builders of pages name all so."""
_MAX_STEPS_UP = 3
"""Elements around a part in which the paragraphs before and behind it stand."""
_MIN_ROWS, _MIN_CELLS = 2, 2
"""Rows of a table, and cells of such a row; with fewer it is layout."""
_MAX_CELL_CHARS = 120
"""Characters of a cell; a table with longer ones is layout."""
_MAX_TABLE_BLOCKS = 400
_REGULAR_SHARE = 0.6
"""Share of a table's rows that have equally many cells."""
_TABLE_SCORE = 0.15
"""Mean probability of a table's cells from which on it comes back; cells are short, so the model trusts none of them."""
_PART_SCORE = 0.3
"""Probability from which on a voted quote or heading comes back: the model alone would need half."""
_IN_STORY_SHARE = 0.9
"""Share of a table's cells in the container of the story, and in no box there, from which on it is a part of a guide."""
_KEPT_SHARE = 0.3
"""Share of a table's characters from which on the rest of it comes back; of less, the rest goes."""
_MIN_ITEMS = 3
"""Blocks of a list; with fewer there is no rest of which the others could tell."""
_LIST_SHARE = 0.5
"""Share of a list's characters from which on the rest of it comes back."""
_MIN_SENTENCE_WORDS = 5
_ENTRY_TAGS = frozenset(["li", "details", "dt", "dd"])
"""Elements that hold a text and, inside them, what it heads."""
_MAX_QUOTE_BLOCKS = 6
_MAX_SOURCE_CHARS = 120
"""Characters of the line that says whose a quote is."""
_VOTED, _LINKED = 0.5, 0.5
_MIN_ENTRIES = 4
"""Entries of a ticker, or slides of a gallery; fewer of one kind are chance."""
_ENTRY_SHARE = 0.75
"""Share of the elements of one kind that have a time, if they are entries."""
_TIME = regex.compile(r"\P{L}{0,12}(?<!\d)\d{1,2}[:.h]\d{2}(?!\d)[\P{L}]{0,4}(?:\p{L}[\p{L}.]{0,7})?")
"""A line that is a time: with a date in figures before it, and `Uhr`, `a.m.` or a zone behind it."""
_MIN_PARAGRAPHS = 3
"""Paragraphs of a story outside its gallery; with fewer the gallery is the story."""
_MAX_SLIDE_BLOCKS = 4
_MAX_GALLERY_HEADS = 3
"""Blocks of a gallery besides its slides: its title and what leads to it."""
_GALLERY = regex.compile(r"galler|slide|carousel|bildstrecke|fotostrecke|diaporama|galería", regex.IGNORECASE)

Reasons = dict[int, str]
"""Clauses by the number of the block."""


def missing(page: Page, evidence: Evidence, scores: Floats, keep: Bools) -> Reasons:
    """Find the blocks that a kept part lacks.

    Args:
        page: The page.
        evidence: The features of its blocks.
        scores: The probability of each block to belong to the body.
        keep: Which blocks are kept so far.
    """
    found: Reasons = {}
    tables = [scope for scope in page.scopes if scope.tag == "table" and _is_data(page, evidence, scope)]
    quotes = [scope for scope in page.scopes if scope.tag == "blockquote"]
    in_story = story_guard.in_story(page, evidence) if tables or quotes else np.zeros_like(keep)
    for scope in tables:
        if _table_stays(page, scores, keep, scope) or _is_table_of_story(page, evidence, in_story, keep, scope):
            found |= dict.fromkeys(range(scope.start, scope.end), "it is a cell of a table in the story")
    for scope in quotes:
        if _quote_stays(page, evidence, scores, keep, scope) or _is_quote_of_guide(page, evidence, in_story, keep, scope):
            found |= dict.fromkeys(range(scope.start, scope.end), "it is part of a quote in the story")
    found |= dict.fromkeys(_list_rests(page, evidence, keep), "most of the list that holds it stays")
    found |= dict.fromkeys(_lists_between(page, evidence, keep), "it is an item of a list in the story")
    found |= dict.fromkeys(_questions(page, keep), "it heads the text of the story that stands in its element")
    found |= dict.fromkeys(_list_headings(page, evidence, scores, keep), "it heads a list of the story")
    found |= dict.fromkeys(_entry_times(page, keep), "it is the time of a ticker's entry")
    return {at: reason for at, reason in found.items() if not keep[at] and not page.blocks[at].hidden}


def torn(page: Page, evidence: Evidence, keep: Bools) -> dict[int, tuple[str, str]]:
    """Find kept blocks of parts that go as a whole, with rule and reason."""
    found: dict[int, tuple[str, str]] = {}
    for scope in page.scopes:
        if scope.tag == "table" and _is_data(page, evidence, scope) and _kept_share(page, keep, scope) < _KEPT_SHARE:
            found |= dict.fromkeys(range(scope.start, scope.end), ("table", "most of the table that holds it goes"))
    for at in _captions(page, evidence, keep):
        found[at] = "gallery", "it is the caption of a picture in a gallery"
    return {at: verdict for at, verdict in found.items() if keep[at]}


def _kept_share(page: Page, keep: Bools, scope: Scope) -> float:
    """Give the share of an element's characters that is kept."""
    sizes = [len(page.blocks[at].text) for at in range(scope.start, scope.end)]
    kept = sum(size for at, size in enumerate(sizes, scope.start) if keep[at])
    return kept / max(1, sum(sizes))


def _stands_between(keep: Bools, scope: Scope) -> bool:
    """Tell whether the blocks right before and right behind an element are kept and stand close around it."""
    before, behind = scope.start - 1, scope.end
    if before < 0 or behind >= len(keep) or not (keep[before] and keep[behind]):
        return False
    outer = scope.parent
    for _ in range(_MAX_STEPS_UP):
        if outer is None:
            return False
        if outer.start <= before and behind < outer.end:
            return True
        outer = outer.parent
    return False


def _is_data(page: Page, evidence: Evidence, table: Scope) -> bool:
    """Tell whether a table holds data: rows of equally many short cells, each one block, with few links and no paragraphs."""
    if not _MIN_ROWS * _MIN_CELLS <= table.end - table.start <= _MAX_TABLE_BLOCKS or table.inherited & _ELSEWHERE:
        return False
    inside = slice(table.start, table.end)
    blocks = page.blocks[inside]
    if evidence.prose[inside].any() or float(evidence.row("links")[inside].mean()) >= _LINKED:
        return False
    rows = Counter(id(row) for block in blocks if (row := _row(block.scope)))
    cells = {id(_cell(block.scope)) for block in blocks}
    if (
        len(cells) < len(blocks)
        or sum(rows.values()) < len(blocks)
        or max(len(block.text) for block in blocks) > _MAX_CELL_CHARS
    ):
        return False
    (width, alike), *_ = Counter(rows.values()).most_common(1)
    return width >= _MIN_CELLS and alike >= max(_MIN_ROWS, _REGULAR_SHARE * len(rows))


def _cell(scope: Scope) -> Scope:
    """Return the cell of which an element is all the text; the element itself if there is none."""
    around = scope.parent
    return around if around and around.tag in CELLS and around.end - around.start == 1 else scope


def _row(scope: Scope) -> Scope | None:
    """Give the row of which an element is a cell, or all the text of one; None if it is neither."""
    cell = _cell(scope)
    return cell.parent if cell.tag in CELLS and cell.parent and cell.parent.tag == "tr" else None


def _table_stays(page: Page, scores: Floats, keep: Bools, table: Scope) -> bool:
    if _kept_share(page, keep, table) >= _KEPT_SHARE:
        return True
    return float(scores[table.start : table.end].mean()) >= _TABLE_SCORE and _stands_between(keep, table)


def _is_table_of_story(page: Page, evidence: Evidence, in_story: Bools, keep: Bools, table: Scope) -> bool:
    """Tell whether a table stands in the container of a story right between blocks of the body; in a guide, somewhere between.

    Trafilatura writes a row as one line, and short rows cannot be found again in it, so the vote says little of tables.
    """
    if table.marks & _WIDGET or float(in_story[table.start : table.end].mean()) < _IN_STORY_SHARE:
        return False
    if table.start > 0 and table.end < len(keep) and keep[table.start - 1] and keep[table.end]:
        return True
    is_guide = not page.declared.news and (page.declared.article or story_guard.own_place(evidence)[table.start])
    return bool(is_guide and keep[: table.start].any() and keep[table.end :].any())


def _quote_stays(page: Page, evidence: Evidence, scores: Floats, keep: Bools, quote: Scope) -> bool:
    if quote.end - quote.start > _MAX_QUOTE_BLOCKS or quote.inherited & (_ELSEWHERE | Mark.EMBED):
        return False
    inside = range(quote.start, quote.end)
    if any(keep[at] for at in inside):
        return all(keep[at] or len(page.blocks[at].text) <= _MAX_SOURCE_CHARS for at in inside)
    words = [at for at in inside if evidence.prose[at]]
    taken = [at for at in words if evidence.votes[at] > _VOTED and scores[at] >= _PART_SCORE]
    return bool(words) and taken == words and not evidence.row("quoted")[words].any() and _stands_between(keep, quote)


def _is_quote_of_guide(page: Page, evidence: Evidence, in_story: Bools, keep: Bools, quote: Scope) -> bool:
    """Tell whether a quote stands in the container of a guide, between blocks of the body, and trafilatura took its text.

    Guides mark tips and notes as quotes, which the model takes for quotes set again beside the story, as news has them.
    """
    if page.declared.news or quote.end - quote.start > _MAX_QUOTE_BLOCKS or quote.inherited & Mark.EMBED:
        return False
    inside = slice(quote.start, quote.end)
    prose = evidence.prose[inside]
    if not (prose.any() and in_story[inside].all() and (evidence.votes[inside][prose] > _VOTED).all()):
        return False
    return bool(keep[: quote.start].any() and keep[quote.end :].any())


def _list_rests(page: Page, evidence: Evidence, keep: Bools) -> Iterator[int]:
    """Yield the items that a list of a guide lacks of which most is kept; links are no such items."""
    torn = [
        scope
        for scope in page.scopes
        if scope.tag in ("ul", "ol")
        and scope.end - scope.start >= _MIN_ITEMS
        and keep[scope.start : scope.end].any()
        and not keep[scope.start : scope.end].all()
        and _kept_share(page, keep, scope) >= _LIST_SHARE
    ]
    items = story_guard.in_guide(page, evidence) if torn else keep
    for scope in torn:
        yield from (scope.start + np.flatnonzero(items[scope.start : scope.end])).tolist()


def _lists_between(page: Page, evidence: Evidence, keep: Bools) -> Iterator[int]:
    """Yield the items of lists right between blocks of the body, if they are no links or a sentence above announces them.

    Trafilatura loses some of these lists. In news such a sentence leads to other stories.
    """
    lists = [
        scope
        for scope in page.scopes
        if scope.tag in ("ul", "ol")
        and not scope.marks & _WIDGET
        and scope.end - scope.start >= _MIN_ROWS
        and scope.start > 0
        and scope.end < len(keep)
        and keep[scope.start - 1]
        and keep[scope.end]
        and not keep[scope.start : scope.end].all()
    ]
    in_story = story_guard.in_story(page, evidence) if lists else keep
    for scope in lists:
        inside = slice(scope.start, scope.end)
        announced = not page.declared.news and _announces(page.blocks[scope.start - 1])
        if in_story[inside].all() and (announced or float(evidence.row("links")[inside].max()) < _LINKED):
            yield from range(scope.start, scope.end)


def _announces(block: Block) -> bool:
    """Tell whether a block is a sentence that ends in a colon; shorter ones are labels such as `Read also:`."""
    return block.text.endswith((":", "：")) and block.text.count(" ") >= _MIN_SENTENCE_WORDS and not block.link_chars


def _questions(page: Page, keep: Bools) -> Iterator[int]:
    """Yield the texts whose own element holds the kept block right below them: what opens on a click, and nested lists."""
    for at in np.flatnonzero(keep[1:] & ~keep[:-1]).tolist():
        scope = page.blocks[at].scope
        holder = scope.parent if scope.tag == "summary" else scope
        if holder and holder.tag in _ENTRY_TAGS and at + 1 < holder.end and not scope.inherited & _ELSEWHERE:
            yield at


def _list_headings(page: Page, evidence: Evidence, scores: Floats, keep: Bools) -> Iterator[int]:
    """Yield headings right above items that are kept, below a paragraph that is."""
    for at in np.flatnonzero(evidence.row("heading")).tolist():
        if not 0 < at < len(page.blocks) - 1:
            continue
        heading, item = page.blocks[at], page.blocks[at + 1]
        if keep[at] or not (keep[at - 1] and keep[at + 1]) or item.tag not in ("li", "td", "th", "dd", "dt"):
            continue
        if heading.scope.inherited & _ELSEWHERE or heading.heading == 1:
            continue
        if evidence.votes[at] > _VOTED and scores[at] >= _PART_SCORE:
            yield at


def _groups(page: Page) -> list[list[Scope]]:
    """Give the elements that stand side by side and are of one kind, as entries, slides and cards are."""
    if page.alike is None:
        kinds: defaultdict[tuple[int, str], list[Scope]] = defaultdict(list)
        for scope in page.scopes:
            if scope.parent and scope.end > scope.start and not scope.inherited & _ELSEWHERE:
                kinds[id(scope.parent), scope.key].append(scope)
        page.alike = [group for group in kinds.values() if len(group) >= _MIN_ENTRIES]
    return page.alike


def _entry_times(page: Page, keep: Bools) -> Iterator[int]:
    """Yield the times at the heads of a ticker's entries, if most entries have one and some text that is kept."""
    for group in _groups(page):
        times = [at for scope in group if (at := _time(page.blocks, scope)) is not None and keep[scope.start : scope.end].any()]
        if len(times) >= max(_MIN_ENTRIES, _ENTRY_SHARE * len(group)):
            yield from times


def _time(blocks: Sequence[Block], entry: Scope) -> int | None:
    """Give the number of the block with an entry's time: its first or second one."""
    for at in range(entry.start, min(entry.start + 2, entry.end - 1)):
        if _TIME.fullmatch(blocks[at].text):
            return at
    return None


def _captions(page: Page, evidence: Evidence, keep: Bools) -> Iterator[int]:
    """Yield the texts of a gallery's slides, where trafilatura took few of them and the story stands outside."""
    kept_prose = keep & evidence.prose
    for group in _groups(page):
        if not _is_gallery(page.blocks, group):
            continue
        inside = [at for scope in group for at in range(scope.start, scope.end)]
        holder = group[0].parent
        if holder and _GALLERY.search(holder.name) and (holder.end - holder.start) - len(inside) <= _MAX_GALLERY_HEADS:
            inside = list(range(holder.start, holder.end))
        own = int(kept_prose.sum()) - int(kept_prose[inside].sum())
        if own >= _MIN_PARAGRAPHS and float(np.mean(evidence.votes[inside])) <= _VOTED:
            yield from inside


def _is_gallery(blocks: Sequence[Block], group: Sequence[Scope]) -> bool:
    """Tell whether elements of one kind are a gallery's slides: each has a picture and little text, and a name says so."""
    named = _GALLERY.search(group[0].name) or (group[0].parent and _GALLERY.search(group[0].parent.name))
    return bool(named) and all(
        scope.end - scope.start <= _MAX_SLIDE_BLOCKS and any(block.pictures for block in blocks[scope.start : scope.end])
        for scope in group
    )
