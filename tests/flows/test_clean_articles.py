import json
import re
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from prefect import Flow
from typer.testing import CliRunner

from flows.clean_articles import clean_articles
from flows.cli.app import app
from flows.errors import CouldNotRun
from flows.learn_sites import learn_sites
from flows.options import USUALLY_REVIEWED
from flows.runner import observer
from flows.runner.outcome import Outcome
from flows.runner.run_summary import RunSummary


def test_parameters_make_a_form_with_help_and_choices() -> None:
    from prefect.utilities.callables import parameter_schema

    schema = parameter_schema(clean_articles.fn).model_dump()
    assert schema["required"] == ["source", "out"]
    assert all(entry.get("description") or "allOf" in entry or "$ref" in entry for entry in schema["properties"].values())
    assert schema["properties"]["workers"]["default"] == 0
    below = schema["properties"]["review_below"]
    assert f"Without it, {USUALLY_REVIEWED}." in below["description"]
    assert {"type": "number", "minimum": 0, "maximum": 1} in below["anyOf"]
    assert schema["definitions"]["Profile"]["enum"] == ["careful", "standard", "thorough"]


@pytest.mark.parametrize(
    "wrong",
    [{"profile": "wild"}, {"loss_budget": 2}, {"review_below": -1}, {"workers": -1}, {"max_megabytes": 0}, {"nonsense": 1}],
)
def test_wrong_parameters_are_refused(wrong: dict[str, object]) -> None:
    from prefect.exceptions import ParameterTypeError, SignatureMismatchError

    with pytest.raises((ParameterTypeError, SignatureMismatchError, TypeError)):
        clean_articles.validate_parameters(
            {"source": "in", "out": "out", **wrong}
        ) if "nonsense" not in wrong else clean_articles("in", "out", **wrong)


@pytest.mark.usefixtures("prefect_server")
def test_the_flow_cleans_sums_up_and_shows_a_table(
    source: Path, tmp_path: Path, contents: Callable[[Path], dict[str, bytes]]
) -> None:
    (source / "bad.txt").write_bytes(b"")
    out = tmp_path / "flow"
    summary = clean_articles(str(source), str(out), workers=2)
    assert isinstance(summary, RunSummary)
    assert (summary.documents, summary.articles, summary.quarantined) == (3, 3, 1)
    assert "documents/one.txt/article-01.txt" in contents(out)
    assert json.loads((out / "summary.json").read_text())["source"] == str(source)
    again = clean_articles(str(source), str(out), workers=1)
    assert isinstance(again, RunSummary)
    assert (again.documents, again.skipped, again.quarantined) == (0, 3, 1)
    from prefect.artifacts import Artifact

    shown = {
        key: Artifact.get(key=f"bodycopy-{key}") for key in ("summary", "families", "review", "sites", "report", "progress")
    }
    assert {"what": "skipped, unchanged", "number": "3"} in json.loads(str(shown["summary"].data))
    assert {"family": "credits", "removals": "1", "documents": "1", "words": "2"} in json.loads(str(shown["families"].data))
    (row,) = json.loads(str(shown["review"].data))
    assert row["document"] == "bad.txt"
    assert row["why"].startswith("in quarantine: it is empty")
    assert "no site" in str(shown["sites"].data)
    assert "0 documents cleaned" in str(shown["report"].data)
    assert float(str(shown["progress"].data)) == 100


@pytest.mark.usefixtures("prefect_server")
@pytest.mark.parametrize(("flow", "verb"), [(clean_articles, "clean"), (learn_sites, "learn")], ids=["clean", "learn"])
def test_a_password_in_an_address_is_refused_and_not_in_the_run_s_name(flow: Flow[Any, Any], verb: str, tmp_path: Path) -> None:
    from prefect.client.orchestration import get_client

    state = flow("ftp://bob:HUNTER2@127.0.0.1:9/news", str(tmp_path / "to"), return_state=True)
    with get_client(sync_client=True) as client:
        run = client.read_flow_run(state.state_details.flow_run_id)
    assert run.name == f"{verb} ftp://bob:***@127.0.0.1:9/news"
    assert state.is_failed()
    assert "has a password in it" in state.message
    assert "HUNTER2" not in state.message


@pytest.mark.usefixtures("prefect_server")
def test_a_stopped_run_is_cancelled_and_the_next_goes_on(source: Path, tmp_path: Path) -> None:
    class Impatient(observer.Observer):
        def advanced(self, _outcome: Outcome) -> None:
            self.stopping = True

    for number in range(300):
        (source / f"more-{number}.txt").write_text((source / "one.txt").read_text())
    token = observer.current.set(Impatient())
    try:
        state = clean_articles(str(source), str(tmp_path / "flow"), workers=1, return_state=True)
    finally:
        observer.current.reset(token)
    assert state.is_cancelled()
    summary = clean_articles(str(source), str(tmp_path / "flow"), workers=1)
    assert isinstance(summary, RunSummary)
    assert 0 < summary.skipped < 303
    assert summary.documents + summary.skipped == 303


@pytest.mark.usefixtures("prefect_server")
def test_a_run_that_cannot_be_fails_with_the_reason(tmp_path: Path) -> None:
    state = clean_articles(str(tmp_path / "gone"), str(tmp_path / "out"), return_state=True)
    assert state.is_failed()
    with pytest.raises(CouldNotRun, match="does not exist"):
        state.result()


@pytest.mark.usefixtures("prefect_server")
def test_a_changed_rule_file_cleans_anew(source: Path, tmp_path: Path) -> None:
    rules, out = tmp_path / "own.toml", tmp_path / "out"
    rules.write_text(
        "[rules.UH001]\nname = 'two'\nconfidence = 'sure'\n[phrases.any.town]\nrule = 'UH001'\npattern = 'X'\nhit = ['X']\n"
    )
    (source / "one.txt").write_text(f"Harbour Times\n\n{(source / 'two.txt').read_text()}")
    assert clean_articles(str(source), str(out), rules=str(rules), workers=2).skipped == 0
    assert clean_articles(str(source), str(out), rules=str(rules), workers=2).skipped == 3
    rules.write_text(rules.read_text().replace("'X'", "'Harbour Times'"))
    assert clean_articles(str(source), str(out), rules=str(rules), workers=2).skipped == 0
    assert '"UH001"' in (out / "documents" / "one.txt" / "ledger.jsonl").read_text()
    assert '"custom":1' in (out / "summary.json").read_text().replace(" ", "").replace("\n", "")


@pytest.mark.usefixtures("prefect_server")
def test_a_run_past_its_deadline_fails_and_the_next_goes_on(source: Path, tmp_path: Path) -> None:
    state = clean_articles(str(source), str(tmp_path / "flow"), workers=1, timeout_seconds=0.001, return_state=True)
    assert state.is_failed()
    assert str(state.message).startswith("stopped after timeout_seconds=0.001; 0 documents done")
    summary = clean_articles(str(source), str(tmp_path / "flow"), workers=1)
    assert isinstance(summary, RunSummary)
    assert summary.documents == 3


@pytest.mark.usefixtures("prefect_server")
def test_too_much_in_quarantine_ends_a_run_as_failed_with_the_reason_first(
    source: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    for number in range(20):
        (source / f"bad-{number}.txt").write_bytes(b"")
    state = clean_articles(str(source), str(tmp_path / "flow"), workers=1, return_state=True)
    assert state.is_failed()
    assert str(state.message).startswith(
        "too much in quarantine: 20 of 23 documents (87%), and max_quarantined is 20%: it is empty"
    )
    told = [(record.levelname, record.getMessage()) for record in caplog.records if record.name == "prefect.flow_runs"]
    assert [words for level, words in told if level == "ERROR"] == [state.message]
    assert any(level == "INFO" and words.endswith("3 documents to clean, 0 as they were") for level, words in told)
    summary = clean_articles(str(source), str(tmp_path / "flow"), workers=1, max_quarantined=1)
    assert isinstance(summary, RunSummary)
    assert (summary.skipped, summary.quarantined) == (3, 20)


@pytest.mark.usefixtures("prefect_server")
def test_too_much_that_goes_by_proof_ends_a_run_as_failed_and_all_say_so(tmp_path: Path) -> None:
    towns = [f"{letter}ilford" for letter in "BCDFGHJKLMNPRSTVWXYZ"]
    stories = [
        [
            f"The council of {town} voted on Tuesday to close the swimming bath of {town} in the spring, for good.",
            f"Nobody in {town} spoke against the plan, said the mayor, who has lived there for {40 + number} years.",
            f"In {town}, the builder is known for his towers; he did not answer questions about it on Tuesday.",
        ]
        for number, town in enumerate(towns)
    ]
    folder, out = tmp_path / "towns", tmp_path / "out"
    folder.mkdir()
    for number, town in enumerate(towns):
        leads = [stories[(number + step) % len(towns)][0] for step in (1, 2)]
        (folder / f"{town}.txt").write_text("\n\n".join([*stories[number], *leads]))
    state = clean_articles(str(folder), str(out), workers=1, return_state=True)
    assert state.is_failed()
    assert str(state.message).startswith("too much by proof: 41% of the words of 20 documents")
    assert json.loads((out / "summary.json").read_text())["alarm"] == state.message
    from prefect.artifacts import Artifact

    report = Artifact.get(key="bodycopy-report")
    assert report
    assert str(state.message) in str(report.data)
    assert isinstance(clean_articles(str(folder), str(tmp_path / "more"), workers=1, max_proven=0.5), RunSummary)


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (
            httpx.ConnectError("Connection refused"),
            "the Prefect server does not answer any more: Connection refused; see that it runs",
        ),
        (RuntimeError("Failed to reach API at http://x/"), "no Prefect server answers at .*; start it"),
        (OSError(28, "No space left on device"), r"the run has failed: \[Errno 28\] No space left on device; is the disk full"),
        (
            sqlite3.OperationalError("database or disk is full"),
            "the run has failed: database or disk is full; is the disk full",
        ),
    ],
)
def test_what_ends_a_run_on_the_way_is_told_in_a_line(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception, told: str
) -> None:
    def die(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr("flows.clean_articles.clean_articles", die)
    monkeypatch.setattr("flows.runner.temporary_server.begin", lambda *_: None)
    result = CliRunner().invoke(app, ["run", str(source), "--out", str(tmp_path / "out")])
    assert result.exit_code == 1
    assert re.search(told, result.output)
