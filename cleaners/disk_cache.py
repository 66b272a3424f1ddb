"""What is computed from files of the package, kept on disk, so that a process that cleans one document starts fast.

Claims, tables and compiled patterns take most of a second to compute and a few milliseconds to read. Each is a file in the
user's cache folder, below a folder named by a hash of all that it was computed from. A file that is missing, damaged or not
the user's own is computed anew, and a folder that cannot be written is left alone, so the cache decides nothing but the time.

`BODYCOPY_CACHE` names another folder; where it is empty, nothing is kept.
"""

from __future__ import annotations

import copyreg
import hashlib
import marshal
import os
import platform
import stat
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, TypeVar, cast

import regex

T = TypeVar("T")
FOLDER = "BODYCOPY_CACHE"
"""Environment variable: the folder of what is kept; where it is empty, nothing is."""
MAX_FOLDERS = 40
"""Folders that stay, the newest ones. A version of the rules makes six to eight, and two or three checkouts may take turns."""
_DIGEST_BYTES = 16
_OTHERS_MAY_WRITE = stat.S_IWGRP | stat.S_IWOTH


def kept(name: str, inputs: str, compute: Callable[[], T]) -> T:
    """Return what is kept under a name, or compute and keep it.

    Args:
        name: the name of a file.
        inputs: a hash of all files that the value is computed from, code included.
        compute: computes the value, of what `marshal` knows: numbers, strings, bytes, tuples, lists, sets, dictionaries.
    """
    folder = _folder(inputs)
    data = _read(folder / name) if folder else None
    if data is not None:
        return cast(T, marshal.loads(data))  # the user's own file, and whole
    value = compute()
    if folder:
        _write(folder / name, marshal.dumps(cast(Any, value)))
    return value


def kept_pattern(source: str, inputs: str, compute: Callable[[], regex.Pattern[str]]) -> regex.Pattern[str]:
    """Return a compiled pattern that is kept, or compile and keep it.

    Args:
        source: what tells it from all others with the same inputs. The version of patterns that the program has chosen as
            `regex`'s default does as well.
        inputs: a hash of all files that it is made from.
        compute: compiles it.
    """
    reduce = copyreg.dispatch_table[regex.Pattern]  # as it is pickled: what makes a pattern, and its arguments
    made: list[regex.Pattern[str]] = []

    def arguments() -> tuple[object, ...]:
        made.append(compute())
        return cast("tuple[object, ...]", reduce(made[0])[1])

    name = _hash(f"{int(regex.DEFAULT_VERSION)} {source}".encode()).hex()
    found = kept(f"pattern-{name}", inputs, arguments)
    return made[0] if made else cast("regex.Pattern[str]", cast("Callable[..., object]", reduce(_ANY)[0])(*found))


_ANY = regex.compile("")


def compiled(source: str, flags: int = 0) -> regex.Pattern[str]:
    """Compile a pattern as `regex.compile` does, and keep it: for the patterns of modules that take more than a third of a
    millisecond to compile, as those with large sets do.
    """
    return kept_pattern(f"{int(flags)} {source}", "patterns", lambda: regex.compile(source, flags))


def hash_of(contents: Iterable[tuple[str, bytes]]) -> str:
    """Return a hash of named contents, whatever their order."""
    digest = hashlib.sha256()
    for name, data in sorted(contents):
        digest.update(name.encode() + b"\0" + hashlib.sha256(data).digest())
    return digest.hexdigest()


def code_in(*folders: str) -> list[tuple[str, bytes]]:
    """Return names and contents of the files in folders of this package."""
    found = [each for folder in folders for each in files("cleaners").joinpath(folder).iterdir()]
    return [(each.name, each.read_bytes()) for each in found if each.is_file()]


@cache
def _folder(inputs: str) -> Path | None:
    """Return the folder for what has these inputs, made where it is missing; None where nothing can be kept."""
    root = _root()
    if root is None:
        return None
    machine = (sys.implementation.cache_tag, marshal.version, regex.__version__, platform.machine(), sys.byteorder, sys.maxsize)
    folder = root / _hash(f"{machine} {inputs}".encode()).hex()
    try:
        if not folder.is_dir():
            root.mkdir(mode=0o700, parents=True, exist_ok=True)
            folder.mkdir(mode=0o700, exist_ok=True)
            with suppress(OSError):  # another process removes them as well
                _remove_old(root)
        found = folder.lstat()
        is_safe = stat.S_ISDIR(found.st_mode) and _is_own(found) and not found.st_mode & _OTHERS_MAY_WRITE
        return folder if is_safe or sys.platform == "win32" else None  # Windows has it in the user's profile
    except OSError:
        return None


def _root() -> Path | None:
    """Return the folder of the cache; None where there is none."""
    given = os.environ.get(FOLDER)
    if given is not None:
        return Path(given) if given else None
    try:
        if sys.platform == "win32":
            local = os.environ.get("LOCALAPPDATA")
            return Path(local, "bodycopy", "cache") if local else None
        if sys.platform == "darwin":
            return Path.home() / "Library" / "Caches" / "bodycopy"
        base = Path(os.environ.get("XDG_CACHE_HOME", ""))
        return (base if base.is_absolute() else Path.home() / ".cache") / "bodycopy"
    except RuntimeError:  # the user has no home
        return None


def _is_own(found: os.stat_result) -> bool:
    """Return whether a file or folder is the user's."""
    return sys.platform == "win32" or found.st_uid == os.geteuid()


def _remove_old(root: Path) -> None:
    """Remove the oldest folders."""
    import shutil

    found = [each for each in root.iterdir() if len(each.name) == 2 * _DIGEST_BYTES and each.is_dir()]
    for old in sorted(found, key=lambda each: each.stat().st_mtime)[:-MAX_FOLDERS]:
        shutil.rmtree(old, ignore_errors=True)


def _read(file: Path) -> bytes | None:
    """Return the data of a file; None where it is missing, damaged or not the user's: somebody may have replaced the folder."""
    try:
        with file.open("rb") as opened:
            if not _is_own(os.fstat(opened.fileno())):
                return None
            data = opened.read()
    except OSError:
        return None
    return data[_DIGEST_BYTES:] if _hash(data[_DIGEST_BYTES:]) == data[:_DIGEST_BYTES] else None


def _write(file: Path, data: bytes) -> None:
    """Write a file, or leave it: its folder may be gone, or the disk full."""
    unfinished = file.with_name(f"{file.name}.{os.urandom(8).hex()}")
    try:
        unfinished.write_bytes(_hash(data) + data)
        unfinished.replace(file)
    except OSError:
        with suppress(OSError):
            unfinished.unlink()


def _hash(data: bytes) -> bytes:
    return hashlib.blake2b(data, digest_size=_DIGEST_BYTES).digest()
