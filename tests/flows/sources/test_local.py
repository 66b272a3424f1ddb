import os
from pathlib import Path

import pytest

from flows.errors import CouldNotRun
from flows.sources import Found, Unusable, scan


def names(source: Path | str, leave_out: Path | None = None) -> list[str]:
    return [item.name for item in scan(str(source), leave_out)]


def test_other_kinds_and_hidden_names_are_left_alone(source: Path) -> None:
    for name in ("a.pdf", "b.txt.bak", ".c.txt", "txt"):
        (source / name).write_text("x")
    (source / ".git").mkdir()
    (source / ".git" / "d.txt").write_text("x")
    assert names(source) == ["deep/three.TXT", "one.txt", "two.txt"]


def test_the_output_folder_inside_the_source_is_left_alone(source: Path) -> None:
    out = source / "out"
    out.mkdir()
    (out / "article-01.txt").write_text("x")
    assert names(source, out) == ["deep/three.TXT", "one.txt", "two.txt"]
    assert names(f"{source}/**", out) == ["deep/three.TXT", "one.txt", "two.txt"]


def test_one_file_is_a_source(source: Path) -> None:
    (found,) = scan(str(source / "one.txt"))
    assert isinstance(found, Found)
    assert (found.name, found.kind, found.size) == ("one.txt", "text", (source / "one.txt").stat().st_size)


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("*.txt", ["one.txt", "two.txt"]),
        ("t*", ["two.txt"]),
        ("*/*", ["deep/three.TXT"]),
        ("**/t*", ["deep/three.TXT", "two.txt"]),
        ("**", ["deep/three.TXT", "one.txt", "two.txt"]),
        ("[o]ne.*", ["one.txt"]),
    ],
)
def test_a_glob_is_a_source(source: Path, pattern: str, expected: list[str]) -> None:
    assert names(f"{source}/{pattern}") == expected


def test_a_folder_whose_name_looks_like_a_glob_is_a_folder(source: Path) -> None:
    renamed = source.rename(source.with_name("[2024]*"))
    assert len(names(renamed)) == 3


@pytest.mark.parametrize("suffix", [".html", ".htm", ".HTML", ".Htm"])
def test_pages_are_known_by_their_suffix_in_any_case(source: Path, suffix: str) -> None:
    (source / f"page{suffix}").write_text("x")
    assert [item.kind for item in scan(str(source / f"page{suffix}")) if isinstance(item, Found)] == ["html"]


def test_links_in_a_circle_end(source: Path) -> None:
    (source / "deep" / "up").symlink_to(source)
    (source / "self").symlink_to("self")
    assert names(source) == ["deep/three.TXT", "one.txt", "two.txt"]


def test_a_folder_reached_twice_is_read_once(source: Path) -> None:
    (source / "again").symlink_to(source / "deep")
    assert names(source) == ["again/three.TXT", "one.txt", "two.txt"]


def test_what_is_only_named_like_a_document_is_unusable(source: Path) -> None:
    (source / "folder.txt").mkdir()
    (source / "nowhere.txt").symlink_to("gone")
    os.mkfifo(source / "pipe.txt")
    found = {item.name: item.problem.reason for item in scan(str(source)) if isinstance(item, Unusable)}
    assert found == {
        "folder.txt": "a folder that is named like a file, and no documents in it",
        "nowhere.txt": "a link that leads nowhere",
        "pipe.txt": "a device, a pipe or a socket, not a file",
    }


def test_a_folder_named_like_a_document_is_looked_into(source: Path) -> None:
    (source / "deep").rename(source / "deep.html")
    assert names(source) == ["deep.html/three.TXT", "one.txt", "two.txt"]


def test_a_path_beyond_the_system_s_limit_is_told_and_the_rest_is_read(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(source)
    for _ in range(21):
        os.mkdir("e" * 200)  # noqa: PTH102 - no path is as long as that
        os.chdir("e" * 200)
    Path("y.txt").write_text("x")
    monkeypatch.chdir(tmp_path)
    found = list(scan(str(source)))
    assert [item.name for item in found if isinstance(item, Found)] == ["deep/three.TXT", "one.txt", "two.txt"]
    assert ["File name too long" in item.problem.reason for item in found if isinstance(item, Unusable)] == [True]


def test_folders_below_each_other_have_a_limit(source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flows.sources.local.MAX_DEPTH", 2)
    (source / "a/b/c/d").mkdir(parents=True)
    (source / "a/b/c/d/e.txt").write_text("x")
    (problem,) = (item for item in scan(str(source)) if isinstance(item, Unusable))
    assert (problem.name, problem.problem.reason) == ("a/b/c", "more than 2 folders below each other")


def test_a_folder_that_cannot_be_searched_is_told_and_the_rest_is_read(source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = Path.stat

    def stat(path: Path, **options: bool) -> os.stat_result:
        if path.parent.name == "deep":
            raise PermissionError(13, "Permission denied")
        return real(path, **options)

    (source / "deep" / "folder").mkdir()
    monkeypatch.setattr(Path, "stat", stat)  # root may search all folders
    found = {item.name: item.problem.reason if isinstance(item, Unusable) else "" for item in scan(str(source))}
    assert found == {
        "deep/folder": "it cannot be looked at: Permission denied",
        "deep/three.TXT": "cannot be read: Permission denied",
        "one.txt": "",
        "two.txt": "",
    }


@pytest.mark.parametrize("name", ["x" * 5000, "a\0b"])
def test_a_source_that_is_no_path_could_not_run(name: str) -> None:
    with pytest.raises(CouldNotRun, match="does not exist"):
        list(scan(name))


@pytest.mark.parametrize(
    ("tail", "message"),
    [
        ("gone", "does not exist; expected a folder, a glob in quotes"),
        ("gone/*.txt", "does not exist"),
        ("*.rst", r"holds no documents: expected files that end in .txt, .md, .markdown, .html, .htm, .jsonl, "),
        ("readme.rst", "named like no text or page"),
        ("empty", "holds no documents"),
    ],
)
def test_a_source_without_documents_could_not_run(source: Path, tail: str, message: str) -> None:
    (source / "readme.rst").write_text("x")
    (source / "empty").mkdir()
    with pytest.raises(CouldNotRun, match=message):
        names(f"{source}/{tail}")


def test_a_source_of_other_kinds_says_which_it_holds(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_text("x")
    with pytest.raises(CouldNotRun, match=r"it holds only 1 × \.pdf"):
        names(tmp_path)
