"""Features of a block's characters, in any language: signs, sentences, scripts; never words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from cleaners.markup.block_sums import Floats
from cleaners.text.characters import DENSE_RANGES, ELLIPSES, STOPS, character_class

_SENTENCE_END = re.compile(rf"""[{STOPS}{ELLIPSES}]["'”’»«“)\]]*$""")
_SENTENCES = re.compile(rf"[{STOPS}](?:\s|$|[\"'”’»“)])")
_SOURCE_MARKS = re.compile(r"[©®]|\(c\)|https?:|www\.|[@#]\w|[|»›>→/]{1,2}(?:\s|$)")
_SOURCE_SIGNS = re.compile("[©®@#|»›>→/]")
_UNSPACED = re.compile(f"[{DENSE_RANGES}]")
_COMMA, _CAPITAL, _DIGIT = 1, 2, 3
_CASED = 0x3000
"""Code point below which all scripts with capitals stand, and nearly all digits."""
_KINDS = np.zeros(1 << 16, np.uint8)
_KINDS[:_CASED] = [_CAPITAL if chr(c).isupper() else _DIGIT if chr(c).isdigit() else 0 for c in range(_CASED)]
_KINDS[[ord(sign) for sign in ",;،，、"]] = _COMMA
_SAMPLE_CHARS = 400
"""Characters at a block's beginning that are measured: enough to know its kind."""
_class_of = lru_cache(4096)(character_class)


def wide(text: str) -> int:
    """Count the characters of scripts that write no spaces."""
    return 0 if text.isascii() else len(_UNSPACED.findall(text))


def ends_sentence(text: str) -> bool:
    """Tell whether a text ends as a sentence does."""
    return _SENTENCE_END.search(text[-8:]) is not None


def signs(texts: Sequence[str]) -> dict[str, Floats]:
    """Measure the characters of blocks.

    Args:
        texts: The texts of the blocks, none of them empty.

    Returns:
        Features by name, each with one item a block.
    """
    heads = [text[:_SAMPLE_CHARS] for text in texts]
    n = len(heads)
    sizes = np.fromiter(map(len, heads), np.int64, n)
    kinds = _KINDS[np.frombuffer("".join(heads).encode("utf-32-le", "surrogatepass"), np.uint32).clip(max=len(_KINDS) - 1)]
    starts = np.cumsum(sizes) - sizes

    def share(kind: int) -> Floats:
        found: Floats = (np.add.reduceat(kinds == kind, starts, dtype=np.int64) / sizes).astype(np.float32)
        return found

    return {
        "sentences": np.fromiter(map(len, map(_SENTENCES.findall, heads)), np.float32, n),
        "commas": share(_COMMA) * 100,
        "capitals": share(_CAPITAL),
        "digits": share(_DIGIT),
        "last_sign": np.fromiter(map(_class_of, [text[-1] for text in texts]), np.float32, n),
        "first_sign": np.fromiter(map(_class_of, [text[0] for text in texts]), np.float32, n),
        "source_signs": np.fromiter(map(_source_marks, heads), np.float32, n),
    }


def _source_marks(text: str) -> int:
    """Count marks of sources and links; the first line is a quick test that most texts fail."""
    if _SOURCE_SIGNS.search(text) or ":" in text or "www." in text or "(c)" in text:
        return len(_SOURCE_MARKS.findall(text))
    return 0
