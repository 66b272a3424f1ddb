"""What decisions are good for besides runs, and the page that can be sent."""

import json
import re
import tomllib
from pathlib import Path

import pytest
from helpers.command import bodycopy
from helpers.reviewed import LATER, SITE, STORY

from cleaners import Decision, Settings, clean_text
from flows.review.exports import phrases
from flows.review.output import ReviewedOutput

MADE = [
    Decision("", "remove", "example.com", "Our door is open.", "", f"{SITE}/one.txt"),
    Decision("", "phrase", "example.com", "The (Harbour) Letter, no. 312?", "", f"{SITE}/two.txt"),
    Decision("", "keep", "example.com", "Photo: Reuters", "PC001", f"{SITE}/one.txt"),
    Decision("", "remove", "letters", "Since 1901", "", "gone.txt"),
]


@pytest.mark.usefixtures("phrases_proven")
def test_phrases_are_a_rule_file_that_holds(tmp_path: Path) -> None:
    path = tmp_path / "bodycopy.toml"
    path.write_text(phrases(MADE))
    text = f"{STORY}\n\nThe (Harbour) Letter, no. 7?\n\nOur door is open.\n\n{LATER}"
    found = clean_text(text, url="https://example.com/1", settings=Settings.from_toml(path))
    assert [removal.rule for removal in found.removals] == ["OW001", "OW001"]
    assert clean_text(text, url="https://example.org/1", settings=Settings.from_toml(path)).body == text
    assert '# 1 about "letters" are left out' in path.read_text()
    code, shown, _ = bodycopy("rules", "--lint", "--rules", path)
    assert (code, "0 problems" in shown) == (0, True)


def test_labels_and_samples(output: ReviewedOutput, tmp_path: Path) -> None:
    output.log.add(MADE)
    code, shown, _ = bodycopy("review", output.sink.out, "--labels", tmp_path / "l", "--samples", tmp_path / "s")
    assert (code, shown) == (0, f"4 labels in {tmp_path / 'l'}\n2 samples in {tmp_path / 's'}\n")
    rows = [json.loads(line) for line in (tmp_path / "l").read_text().splitlines()]
    assert [(row["label"], row["start"] is not None) for row in rows] == [
        ("noise", True),
        ("noise", False),
        ("story", True),
        ("noise", False),
    ]
    assert rows[0]["language"] == "en"
    folder = tmp_path / "s" / "www-example-com-one-txt"
    case = tomllib.loads((folder / "case.toml").read_text())
    assert [each["text"] for each in case["removed"] if each["rule"] == "RV002"] == [" Our door is open."]
    assert (folder / "clean.txt").read_text().startswith("Photo: Reuters")
    assert "Our door is open." in (folder / "raw.txt").read_text()


def test_the_page_to_send_stands_alone(output: ReviewedOutput, tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    code, shown, _ = bodycopy("review", output.sink.out, "--html", path)
    assert (code, shown) == (0, f"4 documents shown in {path}\n")
    page = path.read_text()
    assert "Words removed, by family" in page
    assert "hostile.txt" in page
    assert not re.search(r"<script|<link|<img|src=|https?://(?!www\.w3\.org)", page)
    assert "&lt;script&gt;" in page


def test_the_page_to_send_is_the_same_each_time(output: ReviewedOutput, tmp_path: Path) -> None:
    for name in ("a", "b"):
        bodycopy("review", output.sink.out, "--html", tmp_path / name)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


@pytest.mark.parametrize(
    ("folder", "said"), [("s3://bucket/x", "is on an object store"), ("nowhere", "is not the output of a run")]
)
def test_what_cannot_be_reviewed_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folder: str, said: str) -> None:
    monkeypatch.chdir(tmp_path)
    code, _, complaint = bodycopy("review", folder)
    assert code == 1
    assert said in complaint
    assert complaint.count("\n") == 1


def test_a_file_that_cannot_be_written_is_one_line(output: ReviewedOutput, tmp_path: Path) -> None:
    code, _, complaint = bodycopy("review", output.sink.out, "--html", tmp_path / "no" / "page.html")
    assert code == 1
    assert "cannot be written" in complaint
