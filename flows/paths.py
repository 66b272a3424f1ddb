"""Paths of outputs that are safe on every file system and unique, and names and messages in the form that is printed."""

from __future__ import annotations

import hashlib
import os
import re
import unicodedata
from functools import lru_cache
from pathlib import Path

from flows.errors import CouldNotRun
from flows.sources.documents import kind_of
from flows.sources.location import URL_LIST_PREFIX, SourceLocation

MAX_COMPONENT_CHARS = 100
"""Length of a component of a path: file systems allow 255 bytes, Windows 260 characters for a whole path."""
_PLAIN = re.compile(r"[a-z0-9._-]+")
_SAFE = re.compile(r"(?!(?:con|prn|aux|nul|clock|com[0-9]|lpt[0-9])(?:\.|$))[a-z0-9][a-z0-9._-]*[a-z0-9]")
"""Plain names that are valid for sure: no device of Windows, no dot at the end. `is_valid_filename` knows all rules, slowly."""
_HASH_CHARS = 12
"""Hexadecimal digits of a hash in a name."""
_SEPARATORS_CHARS = 8
"""Characters kept free beside the hash, for `~` and the suffix."""


def safe_name(name: str) -> str:
    """Return the output folder for a document's name, relative to the folder of all outputs.

    Plain names (lower-case ASCII letters, digits, `.`, `_`, `-`) stay as they are. All others are transliterated and get
    `~` and a hash of the original; no plain name contains `~`, so that two names never share a folder. A name with capitals
    is not plain, because some file systems ignore case. A folder that is named like a document is hashed as well, so that no
    output is inside another.

    >>> safe_name("2024/story.txt")
    '2024/story.txt'
    >>> safe_name("Überblick/Story.TXT")
    'uberblick~2d2baea43a0e/story~0ed5a12aaedb.txt'
    """
    *folders, last = name.split("/")
    return "/".join([*(_component(folder, is_folder=True) for folder in folders), _component(last, is_folder=False)])


@lru_cache(4096)
def _component(name: str, *, is_folder: bool) -> str:
    plain = len(name) <= MAX_COMPONENT_CHARS and bool(_PLAIN.fullmatch(name))
    plain = plain and (bool(_SAFE.fullmatch(name)) or _is_valid(name))
    if plain and not (is_folder and kind_of(name)):
        return name
    return _hashed(name, is_folder=is_folder)


def _is_valid(name: str) -> bool:
    """Return whether a file can have this name on every system."""
    from pathvalidate import is_valid_filename  # rarely needed

    return is_valid_filename(name, platform="universal")


def _hashed(name: str, *, is_folder: bool) -> str:
    """Return a component, transliterated and with a hash of the original."""
    stem, suffix = (name, "") if is_folder or kind_of(name) is None else os.path.splitext(name)  # noqa: PTH122
    ascii_only = unicodedata.normalize("NFKD", stem).encode("ascii", "ignore").decode().lower()
    spelled = re.sub(r"[^a-z0-9]+", "-", ascii_only).strip("-")
    digest = hashlib.sha256(as_bytes(name)).hexdigest()[:_HASH_CHARS]
    return f"{spelled[: MAX_COMPONENT_CHARS - _HASH_CHARS - _SEPARATORS_CHARS]}~{digest}{suffix.lower()}"


MAX_NAME_BYTES = 255
"""Length of a file's name that file systems allow."""
RESERVED_BYTES = 30
"""Bytes of a file's name that are reserved for its temporary name, which is longer."""


def restorable_name(name: str) -> str:
    """Return the path for a restored document: each component as it is, or a safe one if no file can have that name.

    >>> restorable_name("rows.jsonl/a\\0b")
    'rows.jsonl/a-b~59b271ae1bbc'
    """
    *folders, last = [part for part in name.split("/") if part not in ("", ".")]
    return "/".join(part if _is_possible(part) else _hashed(part, is_folder=part is not last) for part in (*folders, last))


def hashed_name(name: str) -> str:
    """Return a path for a restored document that is unique, for when `restorable_name` is taken by a folder or a file."""
    *folders, last = [part for part in name.split("/") if part not in ("", ".")]
    return "/".join([*(_hashed(part, is_folder=True) for part in folders), _hashed(last, is_folder=False)])


def _is_possible(part: str) -> bool:
    """Return whether a file can have this name."""
    try:
        return "\0" not in part and len(os.fsencode(part)) <= MAX_NAME_BYTES - RESERVED_BYTES
    except UnicodeEncodeError:
        return False


def as_bytes(name: str) -> bytes:
    """Return a name as bytes. Undecodable names, which hold lone surrogates, are encoded as well."""
    return name.encode("utf-8", "surrogatepass")


def as_name(name: bytes) -> str:
    """Return the name that `as_bytes` made bytes of."""
    return name.decode("utf-8", "surrogatepass")


_SECRET = re.compile(r"(://[^\s/?#@:]{0,200}):[^\s/?#]{0,500}@")


def without_secret(text: str) -> str:
    """Return a text without the passwords of the addresses in it, for everything that is printed, logged or stored.

    >>> without_secret("https://bob:secret@example.com/feed is none")
    'https://bob:***@example.com/feed is none'
    """
    return _SECRET.sub(r"\1:***@", text)


def refuse_secrets(*addresses: str | None) -> None:
    """Check that the addresses of sources and results contain no passwords, which would be stored with the run.

    Raises:
        CouldNotRun: One does.
    """
    for text in addresses:
        if text and without_secret(text) != text:
            raise CouldNotRun(
                f"{without_secret(text)} has a password in it, which would be kept with the run",
                "take it out, and give it to fsspec, which reads the environment (FSSPEC_FTP_USERNAME, FSSPEC_FTP_PASSWORD) "
                "and ~/.config/fsspec",
            )


def counted(number: int, what: str, many: str = "") -> str:
    """Return a number with its noun, in the singular or the plural.

    >>> counted(1, "document"), counted(1200, "document"), counted(0, "story", "stories")
    ('1 document', '1,200 documents', '0 stories')
    """
    return f"{number:,} {what if number == 1 else many or what + 's'}"


def shown(text: str) -> str:
    """Return a name or a message in printable form: control characters and undecodable bytes are escaped.

    >>> shown("n\\udcff\\x1b.txt")
    'n\\\\udcff\\\\x1b.txt'
    """
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def shown_lines(text: str) -> str:
    """Return a text of several lines in printable form: line ends, tabs and the spaces of other scripts stay."""
    return "".join(c if c in "\n\t\u00a0\u3000" or c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def anywhere(path: str | Path) -> str:
    """Return a source, an output or a path in a form that is valid in every working folder; addresses stay as they are."""
    location = SourceLocation.parse(str(path))
    if location.kind == "url_list":
        return URL_LIST_PREFIX + anywhere(location.path)
    return location.text if location.protocol else str(Path(path).expanduser().absolute())
