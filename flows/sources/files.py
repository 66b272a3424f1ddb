"""Files: which documents a folder, a glob or a file holds."""

from __future__ import annotations

import os
import stat
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from flows.problems import CouldNotRun
from flows.sources.found import KINDS, Found, Kind, Unusable, kind_of

_MAGIC = frozenset("*?[")


def scan(
    source: str,
    leave_out: Path | None = None,
    reading: object = None,  # noqa: ARG001
) -> Iterator[Found | Unusable]:
    """All documents of a source, in the order of their names.

    A folder is looked through with all its folders. Names that begin with a dot are left out, as a shell's globs do. A folder
    that is reached twice, through links, is read once: under the name that sorts first.

    Args:
        source: a folder, a glob (`*`, `?`, `[...]`, `**`) or one file.
        leave_out: a folder that is never looked into: the output's.
        reading: which fields of a row are what.

    Raises:
        CouldNotRun: the source does not exist or holds no documents.
    """
    base, pattern = split(source)
    walk = _Walk(base, pattern, os.path.realpath(leave_out) if leave_out else None)
    if base.is_file():
        if kind_of(base.name) is None:
            raise CouldNotRun(f"{source} is named like no text or page; expected a name that ends in {_expected()}")
        found = walk.documents(base.parent, (base.name,))
    else:
        found = walk.documents(base, None)
    empty = True
    for item in found:
        empty = False
        yield item
    if empty:
        raise CouldNotRun(f"{source} holds no documents: expected files that end in {_expected()}{walk.others_seen()}")


def split(source: str) -> tuple[Path, tuple[str, ...]]:
    """The folder or file that a source begins with, and the rest of its glob; an existing path is never a glob.

    Raises:
        CouldNotRun: there is no such folder or file.
    """
    path = Path(source).expanduser()
    if path.exists():
        return path, ()
    parts = path.parts
    plain = next((i for i, part in enumerate(parts) if _MAGIC & set(part)), len(parts))
    base = Path(*parts[:plain])
    if plain == len(parts) or not base.is_dir():
        raise CouldNotRun(f"{source} does not exist; expected a folder, a glob in quotes such as 'pages/*.html', or a file")
    return base, parts[plain:]


@dataclass
class _Walk:
    base: Path
    pattern: tuple[str, ...]
    leave_out: str | None

    def __post_init__(self) -> None:
        self.visited: set[tuple[int, int]] = set()
        self.others: Counter[str] = Counter()

    def documents(self, folder: Path, only: tuple[str, ...] | None, prefix: str = "") -> Iterator[Found | Unusable]:
        try:
            here = folder.stat()
            names = only or sorted(os.listdir(folder))  # noqa: PTH208 - names, not paths
        except OSError as error:
            if not prefix:
                raise CouldNotRun(f"{folder} cannot be read: {error.strerror}; expected a folder of texts or pages") from None
            reason, remedy = f"the folder cannot be read: {error.strerror}", "give read permission, or leave the folder out"
            yield Unusable(prefix.rstrip("/"), reason, remedy)
            return
        if (here.st_dev, here.st_ino) in self.visited:
            return
        self.visited.add((here.st_dev, here.st_ino))
        for name in names:
            if not name.startswith(".") or only:
                yield from self._entry(folder / name, prefix + name)

    def _entry(self, path: Path, name: str) -> Iterator[Found | Unusable]:
        kind = kind_of(name)
        if path.is_dir():
            if os.path.realpath(path) == self.leave_out:
                return
            empty = True
            for found in self.documents(path, None, name + "/") if self._may_hold(name) else ():
                empty = False
                yield found
            if empty and kind and self._wanted(name):
                remedy = "remove or rename the folder; if a page was meant, fetch it again"
                yield Unusable(name, "a folder that is named like a file, and no documents in it", remedy)
        elif kind is None:
            self.others[os.path.splitext(name)[1].lower() or "no suffix"] += 1  # noqa: PTH122
        elif self._wanted(name):
            yield _usable(path, name, kind)

    def _wanted(self, name: str) -> bool:
        return not self.pattern or _matches(tuple(name.split("/")), self.pattern)

    def _may_hold(self, folder: str) -> bool:
        """Whether the pattern reaches below this folder."""
        return not self.pattern or "**" in self.pattern or folder.count("/") + 1 < len(self.pattern)

    def others_seen(self) -> str:
        if not self.others:
            return ""
        return "; it holds only " + ", ".join(f"{count} × {suffix}" for suffix, count in self.others.most_common(5))


def _usable(path: Path, name: str, kind: Kind) -> Found | Unusable:
    try:
        status = path.stat()
    except OSError as error:
        why = "a link that leads nowhere" if path.is_symlink() else f"cannot be read: {error.strerror}"
        return Unusable(name, why, "mend or remove the file")
    if not stat.S_ISREG(status.st_mode):
        return Unusable(name, "a device, a pipe or a socket, not a file", "remove it from the source")
    return Found(name, str(path), status.st_size, kind)


def _matches(parts: tuple[str, ...], pattern: tuple[str, ...]) -> bool:
    if not pattern:
        return not parts
    if pattern[0] == "**":
        return _matches(parts, pattern[1:]) or (bool(parts) and _matches(parts[1:], pattern))
    return bool(parts) and fnmatchcase(parts[0], pattern[0]) and _matches(parts[1:], pattern[1:])


def _expected() -> str:
    *most, last = KINDS
    return f"{', '.join(most)} or {last}"
