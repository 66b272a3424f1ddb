"""What every sink is: a place for results, and a local folder for what runs remember of it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

LEDGER = "ledger.jsonl"


@dataclass(frozen=True, slots=True)
class Outputs:
    """What a document became.

    Attributes:
        articles: body and metadata (a line of JSON) of each, as bytes.
        ledger: its lines of JSON, the document's header first.
    """

    articles: tuple[tuple[bytes, bytes], ...]
    ledger: bytes


class Stamp(NamedTuple):
    """A file of results as a run left it: by size and time of change it is known to be as it was, by its digest for sure."""

    file: str
    size: int
    time: int
    digest: str


@dataclass(frozen=True, slots=True)
class Stored:
    """A document of a sink: its name, or where it lies if it cannot be read, its outputs, and why there are none."""

    name: str
    outputs: Outputs | None
    problem: str = ""


class Sink(ABC):
    """Where results go.

    Attributes:
        out: the folder or the address of the results.
        state: the local folder of what runs remember.
        form: in which form they are written.
    """

    out: Path | str
    state: Path
    form: str

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
    def memory(self) -> Path:
        """The memory of earlier runs, where no other is named."""
        return self.state / "memory.sqlite"

    @property
    def drift(self) -> Path:
        """The history of what was removed at each site."""
        return self.state / "drift.sqlite"

    @property
    def pages(self) -> Path:
        """The folder of the pages that were fetched from the network."""
        return self.state / "pages"

    @abstractmethod
    def prepare(self) -> None:
        """Make the output folder and see that it can be written.

        Raises:
            CouldNotRun: it cannot, or it holds results of another form.
        """

    @abstractmethod
    def deliver(self, documents: Mapping[str, Outputs]) -> Mapping[str, Outputs]:
        """What a worker does with the outputs of documents, by name: it writes them, or hands them back for `publish`.

        What is not handed back is on the disk when this returns.

        Raises:
            OSError: they cannot be written.
        """

    @abstractmethod
    def holds(self, name: str, articles: int, shard: int | None) -> bool:
        """Whether all outputs of a document are there."""

    def intact(self, name: str, stamps: Iterable[Stamp], *, verify: bool = False) -> bool:
        """Whether a document's files are as they were left, by size and time, or by what they hold (`verify`)."""
        return True

    def stamps(self, name: str, outputs: Outputs) -> tuple[Stamp, ...]:
        """How the files of a document were left, which hold these outputs."""
        return ()

    def edited(self, documents: Mapping[str, Outputs]) -> Mapping[str, list[Path]]:
        """The files of documents that somebody has edited, by name; they are not to be written over."""
        return {}

    def shard_intact(self, shard: int, stamps: Iterable[Stamp], *, verify: bool = False) -> bool:
        """Whether a shard's files are as they were left."""
        return True

    def shard_stamps(self, shard: int) -> tuple[Stamp, ...]:
        """How a shard's files are left."""
        return ()

    def shard_edited(self, shard: int, stamps: Iterable[Stamp]) -> list[str]:
        """The files of a shard that somebody has edited."""
        return []

    def set_aside(self, file: str) -> str:
        """Keep an edited file as NAME.edited, before it is made anew; gives that name."""
        raise NotImplementedError

    @abstractmethod
    def read(self, names: Collection[str], shard: int | None) -> dict[str, Outputs]:
        """The outputs of documents of one shard, by name, as far as they are there."""

    @abstractmethod
    def address(self, name: str, article: int, shard: int | None) -> str:
        """Where an article's body is, below `out`."""

    @abstractmethod
    def place(self, name: str, shard: int | None) -> str:
        """Where a person finds a document's outputs."""

    @abstractmethod
    def publish(self, shard: int, names: Collection[str], handed_back: Callable[[str], Outputs | None]) -> None:
        """Write a shard whole: its documents in this order, some of them anew: what `handed_back` gives for a name.

        Raises:
            OSError: it cannot be written.
        """

    @abstractmethod
    def write_file(self, name: str, data: Iterable[bytes]) -> None:
        """Write a file beside the results, whole or not at all."""

    @abstractmethod
    def stored(self) -> Iterator[Stored]:
        """All documents, in the order of their folders or shards."""
