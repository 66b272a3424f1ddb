"""What is kept on disk saves time and changes nothing: damaged, foreign and missing files are computed anew."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import regex

from cleaners import disk_cache
from cleaners.disk_cache import FOLDER, MAX_FOLDERS, hash_of, kept, kept_pattern

PROGRAM = """
import regex
from cleaners import clean_text
compiled = []
compile_all = regex._main._compile
regex._main._compile = lambda pattern, *others: compiled.append(pattern) or compile_all(pattern, *others)
print(clean_text("Photo: Reuters\\n\\nThe minister said on Monday that the talks would go on.\\n\\nRead more: The talks"))
print(len(compiled))
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv(FOLDER, str(tmp_path / "cache"))
    disk_cache._folder.cache_clear()
    yield tmp_path / "cache"
    disk_cache._folder.cache_clear()


def never() -> str:
    raise AssertionError("it is kept")


def the_file(folder: Path) -> Path:
    (file,) = (each for each in folder.rglob("*") if each.is_file())
    return file


def test_a_value_is_computed_once_and_is_the_same(folder: Path) -> None:
    value = {"a": [1, 2.5, "ü"], "b": (b"\0", None, frozenset({3}))}
    assert kept("x", "1", lambda: value) == value
    assert kept("x", "1", never) == value
    assert the_file(folder).parent.stat().st_mode & 0o777 == 0o700


def test_other_inputs_are_another_value(folder: Path) -> None:
    assert [kept("x", inputs, lambda each=inputs: each) for inputs in ("1", "2")] == ["1", "2"]
    assert kept("x", "1", never) == "1"


@pytest.mark.parametrize("damage", [b"", b"\0" * 40, None])
def test_a_damaged_file_is_replaced(folder: Path, damage: bytes | None) -> None:
    kept("x", "1", lambda: "whole")
    file = the_file(folder)
    file.write_bytes(file.read_bytes()[:-1] if damage is None else damage)
    assert kept("x", "1", lambda: "whole") == "whole"
    assert kept("x", "1", never) == "whole"


def test_a_folder_that_others_may_write_is_not_read(folder: Path) -> None:
    kept("x", "1", lambda: "mine")
    the_file(folder).parent.chmod(0o777)
    disk_cache._folder.cache_clear()
    assert kept("x", "1", lambda: "computed") == "computed"


def test_a_file_of_somebody_else_is_not_read(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where the folder was the user's own when it was opened."""
    kept("x", "1", lambda: "theirs")
    monkeypatch.setattr(os, "geteuid", lambda: the_file(folder).stat().st_uid + 1)
    assert kept("x", "1", lambda: "computed") == "computed"


def test_a_folder_that_cannot_be_written_is_left_alone(tmp_path: Path, folder: Path) -> None:
    folder.write_text("a file in its place")
    assert kept("x", "1", lambda: "computed") == "computed"
    assert folder.read_text() == "a file in its place"


def test_nothing_is_kept_where_the_variable_is_empty(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(FOLDER, "")
    assert kept("x", "1", lambda: "computed") == "computed"
    assert not folder.exists()


def test_without_the_variable_it_is_the_cache_folder_of_the_user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(FOLDER)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(sys, "platform", "linux")
    assert disk_cache._root() == tmp_path / "bodycopy"
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")  # which the standard says to ignore
    assert disk_cache._root() == Path.home() / ".cache" / "bodycopy"


def test_the_oldest_folders_are_removed(folder: Path) -> None:
    for number in range(MAX_FOLDERS + 3):
        kept("x", str(number), lambda: "x")
        (newest,) = (each for each in folder.iterdir() if each.stat().st_mtime > 1_000_000)
        os.utime(newest, (number, number))
    assert sorted(each.stat().st_mtime for each in folder.iterdir()) == list(range(3, MAX_FOLDERS + 3))


def test_a_kept_pattern_is_the_compiled_one(folder: Path) -> None:
    source = r"(?P<word>\p{Lu}\w{2,8}+)|(?:(?&word)[^\d]){2}"
    compiled = kept_pattern(source, "1", lambda: regex.compile(source, regex.IGNORECASE))
    read = kept_pattern(source, "1", never)  # type: ignore[arg-type]
    assert (read.pattern, read.flags, read.groupindex) == (compiled.pattern, compiled.flags, compiled.groupindex)
    spans = [[each.span() for each in pattern.finditer("Ärger im Dorf")] for pattern in (read, compiled)]
    assert spans[0] == spans[1] != []


def test_a_pattern_of_another_default_version_is_another(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def matches() -> bool:
        return bool(kept_pattern("[a&&b]", "1", lambda: regex.compile("[a&&b]")).match("a"))

    assert matches()
    monkeypatch.setattr(regex, "DEFAULT_VERSION", regex.VERSION1)
    assert not matches()
    assert not matches()


def test_hashes_depend_on_names_and_contents_alone() -> None:
    assert hash_of([("a", b"1"), ("b", b"2")]) == hash_of([("b", b"2"), ("a", b"1")]) != hash_of([("a", b"2"), ("b", b"1")])


def test_a_second_process_gets_the_same_result_without_compiling_phrases(tmp_path: Path) -> None:
    """The same text, in a process without a cache, in one that fills it, and in one that finds it full."""
    runs = [output_with(cache).split("\n") for cache in ("", str(tmp_path), str(tmp_path))]
    assert runs[0][0] == runs[1][0] == runs[2][0]
    assert int(runs[2][1]) < int(runs[0][1]) - 2


def output_with(cache: str) -> str:
    """What the program prints with a cache."""
    program = [sys.executable, "-c", PROGRAM]
    return subprocess.run(program, capture_output=True, text=True, check=True, env={**os.environ, FOLDER: cache}).stdout
