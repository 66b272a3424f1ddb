"""Sitemaps: read piece by piece, with no entity and no file but their own."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from flows.crawler.errors import Trouble

PIECE = 65_536


def places(body: bytes) -> Iterator[str]:
    """What stands in a sitemap's or a sitemap index's `loc`.

    Raises:
        Trouble: its XML is broken; what stands before the break was given.
    """
    found = _Places()
    # The stubs want comments as well; lxml does not
    parser = etree.XMLParser(target=found, resolve_entities=False, no_network=True)  # type: ignore[arg-type]
    try:
        for start in range(0, len(body), PIECE):
            parser.feed(body[start : start + PIECE])
            yield from found.taken()
        parser.close()
    except etree.XMLSyntaxError as error:
        yield from found.taken()
        raise Trouble(f"a sitemap with broken XML ({error.msg})", "what stood before it is taken; try later") from None
    yield from found.taken()


class _Places:
    """Listens to a sitemap's parser, so that no tree is built: 50 MB of the smallest elements would be gigabytes of it."""

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
        found, self._found = self._found, []
        return found
