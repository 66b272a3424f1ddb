import json
import os
from pathlib import Path
from typing import Any

import pytest

from flows.errors import CouldNotRun
from flows.sinks import Files, Outputs, atomic, write_atomic

ROW = b'{"article": 1}\n'


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_body_is_written_as_it_is(tmp_path: Path) -> None:
    Files(tmp_path).deliver({"a.txt": Outputs((("Käse\r\nund\n\nBrot".encode(), ROW),), b"{}\n")})
    folder = tmp_path / "documents" / "a.txt"
    assert (folder / "article-01.txt").read_bytes() == "Käse\r\nund\n\nBrot".encode()
    assert files(folder) == ["article-01.txt", "ledger.jsonl"]


def test_metadata_follow_the_header_of_the_ledger(tmp_path: Path) -> None:
    sink = Files(tmp_path)
    outputs = Outputs(((b"one", b'{"article": 1}\n'), (b"two", b'{"article": 2}\n')), b'{"articles": 2}\n{"kind": "break"}\n')
    sink.deliver({"a.txt": outputs})
    rows = [
        b'{"articles": 2}',
        b'{"kind": "article", "article": 1}',
        b'{"kind": "article", "article": 2}',
        b'{"kind": "break"}',
    ]
    assert (sink.folder("a.txt") / "ledger.jsonl").read_bytes().splitlines() == rows
    assert sink.read(["a.txt"]) == {"a.txt": outputs}


def test_metadata_in_files_of_their_own_are_read_and_replaced(tmp_path: Path) -> None:
    sink = Files(tmp_path)
    outputs = Outputs(((b"one", b'{"article": 1}\n'), (b"two", b'{"article": 2}\n')), b'{"articles": 2}\n{"kind": "break"}\n')
    folder = sink.folder("a.txt")
    folder.mkdir(parents=True)
    for number, (body, row) in enumerate(outputs.articles, 1):
        (folder / f"article-0{number}.txt").write_bytes(body)
        (folder / f"article-0{number}.json").write_bytes(row)
    (folder / "ledger.jsonl").write_bytes(outputs.ledger)
    (folder / "article-03.json").write_text("mine")
    assert sink.holds("a.txt", 2)
    assert sink.read(["a.txt"]) == {"a.txt": outputs}
    (folder / "article-02.json").unlink()
    assert sink.read(["a.txt"])["a.txt"].articles[1] == (b"two", b"")
    sink.deliver({"a.txt": outputs})
    assert files(folder) == ["article-01.txt", "article-02.txt", "article-03.json", "ledger.jsonl"]
    assert sink.read(["a.txt"]) == {"a.txt": outputs}


@pytest.mark.parametrize("options", [{"separators": (",", ":")}, {"sort_keys": True}])
def test_ledgers_that_another_program_spelled_anew_are_read(tmp_path: Path, options: dict[str, Any]) -> None:
    sink = Files(tmp_path)
    ledger = b'{"kind": "document", "articles": 1}\n{"kind": "break", "rule": "WS001"}\n'
    sink.deliver({"a.txt": Outputs(((b"one", b'{"source": "a.txt", "article": 1}\n'),), ledger)})
    path = sink.folder("a.txt") / "ledger.jsonl"
    path.write_text("".join(json.dumps(json.loads(line), **options) + "\n" for line in path.read_text().splitlines()))
    found = sink.read(["a.txt"])["a.txt"]
    assert [(body, json.loads(row)) for body, row in found.articles] == [(b"one", {"source": "a.txt", "article": 1})]
    assert [json.loads(row) for row in found.ledger.splitlines()] == [json.loads(row) for row in ledger.splitlines()]


def test_articles_that_are_no_more_go(tmp_path: Path) -> None:
    sink = Files(tmp_path)
    sink.deliver({"a.txt": Outputs(((b"one", ROW), (b"two", ROW)), b"{}\n")})
    assert sink.holds("a.txt", 2)
    sink.deliver({"a.txt": Outputs(((b"one", ROW),), b"{}\n")})
    assert files(tmp_path / "documents" / "a.txt") == ["article-01.txt", "ledger.jsonl"]
    assert not sink.holds("a.txt", 2)


def test_a_crash_while_writing_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    path = tmp_path / "index.jsonl"
    write_atomic(path, b"old")
    monkeypatch.setattr(atomic.os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_atomic(path, b"new")
    assert path.read_bytes() == b"old"


def test_what_a_crash_left_behind_is_swept_up(tmp_path: Path) -> None:
    sink = Files(tmp_path)
    folder = sink.folder("a.txt")
    folder.mkdir(parents=True)
    (folder / ".article-07.txt.tmp").write_bytes(b"half an arti")
    (tmp_path / ".index.jsonl.tmp").write_bytes(b"half an ind")
    sink.deliver({"a.txt": Outputs(((b"one", ROW),), b"{}\n")})
    write_atomic(tmp_path / "index.jsonl", [b"a", b"b"])
    assert files(folder) == ["article-01.txt", "ledger.jsonl"]
    assert files(tmp_path) == ["documents", "index.jsonl"]


def test_a_folder_that_cannot_be_made_could_not_run(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(CouldNotRun, match=r"cannot write to .*; give another folder with --out"):
        Files(tmp_path / "file" / "out").prepare()
    with pytest.raises(CouldNotRun, match="cannot write to"):
        Files(tmp_path / "file").prepare()
    with pytest.raises(CouldNotRun, match="cannot write to"):
        Files(Path("/proc/bodycopy")).prepare()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="has no pipes")
def test_what_is_no_file_is_not_replaced_by_one(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(FileExistsError):
        write_atomic(tmp_path / "pipe", b"body")
    assert [path.name for path in tmp_path.iterdir()] == ["pipe"]
