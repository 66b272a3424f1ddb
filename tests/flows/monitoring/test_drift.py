"""Drift, on histories that are made up."""

import json
import random
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from flows.monitoring import drift
from flows.monitoring.drift import NO_ARTICLE, WORDS_LOST, Drift, compare
from flows.monitoring.site_stats import DocumentTotals, SiteStats
from flows.runner.run_summary import RunSummary


def night(documents: int = 100, *, empty: int = 0, lost: float = 0.1, site: str = "example.com", **families: int) -> SiteStats:
    share = DocumentTotals(documents, 1000, round(1000 * (1 - lost)), empty, Counter(families))
    return SiteStats(sites={site: share})


@pytest.fixture
def history(tmp_path: Path) -> Path:
    """Ten quiet nights: credits on about half of the documents."""
    path = tmp_path / "drift.sqlite"
    for number in range(10):
        quiet = night(credits=50 + (number * 7) % 11 - 5, teasers=2 + number % 2)
        assert compare(path, quiet, "rules-1", f"run-{number}") == []
    return path


def test_a_night_like_the_others_is_no_drift(history: Path) -> None:
    assert compare(history, night(credits=57, teasers=0), "rules-1", "tonight") == []


def test_a_dead_extraction_a_paywall_and_a_new_template_are(history: Path) -> None:
    found = compare(history, night(credits=0, teasers=3, paywalls=60, empty=40, lost=0.5), "rules-1", "tonight")
    assert {(one.what, round(one.before, 1), one.now) for one in found} == {
        ("credits", 0.5, 0), ("paywalls", 0, 0.6), (NO_ARTICLE, 0, 0.4), (WORDS_LOST, 0.1, 0.5)
    }  # fmt: skip
    assert str(found[0]) == "example.com: paywalls: 60% of 100 documents, and 0% in the 10 runs before"
    assert "50% of the words" in str(found[-1]) or any("50% of the words" in str(one) for one in found)


def test_few_documents_few_runs_other_sites_and_other_rules_prove_nothing(history: Path, tmp_path: Path) -> None:
    assert compare(history, night(19, paywalls=19), "rules-1", "few") == []
    assert compare(history, night(paywalls=60, site="other.example"), "rules-1", "elsewhere") == []
    assert compare(history, night(paywalls=60), "rules-2", "new rules") == []
    short = tmp_path / "short.sqlite"
    for number in range(drift.MIN_RUNS - 1):
        compare(short, night(), "rules-1", str(number))
    assert compare(short, night(paywalls=60), "rules-1", "tonight") == []


def test_one_wild_night_does_not_hide_the_next(history: Path) -> None:
    assert compare(history, night(credits=50, paywalls=90), "rules-1", "wild")
    assert compare(history, night(credits=50, teasers=2), "rules-1", "quiet again") == []
    assert compare(history, night(credits=50, paywalls=90), "rules-1", "wild again")


def test_what_has_changed_for_good_is_usual_after_a_while(history: Path) -> None:
    alarms = [bool(compare(history, night(credits=50, paywalls=90), "rules-1", f"new-{number}")) for number in range(20)]
    assert alarms[0]
    assert not any(alarms[8:])


def test_chance_alone_hardly_ever_looks_like_drift(tmp_path: Path) -> None:
    generator = random.Random(1)
    path = tmp_path / "drift.sqlite"
    alarms = 0
    for number in range(300):
        documents = generator.choice([20, 30, 100])
        credited = sum(generator.random() < 0.5 for _ in range(documents))
        alarms += len(compare(path, night(documents, credits=credited), "rules-1", str(number)))
    assert alarms <= 3


def test_a_run_counts_once_and_old_ones_are_forgotten(tmp_path: Path) -> None:
    path = tmp_path / "drift.sqlite"
    for _ in range(drift.MIN_RUNS + 1):
        compare(path, night(), "rules-1", "the same")
    assert compare(path, night(paywalls=60), "rules-1", "tonight") == []
    for number in range(drift.MAX_RUNS + 9):
        compare(path, night(), "rules-1", str(number))
    import sqlite3

    connection = sqlite3.connect(path)
    assert connection.execute("SELECT count(*) FROM run").fetchone() == (drift.MAX_RUNS,)
    assert connection.execute("SELECT count(DISTINCT run) FROM rate").fetchone() == (drift.MAX_RUNS,)
    connection.close()


def test_a_damaged_history_begins_anew(history: Path) -> None:
    history.write_bytes(b"no database" * 999)
    assert compare(history, night(), "rules-1", "tonight") == []
    assert compare(history, night(), "rules-1", "tomorrow") == []


def test_drift_is_named_for_people() -> None:
    assert str(Drift("a.example", WORDS_LOST, 0.1, 0.55, 40, 9)) == (
        "a.example: words lost: 55% of the words, and 10% in the 9 runs before"
    )


@pytest.mark.usefixtures("prefect_server")
def test_drift_is_a_warning_a_row_and_an_event(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from prefect.artifacts import Artifact

    from flows.clean_articles import clean_articles
    from flows.monitoring import drift_events

    events: list[dict[str, Any]] = []
    monkeypatch.setattr(drift_events, "emit_event", lambda **event: events.append(event))
    source, out = tmp_path / "www.example.com", tmp_path / "out"
    source.mkdir()
    story = "The minister said on Monday that the talks would go on for a week in the old town hall, number {}.\n"
    for run in range(drift.MIN_RUNS + 1):
        credit = "Photo: Reuters\n\n" if run == drift.MIN_RUNS else ""
        for number in range(drift.MIN_DOCUMENTS):
            (source / f"{number}.txt").write_text(credit + story.format(f"{run} and {number}"))
        assert not events
        assert isinstance(clean_articles(str(tmp_path / "*" / "*.txt"), str(out), workers=1), RunSummary)
    (event,) = events
    assert (event["event"], event["resource"]["prefect.resource.id"]) == ("bodycopy.drift", "bodycopy.site.example.com")
    assert event["payload"]["changes"][0]["what"] == "credits"
    shown = Artifact.get(key="bodycopy-drift")
    assert shown is not None
    (row, *_) = json.loads(str(shown.data))
    assert (row["site"], row["before"], row["now"]) == ("example.com", "0%", "100%")


def test_a_history_that_cannot_be_written_fails_no_run(tmp_path: Path) -> None:
    from flows.monitoring.drift_events import report_drift

    warnings: list[str] = []
    assert report_drift(tmp_path / "gone" / "drift.sqlite", night(), "rules-1", warnings.append) == []
    assert "this run is not compared with the recent ones" in warnings[0]
