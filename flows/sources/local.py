"""Files: which documents a local folder, a glob or a file holds."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from pathlib import Path

from flows.errors import CouldNotRun
from flows.sources.documents import Found, Unusable
from flows.sources.listing import Tree, expected, promises
from flows.sources.location import SourceLocation
from flows.sources.row_schema import Reading


def scan(location: SourceLocation, leave_out: Path | None, reading: Reading) -> Iterator[Found | Unusable]:
    """All documents of a local source, in the order of the names of their files, and of their rows.

    A folder is looked through with all its folders. Names that begin with a dot are left out, as a shell's globs do. A folder
    that is reached twice, through links, is read once: under the name that sorts first.

    Raises:
        CouldNotRun: the source does not exist or holds no documents.
    """
    base, pattern = split(location)
    tree = Tree(pattern, reading, alone=os.path.isfile(base))  # noqa: PTH113 - no error where a folder cannot be searched
    walk = _Walk(tree, os.path.realpath(leave_out) if leave_out else None)
    if tree.alone:
        if not tree.is_document(base.name):
            raise CouldNotRun(f"{location.path} is named like no text or page; expected a name that ends in {expected()}")
        found = walk.documents(base.parent, (base.name,))
    else:
        found = walk.documents(base, None)
    yield from tree.checked(found, location.path)


def split(location: SourceLocation) -> tuple[Path, tuple[str, ...]]:
    """The folder or file that a source begins with, and the rest of its glob; an existing path is never a glob.

    Raises:
        CouldNotRun: there is no such folder or file.
    """
    path = Path(location.path).expanduser()
    if os.path.exists(path):  # noqa: PTH110 - as above, and here a path may be none at all
        return path, ()
    base = Path(*path.parts[: len(path.parts) - len(location.glob)])
    if not location.glob or not os.path.isdir(base):  # noqa: PTH112
        raise CouldNotRun(
            f"{location.path} does not exist; expected a folder, a glob in quotes such as 'pages/*.html', or a file"
        )
    return base, location.glob


DEEPEST = 250
"""Folders below each other: of more, the path is soon longer than systems take (4,096 bytes), and so is our own recursion."""
NOT_READ = "give read permission, or leave it out"


class _Walk:
    def __init__(self, tree: Tree, leave_out: str | None) -> None:
        self.tree = tree
        self.leave_out = leave_out
        self.visited: set[tuple[int, int]] = set()

    def documents(self, folder: Path, only: tuple[str, ...] | None, prefix: str = "") -> Iterator[Found | Unusable]:
        try:
            here = folder.stat()
            names = only or sorted(os.listdir(folder))  # noqa: PTH208 - names, not paths
        except OSError as error:
            if not prefix:
                raise CouldNotRun(f"{folder} cannot be read: {error.strerror}; expected a folder of texts or pages") from None
            yield Unusable(prefix.rstrip("/"), f"the folder cannot be read: {error.strerror}", NOT_READ)
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
            if self.tree.is_document(name) and self.tree.wanted(name):
                why = "a link that leads nowhere" if _is_link(path) else f"cannot be read: {error.strerror}"
                yield Unusable(name, why, "mend or remove the file" if _is_link(path) else NOT_READ)
            elif error.errno not in (errno.ENOENT, errno.ELOOP) and not self.tree.pattern:
                yield Unusable(name, f"it cannot be looked at: {error.strerror}", NOT_READ)
            return
        if stat.S_ISDIR(status.st_mode):
            yield from self._folder(path, name)
        elif self.tree.is_document(name) and self.tree.wanted(name):
            if stat.S_ISREG(status.st_mode):
                yield from self.tree.held(str(path), name, status.st_size)
            else:
                yield Unusable(name, "a device, a pipe or a socket, not a file", "remove it from the source")

    def _folder(self, path: Path, name: str) -> Iterator[Found | Unusable]:
        if os.path.realpath(path) == self.leave_out:
            return
        if name.count("/") >= DEEPEST:
            yield Unusable(name, f"more than {DEEPEST} folders below each other", "move what is in it up, or leave it out")
            return
        empty = True
        for found in self.documents(path, None, name + "/") if self.tree.may_hold(name) else ():
            empty = False
            yield found
        if empty and promises(name) and self.tree.wanted(name):
            remedy = "remove or rename the folder; if a page was meant, fetch it again"
            yield Unusable(name, "a folder that is named like a file, and no documents in it", remedy)


def _is_link(path: Path) -> bool:
    try:
        return path.is_symlink()
    except OSError:
        return False
