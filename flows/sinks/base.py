"""What all sinks have in common: a place for the results, and a local folder for the state of the runs that write them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from flows.sources.location import is_address

LEDGER = "ledger.jsonl"
"""The name of a document's ledger."""


@dataclass(frozen=True, slots=True)
class Outputs:
    """The results of a document, as bytes.

    Attributes:
        articles: Body and metadata (a line of JSON) of each article.
        ledger: The lines of JSON of its ledger, the header first.
    """

    articles: tuple[tuple[bytes, bytes], ...]
    ledger: bytes


class Stamp(NamedTuple):
    """A file of results as a run left it. Size and time show quickly that it is unchanged, the digest surely.

    Attributes:
        file: Its name or path, relative to a folder that the sink knows.
        size: Its size in bytes.
        time: The time of its last change, in nanoseconds.
        digest: The beginning of the hexadecimal hash of its content.
    """

    file: str
    size: int
    time: int
    digest: str


@dataclass(frozen=True, slots=True)
class Stored:
    """A document in a sink.

    Attributes:
        name: Its name, or the place of its results if they cannot be read.
        outputs: Its results; None if they cannot be read.
        problem: Why they cannot be read.
    """

    name: str
    outputs: Outputs | None
    problem: str = ""


class Sink(ABC):
    """A place for results.

    Attributes:
        out: The folder or the address of the results.
        state: The local folder of what runs remember.
        form: The form of the results, such as `files` or `parquet`.
    """

    out: Path | str
    state: Path
    form: str

    @property
    def manifest(self) -> Path:
        """The file that says which documents are done."""
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
    def memory(self) -> Path:
        """The memory of earlier runs, unless another one is named."""
        return self.state / "memory.sqlite"

    @property
    def decisions(self) -> Path:
        """What people have decided about the results, unless another file is named."""
        return (self.state if is_address(str(self.out)) else Path(self.out)) / "decisions.jsonl"

    @property
    def drift(self) -> Path:
        """The history of what was removed at each site."""
        return self.state / "drift.sqlite"

    @property
    def pages(self) -> Path:
        """The folder of the pages that were fetched from the web."""
        return self.state / "pages"

    @abstractmethod
    def prepare(self) -> None:
        """Make the folders of the results and check that they can be written.

        Raises:
            CouldNotRun: They cannot be written, or hold results of another form.
        """

    @abstractmethod
    def deliver(self, documents: Mapping[str, Outputs]) -> Mapping[str, Outputs]:
        """Take the outputs of documents from a worker.

        Args:
            documents: The outputs by the names of the documents.

        Returns:
            Those that the worker hands back to its run, for `publish`. All others are on the disk.

        Raises:
            OSError: They cannot be written.
        """

    @abstractmethod
    def holds(self, name: str, articles: int, shard: int | None) -> bool:
        """Return whether all results of a document with this number of articles are there."""

    def intact(self, name: str, stamps: Iterable[Stamp], *, verify: bool = False) -> bool:
        """Return whether a document's files are unchanged, by size and time or, with `verify`, by content."""
        return True

    def stamps(self, name: str, outputs: Outputs) -> tuple[Stamp, ...]:
        """Return the stamps of a document's files, which hold these outputs."""
        return ()

    def edited(self, documents: Mapping[str, Outputs]) -> Mapping[str, list[Path]]:
        """Return the files that somebody has edited and that must not be overwritten, by the names of the documents."""
        return {}

    def shard_intact(self, shard: int, stamps: Iterable[Stamp], *, verify: bool = False) -> bool:
        """Return whether a shard's files are unchanged; see `intact`."""
        return True

    def shard_stamps(self, shard: int) -> tuple[Stamp, ...]:
        """Return the stamps of a shard's files."""
        return ()

    def shard_edited(self, shard: int, stamps: Iterable[Stamp]) -> list[str]:
        """Return the files of a shard that somebody has edited."""
        return []

    def set_aside(self, file: str) -> str:
        """Rename an edited file, before a new one takes its place.

        Returns:
            The new name: NAME.edited, or with a number.
        """
        raise NotImplementedError

    @abstractmethod
    def read(self, names: Collection[str], shard: int | None) -> dict[str, Outputs]:
        """Return the outputs of documents of one shard by name; those that are not there are missing."""

    @abstractmethod
    def address(self, name: str, article: int, shard: int | None) -> str:
        """Return the place of an article's body, relative to `out`. Articles count from 1."""

    @abstractmethod
    def place(self, name: str, shard: int | None) -> str:
        """Return the place at which a person finds a document's results."""

    @abstractmethod
    def publish(self, shard: int, names: Collection[str], new: Mapping[str, Outputs]) -> None:
        """Write a shard completely.

        Args:
            shard: Its number.
            names: Its documents, in the order in which they are written.
            new: The new outputs; documents that are missing keep their old ones.

        Raises:
            OSError: It cannot be written.
        """

    @abstractmethod
    def write_file(self, name: str, data: Iterable[bytes]) -> None:
        """Write a file beside the results, completely or not at all."""

    @abstractmethod
    def stored(self) -> Iterator[Stored]:
        """Iterate over all documents, in the order of their folders or shards."""
