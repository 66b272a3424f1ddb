"""Stores: object stores and other file systems that fsspec knows, and their errors in the words of this project."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import IO, Any, Protocol, TypeVar, cast

from flows.errors import CouldNotRun
from flows.sources.location import protocol_of

T = TypeVar("T")
Entry = dict[str, Any]
"""What a store's list says about a file or a folder: `name`, `type`, `size`, and keys of the store's own."""


class FileSystem(Protocol):
    """The methods of `fsspec.AbstractFileSystem` that this project uses; fsspec has no type hints."""

    def exists(self, path: str) -> bool:
        """Return whether there is a file or a folder."""
        ...

    def isfile(self, path: str) -> bool:
        """Return whether there is a file."""
        ...

    def info(self, path: str) -> Entry:
        """Return the entry of a file or a folder."""
        ...

    def ls(self, path: str, detail: bool = True) -> list[Entry]:
        """Return the entries of a folder."""
        ...

    def open(self, path: str, mode: str) -> IO[bytes]:
        """Open a file."""
        ...

    def cat_ranges(
        self, paths: Sequence[str], starts: Sequence[int | None], ends: Sequence[int | None], on_error: str
    ) -> list[bytes | Exception]:
        """Read ranges of several files at the same time."""
        ...

    def glob(self, path: str) -> list[str]:
        """Return the paths that a pattern matches."""
        ...

    def unstrip_protocol(self, name: str) -> str:
        """Return the address of a path."""
        ...

    def _get_kwargs_from_urls(self, url: str) -> dict[str, Any]: ...

    def _strip_protocol(self, url: str) -> str: ...


def filesystem(address: str) -> tuple[FileSystem, str]:
    """Return the file system of an address, and the path of the address in it.

    Raises:
        CouldNotRun: The protocol is unknown, its library is not installed, or it refuses the address.
        OSError: The file system connects at once, and cannot be reached.
    """
    import fsspec  # slow to import, and most sources are local
    from fsspec.registry import known_implementations

    protocol = protocol_of(address) or "file"
    try:
        fsspec.get_filesystem_class(protocol)
    except ImportError as error:
        package = known_implementations[protocol]["class"].partition(".")[0]
        remedy = f"pip install {package}" if package != "fsspec" else "install what it names"
        raise CouldNotRun(f"{address} needs a library that is not installed ({error})", remedy) from None
    except ValueError:
        reason = f"{address}: the protocol {protocol!r} is not known"
        raise CouldNotRun(reason, "expected a path, or an address of s3://, gs://, abfs://, …") from None
    try:
        files, path = fsspec.core.url_to_fs(address)
    except OSError as error:
        raise OSError(f"{address} cannot be reached: {error}") from None
    except (ValueError, TypeError) as error:
        raise CouldNotRun(
            f"{address} is no address that can be used: {error}", "expected one like s3://bucket/folder"
        ) from None
    if hasattr(files, "dircache"):  # cached lists of folders stay as long as the process lives, and become stale
        files.dircache.use_listings_cache = False
    return cast("FileSystem", files), cast("str", path)


def reached(address: str, call: Callable[[], T]) -> T:
    """Call a function of a store, and turn errors of the store's library into ours.

    Args:
        address: What is called, for the messages.
        call: The function.

    Returns:
        What it returns.

    Raises:
        OSError: The store cannot be reached at the moment; another attempt may succeed.
        CouldNotRun: The store cannot be reached with this configuration: no credentials, no such region, …
    """
    try:
        return call()
    except Exception as error:
        if isinstance(error, OSError) or not is_foreign(error):
            raise
        cause: BaseException | None = error
        while cause and not isinstance(cause, OSError):
            cause = cause.__cause__ or cause.__context__
        if cause:
            raise OSError(f"{address} cannot be reached: {error}") from error
        raise CouldNotRun(f"{address} cannot be reached: {error}", "check the address and the credentials") from error


def is_foreign(error: Exception) -> bool:
    """Return whether an error is of a library's own class; the libraries of object stores share no base class."""
    return type(error).__module__.partition(".")[0] not in ("builtins", "flows", "cleaners")
