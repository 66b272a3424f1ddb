"""Charts of results: pictures that say the same as their tables."""

import sqlite3
from contextlib import closing
from pathlib import Path

from flows.monitoring.drift import WORDS_LOST
from flows.review.charts import charts
from flows.review.output import ReviewedOutput


def history(path: Path, shares: dict[str, list[float]]) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE rate (run INTEGER, site TEXT, what TEXT, share REAL)")
        for site, values in shares.items():
            rows = [(run, site, WORDS_LOST, share) for run, share in enumerate(values, 1)]
            connection.executemany("INSERT INTO rate VALUES (?, ?, ?, ?)", rows)


def test_charts_say_what_their_tables_say(output: ReviewedOutput, tmp_path: Path) -> None:
    history(tmp_path / "drift.sqlite", {"example.com": [0.1, 0.1, 0.4], "<b>.org": [0.2, 0.3], "once.org": [0.5]})
    assert len(charts(output.index, tmp_path / "drift.sqlite")) == 4
    rows = {row for chart in charts(output.index, tmp_path / "drift.sqlite") for row in chart.rows}
    assert ("credits", "6") in rows
    assert ("example.com", "10 %, 10 %, 40 %") in rows
    assert not any(name == "once.org" for name, _ in rows)
    for chart in charts(output.index, tmp_path / "drift.sqlite"):
        assert "<b>" not in chart.svg
        assert chart.svg.count("<svg") == chart.svg.count("</svg>") == 1


def test_without_history_or_with_a_damaged_one_the_rest_is_drawn(output: ReviewedOutput, tmp_path: Path) -> None:
    (tmp_path / "drift.sqlite").write_bytes(b"no database" * 99)
    assert len(charts(output.index, tmp_path / "drift.sqlite")) == len(charts(output.index, tmp_path / "none")) == 3


def test_the_worst_lost_the_largest_share(output: ReviewedOutput) -> None:
    output.index.connection.execute("UPDATE document SET taken = 30, words = 10 * id")
    shares = [each.taken / (each.taken + each.words) for each in output.index.worst()]
    assert shares == sorted(shares, reverse=True)
    assert len(shares) == 4
