"""Locations: what the text that names a source means, parsed once."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Literal

SourceKind = Literal["local", "store", "web", "url_list"]
URL_LIST_PREFIX = "urls:"
"""Precedes the path of a local file with one web address per line: `urls:FILE`."""
WILDCARDS = frozenset("*?[")
"""Characters that make a component of a path a pattern."""

_PROTOCOL = re.compile(r"([a-z][a-z0-9+.:-]*)://", re.IGNORECASE)
_LOCAL_PROTOCOLS = frozenset({"file", "local"})
_WEB_PROTOCOLS = frozenset({"http", "https"})


@dataclass(frozen=True, slots=True)
class SourceLocation:
    """Where the documents of a source are.

    Attributes:
        text: The source as the user gives it.
        kind: `local` is a path of this machine, `store` an address that fsspec reads, `web` an address that the crawler
            fetches, `url_list` a local file that lists web addresses.
        protocol: The protocol of an address in lower case, such as `s3`; None for a path without one and for a URL list.
        path: The text without its protocol or prefix.
        glob: The components of `path` from the first one with a wildcard on. Empty where there is none. An existing file or
            folder with exactly this name takes precedence, which only a scan can find out.
    """

    text: str
    kind: SourceKind
    protocol: str | None
    path: str
    glob: tuple[str, ...] = ()

    @classmethod
    def parse(cls, source: str | SourceLocation) -> SourceLocation:
        """Parse a source.

        Args:
            source: The text, or a location, which is returned as it is.

        Returns:
            The location. Nothing is looked up: it need not exist.

        >>> SourceLocation.parse("s3://bucket/2024/*.html").glob
        ('*.html',)
        >>> [SourceLocation.parse(text).kind for text in ("pages", "file:///pages", "https://example.com", "urls:list.txt")]
        ['local', 'local', 'web', 'url_list']
        """
        if isinstance(source, SourceLocation):
            return source
        if source.startswith(URL_LIST_PREFIX):
            return cls(source, "url_list", None, source.removeprefix(URL_LIST_PREFIX))
        protocol = protocol_of(source)
        path = source if protocol is None else source[len(protocol) + len("://") :]
        if protocol is None or protocol in _LOCAL_PROTOCOLS:
            return cls(source, "local", protocol, path, _glob(PurePath(path).parts))
        if protocol in _WEB_PROTOCOLS:
            return cls(source, "web", protocol, path)
        return cls(source, "store", protocol, path, _glob(tuple(path.rstrip("/").split("/"))))

    @property
    def is_fetched(self) -> bool:
        """Whether the crawler fetches the documents before they are read."""
        return self.kind in ("web", "url_list")


def protocol_of(path: str) -> str | None:
    """Return the protocol of an address in lower case, and None for a path of this machine.

    >>> protocol_of("S3://bucket/pages"), protocol_of("pages/*.html")
    ('s3', None)
    """
    found = _PROTOCOL.match(path)
    return found[1].lower() if found else None


def is_address(path: str) -> bool:
    """Return whether a path is an address (`protocol://…`) and not a plain path of this machine."""
    return protocol_of(path) is not None


def local_path(text: str) -> Path | None:
    """Return the path of this machine that a text names, plainly or as `file://…`, and None for an address elsewhere.

    >>> local_path("file:///out"), local_path("~/out") == Path.home() / "out", local_path("s3://bucket/out")
    (PosixPath('/out'), True, None)
    """
    protocol = protocol_of(text)
    if protocol is None:
        return Path(text).expanduser()
    return Path(text[len(protocol) + len("://") :]) if protocol in _LOCAL_PROTOCOLS else None


def _glob(parts: tuple[str, ...]) -> tuple[str, ...]:
    first = next((number for number, part in enumerate(parts) if WILDCARDS & set(part)), len(parts))
    return parts[first:]
