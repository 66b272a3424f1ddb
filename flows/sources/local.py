"""Local sources: the documents of a folder, a glob or a file of this machine."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from pathlib import Path

from flows.errors import CouldNotRun, Problem
from flows.sources.documents import Found, Unusable
from flows.sources.listing import Listing, expected, promises
from flows.sources.location import SourceLocation
from flows.sources.row_schema import RowSchema

MAX_DEPTH = 250
"""Folders inside each other. Deeper paths soon exceed what systems allow (4,096 bytes), and our recursion limit."""
GIVE_PERMISSION = "give read permission, or leave it out"


def scan(location: SourceLocation, leave_out: Path | None, schema: RowSchema) -> Iterator[Found | Unusable]:
    """Iterate over the documents of a local source.

    Folders are searched with all folders below them. Names that begin with a dot are left out, as by the globs of a shell. A
    folder that links lead to more than once is read once, under the name that sorts first.

    Args:
        location: The source.
        leave_out: A folder that is not searched.
        schema: Which fields of rows hold what.

    Yields:
        Documents and unusable items, sorted by the names of their files, then by row.

    Raises:
        CouldNotRun: The source does not exist or holds no documents.
    """
    base, pattern = split(location)
    listing = Listing(pattern, schema, alone=os.path.isfile(base))  # noqa: PTH113 - no error where a folder is not searchable
    walk = _Walk(listing, os.path.realpath(leave_out) if leave_out else None)
    if listing.alone:
        if not listing.is_document(base.name):
            reason = f"{location.path} is named like no text or page"
            raise CouldNotRun(reason, f"expected a name that ends in {expected()}")
        found = walk.documents(base.parent, (base.name,))
    else:
        found = walk.documents(base, None)
    yield from listing.checked(found, location.path)


def split(location: SourceLocation) -> tuple[Path, tuple[str, ...]]:
    """Split a local source into an existing folder or file and a glob below it; an existing path is never a glob.

    Returns:
        The folder or file, and the components of the glob (none where all files are selected).

    Raises:
        CouldNotRun: There is no such folder or file.
    """
    path = Path(location.path).expanduser()
    if os.path.exists(path):  # noqa: PTH110 - as above, and the text may not even be a valid path
        return path, ()
    base = Path(*path.parts[: len(path.parts) - len(location.glob)])
    if not location.glob or not os.path.isdir(base):  # noqa: PTH112
        remedy = "expected a folder, a glob in quotes such as 'pages/*.html', or a file"
        raise CouldNotRun(f"{location.path} does not exist", remedy)
    return base, location.glob


class _Walk:
    """The recursive search of a folder.

    Args:
        listing: Decides which files are read.
        leave_out: The resolved path of a folder that is not searched.
    """

    def __init__(self, listing: Listing, leave_out: str | None) -> None:
        self.listing = listing
        self.leave_out = leave_out
        self.visited: set[tuple[int, int]] = set()
        """Device and inode of the folders searched so far."""

    def documents(self, folder: Path, only: tuple[str, ...] | None, prefix: str = "") -> Iterator[Found | Unusable]:
        try:
            here = folder.stat()
            names = only or sorted(os.listdir(folder))  # noqa: PTH208 - names, not paths
        except OSError as error:
            if not prefix:
                remedy = "expected a folder of texts or pages"
                raise CouldNotRun(f"{folder} cannot be read: {error.strerror}", remedy) from None
            yield Unusable(prefix.rstrip("/"), Problem(f"the folder cannot be read: {error.strerror}", GIVE_PERMISSION))
            return
        if (here.st_dev, here.st_ino) in self.visited:
            return
        self.visited.add((here.st_dev, here.st_ino))
        for name in names:
            if not name.startswith(".") or only:
                yield from self._entry(folder / name, prefix + name)

    def _entry(self, path: Path, name: str) -> Iterator[Found | Unusable]:
        try:
            status = path.stat()
        except OSError as error:
            if problem := self._unreachable(path, name, error):
                yield Unusable(name, problem)
            return
        if stat.S_ISDIR(status.st_mode):
            yield from self._folder(path, name)
        elif self.listing.is_document(name) and self.listing.selects(name):
            if stat.S_ISREG(status.st_mode):
                yield from self.listing.held(str(path), name, status.st_size)
            else:
                problem = Problem("a device, a pipe or a socket, not a file", "remove it from the source")
                yield Unusable(name, problem)

    def _unreachable(self, path: Path, name: str, error: OSError) -> Problem | None:
        """Return the problem of an entry that cannot be examined; None where nothing suggests that it is a document."""
        if self.listing.is_document(name) and self.listing.selects(name):
            if _is_link(path):
                return Problem("a link that leads nowhere", "mend or remove the file")
            return Problem(f"cannot be read: {error.strerror}", GIVE_PERMISSION)
        if error.errno not in (errno.ENOENT, errno.ELOOP) and not self.listing.pattern:  # it may be a folder
            return Problem(f"it cannot be looked at: {error.strerror}", GIVE_PERMISSION)
        return None

    def _folder(self, path: Path, name: str) -> Iterator[Found | Unusable]:
        if os.path.realpath(path) == self.leave_out:
            return
        if name.count("/") >= MAX_DEPTH:
            reason = f"more than {MAX_DEPTH} folders below each other"
            yield Unusable(name, Problem(reason, "move what is in it up, or leave it out"))
            return
        empty = True
        for found in self.documents(path, None, name + "/") if self.listing.may_hold(name) else ():
            empty = False
            yield found
        if empty and promises(name) and self.listing.selects(name):
            remedy = "remove or rename the folder; if a page was meant, fetch it again"
            yield Unusable(name, Problem("a folder that is named like a file, and no documents in it", remedy))


def _is_link(path: Path) -> bool:
    try:
        return path.is_symlink()
    except OSError:
        return False
