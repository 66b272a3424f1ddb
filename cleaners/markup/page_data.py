"""The story in a page's data: where scripts write it on the screen, no visible block holds it.

Two kinds of data are read: `articleBody` of JSON-LD, and `__NEXT_DATA__`, the state of a common framework. The paragraphs
become blocks behind the visible ones, in an element of their own (`SCRIPT`), so that they are lines of the document like all
others.
"""

from __future__ import annotations

import html
import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence

from cleaners.markup.blocks import Block, Scope
from cleaners.markup.json_ld import Json
from cleaners.markup.text_key import text_key

SCRIPT = "script"
"""The tag of the element of blocks that come from a page's data."""
_NEXT_DATA_NAME = "page data"
_MIN_CHARS = 300
"""Characters of a story; shorter texts are descriptions."""
_MIN_PARAGRAPHS = 3
"""Paragraphs of a story in `__NEXT_DATA__`, where nothing else tells it from settings."""
_PROSE_CHARS = 80
"""Characters of a paragraph of running text."""
_VISIBLE_SHARE = 0.5
"""Running text in visible blocks, as a share of the story's: with more, the page shows a story of its own."""
_MAX_VISIBLE_CHARS = 600
"""Running text in visible blocks beside which `__NEXT_DATA__` is read: much else is in it, so the page must show next to
nothing."""
_HELD_SHARE = 0.15
"""Share of the story that blocks may hold, if the data are the only place of it: a lead, a caption."""
_KEY_LETTERS = 48
"""Letters at the beginning of a paragraph by which it is found again."""
_MAX_SAMPLES = 40
"""Paragraphs that are looked for in the blocks, about."""
_MAX_NEXT_DATA_CHARS = 5_000_000
_MAX_VALUES = 50_000
"""Values of `__NEXT_DATA__` that are visited."""
_PARAGRAPH_TAG = re.compile(r"<(?:p|br|h[2-6]|li)\b", re.IGNORECASE)
_ANY_TAG = re.compile(r"<[A-Za-z/][^<>]{0,500}>")
_SENTENCE = re.compile(r"[.!?。！？…»”\"][\"”’»)]?\s*$")

Split = Callable[[str], list[str]]
"""Cuts HTML into the texts of its blocks."""


def story(blocks: Sequence[Block], bodies: Sequence[str], next_data: str, split: Split) -> list[str]:
    """Find the paragraphs of a story that only the page's data hold.

    Args:
        blocks: The page's blocks.
        bodies: The values of `articleBody`.
        next_data: The text of `__NEXT_DATA__`; empty if there is none.
        split: Cuts HTML into texts.

    Returns:
        The paragraphs; none where the blocks hold the story, or the data do not.
    """
    visible = sum(len(block.text) for block in blocks if _is_running(block))
    body = max(bodies, key=len, default="")
    found = _paragraphs(body, split) if _is_more(len(body), visible) else []
    if not found and visible < _MAX_VISIBLE_CHARS and _MIN_CHARS <= len(next_data) <= _MAX_NEXT_DATA_CHARS:
        found = _of_next_data(next_data, split)
    is_story = _is_more(sum(map(len, found)), visible) and _held_share(blocks, found) < _HELD_SHARE
    return found if is_story else []


def add(blocks: list[Block], root: Scope, paragraphs: Sequence[str]) -> Scope:
    """Add paragraphs behind the visible blocks, in an element of their own."""
    scope = Scope(SCRIPT, root, 0, _NEXT_DATA_NAME, len(blocks))
    blocks += [Block(text, scope) for text in paragraphs]
    scope.end = len(blocks)
    return scope


def is_data(block: Block) -> bool:
    """Tell whether a block comes from the page's data, and no reader sees it without scripts."""
    return block.scope.tag == SCRIPT


def _is_more(chars: int, visible: int) -> bool:
    return chars >= _MIN_CHARS and visible < _VISIBLE_SHARE * chars


def _is_running(block: Block) -> bool:
    return len(block.text) >= _PROSE_CHARS and 2 * block.link_chars < len(block.text) and not block.hidden


def _held_share(blocks: Sequence[Block], paragraphs: Sequence[str]) -> float:
    """Give the share of the paragraphs' characters that stands in blocks; of very many paragraphs, by samples of them."""
    shown = "\0".join(text_key(block.text) for block in blocks)
    samples = paragraphs[:: max(1, len(paragraphs) // _MAX_SAMPLES)]
    held = sum(len(text) for text in samples if text_key(text)[:_KEY_LETTERS] in shown)
    return held / max(1, sum(map(len, samples)))


def _paragraphs(text: str, split: Split) -> list[str]:
    """Cut a story into paragraphs: by its tags, or by its line ends."""
    if "<" not in text and "&lt;" in text:
        text = html.unescape(text)
    if _PARAGRAPH_TAG.search(text):
        return split(text)
    lines = (" ".join(html.unescape(_ANY_TAG.sub("", line)).split()) for line in text.splitlines())
    return [line for line in lines if line]


def _of_next_data(text: str, split: Split) -> list[str]:
    """Find the story in a framework's state: a text with several paragraphs, or the texts of one list.

    The texts of a list share the way to them, except for their number in it: `article.body.*.text`.
    """
    try:
        data: Json = json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return []
    groups: defaultdict[tuple[str, ...], list[str]] = defaultdict(list)
    for path, value in _strings(data):
        if value.lstrip()[:1] in ("{", "["):  # data in a string
            continue
        if len(_PARAGRAPH_TAG.findall(value)) >= _MIN_PARAGRAPHS:
            groups[path] = _paragraphs(value, split)
        elif any(char.isspace() for char in value):
            groups[_without_number(path)] += _paragraphs(value, split)
    best = max(groups.values(), key=_prose_chars, default=[])
    return best if sum(_is_prose(each) for each in best) >= _MIN_PARAGRAPHS else []


def _strings(data: Json) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield the strings of the data in their order, each with the way to it."""
    stack: list[tuple[tuple[str, ...], Json]] = [((), data)]
    for _ in range(_MAX_VALUES):
        if not stack:
            return
        path, value = stack.pop()
        if isinstance(value, str):
            yield path, value
        elif isinstance(value, dict):
            stack += [((*path, name), each) for name, each in reversed(value.items())]
        elif isinstance(value, list):
            stack += [((*path, f"#{at}"), value[at]) for at in range(len(value) - 1, -1, -1)]


def _without_number(path: tuple[str, ...]) -> tuple[str, ...]:
    """Leave the last number out of a way."""
    last = next((at for at in range(len(path) - 1, -1, -1) if path[at].startswith("#")), None)
    return path if last is None else (*path[:last], "*", *path[last + 1 :])


def _is_prose(text: str) -> bool:
    return len(text) >= _PROSE_CHARS and _SENTENCE.search(text) is not None


def _prose_chars(texts: Sequence[str]) -> int:
    return sum(len(text) for text in texts if _is_prose(text))
