"""A folder per document: `article-01.txt`, `article-01.json`, …, `ledger.jsonl`."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from flows.names import safe_name
from flows.problems import CouldNotRun
from flows.sinks.sink import LEDGER, Outputs, Sink, Stored
from flows.sinks.whole import sync_all, unfinished, write_whole


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

        All of them are written, then made to last together, then put in their places.
        """
        folders = {self.folder(name): _named(outputs) for name, outputs in documents.items()}
        places = [folder / file for folder, files in folders.items() for file in files]
        for folder, files in folders.items():
            folder.mkdir(parents=True, exist_ok=True)
            for file, data in files.items():
                unfinished(folder / file).write_bytes(data)
        sync_all(map(unfinished, places))
        for path in places:
            unfinished(path).replace(path)
        for folder, files in folders.items():
            for path in folder.iterdir():
                if path.name not in files:
                    path.unlink()
        sync_all({above for folder in folders for above in (folder, *folder.parents) if above.is_relative_to(self.documents)})
        return {}

    def holds(self, name: str, articles: int, shard: int | None = None) -> bool:
        """Whether all files of a document are there."""
        folder = self.folder(name)
        return all((folder / file).is_file() for file in expected_files(articles))

    def read(self, names: Collection[str], shard: int | None = None) -> dict[str, Outputs]:
        """What the files of documents hold."""
        found = {}
        for name in names:
            with suppress(OSError):
                found[name] = _outputs(self.folder(name))
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
        write_whole(self.out / name, data)

    def stored(self) -> Iterator[Stored]:
        """All documents, folder by folder."""
        for ledger in sorted(self.documents.rglob(LEDGER)):
            name = ledger.parent.relative_to(self.documents).as_posix()
            try:
                yield Stored(name, _outputs(ledger.parent))
            except OSError as error:
                yield Stored(name, None, str(error))


STATE = ".bodycopy"


def _outputs(folder: Path) -> Outputs:
    articles: list[tuple[bytes, bytes]] = []
    while True:
        text, row = (folder / file for file in article_files(len(articles) + 1))
        if not text.is_file():
            return Outputs(tuple(articles), (folder / LEDGER).read_bytes())
        articles.append((text.read_bytes(), row.read_bytes()))


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
        CouldNotRun: they cannot.
    """
    try:
        for folder in (state, *others):
            folder.mkdir(parents=True, exist_ok=True)
        write_whole(state / "writable", b"")
        (state / "writable").unlink()
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
    earlier = note.read_text().strip() if note.exists() else form
    if earlier != form:
        raise CouldNotRun(f"{state.parent} holds results as {earlier}; give --to {earlier}, or another folder with --out")
    write_whole(note, form.encode() + b"\n")
