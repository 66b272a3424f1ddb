"""A folder per document: `article-01.txt`, `article-01.json`, …, `ledger.jsonl`."""

from __future__ import annotations

import hashlib
import json
import re
import stat
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from cleaners.memory.sqlite_file import DAMAGED
from flows.errors import CouldNotRun
from flows.paths import safe_name
from flows.sinks.atomic import LinkInside, begun, sync_all, unfinished, unlinked, write_atomic
from flows.sinks.base import LEDGER, Outputs, Sink, Stamp, Stored
from flows.sinks.records import rebuilt


@dataclass(frozen=True)
class Files(Sink):
    """A folder per document, in a local folder; the worker that cleans a document writes it."""

    out: Path
    form: str = "files"

    @property
    def state(self) -> Path:  # type: ignore[override]  # others are told of one
        """The folder of what runs remember."""
        return self.out / STATE

    @property
    def documents(self) -> Path:
        """The folder of all documents."""
        return self.out / "documents"

    def folder(self, name: str) -> Path:
        """The folder of a document."""
        return self.documents / safe_name(name)

    def prepare(self) -> None:
        """See `Sink.prepare`."""
        prepare_folder(self.out, self.state, self.documents)
        keep_form(self.state, self.form)

    def deliver(self, documents: Mapping[str, Outputs]) -> Mapping[str, Outputs]:
        """Write documents: their articles (body, metadata), then their ledgers; what an earlier run left over goes.

        All of them are written, then made to last together, then put in their places. What is not ours stays.
        """
        folders = {unlinked(self.folder(name), self.out): _named(outputs) for name, outputs in documents.items()}
        places = [folder / file for folder, files in folders.items() for file in files]
        ours = {folder: _ours(folder) for folder in folders}
        for folder, files in folders.items():
            folder.mkdir(parents=True, exist_ok=True)
            for file, data in files.items():
                with begun(unfinished(folder / file)) as unnamed:
                    unnamed.write(data)
        sync_all(map(unfinished, places))
        for path in places:
            unfinished(path).replace(path)
        for folder, files in folders.items():
            for name in ours[folder] - files.keys():
                (folder / name).unlink(missing_ok=True)
        sync_all({above for folder in folders for above in (folder, *folder.parents) if above.is_relative_to(self.documents)})
        return {}

    def holds(self, name: str, articles: int, shard: int | None = None) -> bool:
        """Whether all files of a document are there."""
        try:
            folder = unlinked(self.folder(name), self.out)
            return all(_is_plain(folder / file) for file in expected_files(articles))
        except OSError:
            return False

    def intact(self, name: str, stamps: Iterable[Stamp], *, verify: bool = False) -> bool:
        """See `Sink.intact`."""
        folder = self.folder(name)
        return all(as_left(folder / stamp.file, stamp, verify=verify) for stamp in stamps)

    def stamps(self, name: str, outputs: Outputs) -> tuple[Stamp, ...]:
        """See `Sink.stamps`."""
        folder = self.folder(name)
        return tuple(stamp_of(folder / file, data) for file, data in _named(outputs).items())

    def edited(self, documents: Mapping[str, Outputs]) -> Mapping[str, list[Path]]:
        """See `Sink.edited`: bodies that are neither what is written now nor what their ledger gives the source with."""
        found = {name: _edited(self.folder(name), _named(outputs)) for name, outputs in documents.items()}
        return {name: paths for name, paths in found.items() if paths}

    def set_aside(self, file: str) -> str:
        """See `Sink.set_aside`."""
        return set_aside(Path(file))

    def read(self, names: Collection[str], shard: int | None = None) -> dict[str, Outputs]:
        """What the files of documents hold."""
        found = {}
        for name in names:
            with suppress(OSError):
                found[name] = _outputs(unlinked(self.folder(name), self.out))
        return found

    def address(self, name: str, article: int, shard: int | None = None) -> str:
        """Where an article's body is, below the output folder."""
        return f"documents/{safe_name(name)}/{article_files(article)[0]}"

    def place(self, name: str, shard: int | None = None) -> str:
        """The document's folder."""
        return str(self.folder(name))

    def publish(self, shard: int, names: Collection[str], handed_back: Callable[[str], Outputs | None]) -> None:
        """Nothing is handed back."""

    def write_file(self, name: str, data: Iterable[bytes]) -> None:
        """Write a file beside the results."""
        write_atomic(self.out / name, data)

    def stored(self) -> Iterator[Stored]:
        """All documents, folder by folder."""
        for ledger in sorted(self.documents.rglob(LEDGER)):
            name = ledger.parent.relative_to(self.documents).as_posix()
            try:
                yield Stored(name, _outputs(unlinked(ledger.parent, self.out)))
            except OSError as error:
                yield Stored(name, None, f"{error.strerror or error} ({error.filename})")


STATE = ".bodycopy"
_BODY = re.compile(r"article-\d{2,}\.txt")
_UNFINISHED = re.compile(r"\.(?:article-\d{2,}\.(?:txt|json)|ledger\.jsonl)\.tmp")
_HEADER = 1 << 20
"""Bytes of the first line of a ledger, at most: what is longer is none of ours."""


def _outputs(folder: Path) -> Outputs:
    ledger = _plain(folder / LEDGER).read_bytes()
    articles: list[tuple[bytes, bytes]] = []
    most = _articles(folder / LEDGER)
    while most is None or len(articles) < most:
        text, row = (folder / file for file in article_files(len(articles) + 1))
        if not text.is_file():
            break
        articles.append((_plain(text).read_bytes(), _plain(row).read_bytes()))
    return Outputs(tuple(articles), ledger)


def _plain(path: Path) -> Path:
    return unlinked(path, path.parent)


def _is_plain(path: Path) -> bool:
    return path.is_file() and not path.is_symlink()


def _articles(ledger: Path) -> int | None:
    """How many articles a ledger's header names; None where it does not tell."""
    try:
        with _plain(ledger).open("rb") as file:
            told = json.loads(file.readline(_HEADER))["articles"]
    except (OSError, *DAMAGED):
        return None
    return told if type(told) is int else None


def _ours(folder: Path) -> set[str]:
    """The names in a document's folder that its ledger knows, and those of files that a killed run did not finish."""
    if not folder.is_dir():
        return set()
    names = {path.name for path in folder.iterdir()}
    known = {name for name in names if _UNFINISHED.fullmatch(name)}
    in_a_row = next(number for number in count(1) if article_files(number)[0] not in names) - 1
    for ledger in (path for path in (folder / LEDGER, unfinished(folder / LEDGER)) if path.name in names):
        told = _articles(ledger)
        known.update(expected_files(in_a_row if told is None else min(told, len(names))))
    return known & names


def _edited(folder: Path, files: Mapping[str, bytes]) -> list[Path]:
    """The bodies in a document's folder that somebody has edited: none of ours is as it is.

    A run that is killed between a body and its ledger leaves its unfinished ledger behind: then nobody has edited anything.
    """
    if not folder.is_dir() or folder.is_symlink() or unfinished(folder / LEDGER).exists():
        return []
    known = _articles(folder / LEDGER)
    names = files.keys() | set(expected_files(len(files) if known is None else min(known, 10_000)))
    bodies = [folder / name for name in sorted(names) if _BODY.fullmatch(name) and _is_plain(folder / name)]
    others = [path for path in bodies if not _is_ours(path.read_bytes(), files.get(path.name, b""))]
    try:
        return [] if others and fits(_outputs(folder)) else others
    except OSError:
        return others


def _is_ours(there: bytes, made: bytes) -> bool:
    """Whether a body is the one that is made now, or the beginning of it that a full disk or a broken copy left.

    One that ends where a line does may be cut by an editor: it is not ours.
    """
    cut = made.startswith(there) and b"\n" not in made[max(0, len(there) - 1) : len(there) + 1]
    return not there or there == made or cut


def fits(outputs: Outputs) -> bool:
    """Whether bodies are those that their ledger was written with: together they give the source."""
    try:
        header, *rows = [json.loads(line) for line in outputs.ledger.splitlines()]
        rebuilt(outputs, header, rows)
    except DAMAGED:
        return False
    return True


def stamp_of(path: Path, data: bytes | None = None) -> Stamp:
    """A file as it is left, which holds this."""
    digest = hashlib.sha256(data).hexdigest() if data is not None else _digest(path)
    status = path.stat()
    return Stamp(path.name, status.st_size, status.st_mtime_ns, digest[:_DIGEST])


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def as_left(path: Path, stamp: Stamp, *, verify: bool) -> bool:
    """Whether a file is as it was left: where it was only touched or copied, its bytes tell."""
    try:
        status = path.lstat()
        if not stat.S_ISREG(status.st_mode) or status.st_size != stamp.size:
            return False
        if status.st_mtime_ns == stamp.time and not verify:
            return True
        return _digest(path)[:_DIGEST] == stamp.digest
    except OSError:
        return False


_DIGEST = 16
"""Hexadecimal figures: of a digest that is compared with one other alone."""


def set_aside(path: Path) -> str:
    """Rename an edited file to the first of NAME.edited, NAME.edited.2, … that is free."""
    for number in count(1):
        aside = path.with_name(f"{path.name}.edited" + (f".{number}" if number > 1 else ""))
        if not aside.exists() and not aside.is_symlink():
            path.replace(aside)
            break
    return aside.name


def _named(outputs: Outputs) -> dict[str, bytes]:
    """What the files of a document hold, the ledger last."""
    files: dict[str, bytes] = {}
    for number, article in enumerate(outputs.articles, 1):
        files.update(zip(article_files(number), article, strict=True))
    return {**files, LEDGER: outputs.ledger}


def article_files(number: int) -> tuple[str, str]:
    """The names of an article's two files."""
    return f"article-{number:02}.txt", f"article-{number:02}.json"


def expected_files(articles: int) -> list[str]:
    """The names of all files of a document with so many articles."""
    return [LEDGER, *(file for number in range(1, articles + 1) for file in article_files(number))]


def prepare_folder(out: Path, state: Path, *others: Path) -> None:
    """Make folders and see that they can be written.

    Raises:
        CouldNotRun: they cannot, or there is a link in place of one or of a file in them that is ours.
    """
    try:
        for folder in (state, *others):
            if folder != out and folder.parent == out:
                unlinked(folder, out)
            folder.mkdir(parents=True, exist_ok=True)
        for path in state.iterdir():
            unlinked(path, state)
        write_atomic(state / "writable", b"")
        (state / "writable").unlink()
    except LinkInside as error:
        raise CouldNotRun(f"{error.filename} is {error.strerror}, or give another folder with --out") from None
    except OSError as error:
        where = f" ({error.filename})" if error.filename and Path(error.filename) != out else ""
        reason = f"{error.strerror or error}{where}"
        raise CouldNotRun(f"cannot write to {out}: {reason}; give another folder with --out, or make it writable") from None


def keep_form(state: Path, form: str) -> None:
    """Note in which form results are written.

    Raises:
        CouldNotRun: those that are there are of another form.
    """
    note = state / "form"
    try:
        earlier = note.read_text("ascii")[:20].strip() if note.exists() else form
    except (OSError, ValueError):
        raise CouldNotRun(f"{note} cannot be read, which names the form of the results; remove it, and give --to") from None
    if earlier != form:
        raise CouldNotRun(f"{state.parent} holds results as {earlier}; give --to {earlier}, or another folder with --out")
    write_atomic(note, form.encode() + b"\n")
