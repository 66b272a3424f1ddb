"""The key of a text: by it a title, a paragraph or a line is found again in another version of the page's text."""

from __future__ import annotations

import re
from collections.abc import Sequence

_NOT_WORD = re.compile(r"[\W_]+")
_ASCII_SIGNS = bytes(code for code in range(128) if not chr(code).isalnum())
"""Most characters that are neither letters nor digits; `bytes.translate` removes them fast."""
_ASCII_SIGNS_IN_LINE = _ASCII_SIGNS.replace(b"\n", b"")


def text_key(text: str) -> str:
    """Reduce a text to its letters and digits in lower case, which two versions of the text share.

    >>> text_key("“Yes”, he\\u00a0said.")
    'yeshesaid'
    """
    plain = text.encode("utf-8", "surrogatepass").translate(None, _ASCII_SIGNS).decode("utf-8", "surrogatepass")
    return (plain if plain.isascii() else _NOT_WORD.sub("", plain)).lower()


def text_keys(texts: Sequence[str]) -> list[str]:
    """Reduce many texts, none of which holds a line end, to their keys: faster than one by one.

    >>> text_keys(["One two.", "–", "ΟΔΟΣ"]) == [text_key(text) for text in ("One two.", "–", "ΟΔΟΣ")]
    True
    """
    whole = "\n".join(texts).encode("utf-8", "surrogatepass")
    plain = whole.translate(None, _ASCII_SIGNS_IN_LINE).decode("utf-8", "surrogatepass")
    keys = [key if key.isascii() else _NOT_WORD.sub("", key) for key in plain.split("\n")]
    return "\n".join(keys).lower().split("\n") if texts else []
