"""`bodycopy diff`: two outputs, an output and a fresh cleaning, one source under two profiles or rule files."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from helpers.command import bodycopy
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cleaners import Profile, Settings, clean_text, rules_version
from cleaners.text.tokens import count_words
from flows.commands.diff_document import Difference, Piece, difference
from flows.runner.job import Job
from flows.runner.run_summary import RunSummary
from flows.sinks import Form, Outputs, Sink, records, sink_for

Run = Callable[..., RunSummary]
STORY = "The minister said on Monday that the talks would go on for a week in the old town hall by the river."
LATER = "Nobody at the harbour had doubted it, and the boats of the island came in one after the other that evening."
SITE = "www.example.com"
TEXTS = {
    f"{SITE}/one.txt": f"Talks go on by the river\n\nBy Jane Doe\n\nPhoto: Reuters\n\n{STORY}\n\n{LATER}",
    f"{SITE}/two.txt": f"Photo: Reuters\n\n{STORY} Read more\n\n{LATER}",
    f"{SITE}/same.txt": f"{LATER}\n\n{STORY}",
}


@pytest.fixture
def source(tmp_path: Path) -> Path:
    (tmp_path / "source" / SITE).mkdir(parents=True)
    for name, text in TEXTS.items():
        (tmp_path / "source" / name).write_text(text)
    return tmp_path / "source"


@pytest.fixture
def made(source: Path, run: Run, job: Job, tmp_path: Path) -> Callable[..., str]:
    """Makes an output of the source."""

    def of(name: str, chosen: Settings, form: Form = Form.FILES) -> str:
        sink: Sink = sink_for(str(tmp_path / name), form)
        sink.prepare()
        run(source, job=replace(job, sink=sink, settings=chosen, rules=rules_version()))
        return str(tmp_path / name)

    return of


def outputs(text: str, chosen: Settings) -> Outputs:
    """The results of a text, as a run stores them."""
    cleaned = clean_text(text, settings=chosen)
    header = {"kind": "document", "schema": records.SCHEMA, "source": "one.txt", "site": "", "articles": len(cleaned.articles)}
    ledger = b"".join(map(records.dumps, [header, *records.ledger_rows(cleaned)]))
    rows = records.article_rows(cleaned)
    articles = ((a.body.encode(), records.dumps(row)) for a, row in zip(cleaned.articles, rows, strict=True))
    return Outputs(tuple(articles), ledger)


def pieces(found: Difference | None) -> list[Piece]:
    return [piece for line in found.lines for piece in line if piece.sign != " "] if found else []


def asked(*arguments: object) -> tuple[int, dict[str, Any], list[dict[str, Any]]]:
    code, printed, complaint = bodycopy("diff", *arguments, "--json")
    assert printed, complaint
    head, *documents = [json.loads(line) for line in printed.splitlines()]
    return code, head, documents


CAREFUL, NO_CREDITS = Settings(profile=Profile.CAREFUL), Settings(ignore=frozenset({"PC"}))


def test_words_that_one_side_alone_has_name_the_rule_that_took_them_on_the_other() -> None:
    found = difference("one.txt", outputs(TEXTS[f"{SITE}/one.txt"], NO_CREDITS), outputs(TEXTS[f"{SITE}/one.txt"], CAREFUL))
    assert pieces(found) == [
        Piece("+", "Talks go on by the river", "TI001"),
        Piece("+", "By Jane Doe", "BY001"),
        Piece("-", "Photo: Reuters", "PC001"),
    ]
    assert found
    assert found.words == {("TI001", "+"): 6, ("BY001", "+"): 3, ("PC001", "-"): 2}


def test_a_part_of_a_line_is_shown_with_what_stands_beside_it() -> None:
    text = TEXTS[f"{SITE}/two.txt"]
    found = difference("two.txt", outputs(text, Settings(ignore=frozenset({"TE"}))), outputs(text, Settings()))
    assert found
    assert found.lines == ((Piece(" ", STORY), Piece("-", "Read more", "TE001")),)


def test_other_texts_are_compared_word_by_word() -> None:
    found = difference(
        "one.txt",
        outputs(f"{STORY}\n\n{LATER}", Settings()),
        outputs(f"{STORY.replace('week', 'month')}\n\n{LATER}", Settings()),
    )
    assert found
    assert [(piece.sign, piece.text.strip()) for piece in pieces(found)] == [("-", "week"), ("+", "month")]


def test_equal_results_do_not_differ() -> None:
    assert difference("one.txt", outputs(STORY, Settings()), outputs(STORY, Settings())) is None


LINES = st.lists(
    st.sampled_from(
        [STORY, LATER, "Photo: Reuters", "By Jane Doe", "Read more", "ALSO READ: Six things", f"{LATER} Read more"]
    ),
    max_size=8,
)


@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(LINES, st.sampled_from([CAREFUL, NO_CREDITS, Settings(profile=Profile.THOROUGH)]))
def test_the_words_of_difference_are_those_that_the_bodies_differ_by(lines: list[str], other: Settings) -> None:
    text = "\n\n".join(lines)
    first, second = clean_text(text), clean_text(text, settings=other)
    found = difference("one.txt", outputs(text, Settings()), outputs(text, other))
    change = found.total("+") - found.total("-") if found else 0
    assert change == count_words(second.body) - count_words(first.body)


def test_two_outputs_are_compared_worst_first(made: Callable[..., str]) -> None:
    code, head, documents = asked(made("a", Settings()), made("b", Settings(ignore=frozenset({"PC", "TE"}))))
    assert code == 1
    assert (head["equal"], head["differ"], head["words_before"]) == (1, 2, 0)
    assert {row["rule"]: (row["sign"], row["documents"], row["words"]) for row in head["rules"]}["PC001"] == ("+", 2, 4)
    assert [row["site"] for row in head["sites"]] == ["example.com"]
    sizes = [row["words_before"] + row["words_after"] for row in documents]
    assert sizes == sorted(sizes, reverse=True)
    assert documents[0]["document"] == f"{SITE}/two.txt"


@pytest.mark.parametrize(("first", "second"), [(Form.JSONL, Form.FILES), (Form.FILES, Form.PARQUET)])
def test_folders_and_shards_are_compared(made: Callable[..., str], first: Form, second: Form) -> None:
    code, head, _ = asked(made("a", Settings(), first), made("b", Settings(), second))
    assert (code, head["equal"], head["differ"], head["troubled"]) == (0, 3, 0, 0)


def test_an_output_is_compared_with_a_fresh_cleaning(made: Callable[..., str]) -> None:
    out = made("a", Settings())
    code, printed, _ = bodycopy("diff", out)
    assert (code, "0 documents differ · 3 equal" in printed) == (0, True)
    code, printed, _ = bodycopy("diff", out, "--profile-b", "careful", "--limit", 1)
    assert code == 1
    assert "cleaned again, profile careful" in printed
    assert re.search(r"TI001 title\s+took\s+1\s+\+6", printed)
    assert "{+Talks go on by the river+}{TI001}" in printed


def test_one_source_is_compared_under_two_rule_files(source: Path, tmp_path: Path) -> None:
    (tmp_path / "b.toml").write_text('ignore = ["PC"]\n')
    code, head, _ = asked(source, "--rules-b", tmp_path / "b.toml")
    assert (code, head["differ"], head["equal"]) == (1, 2, 1)
    code, _, complaint = bodycopy("diff", source)
    assert (code, "both sides would be cleaned in the same way" in complaint) == (2, True)


def test_documents_of_one_side_alone_are_counted(made: Callable[..., str], source: Path) -> None:
    first = made("a", Settings())
    (source / SITE / "new.txt").write_text(f"{STORY}\n\n{LATER}")
    (source / SITE / "same.txt").unlink()
    code, head, documents = asked(first, made("b", Settings()))
    assert (code, head["only_before"], head["only_after"], head["equal"]) == (1, 1, 1, 2)
    assert {row["side"] for row in documents} == {"before", "after"}


def test_unified_prints_lines(made: Callable[..., str]) -> None:
    _, printed, _ = bodycopy("diff", made("a", Settings(ignore=frozenset({"TE"}))), made("b", Settings()), "--unified")
    assert f"-{STORY} Read more\n+{STORY}\n" in printed


def test_the_page_holds_what_differs_and_runs_nothing(made: Callable[..., str], source: Path, tmp_path: Path) -> None:
    hostile = "<script>alert(1)</script> \x1b[31mred \u202eesrever"
    (source / SITE / "hostile.txt").write_text(f"{STORY}\n\nPhoto: {hostile}\n\n{LATER}\n\nPhoto: Reuters")
    first, second = made("a", Settings()), made("b", NO_CREDITS)
    code, printed, said = bodycopy("diff", first, second, "--html", tmp_path / "diff.html")
    page = (tmp_path / "diff.html").read_text()
    assert (code, printed) == (1, "")
    assert "shown in" in said
    assert "<ins>Photo: Reuters</ins>" in page
    assert "<script" not in page
    assert "\u202e" not in page
    assert "default-src 'none'" in page


def test_trouble_is_named_and_has_its_own_exit_code(made: Callable[..., str], tmp_path: Path) -> None:
    first, second = made("a", Settings()), made("b", Settings())
    ledger = Path(first, "documents", SITE, "one.txt", "ledger.jsonl")
    ledger.write_bytes(b"{")
    code, printed, complaint = bodycopy("diff", first, second)
    assert (code, "2 equal" in printed, "one.txt: its ledger is damaged" in complaint.replace(f"{SITE}/", "")) == (
        2,
        True,
        True,
    )
    code, _, complaint = bodycopy("diff", tmp_path / "none", second)
    assert (code, "does not exist" in complaint) == (2, True)


def test_results_in_a_store_are_compared(source: Path, run: Run, job: Job, tmp_path: Path) -> None:
    for name in ("first", "second"):
        sink = sink_for(f"memory://diff-{name}", Form.JSONL, str(tmp_path / name))
        sink.prepare()
        run(source, job=replace(job, sink=sink))
    code, head, _ = asked("memory://diff-first", "memory://diff-second")
    assert (code, head["equal"]) == (0, 3)


def stored(body: str) -> Outputs:
    """Results of a text from which nothing went."""
    header = {"kind": "document", "schema": records.SCHEMA, "source": "one.txt", "site": "", "articles": 1}
    return Outputs(((body.encode(), records.dumps({"title": None})),), records.dumps(header))


def test_long_documents_of_other_texts_are_compared_paragraph_by_paragraph() -> None:
    many = "\n\n".join(f"{STORY} {number}" for number in range(3_000))
    found = difference("one.txt", stored(f"Photo: Reuters\n\n{many}"), stored(f"{many}\n\nThe end of it."))
    assert pieces(found) == [Piece("-", "Photo: Reuters"), Piece("+", "The end of it.")]


def test_metadata_alone_may_differ() -> None:
    first = stored(STORY)
    second = Outputs(((first.articles[0][0], records.dumps({"title": "Talks"})),), first.ledger)
    found = difference("one.txt", first, second)
    assert found
    assert (found.size, found.fields) == (0, (("title", None, "Talks"),))


def test_of_a_long_difference_the_first_lines_are_kept() -> None:
    found = difference("one.txt", stored(STORY), stored("\n\n".join(f"{LATER} {number}" for number in range(100))))
    assert found
    assert (len(found.lines), found.more) == (60, 41)
