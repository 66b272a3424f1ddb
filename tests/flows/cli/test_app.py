import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from helpers.command import bodycopy
from typer.testing import CliRunner

from cleaners import Cleaned, Settings, clean_text
from flows.cli.app import VERBS, app
from flows.runner.job import Job
from flows.runner.run_summary import RunSummary

STORY = "The minister said on Monday that the talks would go on for a week in the old town hall by the river."
NOISY = f"Photo: Reuters\n\n{STORY}\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "story.txt"
    path.write_text(NOISY)
    return path


def test_clean_prints_the_body_and_nothing_else(file: Path) -> None:
    assert bodycopy("clean", file) == (0, STORY + "\n", "")


def test_clean_reads_standard_input() -> None:
    assert bodycopy("clean", "-", stdin=NOISY.encode()) == (0, STORY + "\n", "")


def test_clean_as_json_has_articles_and_ledger(file: Path) -> None:
    _, out, _ = bodycopy("clean", file, "--json")
    found = json.loads(out)
    assert [article["body"] for article in found["articles"]] == [STORY]
    assert (found["format"], found["encoding"], found["review"]) == ("text", "utf-8", None)
    assert found["ledger"][0] | {"kind": "removal", "rule": "PC001", "text": "Photo: Reuters"} == found["ledger"][0]


def test_clean_reads_markdown_by_its_words(tmp_path: Path) -> None:
    text = f"**Photo:** [Reuters](https://example.org)\n\n*{STORY}*\n"
    for name in ("a.md", "a.txt"):
        (tmp_path / name).write_text(text)
    marked = f"*{STORY}*\n"
    assert bodycopy("clean", tmp_path / "a.md") == (0, marked, "")
    assert bodycopy("clean", tmp_path / "a.txt", "--markdown") == (0, marked, "")
    assert bodycopy("clean", tmp_path / "a.md", "--no-markdown")[1] == text
    assert "Reuters" in bodycopy("clean", tmp_path / "a.md", "--explain")[1]


def test_clean_prints_markdown_where_it_is_wanted(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(f"<p>{STORY}</p><h2>The <i>town</i></h2><p>{STORY.replace('talks', 'games')}</p>")
    _, out, _ = bodycopy("clean", tmp_path / "a.html", "--markdown-out")
    assert out.split("\n\n")[1] == "## The *town*"
    (article,) = json.loads(bodycopy("clean", tmp_path / "a.html", "--markdown-out", "--json")[1])["articles"]
    assert (article["markdown"] + "\n", article["body"].split("\n\n")[1]) == (out, "The town")
    (article,) = json.loads(bodycopy("clean", tmp_path / "a.html", "--json")[1])["articles"]
    assert "markdown" not in article


def test_clean_tells_the_confidence(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sure = replace(clean_text(NOISY), confidence=0.91)
    monkeypatch.setattr("flows.cli.document_verbs.clean_text", lambda *_, **__: sure)
    found = json.loads(bodycopy("clean", file, "--json")[1])
    assert (found["confidence"], found["articles"][0]["confidence"]) == (0.91, 0.91)
    assert bodycopy("clean", file) == (0, STORY + "\n", "")
    doubtful = replace(sure, review="much would go")
    monkeypatch.setattr("flows.cli.document_verbs.clean_text", lambda *_, **__: doubtful)
    assert bodycopy("clean", file)[2] == "for review: much would go; confidence 0.91\n"


@pytest.mark.parametrize(("options", "below"), [([], None), (["--review-below", "0.3"], 0.3), (["--review-below", "0"], 0)])
def test_the_threshold_of_reviews_is_an_option(
    file: Path, monkeypatch: pytest.MonkeyPatch, options: list[str], below: float
) -> None:
    asked: list[float] = []

    def doubtful(*_: object, settings: Settings, **__: object) -> Cleaned:
        asked.append(settings.review_below)
        return replace(clean_text(NOISY), confidence=0.42, review="confidence 0.42 is below 0.5")

    monkeypatch.setattr("flows.cli.document_verbs.clean_text", doubtful)
    assert bodycopy("clean", file, *options)[2] == "for review: confidence 0.42 is below 0.5\n"
    assert asked == [below]


def test_explain_strikes_out_what_went(file: Path) -> None:
    _, out, _ = bodycopy("clean", file, "--explain")
    assert out.startswith(f"[-Photo: Reuters-]{{PC001}}\n\n{STORY}\n")
    assert "\nPC001 photo-credit" in out


def test_explain_shows_what_was_only_suggested(file: Path) -> None:
    code, out, _ = bodycopy("clean", file, "--explain", "--ignore", "PC")
    assert (code, out.splitlines()[0]) == (0, "[?Photo: Reuters?]{PC001}")


def test_markup_in_a_text_is_text(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(f"{STORY} [bold]He[/bold] said [/x].")
    assert "[bold]He[/bold] said [/x]." in bodycopy("clean", tmp_path / "a.txt", "--explain")[1]


@pytest.mark.parametrize(
    ("name", "forced", "kind"),
    [("a", [], "html"), ("a.txt", [], "text"), ("a.txt", ["--html"], "html"), ("a", ["--text"], "text")],
)
def test_the_kind_is_told_by_suffix_then_beginning(tmp_path: Path, name: str, forced: list[str], kind: str) -> None:
    (tmp_path / name).write_text(f"\n<!DOCTYPE html><html><body><article><p>{STORY}</p><p>{STORY}</p></article></body></html>")
    assert json.loads(bodycopy("clean", tmp_path / name, "--json", *forced)[1])["format"] == kind


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (None, "cannot be read: No such file or directory; expected a text or a page"),
        (b"", "holds nothing; expected a text or a page"),
        (b" \n", "holds nothing but white space"),
        (b"%PDF-1.7 \x00\x01\x02", "binary data (a PDF), not text; give the text or the HTML of the page"),
    ],
)
def test_clean_says_what_is_wrong_with_a_file(tmp_path: Path, data: bytes | None, message: str) -> None:
    path = tmp_path / "bad.txt"
    if data is not None:
        path.write_bytes(data)
    code, out, err = bodycopy("clean", path)
    assert (code, out) == (1, "")
    assert err.startswith(f"bodycopy: {path}")
    assert message in err
    assert err.count("\n") == 1


def test_clean_refuses_a_folder(tmp_path: Path) -> None:
    assert "for a folder: bodycopy run" in bodycopy("clean", tmp_path)[2]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--ignore", "XX"], "no rule begins with 'XX'"),
        (["--language", "german"], "'german' is no language code"),
        (["--encoding", "latin-99"], "'latin-99' is no known encoding"),
        (["--review-below", "1.5"], "should be less than or equal to 1"),
        (["--profile", "wild"], "'wild' is not one of"),
        (["--json", "--explain"], "exclude each other"),
    ],
)
def test_a_mistyped_option_is_a_usage_error(file: Path, options: list[str], message: str) -> None:
    code, _, err = bodycopy("clean", file, *options)
    assert code == 2
    assert message in err


def test_rules_lists_all_or_shows_one() -> None:
    _, out, _ = bodycopy("rules")
    assert "PC001" in out
    assert "WS001" in out
    code, out, _ = bodycopy("rules", "pc001")
    assert code == 0
    assert "goes:" in out
    assert "stays:" in out


def test_an_unknown_rule_gets_a_hint() -> None:
    assert bodycopy("rules", "PC01") == (1, "", "bodycopy: no rule 'PC01'; did you mean PC001? All rules: bodycopy rules\n")


def test_restore_says_what_came_back(source: Path, run: Callable[..., RunSummary], job: Job, tmp_path: Path) -> None:
    run(source)
    code, out, _ = bodycopy("restore", job.sink.out, "--into", tmp_path / "back")
    assert (code, out) == (0, f"3 texts restored byte for byte, in {tmp_path / 'back'}\n")
    (job.sink.folder("one.txt") / "article-01.txt").write_text("edited")
    code, _, err = bodycopy("restore", job.sink.out)
    assert code == 3
    assert err.startswith("bodycopy: one.txt: ")


@pytest.mark.parametrize(
    ("source", "out", "message"),
    [("gone", "out", "does not exist"), (".", "out", "holds no documents"), ("a.txt", "a.txt/out", "cannot write to")],
)
def test_a_run_that_cannot_be_says_so_before_prefect_starts(tmp_path: Path, source: str, out: str, message: str) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "a.txt").write_text(STORY)
    where = tmp_path / "sub" if source == "." else tmp_path / source
    code, _, err = bodycopy("run", where, "--out", tmp_path / out)
    assert code == 1
    assert message in err


def test_help_tells_the_exit_codes_and_the_verbs() -> None:
    code, out, _ = bodycopy("--help")
    assert code == 0
    assert all(word in out for word in ("clean", "run", "rules", "restore", "Exit codes", "quarantine"))


def test_the_list_of_verbs_says_what_each_function_says() -> None:
    for verb in VERBS:
        assert (verb.function().__doc__ or "").partition("\n")[0] == verb.summary


def test_the_help_loads_no_verb() -> None:
    program = "import sys\nfrom flows.cli.app import app\ntry:\n    app()\nfinally:\n    print(*sys.modules, file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", program, "--help"], capture_output=True, text=True, check=True)
    loaded = set(done.stderr.split())
    assert not loaded & {"cleaners", "flows.options", "flows.sources", "numpy", "regex"}


def test_a_text_is_cleaned_without_what_pages_and_runs_need(file: Path) -> None:
    program = "import sys\nfrom flows.cli.app import app\ntry:\n    app()\nfinally:\n    print(*sys.modules, file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", program, "clean", str(file)], capture_output=True, text=True, check=True)
    unneeded = {
        "asyncio",
        "charset_normalizer",
        "fsspec",
        "ftfy",
        "lxml",
        "rich",
        "cleaners.markdown_input",
        "flows.sinks.shards",
    }
    assert not set(done.stderr.split()) & unneeded


def test_version_is_told() -> None:
    code, out, _ = bodycopy("--version")
    assert (code, out.split()[0].rstrip(",")) == (0, "bodycopy")
    assert all(f"{what} " in out for what in ("rules", "models", "trafilatura", "Python"))


@pytest.mark.parametrize(("words", "offered"), [("bodycopy und", "undo"), ("bodycopy redo out --rule CX", "CX001")])
def test_shells_complete_verbs_and_rules(words: str, offered: str) -> None:
    completing = {"_BODYCOPY_COMPLETE": "complete_bash", "COMP_WORDS": words, "COMP_CWORD": str(words.count(" "))}
    result = CliRunner().invoke(app, [], prog_name="bodycopy", env=completing)
    assert result.stdout.split() == [offered]


@pytest.mark.parametrize(
    "arguments", [["clean", "FILE"], ["clean", "FILE", "--json"], ["clean", "FILE", "--explain"], ["rules"], ["--help"]]
)
def test_all_verbs_but_run_load_neither_prefect_nor_trafilatura(file: Path, arguments: list[str]) -> None:
    script = (
        "import sys\nfrom flows.cli.app import app\n"
        "try:\n    app()\nfinally:\n    print(sorted({'prefect', 'trafilatura'} & set(sys.modules)), file=sys.stderr)"
    )
    arguments = [str(file) if argument == "FILE" else argument for argument in arguments]
    done = subprocess.run([sys.executable, "-c", script, *arguments], capture_output=True, text=True, check=True)
    assert done.stderr == "[]\n"


@pytest.mark.usefixtures("phrases_proven")
def test_lint_measures_harm_on_clean_texts(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(NOISY)
    (tmp_path / "b.txt").write_text(STORY)
    code, out, _ = bodycopy("rules", "--lint", tmp_path)
    assert code == 0
    assert "phrases, 0 problems" in out
    assert "2 clean texts: 2 of 46 words lost (4.3478%)" in out
    assert "PC001 1 hit, 2 words lost (4.3478%); the longest, in a.txt:\n  Photo: Reuters" in out


def test_lint_of_an_empty_folder_says_so(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text("<p>x")
    code, _, err = bodycopy("rules", "--lint", tmp_path)
    assert (code, "holds no texts; expected clean texts as .txt files" in err) == (1, True)


def test_a_full_disk_is_told_in_a_line(file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("flows.sinks.atomic.os.fsync", full)
    code, _, told = bodycopy("run", file, "--out", tmp_path / "out", "--to", "jsonl")
    assert (code, told.count("\n")) == (1, 1)
    assert "No space left on device" in told


def test_a_row_is_cleaned_by_its_number(tmp_path: Path) -> None:
    rows = tmp_path / "rows.jsonl"
    rows.write_text("".join(json.dumps({"story": text}) + "\n" for text in ("Short.", NOISY)))
    assert bodycopy("clean", rows, "--text-field", "story", "--row", 2)[1] == STORY + "\n"
    assert bodycopy("clean", rows, "--text-field", "story")[1] == "Short.\n"
    assert bodycopy("clean", rows, "--text-field", "story", "--row", 3) == (1, "", f"bodycopy: {rows}: no row 3\n")
    code, _, told = bodycopy("clean", rows, "--text-field", "storry")
    assert (code, "did you mean 'story'?" in told) == (1, True)


@pytest.mark.usefixtures("phrases_proven")
def test_lint_reads_rows(tmp_path: Path) -> None:
    (tmp_path / "rows.jsonl").write_text(json.dumps({"story": NOISY}) + "\n")
    assert "1 clean text:" in bodycopy("rules", "--lint", tmp_path / "rows.jsonl", "--text-field", "story")[1]


def test_where_nothing_is_to_be_cleaned_prefect_is_not_loaded(
    source: Path, run: Callable[..., RunSummary], job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    def loaded(*_: object) -> None:
        raise AssertionError("Prefect was loaded")

    monkeypatch.setattr("flows.runner.job.rules_version", lambda: "rules-1")
    run(source)
    monkeypatch.setattr("flows.cli.run._load", loaded)
    code, out, _ = bodycopy("run", source, "--out", job.sink.out)
    assert (code, "skipped, unchanged" in out) == (0, True)
    for number in range(30):
        (source / f"{number}.txt").mkdir()
    code, _, told = bodycopy("run", source, "--out", job.sink.out)
    assert code == 3
    assert "too much in quarantine: 30 of 33 documents (91%), and max_quarantined is 20%: a folder that is named" in told
