"""Names: for every source's name an output folder that is safe on every file system, no two the same."""

from __future__ import annotations

import hashlib
import os
import re
import unicodedata
from functools import lru_cache
from pathlib import Path

from pathvalidate import is_valid_filename

from flows.errors import CouldNotRun
from flows.sources import FROM_FILE, kind_of

LONGEST = 100
"""Characters of a component: file systems stop at 255 bytes, Windows at 260 for a whole path."""
_PLAIN = re.compile(r"[a-z0-9._-]+")
_SAFE = re.compile(r"(?!(?:con|prn|aux|nul|clock|com[0-9]|lpt[0-9])(?:\.|$))[a-z0-9][a-z0-9._-]*[a-z0-9]")
"""Plain names that are surely no device's on Windows and end in no dot; whoever knows all the rules is slow to ask."""
_HASH = 12


def safe_name(name: str) -> str:
    """The output folder of a source's name, below the folder of all outputs.

    Plain names (lower-case ASCII letters, digits, `.`, `_`, `-`) stay as they are. All others are spelled plainly and get
    `~` and a hash of the original; `~` is in no plain name, so the two never meet. A name with capitals is not plain: some
    file systems do not tell the cases apart. A folder that is named like a document is hashed as well, so no output lies
    inside another.

    >>> safe_name("2024/story.txt")
    '2024/story.txt'
    >>> safe_name("Überblick/Story.TXT")
    'uberblick~2d2baea43a0e/story~0ed5a12aaedb.txt'
    """
    *folders, last = name.split("/")
    return "/".join([*(_component(folder, is_folder=True) for folder in folders), _component(last, is_folder=False)])


@lru_cache(4096)
def _component(name: str, *, is_folder: bool) -> str:
    plain = len(name) <= LONGEST and bool(_PLAIN.fullmatch(name))
    plain = plain and (bool(_SAFE.fullmatch(name)) or is_valid_filename(name, platform="universal"))
    if plain and not (is_folder and kind_of(name)):
        return name
    return _hashed(name, is_folder=is_folder)


def _hashed(name: str, *, is_folder: bool) -> str:
    """A component spelled plainly, with a hash of what it is."""
    stem, suffix = (name, "") if is_folder or kind_of(name) is None else os.path.splitext(name)  # noqa: PTH122
    ascii_only = unicodedata.normalize("NFKD", stem).encode("ascii", "ignore").decode().lower()
    spelled = re.sub(r"[^a-z0-9]+", "-", ascii_only).strip("-")
    digest = hashlib.sha256(as_bytes(name)).hexdigest()[:_HASH]
    return f"{spelled[: LONGEST - _HASH - 8]}~{digest}{suffix.lower()}"


ROOM = 30
"""Bytes of a file's name that are kept for what is put before and behind it while it is written."""


def restorable_name(name: str) -> str:
    """A source's name as the path of a file: each component as it is, or safe where no file can be called that.

    >>> restorable_name("rows.jsonl/a\\0b")
    'rows.jsonl/a-b~59b271ae1bbc'
    """
    *folders, last = [part for part in name.split("/") if part not in ("", ".")]
    return "/".join(part if _is_possible(part) else _hashed(part, is_folder=part is not last) for part in (*folders, last))


def hashed_name(name: str) -> str:
    """A source's name as a path that no other name's meets, where `restorable_name` is taken by a folder or by a file."""
    *folders, last = [part for part in name.split("/") if part not in ("", ".")]
    return "/".join([*(_hashed(part, is_folder=True) for part in folders), _hashed(last, is_folder=False)])


def _is_possible(part: str) -> bool:
    try:
        return "\0" not in part and len(os.fsencode(part)) <= 255 - ROOM
    except UnicodeEncodeError:
        return False


def as_bytes(name: str) -> bytes:
    """A name as bytes: any name, undecodable ones too (they hold lone surrogates), and always the same bytes."""
    return name.encode("utf-8", "surrogatepass")


def as_name(name: bytes) -> str:
    """Return the name that `as_bytes` made bytes of."""
    return name.decode("utf-8", "surrogatepass")


_SECRET = re.compile(r"(://[^\s/?#@:]{0,200}):[^\s/?#]{0,500}@")


def without_secret(text: str) -> str:
    """A text without the passwords of the addresses in it: what is printed, logged or kept never has them.

    >>> without_secret("https://bob:secret@example.com/feed is none")
    'https://bob:***@example.com/feed is none'
    """
    return _SECRET.sub(r"\1:***@", text)


def refuse_secrets(*addresses: str | None) -> None:
    """See that addresses of sources and results have no passwords: as parameters of a run they would be kept.

    Raises:
        CouldNotRun: one has.
    """
    for text in addresses:
        if text and without_secret(text) != text:
            raise CouldNotRun(
                f"{without_secret(text)} has a password in it, which would be kept with the run; take it out, and give it to "
                "fsspec, which reads the environment (FSSPEC_FTP_USERNAME, FSSPEC_FTP_PASSWORD) and ~/.config/fsspec"
            )


def counted(number: int, what: str, many: str = "") -> str:
    """A number of things.

    >>> counted(1, "document"), counted(1200, "document"), counted(0, "story", "stories")
    ('1 document', '1,200 documents', '0 stories')
    """
    return f"{number:,} {what if number == 1 else many or what + 's'}"


def shown(text: str) -> str:
    """A name or a message as it can be printed: control characters and undecodable bytes are spelled out.

    >>> shown("n\\udcff\\x1b.txt")
    'n\\\\udcff\\\\x1b.txt'
    """
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def shown_lines(text: str) -> str:
    """A text of several lines as it can be printed: line ends and tabs stay, and white space as it is in other scripts."""
    return "".join(c if c in "\n\t\u00a0\u3000" or c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def anywhere(path: str | Path) -> str:
    """A path that holds from every folder; addresses stay."""
    if str(path).startswith(FROM_FILE):
        return FROM_FILE + anywhere(str(path).removeprefix(FROM_FILE))
    return str(path) if "://" in str(path) else str(Path(path).expanduser().absolute())
