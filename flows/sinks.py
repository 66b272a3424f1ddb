"""Sinks: where cleaned documents go. Every file appears whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from flows.names import safe_name
from flows.problems import CouldNotRun

LEDGER = "ledger.jsonl"


@dataclass(frozen=True, slots=True)
class Files:
    """A folder per document: `article-01.txt`, `article-01.json`, …, `ledger.jsonl`."""

    out: Path

    @property
    def documents(self) -> Path:
        """The folder of all documents."""
        return self.out / "documents"

    @property
    def state(self) -> Path:
        """The folder of what runs remember."""
        return self.out / ".bodycopy"

    @property
    def manifest(self) -> Path:
        """The file of what was done."""
        return self.state / "manifest.sqlite"

    @property
    def traces(self) -> Path:
        """The file of what documents prove about each other."""
        return self.state / "traces.sqlite"

    @property
    def openings(self) -> Path:
        """The memory of the openings of a run's documents."""
        return self.state / "openings.sqlite"

    @property
    def drift(self) -> Path:
        """The history of what was removed at each site."""
        return self.state / "drift.sqlite"

    def folder(self, name: str) -> Path:
        """The folder of a document."""
        return self.documents / safe_name(name)

    def body(self, name: str, article: int) -> str:
        """Where an article's body is, below the output folder."""
        return f"documents/{safe_name(name)}/article-{article:02}.txt"

    def holds(self, name: str, articles: int) -> bool:
        """Whether all files of a document are there."""
        folder = self.folder(name)
        return all((folder / file).is_file() for file in expected_files(articles))

    def write(self, name: str, articles: Iterable[tuple[bytes, bytes]], ledger: bytes) -> None:
        """Write a document: its articles (body, metadata), then its ledger; what an earlier run left over goes.

        Raises:
            OSError: a file cannot be written.
        """
        folder = self.folder(name)
        folder.mkdir(parents=True, exist_ok=True)
        kept = {LEDGER}
        for number, (body, metadata) in enumerate(articles, 1):
            text, row = article_files(number)
            write_whole(folder / text, body)
            write_whole(folder / row, metadata)
            kept |= {text, row}
        write_whole(folder / LEDGER, ledger)
        for path in folder.iterdir():
            if path.name not in kept:
                path.unlink()
        _sync_folder(folder)

    def prepare(self) -> None:
        """Make the output folder and see that it can be written.

        Raises:
            CouldNotRun: it cannot.
        """
        try:
            self.state.mkdir(parents=True, exist_ok=True)
            self.documents.mkdir(exist_ok=True)
            write_whole(self.state / "writable", b"")
            (self.state / "writable").unlink()
        except OSError as error:
            where = f" ({error.filename})" if error.filename and Path(error.filename) != self.out else ""
            reason = f"{error.strerror or error}{where}"
            raise CouldNotRun(
                f"cannot write to {self.out}: {reason}; give another folder with --out, or make it writable"
            ) from None


def article_files(number: int) -> tuple[str, str]:
    """The names of an article's two files."""
    return f"article-{number:02}.txt", f"article-{number:02}.json"


def expected_files(articles: int) -> list[str]:
    """The names of all files of a document with so many articles."""
    return [LEDGER, *(file for number in range(1, articles + 1) for file in article_files(number))]


def write_whole(path: Path, data: bytes | Iterable[bytes]) -> None:
    """Write a file so that a reader sees the old one or the new one, never a part, even after a power cut.

    The temporary name is always the same: what a killed run left is overwritten, not left behind.
    """
    temporary = path.with_name(f".{path.name}.tmp")
    with temporary.open("wb") as file:
        file.writelines([data] if isinstance(data, bytes) else data)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)


def _sync_folder(folder: Path) -> None:
    if os.name == "posix":  # Windows cannot open folders, and needs no such call
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
