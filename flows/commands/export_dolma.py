"""Export to Dolma, the toolkit for training data of language models.

Dolma keeps texts unchanged, and beside them attributes: spans with a score, which its mixer cuts out or filters by. A ledger
is the same thing, so an export has the whole text of every document, and every removal as a span under its rule's code.
"""

from __future__ import annotations

import gzip
import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from cleaners.ledger import Removal, Repair, restore
from cleaners.memory.sqlite_file import DAMAGED
from flows.commands.lost_results import stored_and_lost
from flows.errors import CouldNotRun
from flows.paths import shown
from flows.sinks import Outputs, Stored, sink_at
from flows.sinks.atomic import replacing, sync
from flows.sinks.records import Row, entries, ledger_of, problem_of, rebuilt
from flows.sources.location import is_address

ATTRIBUTES = "attributes/bodycopy"
DOCUMENTS = "documents"
PREFIX = "bodycopy__"
ALL = PREFIX + "removed"
"""The attribute with the removals of all rules."""
SHARD_CHARS = 256_000_000
"""Characters of text in a shard."""
ABOUT = ("url", "format", "encoding", "sha256", "rules", "settings")
"""Fields of a ledger's header that become metadata of the document."""
_DOCUMENT_COLUMNS = ("source", "confidence", "review")
"""Columns of an article's row that describe its document."""
_LONE_SURROGATES = re.compile("[\ud800-\udfff]")


@dataclass
class ExportResult:
    """The numbers of an export.

    Attributes:
        documents: Exported documents.
        spans: Removals of these documents.
        shards: Shards.
        broken: Documents that were left out because they do not match their ledgers.
    """

    documents: int = 0
    spans: int = 0
    shards: int = 0
    broken: int = 0


def export_dolma(out: str | Path, into: Path, source: str, warn: Callable[[str], None]) -> ExportResult:
    """Write documents and attributes as Dolma's toolkit reads them. The same results give the same bytes.

    Args:
        out: The folder or address of a run's results.
        into: The folder for `documents/` and `attributes/bodycopy/`. Further shards of an earlier export are deleted.
        source: The name of the corpus, which Dolma calls the source of a document.
        warn: Called with a message for each document that is left out.

    Returns:
        The numbers.

    Raises:
        CouldNotRun: There are no results of a run, or the folder cannot be written.
    """
    sink = sink_at(out)
    if not is_address(str(sink.out)) and Path(sink.out).resolve() in (into.resolve(), *into.resolve().parents):
        raise CouldNotRun(f"{into} is inside of {sink.out}, whose folders would mix with it", "give another with --dolma")
    done = ExportResult()
    found = _documents(stored_and_lost(sink), source, done, warn)
    try:
        waiting = next(found, None)
        while waiting:
            with _shard(into, done.shards) as (documents, attributes):
                room = SHARD_CHARS
                while waiting and room > 0:
                    document, spans = waiting
                    documents.write(_line(document))
                    attributes.write(_line(spans))
                    room -= len(document["text"])
                    waiting = next(found, None)
            done.shards += 1
        _delete_further(into, done.shards)
    except OSError as error:
        raise CouldNotRun(f"cannot write to {into}: {error.strerror or error}", "give another folder with --dolma") from None
    return done


def _documents(
    stored: Iterator[Stored], source: str, done: ExportResult, warn: Callable[[str], None]
) -> Iterator[tuple[Row, Row]]:
    for one in stored:
        try:
            if one.outputs is None:
                raise ValueError(one.problem)
            document, attributes = dolma(one.outputs, source)
        except DAMAGED as error:
            done.broken += 1
            warn(f"{one.name}: {problem_of(error)}")
            continue
        done.documents += 1
        done.spans += len(attributes["attributes"][ALL])
        yield document, attributes


def dolma(outputs: Outputs, source: str) -> tuple[Row, Row]:
    """Make a document and its attributes.

    Offsets of removals count in the source after its repairs, so that is the exported text.

    Args:
        outputs: The articles and the ledger of a document.
        source: The name of the corpus.

    Returns:
        The rows of `documents/` and of `attributes/bodycopy/`.

    Raises:
        ValueError: Bodies and ledger do not give the source back.
    """
    header, rows = ledger_of(outputs)
    rebuilt(outputs, header, rows)
    ledger = entries(rows)
    bodies = [body.decode() for body, _ in outputs.articles]
    text = restore("\n\n".join(bodies), [entry for entry in ledger if not isinstance(entry, Repair)])
    spans: defaultdict[str, list[tuple[int, int, float]]] = defaultdict(list, {ALL: []})
    for entry in ledger:
        if isinstance(entry, Removal):
            for name in (ALL, PREFIX + entry.rule):
                spans[name].append((entry.start, entry.end, 1.0))
    same = {"id": _name(header["source"]), "source": source}
    articles = [_article(json.loads(metadata)) for _, metadata in outputs.articles]
    judged = {"confidence": header.get("document_confidence"), "review": header["review"]}
    metadata = {**{name: header[name] for name in ABOUT}, **judged, "articles": articles}
    return {**same, "text": text, "metadata": metadata}, {**same, "attributes": dict(sorted(spans.items()))}


def _article(row: Row) -> Row:
    return {name: value for name, value in row.items() if name not in _DOCUMENT_COLUMNS}


def _name(name: str) -> str:
    """Return a name without lone surrogates, which stand for undecodable bytes."""
    return shown(name) if _LONE_SURROGATES.search(name) else name


def _line(row: Row) -> bytes:
    """Return a row as a line of JSON. Lone surrogates, which other readers of JSON refuse, become U+FFFD."""
    return _LONE_SURROGATES.sub("\ufffd", json.dumps(row, ensure_ascii=False)).encode() + b"\n"


@contextmanager
def _shard(into: Path, number: int) -> Iterator[tuple[gzip.GzipFile, gzip.GzipFile]]:
    """Yield the two files of a shard. They get their names when both are complete, the attributes first."""
    with ExitStack() as stack:
        files = [stack.enter_context(_packed(into / kind / f"{number:05}.jsonl.gz")) for kind in (DOCUMENTS, ATTRIBUTES)]
        yield files[0], files[1]


@contextmanager
def _packed(path: Path) -> Iterator[gzip.GzipFile]:
    """Yield a compressed file without a time stamp, which gets its name when it is complete."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with replacing(path) as temporary:
        with temporary.open("wb") as file, gzip.GzipFile("", "wb", 6, file, mtime=0) as packed:
            yield packed
        sync(temporary)


def _delete_further(into: Path, shards: int) -> None:
    """Delete shards of an earlier export that had more of them."""
    for kind in (ATTRIBUTES, DOCUMENTS):
        for path in (into / kind).glob("[0-9][0-9][0-9][0-9][0-9].jsonl.gz"):
            if int(path.name[:5]) >= shards:
                path.unlink()
