"""The view of a Markdown text: what a reader sees of it, as a plain text that knows where each character stood."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

from cleaners.markdown.units import Unit, read_units
from cleaners.text.tokens import Span


@dataclass(frozen=True)
class View:
    """What a reader sees of a Markdown text.

    Attributes:
        source: the Markdown.
        units: its units.
        text: the visible words, one unit a line. All units that have words are lines of it.
    """

    source: str
    units: tuple[Unit, ...]
    text: str

    @classmethod
    def of(cls, source: str) -> View:
        """Return the view of a Markdown text.

        >>> View.of("## What it says\\n\\n**Read more:** [Harbour gets a crane](https://example.org)").text
        'What it says\\nRead more: Harbour gets a crane'
        """
        units = tuple(read_units(source))
        lines = ("".join(source[start:end] for start, end in unit.visible) for unit in units if unit.visible)
        return cls(source, units, "\n".join(lines))

    @property
    def lines(self) -> list[str]:
        """The lines of the text."""
        return self.text.split("\n") if self.text else []

    @cached_property
    def shown(self) -> tuple[Unit, ...]:
        """The units that have words, one for each line."""
        return tuple(unit for unit in self.units if unit.visible)

    @cached_property
    def _spans(self) -> tuple[list[int], list[int]]:
        """Of each visible span, its offset in the text and its offset in the source."""
        starts: list[int] = []
        places: list[int] = []
        offset = 0
        for unit in self.shown:
            for start, end in unit.visible:
                starts.append(offset)
                places.append(start)
                offset += end - start
            offset += 1  # the line end
        return starts, places

    def place(self, offset: int) -> int:
        """Return where in the source the visible character at an offset of the text stands."""
        starts, places = self._spans
        at = bisect_right(starts, offset) - 1
        return places[at] + offset - starts[at]

    def span(self, start: int, end: int) -> Span:
        """Return the span of the source from the first to the last visible character of `text[start:end]`."""
        return self.place(start), self.place(end - 1) + 1

    @property
    def headlines(self) -> tuple[Span, ...]:
        """The spans of the lines that are headings of the first level."""
        ends = list(accumulate(len(line) + 1 for line in self.lines))
        lines = zip(ends, self.lines, self.shown, strict=True)
        return tuple((end - 1 - len(line), end - 1) for end, line, unit in lines if unit.level == 1)


def separator(units: Sequence[Unit], above: int, below: int) -> str:
    """Return what separates two units that stand in a body: white space.

    Items of a list, rows of a table and lines of a quote are not set apart unless they were; other units are paragraphs.

    Args:
        units: all units of the text.
        above: the index of the first one.
        below: the index of the second one.
    """
    first, second = units[above], units[below]
    run = units[above + 1 : below + 1]
    is_tight = first.group and all(unit.group == first.group and not unit.is_apart for unit in run)
    if is_tight:
        return "\n" + (second.indent if second.group == "list" else "")
    return "\n\n" + (second.indent if second.is_item else "")  # the rest of an item that is gone is a paragraph
