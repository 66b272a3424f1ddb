"""What a run's documents tell, and when it is alarming."""

import html
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from cleaners import rules
from flows.errors import Problem
from flows.monitoring import artifacts, site_stats
from flows.monitoring.next_commands import NextCommands
from flows.monitoring.site_stats import SiteStats, alarm
from flows.paths import shown as spelled
from flows.runner.job import Job
from flows.runner.outcome import Outcome
from flows.runner.quarantine import most_common_problem
from flows.runner.run_summary import RunSummary
from flows.runner.worker import clean_one
from flows.sinks import Files, Outputs, Sink
from flows.sources import Found


def row(words_in: int, words_out: int, site: str | None = None, kind: str = "text", **removals: int) -> str:
    words = {"words": dict.fromkeys(removals, words_in - words_out), "rule": "PC001"}
    gone = {"articles": 1 if words_out else 0, "words_in": words_in, "words_out": words_out, "removals": removals}
    return json.dumps({**gone, **words, "kind": kind, "site": site})


class Results:
    """The results of a sink, as books give them."""

    def __init__(self, sink: Sink) -> None:
        self.out, self._sink = sink.out, sink

    def read(self, name: str) -> Outputs | None:
        return self._sink.read([name], None).get(name)

    def place(self, name: str) -> str:
        return self._sink.place(name, None)


def test_documents_are_added_up_by_site_and_family() -> None:
    found = SiteStats.of(
        [("a", row(100, 90, "example.com", credits=2)), ("b", row(50, 0, "example.com", credits=1)), ("c", row(10, 10))]
    )
    assert (found.sites["example.com"].documents, found.sites["example.com"].empty) == (2, 1)
    assert found.sites["example.com"].lost == pytest.approx(0.4)
    assert found.sites[site_stats.NO_SITE].lost == 0
    assert (found.removals["credits"], found.words["credits"], found.documents_with("credits")) == (3, 60, 2)
    assert found.samples == [(pytest.approx(0.1), "a")]
    assert artifacts.families(found) == [{"family": "credits", "removals": "3", "documents": "2", "words": "60"}]
    assert artifacts.sites(found)[0] == {
        "site": "example.com", "documents": "2", "words lost": "40.0%", "without article": "1", "mostly": "credits"
    }  # fmt: skip


def test_sites_without_number_need_no_memory_without_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(site_stats, "MAX_SITES", 2)
    found = SiteStats.of((str(number), row(10, 10, f"{number}.example")) for number in range(9))
    assert set(found.sites) == {"0.example", "1.example", site_stats.OTHER_SITES}
    assert found.sites[site_stats.OTHER_SITES].documents == 7


def test_alarms_need_enough_documents_and_pages_lose_what_they_like() -> None:
    limits = {"max_quarantined": 0.2, "max_lost": 0.6, "max_proven": 0.1}
    lossy = SiteStats.of((str(number), row(100, 10, ads=1)) for number in range(20))
    pages = SiteStats.of((str(number), row(100, 10, kind="html", ads=1)) for number in range(20))
    few = SiteStats.of((str(number), row(100, 10, ads=1)) for number in range(19))
    assert alarm(RunSummary(documents=20), lossy, **limits).startswith("an alarming loss: 90% of the words of 20 texts")
    assert "most by ads, and" in alarm(RunSummary(documents=20), lossy, **limits)
    told = alarm(RunSummary(documents=20), lossy, "bodycopy review '/the out'", **limits)
    assert "decide what stays (bodycopy review '/the out')" in told
    assert not alarm(RunSummary(documents=20), pages, **limits)
    assert not alarm(RunSummary(documents=19), few, **limits)
    assert alarm(RunSummary(skipped=70, quarantined=30), SiteStats(), **limits).startswith("too much in quarantine: 30 of 100")
    assert not alarm(RunSummary(documents=10, quarantined=30, left=200), SiteStats(), **limits)
    problems = [("a", "row 1: it is empty", "mend it"), ("b", "row 22: it is empty", "mend it"), ("c", "x", "y")]
    mostly = most_common_problem((name, Problem(reason, remedy)) for name, reason, remedy in problems)
    told = alarm(RunSummary(skipped=70, quarantined=30), SiteStats(), **limits, main_problem=mostly)
    assert told.endswith("max_quarantined is 20%: it is empty; mend it")
    assert not alarm(RunSummary(skipped=80, quarantined=20), SiteStats(), **limits)
    assert not alarm(RunSummary(quarantined=19), SiteStats(), **limits)


def test_commands_hold_in_any_folder_and_name_what_the_run_was_given() -> None:
    commands = NextCommands("the out", "state", "/its/decisions.jsonl")
    here = Path.cwd()
    assert commands.review == f"bodycopy review --state {here}/state --decisions /its/decisions.jsonl '{here}/the out'"
    assert commands.why() == f"bodycopy why --state {here}/state '{here}/the out' DOCUMENT WORDS"
    assert commands.why("a b.txt").endswith("/the out' 'a b.txt'")
    assert NextCommands("s3://bucket/news").review == "bodycopy review s3://bucket/news"
    report = artifacts.markdown(RunSummary(), SiteStats(), Results(Files(Path("out"))), {}, "too much", commands)
    assert f"```sh\n{commands.why()}\n```" in report


def test_much_that_goes_by_proof_is_alarming() -> None:
    limits = {"max_quarantined": 0.2, "max_lost": 0.6, "max_proven": 0.1}
    proven = [(str(number), row(100, 80, repeats=1)) for number in range(20)]
    told = alarm(RunSummary(documents=20), SiteStats.of(proven), **limits)
    assert told.startswith("too much by proof: 20% of the words of 20 documents went as beginnings of others")
    assert "ignore SM" in told
    assert "look at some (bodycopy review OUT)" in told
    assert "max_proven is 10%" in told
    report = artifacts.markdown(RunSummary(documents=20), SiteStats(), Results(Files(Path("out"))), rules(), told)
    assert "# Failed: too much by proof: 20% of the words" in report
    assert f"```sh\nbodycopy review {Path('out').absolute()}\n```" in report
    assert not alarm(RunSummary(documents=20), SiteStats.of(proven), **limits | {"max_proven": 0.2})
    assert not alarm(RunSummary(documents=19), SiteStats.of(proven[1:]), **limits)
    others = [(str(number), row(100, 80, ads=1)) for number in range(20)]
    assert not alarm(RunSummary(documents=20), SiteStats.of(others), **limits)


def test_page_text_stands_in_fences_that_it_cannot_close(tmp_path: Path, job: Job) -> None:
    text = f"Photo: Reuters\n\n{'The minister said on Monday that the talks would go on. ' * 3}````` <img src=x>\n"
    path = tmp_path / "a.txt"
    path.write_text(text)
    outcome = clean_one(Found("a.txt", str(path), len(text), "text"), job)
    found = SiteStats.of([("a.txt", json.dumps(outcome.counts))])
    shown = artifacts.markdown(RunSummary(documents=1, articles=1), found, Results(job.sink), rules())
    assert f"Most of it by PC001: {rules()['PC001'].summary}" in shown
    outside = "".join(shown.split("``````")[::2])
    assert "<img" not in outside
    assert "<img" in shown
    gone, around = shown.split("What went:")[1].split("Where it stood:")
    assert "Photo: Reuters" in gone
    assert "Photo: Reuters" not in around
    assert max(map(len, around.splitlines())) <= artifacts.LINE_CHARS


def test_a_document_whose_files_are_gone_has_no_excerpt(job: Job) -> None:
    found = SiteStats.of([("gone.txt", row(10, 5, credits=1))])
    assert "gone.txt" not in artifacts.markdown(RunSummary(documents=1), found, Results(job.sink), rules())


def test_a_document_for_review_shows_rule_loss_and_path(tmp_path: Path) -> None:
    sink = Files(tmp_path)
    counts = {"words_in": 100, "words_out": 10, "rule": "AD001"}
    found = Found("x\x1b.txt", "/in/x.txt", 1, "text")
    told = artifacts.review(Outcome(found, counts=counts, review="much is gone", confidence=0.42), Results(sink))
    assert list(told) == ["document", "rule", "words lost", "path", "confidence", "why"]
    assert (told["document"], told["confidence"]) == (r"x\\x1b.txt", "0.420")
    assert (told["why"], told["rule"], told["words lost"]) == ("much is gone", "AD001", "90%")
    assert told["path"] == str(sink.folder("x\x1b.txt")).replace("~", r"\~")
    empty = Outcome(Found("y.txt", "/in/y.txt", 0, "text"), Problem("it is empty", "fetch it again"))
    refused = artifacts.review(empty, Results(sink))
    assert (refused["confidence"], refused["words lost"], refused["path"]) == ("", "", "/in/y.txt")


def test_a_server_that_is_away_is_no_reason_to_fail(job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: object, **__: object) -> None:
        raise ConnectionError("server away")

    monkeypatch.setattr(artifacts, "create_table_artifact", away)
    warnings: list[str] = []
    artifacts.show(RunSummary(documents=1), SiteStats(), [], job.sink, {}, warnings.append)
    assert warnings == [
        "the run's tables cannot be shown: server away; index.jsonl, quarantine.jsonl and summary.json have all"
    ]


def test_documents_of_one_template_are_shown_once(tmp_path: Path, job: Job) -> None:
    counts = []
    for name, credit in (("a.txt", "Photo: Reuters"), ("b.txt", "Photo: Reuters"), ("c.txt", "Photo: AFP/Jane Doe")):
        text = f"{credit}\n\n{'The minister said on Monday that the talks would go on. ' * 3}\n"
        (tmp_path / name).write_text(text)
        outcome = clean_one(Found(name, str(tmp_path / name), len(text), "text"), job)
        counts.append((name, json.dumps(outcome.counts)))
    told = artifacts.markdown(RunSummary(documents=3, articles=3), SiteStats.of(counts), Results(job.sink), rules())
    assert told.startswith("# 3 documents cleaned")
    alarming = artifacts.markdown(RunSummary(), SiteStats.of(counts), Results(job.sink), rules(), "too much")
    assert f"```sh\n{NextCommands(str(job.sink.out)).why('c.txt')}\n```" in alarming
    assert told.count("## ") == 2
    assert "c.txt" in told


def test_a_verdict_is_shown_as_it_is() -> None:
    told = artifacts.markdown(RunSummary(), SiteStats(), Results(Files(Path())), {}, "no field `story`, <b>")
    assert told.startswith("# Failed: no field \\`story\\`, &lt;b&gt;\n")


@given(st.text(alphabet="ab12_*`~[]()<>|#-+.)!&;:/\\ \n\t\"'=@·é{}^", max_size=40))
def test_what_is_escaped_is_shown_as_it_is(text: str) -> None:
    rendered = MarkdownIt().enable(["table", "strikethrough"]).render(artifacts.escaped(text)).strip()
    plain = rendered.removeprefix("<p>").removesuffix("</p>")
    assert "<" not in plain
    assert html.unescape(plain) == spelled(text).strip()


def test_nothing_of_a_document_is_markup_or_a_link_in_a_cell(tmp_path: Path) -> None:
    hostile = Found("[x](https://evil.example)|`<img src=x>`\n# www.evil.example", "~~a~~ bob@evil.example", 1, "text")
    told = artifacts.review(Outcome(hostile, Problem("no field `<b>`", "| give _one_ |")), Results(Files(tmp_path)))
    assert told["document"] == r"\[x\](https&#58;//evil.example)\|\`&lt;img src=x&gt;\`\\n# www&#46;evil.example"
    assert told["path"] == artifacts.cell(str(Path.cwd())) + r"/\~\~a\~\~ bob&#64;evil.example"
    assert told["why"] == r"in quarantine: no field \`&lt;b&gt;\`; \| give \_one\_ \|"
    site = SiteStats.of([("a", row(10, 10, "<b>.example"))])
    assert artifacts.sites(site)[0]["site"] == "&lt;b&gt;.example"
