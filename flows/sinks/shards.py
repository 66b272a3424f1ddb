"""Shards: many documents per file, as JSON Lines or Parquet, here or on an object store.

A shard is `articles/00001.jsonl` with `ledgers/00001.jsonl` beside it. Its documents and their order are fixed before the
first of them is cleaned (see `Manifest.assign`). Workers hand their outputs back, and each shard that has new ones is written
completely. Its bytes therefore do not depend on how often a run was killed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from cleaners.memory.sqlite_file import DAMAGED
from flows.errors import CouldNotRun
from flows.sinks import tables
from flows.sinks.atomic import replacing, sync, unlinked
from flows.sinks.base import Outputs, Sink, Stamp, Stored
from flows.sinks.edits import fits_ledger, is_unchanged, set_aside, stamp_of
from flows.sinks.preparation import keep_form, prepare_folder
from flows.sinks.records import load_row
from flows.sinks.shard_lines import article_lines, articles_of, ledger_lines, ledgers_of

ARTICLES, LEDGERS = "articles", "ledgers"
_NAME = re.compile(r"\d{5,9}")


@dataclass(frozen=True)
class Shards(Sink):
    """Shards of one form.

    Attributes:
        out: The folder of the results, or the address of one (`s3://bucket/news`).
        state: The local folder of what runs remember.
        form: One of `tables.FORMS`.
    """

    out: str
    state: Path
    form: str

    def prepare(self) -> None:
        """See `Sink.prepare`."""
        tables.check(self.form)
        if self._is_local:
            prepare_folder(Path(self.out), self.state, *(Path(self.out, kind) for kind in (ARTICLES, LEDGERS)))
        prepare_folder(self.state, self.state)
        keep_form(self.state, self.form)
        try:
            for kind in (ARTICLES, LEDGERS):
                self._system.makedirs(self._path(kind), exist_ok=True)
        except Exception as error:  # every file system has errors of its own
            raise CouldNotRun(f"cannot write to {self.out}: {error}", "give another --out, or make it writable") from None

    def deliver(self, documents: Mapping[str, Outputs]) -> Mapping[str, Outputs]:
        """Hand the outputs back: a shard is written when all its documents are done."""
        return documents

    def holds(self, name: str, articles: int, shard: int | None) -> bool:
        """Return whether the document's shard is there."""
        return shard in self._there

    def shard_intact(self, shard: int, stamps: Iterable[Stamp], *, verify: bool = False) -> bool:
        """See `Sink.shard_intact`. In a store, only sizes are compared."""
        if self._is_local:
            return all(is_unchanged(Path(self.out, stamp.file), stamp, verify=verify) for stamp in stamps)
        return all(self._system.size(self._path(stamp.file)) == stamp.size for stamp in stamps)

    def shard_stamps(self, shard: int) -> tuple[Stamp, ...]:
        """See `Sink.shard_stamps`."""
        names = [f"{kind}/{shard:05}.{self.form}" for kind in (ARTICLES, LEDGERS)]
        if not self._is_local:
            return tuple(Stamp(name, self._system.size(self._path(name)), 0, "") for name in names)
        return tuple(stamp_of(Path(self.out, name))._replace(file=name) for name in names)

    def shard_edited(self, shard: int, stamps: Iterable[Stamp]) -> list[str]:
        """See `Sink.shard_edited`: complete files that have changed and do not give the sources with their ledgers."""
        if not self._is_local:
            return []
        others = [stamp.file for stamp in stamps if not is_unchanged(Path(self.out, stamp.file), stamp, verify=True)]
        return [file for file in others if self._is_complete(file)] if others and not self._fits(shard) else []

    def set_aside(self, file: str) -> str:
        """See `Sink.set_aside`."""
        return set_aside(Path(self.out, file))

    def _fits(self, shard: int) -> bool:
        """Return whether the bodies of a shard are those that its ledgers were written with."""
        try:
            return all(map(fits_ledger, self._read(shard).values()))
        except (OSError, *DAMAGED):
            return False

    def _is_complete(self, file: str) -> bool:
        """Return whether a file of a shard has rows and is not cut short."""
        path = Path(self.out, file)
        try:
            with path.open("rb") as stream:
                rows = sum(1 for line in tables.read(stream, self.form) if load_row(line))
        except (OSError, ValueError):
            return False
        return rows > 0 and not path.is_symlink()

    def read(self, names: Collection[str], shard: int | None) -> dict[str, Outputs]:
        """See `Sink.read`."""
        try:
            there = self._read(shard) if shard is not None else {}
        except FileNotFoundError:
            return {}
        return {name: there[name] for name in names if name in there}

    def address(self, name: str, article: int, shard: int | None) -> str:
        """Return the file of the shard that holds the article's body, relative to `out`."""
        return f"{ARTICLES}/{shard or 0:05}.{self.form}"

    def place(self, name: str, shard: int | None) -> str:
        """Return the file of the shard that holds the document's articles."""
        return f"{self.out}/{self.address(name, 1, shard)}"

    def publish(self, shard: int, names: Collection[str], new: Mapping[str, Outputs]) -> None:
        """See `Sink.publish`. Ledgers take their place first, so that there are never articles without one."""
        there: dict[str, Outputs] = {}
        try:
            if not all(name in new for name in names):
                there = self._read(shard)
        except FileNotFoundError:
            pass
        except (IsADirectoryError, *DAMAGED) as error:
            reason = f"{self.out}: shard {shard:05} is damaged ({error})"
            raise CouldNotRun(reason, "delete it, and the next run makes it anew") from None
        self.__dict__.pop("_there", None)
        with self._table(ARTICLES, shard) as write_article, self._table(LEDGERS, shard) as write_entry:
            for name in names:
                if outputs := new.get(name) or there.get(name):
                    for line in ledger_lines(name, outputs):
                        write_entry(line)
                    for line in article_lines(name, outputs):
                        write_article(line)

    def write_file(self, name: str, data: Iterable[bytes]) -> None:
        """See `Sink.write_file`."""
        with self._replacing(self._path(name)) as temporary, temporary.open("wb") as file:
            file.writelines(data)

    def stored(self) -> Iterator[Stored]:
        """See `Sink.stored`."""
        for path in sorted(self._found(LEDGERS)):
            try:
                for name, outputs in self._read(_number(path)).items():
                    yield Stored(name, outputs)
            except (OSError, *DAMAGED) as error:
                yield Stored(path, None, f"the shard cannot be read: {error}")

    @cached_property
    def _there(self) -> frozenset[int]:
        """The shards that have both files; a request to the store per document would take long."""
        articles, ledgers = ({_number(path) for path in self._found(kind)} for kind in (ARTICLES, LEDGERS))
        return frozenset(articles & ledgers)

    def _found(self, kind: str) -> list[str]:
        """Return the files of shards of a kind; other names in their folder are not ours."""
        paths = self._system.glob(self._path(f"{kind}/*.{self.form}"))
        return [path for path in paths if _NAME.fullmatch(path.rpartition("/")[2].partition(".")[0])]

    @property
    def _system(self) -> Any:
        return self._place[0]

    @property
    def _is_local(self) -> bool:
        """Whether the results are on this machine, not in a store."""
        from fsspec.implementations.local import LocalFileSystem

        return isinstance(self._system, LocalFileSystem)

    @property
    def _place(self) -> tuple[Any, str]:
        """The file system of the results, and their path in it."""
        import fsspec  # slow to import, and most results are files

        system, path = fsspec.core.url_to_fs(self.out)
        return system, path

    def _path(self, name: str) -> str:
        return f"{self._place[1].rstrip('/')}/{name}"

    def _file(self, kind: str, shard: int) -> str:
        return self._path(f"{kind}/{shard:05}.{self.form}")

    @contextmanager
    def _table(self, kind: str, shard: int) -> Iterator[Callable[[bytes], object]]:
        """Replace a file of a shard; yields the function that adds a row to it."""
        place, schema = self._file(kind, shard), tables.SCHEMAS[kind]
        with self._replacing(place) as temporary, tables.writing(temporary, self.form, schema) as write:
            yield write

    @contextmanager
    def _replacing(self, path: str) -> Iterator[Path]:
        """Replace a file, here or in a store, atomically.

        A store shows an object when it has all of it, so that the file is written here first and then sent in one go.

        Yields:
            A local path to write.
        """
        if self._is_local:
            with replacing(Path(path)) as temporary:
                yield temporary
                sync(temporary)
            sync(Path(path).parent)
        else:
            temporary = self.state / f".{'-'.join(path.split('/')[-2:])}.tmp"
            yield temporary
            self._system.put_file(str(temporary), path)
            temporary.unlink()

    def _read(self, shard: int) -> dict[str, Outputs]:
        """Return the outputs of all documents of a shard, by name.

        Raises:
            FileNotFoundError: There is no such shard.
        """
        articles = articles_of(self._lines(ARTICLES, shard))
        ledgers = ledgers_of(self._lines(LEDGERS, shard))
        return {name: Outputs(tuple(articles.get(name, ())), ledger) for name, ledger in ledgers.items()}

    def _lines(self, kind: str, shard: int) -> Iterator[bytes]:
        if self._is_local:
            unlinked(Path(self._file(kind, shard)), Path(self._path("")))
        with self._system.open(self._file(kind, shard), "rb") as file:
            yield from tables.read(file, self.form)


def _number(path: str) -> int:
    return int(path.rpartition("/")[2].partition(".")[0])
