"""The files of phrases: what is computed from them is kept under their hash, so both must be of the same contents."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from cleaners.matching import phrase_files


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder of another package's phrases."""
    (tmp_path / "phrases").mkdir()
    monkeypatch.setattr(phrase_files, "stage_folders", lambda: (tmp_path,))
    caches = (phrase_files._contents, phrase_files.fingerprint, phrase_files.families)
    for each in caches:
        each.cache_clear()
    yield tmp_path / "phrases"
    for each in caches:
        each.cache_clear()


def test_a_file_that_is_changed_under_a_process_is_read_as_it_was_when_it_was_hashed(folder: Path) -> None:
    (folder / "another.toml").write_bytes(b"# old\r\n")
    before = phrase_files.fingerprint()
    (folder / "another.toml").write_text("# new\n")
    assert phrase_files.source_of("another") == "# old\n"
    phrase_files._contents.cache_clear()
    phrase_files.fingerprint.cache_clear()
    assert phrase_files.source_of("another") == "# new\n"
    assert phrase_files.fingerprint() != before
