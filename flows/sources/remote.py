"""Remote sources: the documents of an object store or another file system that fsspec knows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from flows.errors import CouldNotRun, Problem
from flows.sources.documents import VANISHED, Found, Unusable
from flows.sources.listing import Listing, expected
from flows.sources.location import SourceLocation
from flows.sources.row_schema import RowSchema
from flows.sources.rows import holds_rows
from flows.sources.stores import Entry, FileSystem, filesystem, reached

ToAddress = Callable[[str], str]
"""Turns a path of a file system into an address that leads to it."""

STAMPS = ("ETag", "etag", "generation", "md5Hash", "content_md5")
"""Keys under which object stores list an identifier of a file's content."""


def scan(location: SourceLocation, schema: RowSchema) -> Iterator[Found | Unusable]:
    """Iterate over the documents of a store; hidden names are left out, as in local sources.

    The list of one folder is in memory at a time.

    Args:
        location: The source: a folder, a glob or a file.
        schema: Which fields of rows hold what.

    Yields:
        Documents and unusable items, sorted by the names of their files, then by row.

    Raises:
        CouldNotRun: The source does not exist or holds no documents, or it cannot be reached with this configuration.
        OSError: It cannot be reached at the moment.
    """
    source = location.text
    if "::" in source:
        reason = f"{source}: chains of file systems (::) are not read"
        raise CouldNotRun(reason, "expected an address like s3://bucket/folder")
    files, path = filesystem(source)
    base, pattern = reached(source, lambda: _split(files, path, location))
    listing = Listing(pattern, schema, alone=not pattern and files.isfile(base))
    to_address = _to_address(files, location, base)
    if not listing.alone:
        yield from listing.checked(_walk(files, listing, to_address, base, ""), source)
        return
    name = _last(base)
    if not listing.is_document(name):
        raise CouldNotRun(f"{source} is named like no text or page", f"expected a name that ends in {expected()}")
    info = files.info(base)
    yield from listing.checked(listing.held(to_address(base), name, info["size"] or 0, _stamp(info)), source)


def fetch(documents: Sequence[Found]) -> Iterator[bytes | Unusable]:
    """Fetch documents that are files of one file system, all at the same time.

    Yields:
        The bytes of each document, or why they cannot be fetched, in the order of the documents.
    """
    places = [filesystem(document.path) for document in documents]
    files, paths = places[0][0], [path for _, path in places]
    fetched = files.cat_ranges(paths, [None] * len(paths), [None] * len(paths), on_error="return")
    for document, data in zip(documents, fetched, strict=True):
        if isinstance(data, bytes):
            yield data
        elif isinstance(data, FileNotFoundError):
            yield Unusable(document.name, VANISHED)
        else:
            problem = Problem(f"cannot be fetched: {data}", "see that it may be read, then run again")
            yield Unusable(document.name, problem)


def _split(files: FileSystem, path: str, location: SourceLocation) -> tuple[str, tuple[str, ...]]:
    """Split a path into an existing folder or file and a glob below it; an existing path is never a glob."""
    if files.exists(path):
        return path, ()
    parts = path.split("/")
    base = "/".join(parts[: len(parts) - len(location.glob)])
    if location.glob and files.exists(base):
        return base, location.glob
    remedy = "expected a folder, a glob in quotes such as 's3://bucket/*.html', or a file"
    raise CouldNotRun(f"{location.text} does not exist", remedy)


def _to_address(files: FileSystem, location: SourceLocation, base: str) -> ToAddress:
    """Return the function that makes addresses of paths. Some protocols have a host in the address that no path names."""
    start = f"{location.protocol}://{location.path.partition('/')[0]}/"
    ways: tuple[ToAddress, ...] = (
        files.unstrip_protocol,
        lambda path: start + path.lstrip("/"),
        lambda path: start + path.lstrip("/").partition("/")[2],
    )
    probe = base.rstrip("/") + "/x"
    same = (files._get_kwargs_from_urls(location.text), probe)
    fits = (way for way in ways if (files._get_kwargs_from_urls(way(probe)), files._strip_protocol(way(probe))) == same)
    return next(fits, ways[0])


def _walk(files: FileSystem, listing: Listing, to_address: ToAddress, folder: str, prefix: str) -> Iterator[Found | Unusable]:
    try:
        entries = sorted(reached(folder, lambda: files.ls(folder, detail=True)), key=_by_name)
    except PermissionError as error:
        if not prefix:
            raise CouldNotRun(f"{folder} cannot be read: {error}", "expected a folder of texts or pages") from None
        problem = Problem(f"the folder cannot be read: {error}", "give read permission, or leave it out")
        yield Unusable(prefix.rstrip("/"), problem)
        return
    rows: set[str] = set()
    for entry in entries:
        name = _last(entry["name"])
        if not name or name.startswith(".") or entry["name"].rstrip("/") == folder.rstrip("/"):
            continue
        if entry["type"] == "directory":
            if name in rows:
                reason = "a folder of the same name as a file of many documents, whose names would be the same"
                yield Unusable(f"{prefix}{name}/", Problem(reason, "rename the folder"))
            elif listing.may_hold(prefix + name):
                yield from _walk(files, listing, to_address, entry["name"], f"{prefix}{name}/")
        elif listing.is_document(prefix + name) and listing.selects(prefix + name):
            if holds_rows(name):
                rows.add(name)
            yield from listing.held(to_address(entry["name"]), prefix + name, entry["size"] or 0, _stamp(entry))


def _stamp(entry: Entry) -> str:
    """Return the store's identifier of a file's content; empty where it has only a time, which can go back."""
    return next((str(entry[name]) for name in STAMPS if entry.get(name)), "")


def _by_name(entry: Entry) -> tuple[str, bool]:
    """Sort by name, and a file before a folder of the same name: object stores can have both."""
    return _last(entry["name"]), entry["type"] == "directory"


def _last(path: str) -> str:
    return path.rstrip("/").rpartition("/")[2]
