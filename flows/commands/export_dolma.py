"""Exports: what a run found, for the tools of others.

Dolma keeps a text as it was, and beside it attributes: spans with a score, which its mixer cuts out or filters by. That is
what a ledger is; so an export has every document's text whole, and every removal as a span under its rule's code.
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
from flows.errors import CouldNotRun
from flows.paths import shown
from flows.sinks import Outputs, Stored, sink_at
from flows.sinks.atomic import replacing, sync
from flows.sinks.records import Row, entries, rebuilt

ATTRIBUTES = "attributes/bodycopy"
DOCUMENTS = "documents"
PREFIX = "bodycopy__"
ALL = PREFIX + "removed"
"""The attribute of all removals, whatever their rule."""
SHARD = 256_000_000
"""Characters of text in a shard."""
ABOUT = ("url", "format", "encoding", "sha256", "rules", "settings")
"""What a document's metadata take from its header."""
_DOCUMENTS = ("source", "confidence", "review")
"""What rows of articles say of their document."""
_LONE = re.compile("[\ud800-\udfff]")


@dataclass
class ExportResult:
    """What came of an export: documents, the spans of their removals, shards, documents that do not fit their ledgers."""

    documents: int = 0
    spans: int = 0
    shards: int = 0
    broken: int = 0


def export_dolma(out: str | Path, into: Path, source: str, problem: Callable[[str], None]) -> ExportResult:
    """Write documents and attributes as Dolma's toolkit reads them, always the same bytes for the same output of a run.

    Args:
        out: the output of a run.
        into: the folder for `documents/` and `attributes/bodycopy/`; shards of an earlier export go.
        source: what Dolma calls the source of a document: the name of the corpus.
        problem: told of each document that is left out, and why.

    Raises:
        CouldNotRun: it is no output of a run, or nothing can be written.
    """
    sink = sink_at(out)
    if "://" not in str(sink.out) and Path(sink.out).resolve() in (into.resolve(), *into.resolve().parents):
        raise CouldNotRun(f"{into} is inside of {sink.out}, whose folders would mix with it; give another with --dolma")
    done = ExportResult()
    found = _documents(sink.stored(), source, done, problem)
    try:
        waiting = next(found, None)
        while waiting:
            with _shard(into, done.shards) as (documents, attributes):
                room = SHARD
                while waiting and room > 0:
                    document, spans = waiting
                    documents.write(_line(document))
                    attributes.write(_line(spans))
                    room -= len(document["text"])
                    waiting = next(found, None)
            done.shards += 1
        _sweep(into, done.shards)
    except OSError as error:
        raise CouldNotRun(f"cannot write to {into}: {error.strerror or error}; give another folder with --dolma") from None
    return done


def _documents(
    stored: Iterator[Stored], source: str, done: ExportResult, problem: Callable[[str], None]
) -> Iterator[tuple[Row, Row]]:
    for one in stored:
        try:
            if one.outputs is None:
                raise ValueError(one.problem)
            document, attributes = dolma(one.outputs, source)
        except DAMAGED as error:
            done.broken += 1
            problem(f"{one.name}: {error}")
            continue
        done.documents += 1
        done.spans += len(attributes["attributes"][ALL])
        yield document, attributes


def dolma(outputs: Outputs, source: str) -> tuple[Row, Row]:
    """A document and its attributes.

    Its text is the source's after its repairs: a mended character has no place in the source that a span could end at.

    Raises:
        ValueError: bodies and ledger do not give the source back.
    """
    header, *rows = [json.loads(line) for line in outputs.ledger.splitlines()]
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
    told = {"confidence": header.get("document_confidence"), "review": header["review"]}
    metadata = {**{name: header[name] for name in ABOUT}, **told, "articles": articles}
    return {**same, "text": text, "metadata": metadata}, {**same, "attributes": dict(sorted(spans.items()))}


def _article(row: Row) -> Row:
    return {name: value for name, value in row.items() if name not in _DOCUMENTS}


def _name(name: str) -> str:
    return shown(name) if _LONE.search(name) else name


def _line(row: Row) -> bytes:
    """A row as a line of JSON; half a character, which other readers of JSON refuse, becomes U+FFFD."""
    return _LONE.sub("\ufffd", json.dumps(row, ensure_ascii=False)).encode() + b"\n"


@contextmanager
def _shard(into: Path, number: int) -> Iterator[tuple[gzip.GzipFile, gzip.GzipFile]]:
    """The two files of a shard; when both are whole they take their places, the attributes first."""
    with ExitStack() as stack:
        files = [stack.enter_context(_packed(into / kind / f"{number:05}.jsonl.gz")) for kind in (DOCUMENTS, ATTRIBUTES)]
        yield files[0], files[1]


@contextmanager
def _packed(path: Path) -> Iterator[gzip.GzipFile]:
    path.parent.mkdir(parents=True, exist_ok=True)
    with replacing(path) as temporary:
        with temporary.open("wb") as file, gzip.GzipFile("", "wb", 6, file, mtime=0) as packed:
            yield packed
        sync(temporary)


def _sweep(into: Path, shards: int) -> None:
    """Remove shards of an earlier export that had more of them."""
    for kind in (ATTRIBUTES, DOCUMENTS):
        for path in (into / kind).glob("[0-9][0-9][0-9][0-9][0-9].jsonl.gz"):
            if int(path.name[:5]) >= shards:
                path.unlink()
