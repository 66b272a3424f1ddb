"""Charts of an output as inline SVG: removals by family and by site, confidence, and how shares went in the last runs."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

from cleaners.memory.sqlite_file import reading
from flows.monitoring.drift import WORDS_LOST
from flows.review.document_view import visible
from flows.review.index import ReviewIndex

WIDTH, ROW, LABEL, MARGIN = 720, 26, 190, 70
"""Pixels: the width of a chart, the height of a row, the width of labels on the left and of numbers on the right."""
MAX_BARS = 15
"""Bars of a chart."""
BINS = 20
"""Columns of the histogram of confidences."""
COLUMNS_HEIGHT = 160
"""Pixels: the height of the histogram and of the lines."""
MAX_LINES = 6
"""Sites whose shares are drawn over the last runs."""
MAX_LABEL_CHARS = 26
"""Characters of a label."""
HUES = 10
"""Colours of families, as the style sheet has them."""


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart.

    Attributes:
        title: What it shows.
        svg: The picture.
        rows: The same as a table: label and value.
    """

    title: str
    svg: str
    rows: tuple[tuple[str, str], ...]


def charts(index: ReviewIndex, drift: Path) -> list[Chart]:
    """Return all charts that have something to show.

    Args:
        index: The index.
        drift: The file of the history of runs.
    """
    found = [
        _bars("Words removed, by family", _by_family(index), "words"),
        _bars("Share of words removed, by site (of the largest)", _by_site(index), "%"),
        _histogram("Documents by confidence that the story is whole", _confidences(index)),
        _lines("Share of words removed, run by run, at the largest sites", _history(drift)),
    ]
    return [chart for chart in found if chart.rows]


def _by_family(index: ReviewIndex) -> list[tuple[str, float]]:
    words: dict[str, float] = {}
    for code, number in index.connection.execute("SELECT rule, sum(words) FROM taken GROUP BY rule"):
        family = index.family(code)
        words[family] = words.get(family, 0) + number
    return sorted(words.items(), key=lambda item: (-item[1], item[0]))[:MAX_BARS]


def _by_site(index: ReviewIndex) -> list[tuple[str, float]]:
    query = (
        "SELECT site, 100.0 * sum(taken) / max(1, sum(taken) + sum(words)) FROM document WHERE site != ''"
        " GROUP BY site ORDER BY count(*) DESC, site LIMIT ?"
    )
    rows = index.connection.execute(query, (MAX_BARS,)).fetchall()
    return sorted(((site, share) for site, share in rows), key=lambda item: (-item[1], item[0]))


def _confidences(index: ReviewIndex) -> list[int]:
    found = [0] * BINS
    query = "SELECT min(?, CAST(confidence * ? AS INTEGER)), count(*) FROM document WHERE confidence IS NOT NULL GROUP BY 1"
    for place, number in index.connection.execute(query, (BINS - 1, BINS)):
        found[place] = number
    return found


def _history(path: Path) -> list[tuple[str, list[tuple[int, float]]]]:
    """Return the share of words lost at sites, by run: the sites with the most runs."""
    if not path.is_file():
        return []
    try:
        with reading(path) as connection:
            rows = connection.execute("SELECT site, run, share FROM rate WHERE what = ? ORDER BY site, run", (WORDS_LOST,))
            found: dict[str, list[tuple[int, float]]] = {}
            for site, run, share in rows:
                found.setdefault(site, []).append((run, 100 * share))
    except sqlite3.DatabaseError:
        return []  # a run is writing it, or it is damaged; the next run makes it anew
    several = [(site, points) for site, points in found.items() if len(points) > 1]
    return sorted(several, key=lambda item: (-len(item[1]), item[0]))[:MAX_LINES]


def _text(x: float, y: float, words: str, anchor: str = "start", css: str = "") -> str:
    kind = f' class="{css}"' if css else ""
    return f'<text x="{x:.0f}" y="{y:.0f}" text-anchor="{anchor}"{kind}>{escape(visible(words))}</text>'


def _svg(height: float, title: str, parts: Sequence[str]) -> str:
    inside = "".join(parts)
    return f'<svg viewBox="0 0 {WIDTH} {height:.0f}" role="img" aria-label="{escape(title)}" class="chart">{inside}</svg>'


def _bars(title: str, values: Sequence[tuple[str, float]], unit: str) -> Chart:
    """Draw a bar for each value."""
    most = max((value for _, value in values), default=0) or 1
    room = WIDTH - LABEL - MARGIN
    parts: list[str] = []
    rows: list[tuple[str, str]] = []
    for number, (name, value) in enumerate(values):
        shown = f"{value:.1f} %" if unit == "%" else f"{value:,.0f}"
        y, wide = number * ROW, max(1, room * value / most)
        short = name if len(name) <= MAX_LABEL_CHARS else f"{name[: MAX_LABEL_CHARS - 1]}…"
        parts.append(_text(LABEL - 8, y + 17, short, "end"))
        parts.append(f'<rect class="bar" x="{LABEL}" y="{y + 5}" width="{wide:.1f}" height="16" rx="3"/>')
        parts.append(_text(LABEL + wide + 8, y + 17, shown, css="number"))
        rows.append((name, shown))
    return Chart(title, _svg(len(values) * ROW + 6, title, parts), tuple(rows))


def _histogram(title: str, counts: Sequence[int]) -> Chart:
    """Draw a column for each count, over an axis from 0 to 1."""
    most, wide = max(counts, default=0) or 1, (WIDTH - 2 * 24) / BINS
    parts, rows = [], []
    for place, count in enumerate(counts):
        high = COLUMNS_HEIGHT * count / most
        x, y = 24 + place * wide, 20 + COLUMNS_HEIGHT - high
        parts.append(f'<rect class="bar" x="{x + 2:.1f}" y="{y:.1f}" width="{wide - 4:.1f}" height="{high:.1f}" rx="2"/>')
        if count:
            parts.append(_text(x + wide / 2, y - 5, f"{count:,}", "middle", "number"))
            rows.append((f"{place / BINS:.2f} to {(place + 1) / BINS:.2f}", f"{count:,}"))
    base = 20 + COLUMNS_HEIGHT
    parts.append(f'<line class="axis" x1="24" y1="{base}" x2="{WIDTH - 24}" y2="{base}"/>')
    parts += [_text(24 + share * (WIDTH - 48), base + 18, f"{share:g}", "middle") for share in (0, 0.25, 0.5, 0.75, 1)]
    return Chart(title, _svg(base + 26, title, parts), tuple(rows))


def _lines(title: str, series: Sequence[tuple[str, list[tuple[int, float]]]]) -> Chart:
    """Draw a line for each site, over its runs."""
    runs = sorted({run for _, points in series for run, _ in points})
    most = max((share for _, points in series for _, share in points), default=0) or 1
    step = (WIDTH - LABEL - 48) / max(1, len(runs) - 1)
    parts, rows = [], []
    base = 20 + COLUMNS_HEIGHT
    parts.append(f'<line class="axis" x1="24" y1="{base}" x2="{WIDTH - LABEL}" y2="{base}"/>')
    for number, (site, points) in enumerate(series):
        places = [(24 + runs.index(run) * step, base - COLUMNS_HEIGHT * share / most) for run, share in points]
        parts.append(f'<polyline class="line h{number}" points="{" ".join(f"{x:.1f},{y:.1f}" for x, y in places)}"/>')
        y = 24 + number * 20
        parts.append(f'<rect class="swatch h{number}" x="{WIDTH - LABEL + 16}" y="{y}" width="12" height="12" rx="2"/>')
        parts.append(_text(WIDTH - LABEL + 36, y + 11, site[:MAX_LABEL_CHARS]))
        rows.append((site, ", ".join(f"{share:.0f} %" for _, share in points)))
    return Chart(title, _svg(base + 12, title, parts), tuple(rows))
