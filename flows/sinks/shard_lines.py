"""Lines of shards, and the outputs of documents that they hold.

Lines that are spelled as ours are joined and parted as bytes: to read and write each as JSON takes several times as long.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from flows.sinks.base import Outputs
from flows.sinks.records import dumps, load_row

_HEADER = b'{"kind": "document", '
_ENTRY = b'{"kind": '
_BODY = b', "body": "'
_END = b"}\n"


def article_lines(name: str, outputs: Outputs) -> Iterator[bytes]:
    """Yield the lines of the articles of a document: its name, the metadata, then the body."""
    beginning = _beginning(name)
    for body, metadata in outputs.articles:
        text = {"body": body.decode()}
        if metadata.startswith(beginning) and metadata.endswith(_END):
            yield metadata.removesuffix(_END) + b", " + dumps(text).removeprefix(b"{")
        else:
            yield dumps({**load_row(metadata), "source": name, **text})


def articles_of(lines: Iterable[bytes]) -> dict[str, list[tuple[bytes, bytes]]]:
    """Return body and metadata of the articles in lines, by the names of their documents.

    Raises:
        ValueError: A line is no JSON.
        KeyError: It has no name or no body.
    """
    found: dict[str, list[tuple[bytes, bytes]]] = {}
    for line in lines:
        row = load_row(line)
        is_last = next(reversed(row)) == "body"
        body = row.pop("body").encode()
        # No other body comes later in the line: in a string, quotation marks are escaped.
        metadata = line[: line.rindex(_BODY)] + _END if is_last and _BODY in line else dumps(row)
        found.setdefault(str(row["source"]), []).append((body, metadata))
    return found


def ledger_lines(name: str, outputs: Outputs) -> Iterator[bytes]:
    """Yield the lines of the ledger of a document: its header, then the entries, each with its name."""
    beginning = _beginning(name)
    for line in outputs.ledger.splitlines(keepends=True):
        if line.startswith(_HEADER) and line.endswith(_END):
            yield line
        elif line.startswith(_ENTRY) and line.endswith(_END):
            yield beginning + line.removeprefix(b"{")
        else:
            row = load_row(line)
            yield dumps(row if row["kind"] == "document" else {"source": name, **row})


def ledgers_of(lines: Iterable[bytes]) -> dict[str, bytes]:
    """Return the ledgers in lines, by the names of their documents.

    Raises:
        ValueError: A line that is not spelled as ours is no JSON.
        KeyError: It has no name or no kind.
    """
    found: dict[str, list[bytes]] = {}
    own: list[bytes] = []
    beginning = b""
    for line in lines:
        if beginning and line.startswith(beginning) and line.endswith(_END):
            own.append(b"{" + line.removeprefix(beginning))
            continue
        row = load_row(line)
        name = str(row["source"])
        if row["kind"] == "document":
            own = found[name] = [line if line.startswith(_HEADER) and line.endswith(_END) else dumps(row)]
            beginning = _beginning(name)
        else:
            found.setdefault(name, []).append(dumps({column: row[column] for column in row if column != "source"}))
    return {name: b"".join(rows) for name, rows in found.items()}


def _beginning(name: str) -> bytes:
    """Return the beginning of a line that names its document first."""
    return dumps({"source": name}).removesuffix(_END) + b", "
