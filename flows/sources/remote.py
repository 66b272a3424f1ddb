"""Elsewhere: which documents an object store or another file system holds, by the protocols that fsspec knows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from flows.errors import CouldNotRun
from flows.sources.documents import Found, Unusable
from flows.sources.listing import Tree, expected
from flows.sources.location import SourceLocation
from flows.sources.row_schema import Reading
from flows.sources.rows import holds_rows
from flows.sources.streams import filesystem, reached

Entry = dict[str, Any]
Address = Callable[[str], str]


STAMPS = ("ETag", "etag", "generation", "md5Hash", "content_md5")
"""What object stores tell of a file's content in their lists."""


def scan(location: SourceLocation, reading: Reading) -> Iterator[Found | Unusable]:
    """All documents of an address (a folder, a glob or a file), as of a local one: hidden names are left out.

    One folder's list is held at a time.

    Raises:
        CouldNotRun: the address does not exist or holds no documents, or it cannot be reached as it is.
        OSError: it cannot be reached now.
    """
    source = location.text
    if "::" in source:
        raise CouldNotRun(f"{source}: chains of file systems (::) are not read; expected an address like s3://bucket/folder")
    files, path = filesystem(source)
    base, pattern = reached(source, lambda: _split(files, path, location))
    tree = Tree(pattern, reading, alone=not pattern and files.isfile(base))
    address = _addresses(files, location, base)
    if not tree.alone:
        yield from tree.checked(_walk(files, tree, address, base, ""), source)
        return
    name = _last(base)
    if not tree.is_document(name):
        raise CouldNotRun(f"{source} is named like no text or page; expected a name that ends in {expected()}")
    info = files.info(base)
    yield from tree.checked(tree.held(address(base), name, info["size"] or 0, _stamp(info)), source)


def fetch(documents: Sequence[Found]) -> Iterator[bytes | Unusable]:
    """The bytes of some documents that are files of one file system, fetched together."""
    places = [filesystem(document.path) for document in documents]
    files, paths = places[0][0], [path for _, path in places]
    fetched = files.cat_ranges(paths, [None] * len(paths), [None] * len(paths), on_error="return")
    for document, data in zip(documents, fetched, strict=True):
        if isinstance(data, bytes):
            yield data
        elif isinstance(data, FileNotFoundError):
            yield Unusable(document.name, "vanished after the scan", "run again if it should be there")
        else:
            yield Unusable(document.name, f"cannot be fetched: {data}", "see that it may be read, then run again")


def _split(files: Any, path: str, location: SourceLocation) -> tuple[str, tuple[str, ...]]:
    """The folder or file that an address begins with, and the rest of its glob; one that exists is never a glob."""
    if files.exists(path):
        return path, ()
    parts = path.split("/")
    base = "/".join(parts[: len(parts) - len(location.glob)])
    if location.glob and files.exists(base):
        return base, location.glob
    raise CouldNotRun(
        f"{location.text} does not exist; expected a folder, a glob in quotes such as 's3://bucket/*.html', or a file"
    )


def _addresses(files: Any, location: SourceLocation, base: str) -> Address:
    """How a path of a file system becomes an address that leads to it again: some name a host in it, which no path tells."""
    start = f"{location.protocol}://{location.path.partition('/')[0]}/"
    ways: tuple[Address, ...] = (
        files.unstrip_protocol,
        lambda path: start + path.lstrip("/"),
        lambda path: start + path.lstrip("/").partition("/")[2],
    )
    probe = base.rstrip("/") + "/x"
    same = (files._get_kwargs_from_urls(location.text), probe)
    fits = (way for way in ways if (files._get_kwargs_from_urls(way(probe)), files._strip_protocol(way(probe))) == same)
    return next(fits, ways[0])


def _walk(files: Any, tree: Tree, address: Address, folder: str, prefix: str) -> Iterator[Found | Unusable]:
    try:
        entries: list[Entry] = sorted(reached(folder, lambda: files.ls(folder, detail=True)), key=_by_name)
    except PermissionError as error:
        if not prefix:
            raise CouldNotRun(f"{folder} cannot be read: {error}; expected a folder of texts or pages") from None
        yield Unusable(prefix.rstrip("/"), f"the folder cannot be read: {error}", "give read permission, or leave it out")
        return
    rows: set[str] = set()
    for entry in entries:
        name = _last(entry["name"])
        if not name or name.startswith(".") or entry["name"].rstrip("/") == folder.rstrip("/"):
            continue
        if entry["type"] == "directory":
            if name in rows:
                reason = "a folder of the same name as a file of many documents, whose names would be the same"
                yield Unusable(f"{prefix}{name}/", reason, "rename the folder")
            elif tree.may_hold(prefix + name):
                yield from _walk(files, tree, address, entry["name"], f"{prefix}{name}/")
        elif tree.is_document(prefix + name) and tree.wanted(prefix + name):
            if holds_rows(name):
                rows.add(name)
            yield from tree.held(address(entry["name"]), prefix + name, entry["size"] or 0, _stamp(entry))


def _stamp(entry: Entry) -> str:
    """What the store calls this state of a file; empty where it has only a clock, which may go back."""
    return next((str(entry[name]) for name in STAMPS if entry.get(name)), "")


def _by_name(entry: Entry) -> tuple[str, bool]:
    """The order of a folder: by name, and a file before a folder of the same name, as object stores may have both."""
    return _last(entry["name"]), entry["type"] == "directory"


def _last(path: str) -> str:
    return path.rstrip("/").rpartition("/")[2]
