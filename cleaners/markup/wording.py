"""What a block's characters say about it, in any language: signs, sentences, scripts; never words."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from cleaners.markup.sums import Floats

_SENTENCE_END = re.compile(r"""[.!?。！？…؟।։።]["'”’»«“)\]]*$""")
_SENTENCES = re.compile(r"[.!?。！？؟।։።](?:\s|$|[\"'”’»“)])")
_COMMAS = re.compile(r"[,;،，、]")
_CAPITALS = re.compile(r"(?:^|[\s(\"'“„«])(?=\S)[^\W\d_]")
_SOURCE_MARKS = re.compile(r"[©®]|\(c\)|https?:|www\.|[@#]\w|[|»›>→/]{1,2}(?:\s|$)")
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
_SAMPLE = 400  # characters of a block that are looked at: enough to know its kind


def wide(text: str) -> int:
    """How many signs of scripts that write no spaces."""
    return 0 if text.isascii() else len(_UNSPACED.findall(text))


def ends_sentence(text: str) -> bool:
    """Does the text end as a sentence does?"""
    return _SENTENCE_END.search(text[-8:]) is not None


def signs(texts: Sequence[str]) -> dict[str, Floats]:
    """Shares and counts of kinds of characters, by block."""
    heads = [text[:_SAMPLE] for text in texts]
    count = len(heads)
    size = np.fromiter(map(len, heads), np.float32, count)

    def tally(pattern: re.Pattern[str]) -> Floats:
        find = pattern.findall
        return np.fromiter((len(find(head)) for head in heads), np.float32, count)

    return {
        "sentences": tally(_SENTENCES),
        "commas": tally(_COMMAS) * 100 / size,
        "capitals": np.fromiter((sum(map(str.isupper, head)) for head in heads), np.float32, count) / size,
        "digits": np.fromiter((sum(map(str.isdigit, head)) for head in heads), np.float32, count) / size,
        "last_sign": np.fromiter((_sign(text[-1]) for text in texts), np.float32, count),
        "first_sign": np.fromiter((_sign(text[0]) for text in texts), np.float32, count),
        "source_signs": tally(_SOURCE_MARKS),
    }


def _sign(sign: str) -> int:
    """A coarse kind of character: small letter, capital, other letter, digit, then signs by their use."""
    if sign.isalpha():
        return 1 if sign.islower() else 2 if sign.isupper() else 3
    if sign.isdigit():
        return 4
    return 5 if sign in ".!?。！？؟।" else 6 if sign == ":" else 7 if sign == "…" else 8 if sign in "\"'”“’‘»«„)(" else 9
