"""Streams: the bytes of any file, local or in a store, plain or compressed, with errors that say what is wrong with it."""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, TypeVar, cast

from flows.errors import CouldNotRun
from flows.sources.location import is_address
from flows.sources.row_schema import UnreadableFile
from flows.sources.stores import filesystem, is_foreign
from flows.sources.watch import check_watch

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

T = TypeVar("T")

MAX_ROW_BYTES = 64 * 1024 * 1024
"""Length of a row, a record or a compressed document. Anything longer is skipped, so that memory use has a bound."""
BUFFER_BYTES = 128 * 1024
_ZSTD_STEP_BYTES = 4096
"""Compressed bytes that are unpacked at once: zstd can make thirty thousand times as many of them."""
WRITE_AGAIN = "fetch it or write it again"
"""The remedy for a file that is cut short or damaged."""


@contextmanager
def opened(path: str) -> Iterator[IO[bytes]]:
    """Open a file for reading, and unpack it if its content begins as gzip or zstd do, whatever its name is.

    Args:
        path: A path or an address.

    Yields:
        The unpacked bytes. Reading them raises `UnreadableFile` where the file proves to be damaged or cut short. The stream of
        a file that is not compressed can seek.

    Raises:
        CouldNotRun: The library that unpacks it is not installed.
        UnreadableFile: It cannot be opened.
    """
    with raw(path) as file:
        start = _explained(lambda: file.read(4))
        file.seek(0)
        if start.startswith(b"\x1f\x8b"):
            take = cast("Callable[[int], bytes]", gzip.GzipFile(fileobj=file).read1)
        elif start.startswith(b"\x28\xb5\x2f\xfd") or (start[1:] == b"\x2a\x4d\x18" and start[0] >> 4 == 5):
            try:
                take = ZstdReader(file).read1
            except ImportError:
                raise CouldNotRun(f"{path} needs zstandard, which is not installed", "pip install zstandard") from None
        else:
            with io.BufferedReader(_Stream(file.read, file), BUFFER_BYTES) as stream:
                yield stream
            return
        with io.BufferedReader(_Stream(take), BUFFER_BYTES) as stream:
            yield stream


@contextmanager
def raw(path: str) -> Iterator[IO[bytes]]:
    """Open a file for reading, compressed or not, as it is.

    Args:
        path: A path or an address.

    Yields:
        The bytes of the file.

    Raises:
        UnreadableFile: It cannot be opened.
    """
    if is_address(path):
        files, inside = filesystem(path)
        file = _explained(lambda: files.open(inside, "rb"))
    else:
        file = _explained(lambda: open(path, "rb"))  # noqa: PTH123, SIM115 - odd names come as they are
    with file:
        yield file


def unpacked(path: str) -> bytes:
    """Return the content of a compressed document.

    Raises:
        UnreadableFile: It is damaged, or its content is larger than `MAX_ROW_BYTES`.
    """
    with opened(path) as stream:
        data = stream.read(MAX_ROW_BYTES + 1)
    if len(data) > MAX_ROW_BYTES:
        raise UnreadableFile(f"it unpacks to more than {MAX_ROW_BYTES / 1_000_000:,.0f} MB", "split it, or unpack it yourself")
    return data


def lines(stream: IO[bytes]) -> Iterator[bytes | None]:
    """Iterate over the lines of a stream.

    Yields:
        Each line with its end; None in place of a line that is longer than `MAX_ROW_BYTES`.
    """
    while line := stream.readline(MAX_ROW_BYTES + 1):
        if len(line) <= MAX_ROW_BYTES:
            yield line
            continue
        while line and not line.endswith(b"\n"):
            line = stream.readline(BUFFER_BYTES)
        yield None


def place_in(stream: IO[bytes]) -> int | None:
    """Return the byte at which a stream stands; None where it cannot go back there."""
    return stream.tell() if stream.seekable() else None


def without_mark(start: bytes) -> bytes:
    """Return the beginning of a file of rows without its byte order mark.

    Raises:
        UnreadableFile: The mark is that of UTF-16.
    """
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise UnreadableFile("it is UTF-16; expected UTF-8", "convert it: iconv -f UTF-16 -t UTF-8")
    return start.removeprefix(b"\xef\xbb\xbf")


class _Stream(io.RawIOBase):
    """The bytes that a function returns, as a stream whose errors are explained."""

    def __init__(self, take: Callable[[int], bytes], file: IO[bytes] | None = None) -> None:
        self._take = take
        self._file = file  # where the function reads, if it can seek

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return self._file is not None and self._file.seekable()

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        if self._file is None:
            raise io.UnsupportedOperation("seek")
        return self._file.seek(offset, whence)

    def readinto(self, buffer: WriteableBuffer) -> int:
        check_watch()
        view = memoryview(buffer)
        data = _explained(lambda: self._take(len(view)))
        view[: len(data)] = data
        return len(data)


class DamagedData(Exception):
    """Compressed data that cannot be unpacked."""


class ZstdReader:
    """Unpacks zstd frame by frame, because the library's own stream takes a file that is cut short for a whole one."""

    def __init__(self, file: IO[bytes]) -> None:
        """Read from a file that is open at the beginning of a frame.

        Raises:
            ImportError: The library is not installed.
        """
        import zstandard  # an optional dependency

        self._file = file
        self._library = zstandard.ZstdDecompressor()
        self._error = zstandard.ZstdError
        self._frame: zstandard.ZstdDecompressionObj | None = None
        self._input = b""
        self._ready = memoryview(b"")

    def read1(self, size: int) -> bytes:
        """Return at least one and at most `size` bytes; none at the end.

        Raises:
            EOFError: The file is cut short.
            DamagedData: It cannot be unpacked.
        """
        while not self._ready:
            self._input = self._input or self._file.read(_ZSTD_STEP_BYTES)
            if not self._input:
                if self._frame:
                    raise EOFError
                return b""
            self._frame = self._frame or self._library.decompressobj()
            try:
                self._ready = memoryview(self._frame.decompress(self._input))
            except self._error as error:
                raise DamagedData(str(error)) from None
            self._input = self._frame.unused_data
            if self._frame.eof:
                self._frame = None
        given, self._ready = self._ready[:size], self._ready[size:]
        return bytes(given)


def _explained(read: Callable[[], T]) -> T:
    """Call a function that reads, and turn its errors into `UnreadableFile`."""
    try:
        return read()
    except FileNotFoundError:
        raise UnreadableFile("it has vanished", "run again if it should be there") from None
    except EOFError:
        raise UnreadableFile("it ends early (its compressed data is cut short)", WRITE_AGAIN) from None
    except (gzip.BadGzipFile, zlib.error, DamagedData) as error:
        raise UnreadableFile(f"its compressed data is damaged ({error})", WRITE_AGAIN) from None
    except OSError as error:
        reason = f"it cannot be read: {error.strerror or error}"
        raise UnreadableFile(reason, "give read permission, or check where it lies") from None
    except Exception as error:
        if not is_foreign(error):
            raise
        raise UnreadableFile(f"it cannot be read: {error}", "see that it can be reached, then run again") from error
