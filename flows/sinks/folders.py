"""A folder per document: `article-01.txt`, …, and `ledger.jsonl`, in which the metadata of the articles follow the header.

Earlier versions wrote the metadata of each article to a file of its own, `article-01.json`; their results are read as well.
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import IO

from cleaners.memory.sqlite_file import DAMAGED
from flows.paths import safe_name
from flows.sinks.atomic import begun, in_threads, refuse_links, sync_all, unfinished, unfinished_name, unlinked, write_atomic
from flows.sinks.base import LEDGER, Outputs, Sink, Stamp, Stored
from flows.sinks.edits import fits_ledger, is_unchanged, set_aside, stamp_of
from flows.sinks.preparation import STATE, keep_form, prepare_folder
from flows.sinks.records import dumps, load_row

DOCUMENTS = "documents"
"""The name of the folder of all documents. Paths below it are strings, since many `Path`s take longer than the disk."""
MAX_HEADER_BYTES = 1 << 20
"""Length of the first line of a ledger; a file with a longer one was not written by us."""
MAX_ARTICLES = 10_000
"""Articles of a document that are looked for, whatever number its ledger claims."""
_ARTICLE = b'{"kind": "article", '
"""The beginning of a ledger's line that holds the metadata of an article."""
_ENTRY = b'{"kind": '
"""The beginning of any line of a ledger of ours."""
_BODY = re.compile(r"article-\d{2,}\.txt")
_UNFINISHED = re.compile(r"\.(?:article-\d{2,}\.(?:txt|json)|ledger\.jsonl)\.tmp")


@dataclass(frozen=True)
class Files(Sink):
    """A folder per document, below a local folder. The worker that cleans a document writes it.

    Attributes:
        out: The output folder.
        form: The name of this form.
    """

    out: Path
    form: str = "files"

    @property
    def state(self) -> Path:  # type: ignore[override]  # other sinks have it as a field
        """The folder of what runs remember."""
        return self.out / STATE

    @property
    def documents(self) -> Path:
        """The folder of all documents."""
        return self.out / DOCUMENTS

    def folder(self, name: str) -> Path:
        """Return the folder of a document."""
        return Path(self.place(name))  # one path, where each of many documents would make three

    def prepare(self) -> None:
        """See `Sink.prepare`."""
        prepare_folder(self.out, self.state, self.documents)
        keep_form(self.state, self.form)

    def deliver(self, documents: Mapping[str, Outputs]) -> Mapping[str, Outputs]:
        """Write documents: the bodies of their articles, then their ledgers.

        All files are written, then synced together, then moved to their places, those of a document one after the other, its
        ledger last. Files of an earlier run that are not replaced are removed; files that are not ours stay.

        Returns:
            Nothing: no outputs are handed back.
        """
        known: set[str] = set()
        folders = {self._unlinked(name, known): _named(outputs) for name, outputs in documents.items()}
        written = [_Written.begin(folder, files) for folder, files in folders.items()]
        sync_all([path for each in written for path, _ in each.places])
        in_threads(_Written.finish, written)  # a system may wait for the disk where a file is replaced
        sync_all(list(_with_parents(folders, f"{self.out}/{DOCUMENTS}")))
        return {}

    def holds(self, name: str, articles: int, shard: int | None = None) -> bool:
        """See `Sink.holds`."""
        try:
            folder = self._unlinked(name, set())
            return all(_is_plain(f"{folder}/{file}") for file in expected_files(articles))
        except OSError:
            return False

    def intact(self, name: str, stamps: Iterable[Stamp], *, verify: bool = False) -> bool:
        """See `Sink.intact`."""
        folder = self.folder(name)
        return all(is_unchanged(folder / stamp.file, stamp, verify=verify) for stamp in stamps)

    def stamps(self, name: str, outputs: Outputs) -> tuple[Stamp, ...]:
        """See `Sink.stamps`."""
        folder = self.place(name)
        return tuple(stamp_of(f"{folder}/{file}", data) for file, data in _named(outputs).items())

    def edited(self, documents: Mapping[str, Outputs]) -> Mapping[str, list[Path]]:
        """See `Sink.edited`: bodies that differ from the new ones, and do not give the source with their ledger."""
        found = {name: _edited(self.folder(name), _named(outputs)) for name, outputs in documents.items()}
        return {name: paths for name, paths in found.items() if paths}

    def set_aside(self, file: str) -> str:
        """See `Sink.set_aside`."""
        return set_aside(Path(file))

    def read(self, names: Collection[str], shard: int | None = None) -> dict[str, Outputs]:
        """See `Sink.read`."""
        found = {}
        known: set[str] = set()
        for name in names:
            with suppress(OSError):
                found[name] = _outputs(self._unlinked(name, known))
        return found

    def address(self, name: str, article: int, shard: int | None = None) -> str:
        """See `Sink.address`."""
        return f"{DOCUMENTS}/{safe_name(name)}/{body_file(article)}"

    def place(self, name: str, shard: int | None = None) -> str:
        """Return the document's folder."""
        return f"{self.out}/{DOCUMENTS}/{safe_name(name)}"

    def publish(self, shard: int, names: Collection[str], new: Mapping[str, Outputs]) -> None:
        """Do nothing: no outputs are handed back."""

    def write_file(self, name: str, data: Iterable[bytes]) -> None:
        """See `Sink.write_file`."""
        write_atomic(self.out / name, data)

    def stored(self) -> Iterator[Stored]:
        """See `Sink.stored`."""
        for ledger in sorted(self.documents.rglob(LEDGER)):
            name = ledger.parent.relative_to(self.documents).as_posix()
            try:
                yield Stored(name, _outputs(str(unlinked(ledger.parent, self.out))))
            except OSError as error:
                yield Stored(name, None, f"{error.strerror or error} ({error.filename})")

    def _unlinked(self, name: str, known: set[str]) -> str:
        """Return the folder of a document, after a check that no link leads there; see `refuse_links`."""
        below = f"{DOCUMENTS}/{safe_name(name)}"
        refuse_links(f"{self.out}", below.split("/"), known)
        return f"{self.out}/{below}"


@dataclass(frozen=True, slots=True)
class _Written:
    """The files of a document, written beside their places.

    Attributes:
        places: The path at which each is, and the one at which it belongs.
        others: Files of an earlier run that none of them replaces.
    """

    places: list[tuple[str, str]]
    others: list[str]

    @classmethod
    def begin(cls, folder: str, files: Mapping[str, bytes]) -> _Written:
        """Write files, by name, beside their places in a folder."""
        if not os.path.isdir(folder):  # noqa: PTH112
            os.makedirs(folder, exist_ok=True)  # noqa: PTH103
        others = _left_over(folder, files.keys())
        places = [(f"{folder}/{unfinished_name(file)}", f"{folder}/{file}") for file in files]
        for (path, _), data in zip(places, files.values(), strict=True):
            with begun(path) as unnamed:
                unnamed.write(data)
        return cls(places, others)

    def finish(self) -> None:
        """Move the files to their places, in order, and remove the others."""
        for path, place in self.places:
            os.replace(path, place)  # noqa: PTH105
        for other in self.others:
            Path(other).unlink(missing_ok=True)


def body_file(number: int) -> str:
    """Return the name of an article's file. Articles count from 1."""
    return f"article-{number:02}.txt"


def expected_files(articles: int) -> list[str]:
    """Return the names of all files of a document with this number of articles."""
    return [LEDGER, *(body_file(number) for number in range(1, articles + 1))]


def _earlier_file(number: int) -> str:
    """Return the name of the file in which earlier versions kept the metadata of an article."""
    return f"article-{number:02}.json"


def _named(outputs: Outputs) -> dict[str, bytes]:
    """Return the content of a document's files by name, the ledger last."""
    files = {body_file(number): body for number, (body, _) in enumerate(outputs.articles, 1)}
    header, entries = _parted(outputs.ledger)
    rows = [_ARTICLE + metadata.removeprefix(b"{") for _, metadata in outputs.articles]
    return {**files, LEDGER: b"".join([header, *rows, entries])}


def _parted(ledger: bytes) -> tuple[bytes, bytes]:
    """Return the first line of a ledger, and what follows."""
    line, end, others = ledger.partition(b"\n")
    return line + end, others


def _with_parents(folders: Iterable[str], top: str) -> set[str]:
    """Return folders with all those above them, up to `top`."""
    found = {top}
    for folder in folders:
        while folder not in found:
            found.add(folder)
            folder = folder.rpartition("/")[0]
    return found


def _outputs(folder: str) -> Outputs:
    """Read a document's folder."""
    header, entries = _parted(_content(f"{folder}/{LEDGER}"))
    rows: list[bytes] = []
    while entries:
        line, others = _parted(entries)
        if (row := _metadata(line)) is None:
            break
        rows.append(row)
        entries = others
    expected = _number_of_articles(header[:MAX_HEADER_BYTES])
    articles: list[tuple[bytes, bytes]] = []
    while expected is None or len(articles) < expected:
        number = len(articles) + 1
        body = f"{folder}/{body_file(number)}"
        if not os.path.isfile(body):  # noqa: PTH113
            break
        articles.append((_content(body), rows[number - 1] if number <= len(rows) else _earlier_metadata(folder, number)))
    return Outputs(tuple(articles), header + entries)


def _metadata(line: bytes) -> bytes | None:
    """Return the metadata of the article that a line of a ledger holds; None if it is another entry, or damaged.

    Lines that are not spelled as ours, but by another program that wrote the ledger anew, are read as JSON.
    """
    if line.startswith(_ARTICLE):
        return b"{" + line.removeprefix(_ARTICLE)
    if line.startswith(_ENTRY):
        return None
    try:
        row = load_row(line)
        return dumps(row) if row.pop("kind") == "article" else None
    except DAMAGED:
        return None


def _earlier_metadata(folder: str, number: int) -> bytes:
    """Return the metadata of an article that have a file of their own; none where it is gone, as if it were damaged."""
    try:
        return _content(f"{folder}/{_earlier_file(number)}")
    except FileNotFoundError:
        return b""


def _content(path: str) -> bytes:
    """Return the content of a file that is not a link."""
    with _opened(path) as file:
        return file.read()


def _opened(path: str) -> IO[bytes]:
    """Open a file that is not a link, for reading."""
    if os.path.islink(path):  # noqa: PTH114
        unlinked(Path(path), Path(path).parent)  # says so
    return open(path, "rb")  # noqa: PTH123


def _is_plain(path: str) -> bool:
    return os.path.isfile(path) and not os.path.islink(path)  # noqa: PTH113, PTH114


def _articles(ledger: str) -> int | None:
    """Return the number of articles that a ledger's header names; None if it cannot be read."""
    try:
        with _opened(ledger) as file:
            return _number_of_articles(file.readline(MAX_HEADER_BYTES))
    except OSError:
        return None


def _number_of_articles(header: bytes) -> int | None:
    """Return the number of articles that the first line of a ledger names; None if it is damaged."""
    try:
        number = load_row(header)["articles"]
    except DAMAGED:
        return None
    return number if type(number) is int else None


def _left_over(folder: str, new: Collection[str]) -> list[str]:
    """Return the files in a document's folder that no new ones replace: of its ledger, or left unfinished by a killed run."""
    names = set(os.listdir(folder))  # noqa: PTH208
    if names <= set(new):
        return []  # the common case, in which the ledger need not be read
    known = {name for name in names if _UNFINISHED.fullmatch(name)}
    consecutive = next(number for number in count(1) if body_file(number) not in names) - 1
    for ledger in (name for name in (LEDGER, unfinished_name(LEDGER)) if name in names):
        articles = _articles(f"{folder}/{ledger}")
        number = consecutive if articles is None else min(articles, len(names))
        known.update([*expected_files(number), *map(_earlier_file, range(1, number + 1))])
    return [f"{folder}/{name}" for name in sorted((known & names) - set(new))]


def _edited(folder: Path, files: Mapping[str, bytes]) -> list[Path]:
    """Return the bodies in a document's folder that somebody has edited.

    A run that is killed between a body and its ledger leaves an unfinished ledger; then nobody has edited anything.

    Args:
        folder: The document's folder.
        files: The content of its new files, by name.
    """
    if not folder.is_dir() or folder.is_symlink() or unfinished(folder / LEDGER).exists():
        return []
    articles = _articles(f"{folder}/{LEDGER}")
    names = files.keys() | set(expected_files(len(files) if articles is None else min(articles, MAX_ARTICLES)))
    bodies = [folder / name for name in sorted(names) if _BODY.fullmatch(name) and _is_plain(f"{folder}/{name}")]
    others = [path for path in bodies if not _is_ours(path.read_bytes(), files.get(path.name, b""))]
    try:
        return [] if others and fits_ledger(_outputs(f"{folder}")) else others
    except OSError:
        return others


def _is_ours(there: bytes, new: bytes) -> bool:
    """Return whether a body is the new one, or the beginning of it that a full disk or a broken copy left.

    A beginning that ends at the end of a line may be the work of an editor and does not count as ours.
    """
    cut = new.startswith(there) and b"\n" not in new[max(0, len(there) - 1) : len(there) + 1]
    return not there or there == new or cut
