"""Shards: many documents a file, as JSON Lines or Parquet, here or on an object store.

A shard is `articles/00001.jsonl` with `ledgers/00001.jsonl` beside it. Which documents it holds, and in which order, is
settled before the first of them is cleaned (see `Manifest.assign`); workers hand their outputs back, and when a run ends
each shard that has new ones is written whole. So its bytes do not depend on how often a run was killed on the way.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from pathlib import Path
from typing import Any

import fsspec
from fsspec.implementations.local import LocalFileSystem

from cleaners.memory.sqlite_file import DAMAGED
from flows.errors import CouldNotRun
from flows.sinks import tables
from flows.sinks.atomic import replacing, sync, unlinked
from flows.sinks.base import Outputs, Sink, Stamp, Stored
from flows.sinks.folders import as_left, fits, keep_form, prepare_folder, set_aside, stamp_of
from flows.sinks.records import Row, dumps

ARTICLES, LEDGERS = "articles", "ledgers"
_NAME = re.compile(r"\d{5,9}")


@dataclass(frozen=True)
class Shards(Sink):
    """Shards of one form, below a folder or the address of one (`s3://bucket/news`)."""

    out: str
    state: Path
    form: str

    def prepare(self) -> None:
        """See `Sink.prepare`."""
        tables.check(self.form)
        if isinstance(self._system, LocalFileSystem):
            prepare_folder(Path(self.out), self.state, *(Path(self.out, kind) for kind in (ARTICLES, LEDGERS)))
        prepare_folder(self.state, self.state)
        keep_form(self.state, self.form)
        try:
            for kind in (ARTICLES, LEDGERS):
                self._system.makedirs(self._path(kind), exist_ok=True)
        except Exception as error:  # every file system has errors of its own
            raise CouldNotRun(f"cannot write to {self.out}: {error}; give another --out, or make it writable") from None

    def deliver(self, documents: Mapping[str, Outputs]) -> Mapping[str, Outputs]:
        """Hand the outputs back: a shard is written when the run ends."""
        return documents

    def holds(self, name: str, articles: int, shard: int | None) -> bool:
        """Whether the document's shard is there."""
        return shard in self._there

    def shard_intact(self, shard: int, stamps: Iterable[Stamp], *, verify: bool = False) -> bool:
        """See `Sink.shard_intact`; of a store, sizes tell."""
        if isinstance(self._system, LocalFileSystem):
            return all(as_left(Path(self.out, stamp.file), stamp, verify=verify) for stamp in stamps)
        return all(self._system.size(self._path(stamp.file)) == stamp.size for stamp in stamps)

    def shard_stamps(self, shard: int) -> tuple[Stamp, ...]:
        """See `Sink.shard_stamps`."""
        names = [f"{kind}/{shard:05}.{self.form}" for kind in (ARTICLES, LEDGERS)]
        if not isinstance(self._system, LocalFileSystem):
            return tuple(Stamp(name, self._system.size(self._path(name)), 0, "") for name in names)
        return tuple(stamp_of(Path(self.out, name))._replace(file=name) for name in names)

    def shard_edited(self, shard: int, stamps: Iterable[Stamp]) -> list[str]:
        """See `Sink.shard_edited`: what is not as it was left, nor cut short, nor what its ledgers give the sources with."""
        if not isinstance(self._system, LocalFileSystem):
            return []
        others = [stamp.file for stamp in stamps if not as_left(Path(self.out, stamp.file), stamp, verify=True)]
        return [file for file in others if self._is_whole(file)] if others and not self._fits(shard) else []

    def set_aside(self, file: str) -> str:
        """See `Sink.set_aside`."""
        return set_aside(Path(self.out, file))

    def _fits(self, shard: int) -> bool:
        """Whether the bodies of a shard are those that its ledgers were written with."""
        try:
            return all(map(fits, self._read(shard).values()))
        except (OSError, *DAMAGED):
            return False

    def _is_whole(self, file: str) -> bool:
        """Whether a file of a shard has rows, and its end."""
        path = Path(self.out, file)
        try:
            with path.open("rb") as stream:
                rows = sum(1 for _ in tables.read(stream, self.form))
        except (OSError, ValueError):
            return False
        return rows > 0 and not path.is_symlink()

    def read(self, names: Collection[str], shard: int | None) -> dict[str, Outputs]:
        """The outputs of these documents, of their shard."""
        try:
            there = self._read(shard) if shard is not None else {}
        except FileNotFoundError:
            return {}
        return {name: there[name] for name in names if name in there}

    def address(self, name: str, article: int, shard: int | None) -> str:
        """The shard that an article's body is in, below `out`."""
        return f"{ARTICLES}/{shard or 0:05}.{self.form}"

    def place(self, name: str, shard: int | None) -> str:
        """The shard of its articles."""
        return f"{self.out}/{self.address(name, 1, shard)}"

    def publish(self, shard: int, names: Collection[str], handed_back: Callable[[str], Outputs | None]) -> None:
        """Write a shard whole; the ledgers first: articles without a ledger are never there."""
        there: dict[str, Outputs] = {}
        try:
            if not all(map(handed_back, names)):
                there = self._read(shard)
        except FileNotFoundError:
            pass
        except (IsADirectoryError, *DAMAGED) as error:
            raise CouldNotRun(
                f"{self.out}: shard {shard:05} is damaged ({error}); delete it, and the next run makes it anew"
            ) from None
        self.__dict__.pop("_there", None)

        def found() -> Iterator[tuple[str, Outputs]]:
            """One after the other: in memory all at once, a new shard would be many times its size."""
            for name in names:
                if outputs := handed_back(name) or there.get(name):
                    yield name, outputs

        self._write(LEDGERS, shard, (row for name, outputs in found() for row in _ledger_rows(name, outputs)))
        self._write(ARTICLES, shard, (row for name, outputs in found() for row in _article_rows(name, outputs)))

    def write_file(self, name: str, data: Iterable[bytes]) -> None:
        """Write a file beside the shards."""
        with self._whole(self._path(name)) as temporary, temporary.open("wb") as file:
            file.writelines(data)

    def stored(self) -> Iterator[Stored]:
        """All documents, shard by shard."""
        for path in sorted(self._found(LEDGERS)):
            try:
                for name, outputs in self._read(_number(path)).items():
                    yield Stored(name, outputs)
            except (OSError, *DAMAGED) as error:
                yield Stored(path, None, f"the shard cannot be read: {error}")

    @cached_property
    def _there(self) -> frozenset[int]:
        """The shards that are whole: asking a store for each document would take long."""
        articles, ledgers = ({_number(path) for path in self._found(kind)} for kind in (ARTICLES, LEDGERS))
        return frozenset(articles & ledgers)

    def _found(self, kind: str) -> list[str]:
        """The shards' files of a kind; other names in their folder are not ours."""
        paths = self._system.glob(self._path(f"{kind}/*.{self.form}"))
        return [path for path in paths if _NAME.fullmatch(path.rpartition("/")[2].partition(".")[0])]

    @property
    def _system(self) -> Any:
        return fsspec.core.url_to_fs(self.out)[0]

    def _path(self, name: str) -> str:
        return f"{fsspec.core.url_to_fs(self.out)[1].rstrip('/')}/{name}"

    def _shard(self, kind: str, shard: int) -> str:
        return self._path(f"{kind}/{shard:05}.{self.form}")

    def _write(self, kind: str, shard: int, rows: Iterable[Row]) -> None:
        with self._whole(self._shard(kind, shard)) as temporary:
            tables.write(temporary, rows, self.form, tables.SCHEMAS[kind])

    @contextmanager
    def _whole(self, path: str) -> Iterator[Path]:
        """A local path to write, which then takes the place of a file, here or on the store.

        A store shows an object when it has all of it; so it is made here first, and sent as one.
        """
        if isinstance(self._system, LocalFileSystem):
            with replacing(Path(path)) as temporary:
                yield temporary
                sync(temporary)
            sync(Path(path).parent)
        else:
            temporary = self.state / f".{path.rpartition('/')[2]}.tmp"
            yield temporary
            self._system.put_file(str(temporary), path)
            temporary.unlink()

    def _read(self, shard: int) -> dict[str, Outputs]:
        """All documents of a shard.

        Raises:
            FileNotFoundError: it is not there.
        """
        articles: dict[str, list[tuple[bytes, bytes]]] = {}
        for row in self._rows(ARTICLES, shard):
            body = row.pop("body")
            articles.setdefault(row["source"], []).append((body.encode(), dumps(row)))
        found = {}
        for name, rows in groupby(self._rows(LEDGERS, shard), key=lambda row: str(row["source"])):
            lines = [dumps(row if row["kind"] == "document" else _without_source(row)) for row in rows]
            found[name] = Outputs(tuple(articles.get(name, ())), b"".join(lines))
        return found

    def _rows(self, kind: str, shard: int) -> Iterator[Row]:
        if isinstance(self._system, LocalFileSystem):
            unlinked(Path(self._shard(kind, shard)), Path(self._path("")))
        with self._system.open(self._shard(kind, shard), "rb") as file:
            yield from tables.read(file, self.form)


def _number(path: str) -> int:
    return int(path.rpartition("/")[2].partition(".")[0])


def _article_rows(name: str, outputs: Outputs) -> Iterator[Row]:
    for body, metadata in outputs.articles:
        yield {**json.loads(metadata), "source": name, "body": body.decode()}


def _ledger_rows(name: str, outputs: Outputs) -> Iterator[Row]:
    for line in outputs.ledger.splitlines():
        row = json.loads(line)
        yield row if row["kind"] == "document" else {"source": name, **row}


def _without_source(row: Row) -> Row:
    return {column: value for column, value in row.items() if column != "source"}
