import gzip
import hashlib
import json
from collections.abc import Callable, Iterator
from typing import Any

import fsspec
import pytest
from fsspec.implementations.memory import MemoryFileSystem

from flows.errors import CouldNotRun
from flows.runner.run_summary import RunSummary
from flows.sources import Found, RowSchema, Unusable, content_hash, contents, scan

FILES = {
    "/docs/a.txt": b"The first story.",
    "/docs/B.html": b"<p>A page.</p>",
    "/docs/.hidden.txt": b"x",
    "/docs/.git/c.txt": b"x",
    "/docs/deep/er/d[1].txt": b"Deep down.",
    "/docs/report.pdf": b"x",
    "/docs/rows.jsonl": b'{"text": "one", "id": "1"}\n{"text": "two", "id": "2"}\nbroken\n',
}


@pytest.fixture
def memory() -> Iterator[Any]:
    files = fsspec.filesystem("memory")
    files.store.clear()
    for path, data in FILES.items():
        files.pipe_file(path, data)
    yield files
    files.store.clear()


def names(source: str) -> list[str]:
    return [item.name for item in scan(source)]


ALL = ["B.html", "a.txt", "deep/er/d[1].txt", "rows.jsonl/1", "rows.jsonl/2", "rows.jsonl/0000000003"]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("memory://docs", ALL),
        ("memory://docs/", ALL),
        ("memory:///docs", ALL),
        ("memory://docs/*.txt", ["a.txt"]),
        ("memory://docs/**/*.txt", ["a.txt", "deep/er/d[1].txt"]),
        ("memory://docs/*/*/*", ["deep/er/d[1].txt"]),
        ("memory://docs/a.txt", ["a.txt"]),
        ("memory://docs/deep/er/d[1].txt", ["d[1].txt"]),
        ("memory://docs/rows.jsonl", ["rows.jsonl/1", "rows.jsonl/2", "rows.jsonl/0000000003"]),
    ],
)
def test_folders_globs_and_files(memory: Any, source: str, expected: list[str]) -> None:
    assert names(source) == expected


def test_contents_come_in_order(memory: Any) -> None:
    found = [item for item in scan("memory://docs") if isinstance(item, Found)]
    data = [data for _, data in contents(found)]
    assert data == [FILES["/docs/B.html"], FILES["/docs/a.txt"], FILES["/docs/deep/er/d[1].txt"], b"one", b"two"]
    assert [item.size for item in found] == [len(one) for one in data if isinstance(one, bytes)]


def test_what_has_vanished_is_told(memory: Any) -> None:
    found = [item for item in scan("memory://docs") if isinstance(item, Found)]
    memory.rm("/docs/a.txt")
    memory.rm("/docs/rows.jsonl")
    gone = {item.name: data.problem.reason for item, data in contents(found) if isinstance(data, Unusable)}
    assert gone == {
        "a.txt": "vanished after the scan",
        "rows.jsonl/1": "row 1 cannot be read any more: it has vanished",
        "rows.jsonl/2": "row 2 cannot be read any more: it has vanished",
    }


def test_many_are_fetched_a_few_at_a_time(memory: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(40):
        memory.pipe_file(f"/many/{number:02}.txt", b"x" * (20_000_000 if number in (3, 4, 5) else 1))
    found = [item for item in scan("memory://many") if isinstance(item, Found)]
    asked: list[int] = []
    whole = memory.cat_ranges

    def counted(paths: list[str], *args: Any, **options: Any) -> Any:
        asked.append(len(paths))
        return whole(paths, *args, **options)

    monkeypatch.setattr(type(memory), "cat_ranges", staticmethod(counted))
    assert [item.name for item, data in contents(found) if isinstance(data, bytes)] == [item.name for item in found]
    assert asked == [4, 1, 16, 16, 3]


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("memory://gone", "does not exist; expected a folder"),
        ("memory://gone/*.txt", "does not exist; expected a folder"),
        ("memory://docs/*.md", "holds no documents: expected files that end in"),
        ("memory://docs/report.pdf", "named like no text or page"),
        ("nosuch://docs", "protocol 'nosuch' is not known"),
        ("zip://a::memory://docs/a.zip", "chains of file systems"),
    ],
)
def test_addresses_without_documents_could_not_run(memory: Any, source: str, message: str) -> None:
    with pytest.raises(CouldNotRun, match=message):
        names(source)


def test_a_library_that_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "s3fs", None)
    with pytest.raises(CouldNotRun, match=r"s3://bucket needs a library that is not installed \(.*s3fs.*\); pip install s3fs"):
        names("s3://bucket")


def test_every_format_is_read_from_elsewhere(memory: Any) -> None:
    pa = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    with memory.open("/all/a.parquet", "wb") as file:
        parquet.write_table(pa.table({"story": ["one", "two"]}), file)
    memory.pipe_file("/all/b.csv", b"story\nthree\n")
    memory.pipe_file("/all/c.txt.gz", gzip.compress(b"four"))
    memory.pipe_file(
        "/all/d.warc", b"WARC/1.0\r\nWARC-Type: resource\r\nContent-Type: text/plain\r\nContent-Length: 4\r\n\r\nfive\r\n\r\n"
    )
    reading = RowSchema(text_field="story")
    found = [item for item in scan("memory://all", reading=reading) if isinstance(item, Found)]
    assert [data for _, data in contents(found, reading)] == [b"one", b"two", b"three", b"four", b"five"]


def test_a_folder_named_like_a_file_of_rows_is_told(memory: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """As object stores may have them; a file system in memory does not."""
    both = [
        {"name": "/docs/rows.jsonl", "type": "directory", "size": 0},
        {"name": "/docs/rows.jsonl", "type": "file", "size": len(FILES["/docs/rows.jsonl"])},
    ]
    monkeypatch.setattr(type(memory), "ls", lambda *_, **__: both)
    *_, last = scan("memory://docs")
    assert isinstance(last, Unusable)
    assert last.name == "rows.jsonl/"
    assert "same name as a file" in last.problem.reason


def test_json_is_read_twice_alike(memory: Any) -> None:
    memory.pipe_file("/many/rows.jsonl", b"".join(json.dumps({"text": f"{n}"}).encode() + b"\n" for n in range(500)))
    assert list(scan("memory://many")) == list(scan("memory://many"))


def test_the_hash_is_that_of_the_bytes_wherever_they_lie(memory: Any) -> None:
    found = [item for item in scan("memory://docs") if isinstance(item, Found)]
    hashes = [hashlib.sha256(data).hexdigest() for _, data in contents(found) if isinstance(data, bytes)]
    assert [content_hash(item) for item in found] == hashes
    assert content_hash(Found("x.txt", "memory://gone/x.txt", 1, "text")) == ""


def test_what_a_store_says_is_as_it_was_is_not_fetched_again(
    memory: Any, run: Callable[..., RunSummary], monkeypatch: pytest.MonkeyPatch
) -> None:
    memory.pipe_file("/stamped/a.txt", b"The minister said on Monday that the talks would go on for a week in the town hall.")
    listed = type(memory).ls
    stamps = ["one"]

    def stamped(self: Any, path: str, detail: bool = True, **options: Any) -> Any:
        return [{**entry, "ETag": stamps[-1]} for entry in listed(self, path, detail=True, **options)]

    monkeypatch.setattr(type(memory), "ls", stamped)
    assert run("memory://stamped").documents == 1
    opened = type(memory).open
    monkeypatch.setattr(type(memory), "open", lambda *_, **__: pytest.fail("it was fetched"))
    assert run("memory://stamped").skipped == 1
    monkeypatch.setattr(type(memory), "open", opened)
    stamps.append("two")
    assert run("memory://stamped").skipped == 1
    memory.pipe_file("/stamped/a.txt", b"The minister said on Friday that the talks would go on for a year in the town hall.")
    stamps.append("three")
    assert run("memory://stamped").documents == 1


class Hosted(MemoryFileSystem):
    """A file system whose addresses name a host, as those of servers do."""

    protocol = "hosted"

    def __init__(self, host: str = "", **options: Any) -> None:
        assert host == "me@example.com"
        super().__init__(**options)

    @classmethod
    def _strip_protocol(cls, path: str) -> str:
        _, scheme, rest = path.partition("hosted://")
        return "/" + rest.partition("/")[2] if scheme else "/" + path.strip("/")

    @staticmethod
    def _get_kwargs_from_urls(path: str) -> dict[str, str]:
        return {"host": path.removeprefix("hosted://").partition("/")[0]}


@pytest.mark.parametrize("source", ["hosted://me@example.com/docs", "hosted://me@example.com/docs/a.txt"])
def test_addresses_keep_their_host(memory: Any, source: str) -> None:
    fsspec.register_implementation("hosted", Hosted, clobber=True)
    found = [item for item in scan(source) if isinstance(item, Found)]
    assert all(item.path.startswith("hosted://me@example.com/docs/") for item in found)
    assert FILES["/docs/a.txt"] in [data for _, data in contents(found)]


class LibraryError(Exception):
    """What an object store's library raises: no kind of error that Python knows."""


@pytest.mark.parametrize(("cause", "kind"), [(ConnectionRefusedError(), OSError), (None, CouldNotRun)])
def test_errors_of_a_library_are_tried_again_where_that_helps(
    memory: Any, monkeypatch: pytest.MonkeyPatch, cause: Exception | None, kind: type[Exception]
) -> None:
    def fail(*_: Any, **__: Any) -> Any:
        raise LibraryError("no way") from cause

    found = [item for item in scan("memory://docs") if isinstance(item, Found)]
    monkeypatch.setattr(type(memory), "exists", fail)
    monkeypatch.setattr(type(memory), "open", fail)
    with pytest.raises(kind, match="memory://docs cannot be reached: no way"):
        names("memory://docs")
    told = [data.problem.reason for _, data in contents(found) if isinstance(data, Unusable)]
    assert told[-1] == "row 2 cannot be read any more: it cannot be read: no way"
