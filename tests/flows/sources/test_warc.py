import gzip
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
import zstandard

from flows.errors import CouldNotRun
from flows.sources import ANY_FIELDS, Found, RowSchema, Unusable, contents, scan

PAGE = "<p>Größe, und mehr.</p>".encode("latin-1") * 20


def record(kind: str, block: bytes, number: int, media: str = "application/http; msgtype=response", extra: str = "") -> bytes:
    return (
        f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Record-ID: <urn:uuid:00000000-0000-0000-0000-{number:012}>\r\n"
        f"WARC-Target-URI: https://example.com/{number}\r\nContent-Type: {media}\r\n{extra}Content-Length: {len(block)}\r\n\r\n"
    ).encode() + block + b"\r\n\r\n"  # fmt: skip


def reply(body: bytes = PAGE, media: str = "text/html", status: str = "200 OK", extra: str = "") -> bytes:
    return f"HTTP/1.1 {status}\r\nContent-Type: {media}\r\n{extra}\r\n".encode() + body


def chunked(data: bytes, size: int = 100) -> bytes:
    parts = [data[at : at + size] for at in range(0, len(data), size)]
    return b"".join(b"%x;a=b\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"


def brotli(data: bytes) -> bytes:
    return bytes(pytest.importorskip("brotli").compress(data))


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


RECORDS = [
    record("warcinfo", b"software: none\r\n", 1, "application/warc-fields"),
    record("request", b"GET / HTTP/1.1\r\n\r\n", 2, "application/http; msgtype=request"),
    record("response", reply(media="text/html; charset=ISO-8859-1"), 3),
    record("response", reply(media="image/png"), 4),
    record("resource", b"A plain text.", 5, "text/plain; charset=utf-8"),
    record("response", reply(status="404 Not Found"), 6),
    record("response", reply(status="301 Moved"), 7),
    record("response", b"dns answer", 8, "text/dns"),
    record("revisit", reply(), 9),
    record("response", reply(b"x", media="", extra="X: y\r\n"), 10, extra="WARC-Identified-Payload-Type: text/plain\r\n"),
]
PACKS: dict[str, Callable[[list[bytes]], bytes]] = {
    "": b"".join,
    ".gz": lambda records: b"".join(map(gzip.compress, records)),
    ".zst": lambda records: b"".join(map(zstandard.ZstdCompressor().compress, records)),
}


def of(folder: Path, records: list[bytes], pack: str = "", reading: RowSchema = ANY_FIELDS) -> list[Found | Unusable]:
    (folder / f"pages.warc{pack}").write_bytes(PACKS[pack](records))
    return list(scan(str(folder), reading=reading))


@pytest.mark.parametrize("pack", PACKS)
def test_pages_and_texts_come_back_and_all_else_is_passed_over(tmp_path: Path, pack: str) -> None:
    found = of(tmp_path, RECORDS, pack)
    told = [(item.name, item.row, item.kind, item.url, item.encoding) for item in found if isinstance(item, Found)]
    start = f"pages.warc{pack}/00000000-0000-0000-0000-0000000000"
    assert told == [
        (f"{start}03", 3, "html", "https://example.com/3", "ISO-8859-1"),
        (f"{start}05", 5, "text", "https://example.com/5", "utf-8"),
        (f"{start}10", 10, "text", "https://example.com/10", None),
    ]
    assert [data for _, data in contents(found)] == [PAGE, b"A plain text.", b"x"]  # type: ignore[arg-type]
    assert [data for _, data in contents(found[2:])] == [b"x"]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("coding", "pack"),
    [
        ("gzip", gzip.compress),
        ("x-gzip", gzip.compress),
        ("deflate", zlib.compress),
        ("deflate", raw_deflate),
        ("br", brotli),
        ("zstd", zstandard.ZstdCompressor().compress),
        ("gzip", bytes),  # the archive has unpacked it, and kept the header
        ("identity", bytes),
    ],
)
@pytest.mark.parametrize("in_chunks", [True, False])
def test_transport_is_taken_off(tmp_path: Path, coding: str, pack: Callable[[bytes], bytes], in_chunks: bool) -> None:
    body, extra = pack(PAGE), f"Content-Encoding: {coding}\r\n"
    if in_chunks:
        body, extra = chunked(body), f"{extra}Transfer-Encoding: chunked\r\n"
    found = of(tmp_path, [record("response", reply(body, extra=extra), 1), RECORDS[4]])
    assert [data for _, data in contents(found)] == [PAGE, b"A plain text."]  # type: ignore[arg-type]


def test_a_page_that_is_only_said_to_come_in_chunks_is_taken_as_it_is(tmp_path: Path) -> None:
    found = of(tmp_path, [record("response", reply(extra="Transfer-Encoding: chunked\r\n"), 1)])
    assert [data for _, data in contents(found)] == [PAGE]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("block", "reason"),
    [
        (reply(b""), "holds no text"),
        (b"not http", "no HTTP reply"),
        (reply(chunked(PAGE)[:250], extra="Transfer-Encoding: chunked\r\n"), "its chunks end early"),
        (reply(b"3\r\nabcdef\r\n", extra="Transfer-Encoding: chunked\r\n"), "its chunks are damaged"),
        (reply(gzip.compress(PAGE, mtime=0)[:-9], extra="Content-Encoding: gzip\r\n"), "ends early"),
        (reply(b"\x1f\x8bxxxxxxxxxxxxxxxxxxx", extra="Content-Encoding: gzip\r\n"), "damaged"),
        (reply(zstandard.ZstdCompressor().compress(PAGE)[:-9], extra="Content-Encoding: zstd\r\n"), "ends early"),
        (reply(b"xxxx", extra="Content-Encoding: compress\r\n"), "'compress', which is not known"),
    ],
)
def test_a_bad_record_is_told_and_the_next_is_used(tmp_path: Path, block: bytes, reason: str) -> None:
    bad, good = of(tmp_path, [record("response", block, 1), record("response", reply(), 2)])
    assert isinstance(bad, Unusable)
    assert bad.name == "pages.warc/0000000001"
    assert bad.problem.reason.startswith("record 1: ")
    assert reason in bad.problem.reason
    assert isinstance(good, Found)
    assert [data for _, data in contents([good])] == [PAGE]


def test_brotli_without_its_library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "brotli", None)
    (bad,) = of(tmp_path, [record("response", reply(b"\x1b", extra="Content-Encoding: br\r\n"), 1)])
    assert isinstance(bad, Unusable)
    assert bad.problem.remedy == "pip install brotli"


@pytest.mark.parametrize("pack", PACKS)
@pytest.mark.parametrize("lost", [1, 3, 30, 300, -3])
def test_records_before_a_break_are_used(tmp_path: Path, pack: str, lost: int) -> None:
    records = [record("response", reply(), number) for number in (1, 2, 3)]
    data = PACKS[pack](records)
    lost = lost if pack == "" or lost < 0 else max(1, lost // 6)
    kept = data[:-lost] if lost > 0 else PACKS[pack](records[:2]) + PACKS[pack](records[2:])[:-lost]
    (tmp_path / f"pages.warc{pack}").write_bytes(kept)
    found = list(scan(str(tmp_path)))
    assert [item.row for item in found[:2] if isinstance(item, Found)] == [1, 2]
    if pack == "" and lost <= 3:  # only the line ends behind the last record
        assert len(found) == 3
        return
    assert found[-1].name == f"pages.warc{pack}"
    assert isinstance(found[-1], Unusable)
    assert found[-1].problem.reason.startswith("it ends early")
    assert found[-1].problem.reason.endswith(f", after row {len(found) - 1}")


def test_what_is_no_record_ends_the_file(tmp_path: Path) -> None:
    *found, bad = of(tmp_path, [RECORDS[2], b"garbage\r\n", RECORDS[2]])
    assert len(found) == 1
    assert isinstance(bad, Unusable)
    reason = bad.problem.reason
    assert reason == "no record begins where record 2 should, after row 3" or reason.endswith("after row 1")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (RECORDS[2].replace(b"Content-Length: ", b"Content-Length: x"), "record 1 does not tell its length"),
        (b"WARC/1.0\r\n" + b"A: b\r\n" * 60_000, "headers of record 1 do not end"),
        (RECORDS[0], "holds no documents"),
    ],
)
def test_a_file_of_which_nothing_can_be_had_could_not_run(tmp_path: Path, data: bytes, message: str) -> None:
    (tmp_path / "pages.warc").write_bytes(data)
    with pytest.raises(CouldNotRun, match=message):
        list(scan(str(tmp_path / "pages.warc")))


def test_headers_may_be_fields(tmp_path: Path) -> None:
    (found,) = of(tmp_path, RECORDS[2:3], reading=RowSchema(id_field="WARC-Target-URI"))
    assert found.name == "pages.warc/https:%2F%2Fexample.com%2F3"
    (found,) = of(tmp_path, RECORDS[2:3], reading=RowSchema(id_field=""))
    assert found.name == "pages.warc/0000000001"


def test_large_records_of_other_kinds_are_passed_over_in_pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flows.sources.warc.MAX_ROW_BYTES", 300_000)
    film = record("response", reply(b"x" * 2_000_000, media="video/mp4"), 1)
    page = record("response", reply(b"x" * 2_000_000), 2)
    bad, good = of(tmp_path, [film, page, RECORDS[2]])
    assert isinstance(bad, Unusable)
    assert "longer than" in bad.problem.reason
    assert isinstance(good, Found)
    assert good.row == 3
