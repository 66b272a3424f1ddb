"""The marks and the readable name of an element, from its tag and its attributes."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import regex

from cleaners.markup.marks import ROLES, TAGS, Mark, invisible, named

_ROOTS = ("html", "body")
"""Tags whose classes describe the page (`hidden` until loaded, `has-cookie-bar`), not its text."""
_MARKING_ATTRIBUTES = frozenset(["class", "id", "itemprop", "role", "style", "hidden", "data-component"])
_STREAMED = regex.compile(r"S:[0-9a-f]+")
"""The id of a part of a page that React sends after the rest, hidden until the script behind it has moved it into place."""
_HIDDEN, _ANCHOR = int(Mark.HIDDEN), int(Mark.ANCHOR)


def marks_of_attributes(tag: str, attributes: Sequence[tuple[str, str]]) -> tuple[int, str]:
    """Read the marks of an element and its name.

    Args:
        tag: The element's tag.
        attributes: Names and values of its attributes.

    Returns:
        The marks as bits (see `Mark`), and the element's class, or its id as `#id`, with its itemprop in brackets.
    """
    if not attributes or tag in _ROOTS:
        return TAGS.get(tag, 0), ""
    if len(attributes) == 1:  # most elements have a class alone, and this is asked thousands of times a page
        return _marks(tag, (attributes[0],) if attributes[0][0] in _MARKING_ATTRIBUTES else ())
    return _marks(tag, tuple([each for each in attributes if each[0] in _MARKING_ATTRIBUTES]))


@lru_cache(maxsize=8192)
def _marks(tag: str, attributes: tuple[tuple[str, str], ...]) -> tuple[int, str]:
    """Read marks and name from attributes; cached, because the elements of a template repeat them."""
    get = dict(attributes).get
    marks = TAGS.get(tag, 0)
    is_streamed = _STREAMED.fullmatch(get("id", "")) is not None
    if (get("hidden") is not None and not is_streamed) or ((style := get("style")) and invisible(style)):
        marks |= _HIDDEN
    if role := get("role"):
        marks |= ROLES.get(role, 0)
    if tag == "a":
        marks |= _ANCHOR
    classes, identifier, itemprop = get("class"), get("id"), get("itemprop")
    for words in (classes, identifier, itemprop, get("data-component")):
        if words:
            marks |= named(words)
    name = classes or (f"#{identifier}" if identifier else "")
    return marks, f"{name} [{itemprop}]" if itemprop else name
