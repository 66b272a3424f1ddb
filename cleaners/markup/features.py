"""The numbers that speak for and against a block: text, markup, structure, trafilatura's vote, the page's metadata.

Most of the proof is structural: what became of the *other* blocks that look like this one (same chain of elements and
classes), that stand in the same container, that stand around it. Scopes are ranges of blocks, so each such question
is a difference of two running sums, asked for all blocks at once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from cleaners.markup import trafilatura_vote, wording
from cleaners.markup.block_sums import UNKNOWN, Bools, Floats, Group, Ints, Numbers, codes_of, running, shifted_by
from cleaners.markup.blocks import Block
from cleaners.markup.containers import chain, levels, near, shared
from cleaners.markup.fallback import stand_in
from cleaners.markup.marks import Mark
from cleaners.markup.segmenter import Page

_PROSE_WORDS = 12
_FAILED = 0.1
"""Share of the prose that the table of rules calls a story's. A vote for less of it has missed the story: where it was
below a tenth, votes had a mean F1 of .12 and the table .57; between one and three tenths either may be right.
"""
_MARKS = tuple(mark for mark in Mark)


@dataclass(slots=True)
class Evidence:
    """One row a kind of evidence, one column a block."""

    names: tuple[str, ...]
    rows: Floats
    keys: list[str]
    votes: Floats
    prose: Bools

    def row(self, name: str) -> Floats:
        """One kind of evidence, by block."""
        row: Floats = self.rows[self.names.index(name)]
        return row


def gather(page: Page, lines: Sequence[str]) -> Evidence:
    """All evidence on a page's blocks; `lines` is trafilatura's extraction."""
    return _Gatherer(page, lines).evidence()


class _Gatherer:
    """Running sums and rows of one page."""

    def __init__(self, page: Page, lines: Sequence[str]) -> None:
        self.page = page
        self.blocks = blocks = page.blocks
        self.n = n = len(blocks)
        self.rows: dict[str, Numbers] = {}
        self.keys = [trafilatura_vote.key(block.text) for block in blocks]
        self.index = np.arange(n)
        self.chars = np.fromiter((len(b.text) for b in blocks), np.float32, n)
        self.links = np.fromiter((b.link_chars for b in blocks), np.float32, n) / self.chars
        wide = np.fromiter((wording.wide(b.text) for b in blocks), np.float32, n)
        self.words = np.fromiter((b.text.count(" ") + 1 for b in blocks), np.float32, n) + wide / 2
        self.chars += 2 * wide  # a sign of such a script says as much as three letters
        self.hidden = np.fromiter((b.hidden for b in blocks), np.bool_, n)
        self.ends = np.fromiter((wording.ends_sentence(b.text) for b in blocks), np.bool_, n)
        self.prose = (self.words >= _PROSE_WORDS) & (self.links < 0.4) & self.ends & ~self.hidden
        self.votes = self._votes(lines)
        self.voted = self.votes > 0.5
        self.story = self._running(self.voted)
        self.before = {
            "one": running(np.ones(n)),
            "chars": running(self.chars),
            "links": running(self.chars * self.links),
            "voted": running(self.voted),
            "voted_chars": running(self.chars * self.votes),
            "prose_chars": running(self.chars * self.prose),
            "story_chars": running(self.chars * self.story),
        }

    def _running(self, voted: Bools) -> Bools:
        """Which of the voted blocks are running text."""
        return voted & (self.words >= _PROSE_WORDS) & (self.links < 0.5)

    def _votes(self, lines: Sequence[str]) -> Floats:
        """Trafilatura's vote; the table's where it has none, or leaves out nearly all that the table calls a story."""
        table = np.array(stand_in(self.blocks, self.prose.tolist()), np.float32)
        votes = trafilatura_vote.count(self.keys, lines) if lines else table
        voted = float(self.chars[self._running(votes > 0.5)].sum())
        return votes if voted >= _FAILED * float((self.chars * table).sum()) else table

    def evidence(self) -> Evidence:
        if self.n:
            self._text()
            self._place()
            self._structure()
            self._containers()
            self._neighbours()
            self._span()
            self._sections()
            self._metadata()
            self._pictures()
            self._repeats()
            self._page()
        names = tuple(self.rows)
        rows = np.empty((len(names), self.n), np.float32)
        for at, name in enumerate(names):
            rows[at] = self.rows[name]
        return Evidence(names, rows, self.keys, self.votes, self.prose)

    def _each(self, function: Callable[[Block], float]) -> Floats:
        return np.fromiter(map(function, self.blocks), np.float32, self.n)

    def _text(self) -> None:
        self.rows |= {
            "chars": self.chars,
            "words": self.words,
            "word_length": self.chars / self.words,
            "links": self.links,
            "link_count": self._each(lambda b: b.links),
            "bold": self._each(lambda b: b.bold_chars) / self.chars,
            "sentence_end": self.ends,
            "timed": self._each(lambda b: b.timed),
            "broken": self._each(lambda b: b.broken),
            **wording.signs([block.text for block in self.blocks]),
        }

    def _place(self) -> None:
        """Marks, near (three levels) and at any distance, and the plain position."""
        close = np.fromiter((near(b) for b in self.blocks), np.int64, self.n)
        anywhere = np.fromiter((b.scope.inherited | b.marks for b in self.blocks), np.int64, self.n)
        for bit, mark in enumerate(_MARKS):
            name = (mark.name or "").lower()
            self.rows["near_" + name] = (close >> bit) & 1
            if mark is not Mark.HEADING:
                self.rows["in_" + name] = (anywhere >> bit) & 1
        self.rows |= {
            "heading": self._each(lambda b: b.heading),
            "tag": self._each(lambda b: _TAG_CODES.get(b.scope.tag, 0)),
            "depth": self._each(lambda b: b.scope.depth),
            "articles": self._each(lambda b: b.scope.articles),
            "position": self.index / self.n,
            "char_position": self.before["chars"][:-1] / max(1.0, self.before["chars"][-1]),
            "from_start": self.index,
            "from_end": self.n - self.index,
        }

    def _structure(self) -> None:
        """What the other blocks with the same chain of tags and classes are like."""
        own: list[str] = []
        two: list[tuple[str, str]] = []
        three: list[tuple[str, str, str]] = []
        outer: list[tuple[str, str, str]] = []
        for block in self.blocks:
            first, second, third, fourth = chain(block.scope)
            own.append(first)
            two.append((first, second))
            three.append((first, second, third))
            outer.append((second, third, fourth))
        for name, keys in (("path1", own), ("path2", two), ("path3", three), ("outer", outer)):
            codes = codes_of(keys)
            total = Group(codes)
            rows: dict[str, Numbers] = {
                "voted": total.share_of_others(self.voted),
                "voted_chars": total.weighted_share_of_others(self.votes, self.chars),
                "count": total.size,
            }
            if name != "path1":
                rows |= {
                    "links": total.weighted_share_of_others(self.links, self.chars),
                    "prose": total.weighted_share_of_others(self.prose, self.chars),
                    "chars": total.share_of_others(self.chars),
                }
            self.rows |= {f"{name}_{kind}": row for kind, row in rows.items()}

    def _containers(self) -> None:
        """What stands in the elements around: each level is the next element that holds more blocks."""
        memo: dict[int, tuple[int, ...]] = {}
        ranges = np.array([levels(block.scope, memo) for block in self.blocks], np.int64).reshape(self.n, 10)
        total = max(1.0, float(self.before["voted_chars"][-1]))
        for level in range(5):
            start, end = ranges[:, 2 * level], ranges[:, 2 * level + 1]
            count = end - start
            chars = self._within("chars", start, end)
            rest = np.maximum(1.0, chars - self.chars)
            voted = self._within("voted_chars", start, end)
            alone = chars - self.chars < 1
            name = ("level0", "level1", "level2", "level3", "region")[level]
            self.rows |= {
                f"{name}_count": count,
                f"{name}_links": self._within("links", start, end) / np.maximum(1.0, chars),
                f"{name}_voted_chars": np.where(alone, UNKNOWN, (voted - self.chars * self.votes) / rest),
                f"{name}_prose": np.where(
                    alone, UNKNOWN, (self._within("prose_chars", start, end) - self.chars * self.prose) / rest
                ),
            }
            if level:
                self.rows |= {
                    f"{name}_of_vote": voted / total,
                    f"{name}_chars": chars / np.maximum(1, count),
                    f"{name}_position": (self.index - start) / np.maximum(1, count - 1),
                }
            if level in (1, 2):
                self.rows[f"{name}_from_start"] = self.index - start
                self.rows[f"{name}_from_end"] = end - self.index

    def _within(self, what: str, start: Ints, end: Ints) -> npt.NDArray[np.float64]:
        before = self.before[what]
        return before[end] - before[start]

    def _neighbours(self) -> None:
        for step in (-2, -1, 1, 2):
            name = f"{'next' if step > 0 else 'last'}{abs(step)}"
            self.rows[f"{name}_voted"] = shifted_by(self.votes, step)
            self.rows[f"{name}_chars"] = shifted_by(self.chars, step)
            if abs(step) == 1:
                self.rows[f"{name}_links"] = shifted_by(self.links, step)
                self.rows[f"{name}_heading"] = shifted_by(self.rows["heading"].astype(np.float32), step)
                self.rows[f"{name}_sentence_end"] = shifted_by(self.ends.astype(np.float32), step)
        for reach in (4, 10):
            start, end = np.maximum(0, self.index - reach), np.minimum(self.n, self.index + reach + 1)
            chars = self._within("chars", start, end) - self.chars
            self.rows[f"around{reach}_voted"] = (
                self._within("voted_chars", start, end) - self.chars * self.votes
            ) / np.maximum(1, chars)
            self.rows[f"around{reach}_links"] = self._within("links", start, end) / np.maximum(1, chars + self.chars)

    def _span(self) -> None:
        """Where the block stands in relation to the prose that was voted into the body, and to its container."""
        for name, which in (("story", self.story), ("prose", self.prose)):
            sums = self.before[f"{name}_chars"]
            total = max(1.0, float(sums[-1]))
            self.rows[f"{name}_behind"] = sums[:-1] / total
            self.rows[f"{name}_ahead"] = (total - sums[1:]) / total
            last = np.maximum.accumulate(np.where(which, self.index, -1_000))
            following = np.minimum.accumulate(np.where(which, self.index, self.n + 1_000)[::-1])[::-1]
            past = np.concatenate(([-1_000], last[:-1]))
            to_come = np.concatenate((following[1:], [self.n + 1_000]))
            self.rows[f"since_{name}"] = np.minimum(self.index - past, 100)
            self.rows[f"until_{name}"] = np.minimum(to_come - self.index, 100)
        starts = np.array([scope.start for scope in self.page.scopes], np.int64)
        ends = np.array([scope.end for scope in self.page.scopes], np.int64)
        depths = np.array([scope.depth for scope in self.page.scopes], np.float32)
        depth = self.rows["depth"]
        for name in ("story", "prose"):
            held = self._within(f"{name}_chars", starts, ends) / max(1.0, float(self.before[f"{name}_chars"][-1]))
            for share in (0.6, 0.95):
                at = int(np.argmax(held >= share))  # scopes close inside out, so the first is the innermost
                inside = (self.index >= starts[at]) & (self.index < ends[at]) & bool(held[at] >= share)
                self.rows[f"home_{name}_{share:.0%}"] = inside
                self.rows[f"below_{name}_{share:.0%}"] = np.where(inside, depth - depths[at], UNKNOWN)

    def _sections(self) -> None:
        """From one heading to the next: what stands under the same heading."""
        heading = self.rows["heading"].astype(np.float32) > 0
        codes = np.cumsum(heading, dtype=np.int64)
        group = Group(codes)
        last = np.maximum.accumulate(np.where(heading, self.index, 0))
        self.rows |= {
            "section_voted": group.weighted_share_of_others(self.votes, self.chars),
            "section_links": group.weighted_share_of_others(self.links, self.chars),
            "section_count": group.size,
            "since_heading": self.index - last,
            "heading_voted": self.votes[last],
            "heading_links": self.links[last],
            "over_level": np.where(codes > 0, self.rows["heading"].astype(np.float32)[last], UNKNOWN),
        }

    def _metadata(self) -> None:
        meta = self.page.meta
        titles = [text for text in map(trafilatura_vote.key, meta.titles) if text]
        title = np.fromiter((_is_title(text, titles) for text in self.keys), np.float32, self.n)
        first = int(np.argmax(title)) if title.any() else -1
        descriptions = [text for text in map(trafilatura_vote.key, meta.descriptions) if len(text) > 20]
        opening = {text[:30] for text in descriptions}
        whole = "\0".join(descriptions)
        bodies = "\0".join(trafilatura_vote.key(body) for body in meta.bodies if len(body) > 200)
        tags = {trafilatura_vote.key(word) for word in meta.keywords}
        authors = [name for name in map(trafilatura_vote.key, meta.authors[:20]) if len(name) > 4]
        self.rows |= {
            "title": title,
            "since_title": np.clip(self.index - first, -50, 200) if first >= 0 else np.full(self.n, -60),
            "description": np.fromiter(
                (len(k) > 20 and (k[:30] in opening or k in whole) for k in self.keys), np.float32, self.n
            ),
            "schema_body": np.fromiter((_held(text, bodies) for text in self.keys), np.float32, self.n),
            "keyword": np.fromiter((text in tags for text in self.keys), np.float32, self.n),
            "author": np.fromiter((len(k) < 90 and any(name in k for name in authors) for k in self.keys), np.float32, self.n),
        }
        before_story = self.rows["story_behind"] < 0.02
        lead = (self.rows["description"] > 0) | (self.rows["near_lead"] > 0)
        self.rows["standfirst"] = lead & before_story & (title == 0) & (self.words >= 5) & (self.links < 0.5)
        held = self.rows["schema_body"] > 0
        self.rows["schema_share"] = np.full(
            self.n, float((self.chars * held).sum()) / max(1, len(bodies)) if bodies else UNKNOWN
        )

    def _pictures(self) -> None:
        """Pictures right before or after a block, and how few blocks share an element with them."""
        captions = [trafilatura_vote.key(text) for text in self.page.meta.captions if len(text) > 11]
        whole = "\0".join(captions[:2000])
        blocks, n = self.blocks, self.n
        before, after = np.full(n, UNKNOWN, np.float32), np.full(n, UNKNOWN, np.float32)
        for at, block in enumerate(blocks):
            if block.picture_scope:
                before[at] = shared(block.picture_scope, at)
                if at:
                    after[at - 1] = shared(block.picture_scope, at - 1)
        self.rows |= {
            "pictures": self._each(lambda b: b.pictures),
            "picture_before": before,
            "picture_after": after,
            "alt_text": np.fromiter((len(text) > 11 and text in whole for text in self.keys), np.float32, n),
        }

    def _repeats(self) -> None:
        group = Group(codes_of(self.keys))
        whole = "".join(self.keys)
        search = len(whole) < 300_000
        inside = (search and 20 <= len(text) <= 400 and whole.find(text, whole.find(text) + 1) >= 0 for text in self.keys)
        self.rows |= {
            "copies": group.size,
            "copy_before": group.earlier(),
            "copies_voted": group.share_of_others(self.voted),
            "quoted": np.fromiter(inside, np.float32, self.n),
        }

    def _page(self) -> None:
        meta = self.page.meta
        chars = max(1.0, float(self.before["chars"][-1]))
        values = {
            "page_blocks": self.n,
            "page_chars": chars,
            "page_links": float(self.before["links"][-1]) / chars,
            "page_voted": float(self.before["voted"][-1]),
            "page_voted_share": float(self.before["voted_chars"][-1]) / chars,
            "page_voted_chars": float(self.before["voted_chars"][-1]),
            "page_voted_links": float((self.chars * self.links * self.votes).sum())
            / max(1.0, float(self.before["voted_chars"][-1])),
            "page_prose": float(self.before["prose_chars"][-1]) / chars,
            "page_prose_voted": float((self.chars * self.prose * self.votes).sum())
            / max(1.0, float(self.before["prose_chars"][-1])),
            "page_article": meta.article,
            "page_news": meta.news,
            "page_lists": float((np.asarray(self.rows["in_list"]) * self.voted).sum())
            / max(1.0, float(self.before["voted"][-1])),
        }
        for name, value in values.items():
            self.rows[name] = np.full(self.n, value, np.float32)
        self.rows["vote"] = self.votes


_TAG_CODES = {
    tag: code
    for code, tag in enumerate(
        ["p", "div", "li", "td", "section", "article", "blockquote", "span", "h1", "h2", "h3", "h4", "h5", "h6"], 1
    )
}


def _is_title(text: str, titles: Sequence[str]) -> bool:
    if text in titles:
        return True
    return len(text) > 15 and any(title.startswith(text) or (text.startswith(title) and len(title) > 15) for title in titles)


def _held(text: str, bodies: str) -> float:
    if not bodies:
        return UNKNOWN
    return float(len(text) > 7 and text in bodies)
