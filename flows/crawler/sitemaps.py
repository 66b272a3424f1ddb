"""Sitemaps: parsed piece by piece, without external entities and files."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from flows.crawler.errors import FetchError

PIECE_BYTES = 65_536


def locations(body: bytes) -> Iterator[str]:
    """Iterate over the texts of the `loc` elements of a sitemap or a sitemap index.

    Raises:
        FetchError: Its XML is broken. The locations before the break come first.
    """
    found = _Locations()
    # The stubs want a handler of comments as well; lxml does not
    parser = etree.XMLParser(target=found, resolve_entities=False, no_network=True)  # type: ignore[arg-type]
    try:
        for start in range(0, len(body), PIECE_BYTES):
            parser.feed(body[start : start + PIECE_BYTES])
            yield from found.taken()
        parser.close()
    except etree.XMLSyntaxError as error:
        yield from found.taken()
        reason = f"a sitemap with broken XML ({error.msg})"
        raise FetchError(reason, "what stood before it is taken; try later") from None
    yield from found.taken()


class _Locations:
    """The target of a parser. It builds no tree: 50 MB of the smallest elements would be a tree of gigabytes."""

    def __init__(self) -> None:
        self._found: list[str] = []
        self._text: list[str] | None = None
        self._path: list[str] = []

    def start(self, tag: str, _attributes: object) -> None:
        self._path.append(tag.rpartition("}")[2])
        if len(self._path) == 3 and self._path[1:] in (["url", "loc"], ["sitemap", "loc"]):
            self._text = []

    def data(self, text: str) -> None:
        if self._text is not None:
            self._text.append(text)

    def end(self, _tag: str) -> None:
        self._path.pop()
        if self._text is not None:
            self._found.append("".join(self._text))
            self._text = None

    def close(self) -> None:
        pass

    def taken(self) -> list[str]:
        """Return the locations found since the last call."""
        found, self._found = self._found, []
        return found
