"""Opening: any file, here or elsewhere, plain or compressed, as a stream whose errors say what is wrong with it."""

from __future__ import annotations

import gzip
import io
import time
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import IO, Any, TypeVar, cast

from flows.errors import CouldNotRun
from flows.sources.location import is_address, protocol_of
from flows.sources.row_schema import Unreadable

T = TypeVar("T")

LONGEST = 64 * 1024 * 1024
"""Bytes of a row, a record or a compressed document: what is longer is passed over, so that memory has a bound."""
BUFFER = 128 * 1024
_ZSTD_STEP = 4096
"""Compressed bytes unpacked at once: zstd may make thirty thousand times as many of them."""
AGAIN = "fetch it or write it again"


class Stopped(Exception):
    """The scan is to end, in the middle of a file."""


class Watch:
    """How long a scan may read without finding anything, and whether it is to go on.

    Args:
        seconds: a file of which nothing comes for so long is left.
        stopping: asked now and then; once it says yes, the scan ends.
    """

    def __init__(self, seconds: float, stopping: Callable[[], bool] = lambda: False) -> None:
        self.stopping = stopping
        self._seconds = seconds
        self.found()

    def found(self) -> None:
        """Something came: a document, or what is none."""
        self._last = time.monotonic()

    def check(self) -> None:
        """See whether reading may go on.

        Raises:
            Stopped: the scan is to end.
            Unreadable: the file gave nothing for too long.
        """
        if self.stopping():
            raise Stopped
        if time.monotonic() - self._last > self._seconds:
            self.found()
            raise Unreadable(
                f"nothing came of it in {self._seconds:g} seconds: it may be made to keep its readers busy",
                "raise --max-seconds, or leave it out",
            )


_watch: ContextVar[Watch | None] = ContextVar("_watch", default=None)


def watched(items: Iterable[T], watch: Watch) -> Iterator[T]:
    """What a scan finds, with an eye on its time; it ends where it is to stop."""
    found = iter(items)
    while True:
        if watch.stopping():
            return
        token = _watch.set(watch)
        watch.found()
        try:
            item = next(found)
        except (StopIteration, Stopped):
            return
        finally:
            _watch.reset(token)
        yield item


def check_watch() -> None:
    """Called by whoever reads much of a file before anything comes of it; see `Watch.check`."""
    if watch := _watch.get():
        watch.check()


def filesystem(source: str) -> tuple[Any, str]:
    """The file system of an address, and the address's path in it.

    Raises:
        CouldNotRun: the protocol is unknown, its library is not installed, or it refuses the address.
    """
    import fsspec  # what most sources do without
    from fsspec.registry import known_implementations

    protocol = protocol_of(source) or "file"
    try:
        fsspec.get_filesystem_class(protocol)
    except ImportError as error:
        package = known_implementations[protocol]["class"].partition(".")[0]
        way = f"pip install {package}" if package != "fsspec" else "install what it names"
        raise CouldNotRun(f"{source} needs a library that is not installed ({error}); {way}") from None
    except ValueError:
        raise CouldNotRun(
            f"{source}: the protocol {protocol!r} is not known; expected a path, or an address of s3://, gs://, abfs://, …"
        ) from None
    try:
        files, path = fsspec.core.url_to_fs(source)
    except OSError as error:  # some connect at once
        raise OSError(f"{source} cannot be reached: {error}") from None
    except (ValueError, TypeError) as error:
        raise CouldNotRun(f"{source} is no address that can be used: {error}; expected one like s3://bucket/folder") from None
    if hasattr(files, "dircache"):  # lists of folders would be kept as long as the process lives, and grow old
        files.dircache.use_listings_cache = False
    return files, cast("str", path)


@contextmanager
def opened(path: str) -> Iterator[IO[bytes]]:
    """A file's bytes, unpacked where they begin as gzip or zstd do, whatever its name says.

    Raises:
        CouldNotRun: the library that unpacks it is not installed.
        Unreadable: it cannot be opened; also whenever it is read and proves to be damaged or to end early.
    """
    with raw(path) as file:
        start = _telling(lambda: file.read(4))
        file.seek(0)
        if start.startswith(b"\x1f\x8b"):
            take = cast("Callable[[int], bytes]", gzip.GzipFile(fileobj=file).read1)
        elif start.startswith(b"\x28\xb5\x2f\xfd") or (start[1:] == b"\x2a\x4d\x18" and start[0] >> 4 == 5):
            try:
                take = Zstd(file).read1
            except ImportError:
                raise CouldNotRun(f"{path} needs zstandard, which is not installed; pip install zstandard") from None
        else:
            take = file.read
        with io.BufferedReader(_Stream(take), BUFFER) as stream:
            yield stream


@contextmanager
def raw(path: str) -> Iterator[IO[bytes]]:
    """A file's bytes as they are.

    Raises:
        Unreadable: it cannot be opened.
    """
    if is_address(path):
        files, inside = filesystem(path)
        file = _telling(lambda: files.open(inside, "rb"))
    else:
        file = _telling(lambda: open(path, "rb"))  # noqa: PTH123, SIM115 - odd names come as they are
    with file:
        yield file


def packed(path: str) -> bytes:
    """What is in a compressed document.

    Raises:
        Unreadable: it is damaged, or too large.
    """
    with opened(path) as stream:
        data = stream.read(LONGEST + 1)
    if len(data) > LONGEST:
        raise Unreadable(f"it unpacks to more than {LONGEST / 1_000_000:,.0f} MB", "split it, or unpack it yourself")
    return data


def lines(stream: IO[bytes]) -> Iterator[bytes | None]:
    """The lines of a stream with their ends; None instead of one that is longer than a row may be."""
    while line := stream.readline(LONGEST + 1):
        if len(line) <= LONGEST:
            yield line
            continue
        while line and not line.endswith(b"\n"):
            line = stream.readline(BUFFER)
        yield None


def check_encoding(start: bytes) -> bytes:
    """The first line of a file of rows, without its mark.

    Raises:
        Unreadable: the mark is not that of UTF-8.
    """
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Unreadable("it is UTF-16; expected UTF-8", "convert it: iconv -f UTF-16 -t UTF-8")
    return start.removeprefix(b"\xef\xbb\xbf")


class _Stream(io.RawIOBase):
    """What a function gives, as a stream; its errors are those of `_telling`."""

    def __init__(self, take: Callable[[int], bytes]) -> None:
        self._take = take

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        check_watch()
        data = _telling(lambda: self._take(len(buffer)))
        buffer[: len(data)] = data
        return len(data)


class Damaged(Exception):
    """Compressed data that cannot be unpacked."""


class Zstd:
    """Unpacks zstd, frame by frame: the library's own stream takes a file that ends early for a whole one.

    Raises:
        ImportError: the library is not installed.
    """

    def __init__(self, file: IO[bytes]) -> None:
        import zstandard  # few sources need it

        self._file = file
        self._library = zstandard.ZstdDecompressor()
        self._error = zstandard.ZstdError
        self._frame: Any = None
        self._input = b""
        self._ready = memoryview(b"")

    def read1(self, size: int) -> bytes:
        """Some bytes, at most so many; none at the end.

        Raises:
            EOFError: the file ends early.
            Damaged: it cannot be unpacked.
        """
        while not self._ready:
            self._input = self._input or self._file.read(_ZSTD_STEP)
            if not self._input:
                if self._frame:
                    raise EOFError
                return b""
            self._frame = self._frame or self._library.decompressobj()
            try:
                self._ready = memoryview(self._frame.decompress(self._input))
            except self._error as error:
                raise Damaged(str(error)) from None
            self._input = self._frame.unused_data
            if self._frame.eof:
                self._frame = None
        given, self._ready = self._ready[:size], self._ready[size:]
        return bytes(given)


def reached(source: str, ask: Callable[[], T]) -> T:
    """What a file system elsewhere answers; where its library has errors of its own, they become ours.

    Raises:
        OSError: there is no way to it now.
        CouldNotRun: there is none as things are: no credentials, no such region, …
    """
    try:
        return ask()
    except Exception as error:
        if isinstance(error, OSError) or not _is_foreign(error):
            raise
        cause: BaseException | None = error
        while cause and not isinstance(cause, OSError):
            cause = cause.__cause__ or cause.__context__
        if cause:
            raise OSError(f"{source} cannot be reached: {error}") from error
        raise CouldNotRun(f"{source} cannot be reached: {error}; check the address and the credentials") from error


def _is_foreign(error: Exception) -> bool:
    """Whether an error is one of a library's own kinds: those of an object store have no kind in common."""
    return type(error).__module__.partition(".")[0] not in ("builtins", "flows")


def _telling(read: Callable[[], Any]) -> Any:
    """What a function reads; its errors in our words."""
    try:
        return read()
    except FileNotFoundError:
        raise Unreadable("it has vanished", "run again if it should be there") from None
    except EOFError:
        raise Unreadable("it ends early (its compressed data is cut short)", AGAIN) from None
    except (gzip.BadGzipFile, zlib.error, Damaged) as error:
        raise Unreadable(f"its compressed data is damaged ({error})", AGAIN) from None
    except OSError as error:
        reason = f"it cannot be read: {error.strerror or error}"
        raise Unreadable(reason, "give read permission, or check where it lies") from None
    except Exception as error:
        if not _is_foreign(error):
            raise
        raise Unreadable(f"it cannot be read: {error}", "see that it can be reached, then run again") from error
