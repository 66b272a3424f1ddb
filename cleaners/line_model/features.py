"""The features of the lines of a text, from which the model judges: form, place, neighbours, words, removals beside them.

A caption or a headline among paragraphs differs from them in length, ending and capitals, in what stands around it, in what
earlier stages took beside it, and in how many of its words and names the story uses: that holds in all languages. Where the
language's words are known, those about the site, about pictures and days are counted; the model never sees which ones.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import regex

from cleaners.document import Document
from cleaners.line import Line, once_per_line
from cleaners.line_model.forms import forms
from cleaners.line_model.line_arrays import Rows, ratio, running, shifted
from cleaners.line_model.occurrences import occurrences
from cleaners.line_model.removal_features import add_removal_rows
from cleaners.line_model.word_features import NEARBY, REACH_BELOW, add_cue_rows, add_repeat_rows, add_word_rows
from cleaners.tail_model.topic_profile import ending
from cleaners.text.characters import STOPS, character_class

Floats = npt.NDArray[np.float32]

_WIDE = 8
"""Lines that show what kind of text stands around or above."""
_MAX_PARAGRAPHS, _MAX_WORDS_LEFT = 30, 5000
"""Paragraphs and words above or below a line; more of them say the same."""
_ENDINGS = {"closed": 0, "ellipsis": 1, "open": 2}
"""The numbers by which the model knows how a line ends."""

_SENTENCES = re.compile(rf"[{STOPS}](?=\s|$)")
_YEAR = regex.compile(r"\b(?:19|20)\d\d\b")
_BARS = "|•·/»›>→"
_DASHES = re.compile(r"\s[-–—]\s")
_QUOTES = "\"“”„«»‘’'"
_BULLET = re.compile(r"^(?:[-–•*·●▪►]|\d{1,2}[.)])\s")
_ADDRESS = regex.compile(r"https?:|www\.|@\w")
_ADDRESS_SIGNS = ("http", "www.", "@")
"""What each address has."""
_LABEL = re.compile(r"^[^:]{2,30}:\s")
_BRACKETS = re.compile(r"\([^)]{2,40}\)")
_CAPITAL = regex.compile(r"(?<!\w)\p{Lu}")
_ASCII_CAPITAL = re.compile(r"\b[A-Z]")
_ASCII_CAPITALS = re.compile("[A-Z]+")
"""The same capitals in a text of ASCII characters alone, several times as fast."""
_SHOUTED = regex.compile(r"\b\p{Lu}{3,}\b")
_FIRST_LETTERS = regex.compile(r"([\p{L}\p{M}'’-])[\p{L}\p{M}'’-]*")
_NOT_ASCII = re.compile("[^\x00-\x7f]")
_CAPITALISED = re.compile("[A-Z](?<![A-Za-z].)[A-Za-z]*(?:[^A-Za-z]+[A-Z][A-Za-z]*)*")
"""Pattern of capitalised words in a row, in a text whose letters are all ASCII. The rest of the text is passed over at once."""
_ASCII_WORD = re.compile("[A-Za-z]+")


def gather(doc: Document) -> tuple[tuple[str, ...], Floats]:
    """Compute all features of a document's standing lines.

    Returns:
        The names of the features, and their values in the shape (features, lines). The order of the names is part of a
        trained model: a new feature goes where its group is.
    """
    lines = doc.lines
    rows = _form_rows(lines)
    _add_place_rows(rows, lines)
    _add_run_rows(rows)
    _add_list_rows(rows, doc)
    _add_neighbour_rows(rows)
    _add_likeness_rows(rows)
    add_word_rows(rows, lines, doc)
    words = occurrences([line.words for line in lines])
    add_cue_rows(rows, words, doc.language)
    add_repeat_rows(rows, lines, words)
    add_removal_rows(rows, doc)
    return tuple(rows), np.array(list(rows.values()), np.float32).reshape(len(rows), len(lines))


def _form_rows(lines: Sequence[Line]) -> Rows:
    """Describe the characters of a line."""
    values = np.array([_form(line) for line in lines], np.float64).reshape(len(lines), len(_FORM)).T
    rows: Rows = dict(zip(_FORM, values, strict=True))
    words, chars = np.maximum(1, rows["words"]), rows["chars"]
    return rows | {
        "words": words,
        "word_length": chars / words,
        "commas": rows["commas"] / words,
        "digits": rows["digits"] / chars,
        "capitals": rows["capitals"] / words,
        "shouted": rows["shouted"] / words,
    }


_FORM = (
    "words", "chars", "word_length", "sentence", "prose", "sentences", "commas", "digits", "year", "separators", "quotes",
    "bullet", "address", "label", "brackets", "capitals", "shouted", "copyright", "ending", "first_sign", "last_sign",
    "name_run",
)  # fmt: skip
"""What `_form` measures; a share of the words or the characters is at first a number, and `word_length` is computed later."""


@once_per_line
def _form(line: Line) -> tuple[float, ...]:
    """Measure the form of a line."""
    text, plain = line.text, line.plain
    has_digit = line.has_digit
    capitals = len((_ASCII_CAPITAL if plain.isascii() else _CAPITAL).findall(plain))
    return (
        len(line.words),
        len(text),
        0,
        line.is_sentence,
        line.is_prose,
        len(_SENTENCES.findall(plain)),
        text.count(","),
        sum(map(str.isdigit, text)) if has_digit else 0,
        has_digit and _YEAR.search(plain) is not None,
        sum(map(plain.count, _BARS)) + (len(_DASHES.findall(plain)) if " -" in plain or " –" in plain or " —" in plain else 0),
        sum(map(plain.count, _QUOTES)),
        _BULLET.match(plain) is not None,
        any(map(plain.__contains__, _ADDRESS_SIGNS)) and _ADDRESS.search(plain) is not None,
        ":" in plain and _LABEL.match(plain) is not None,
        len(_BRACKETS.findall(plain)) if "(" in plain else 0,
        capitals,
        len(_SHOUTED.findall(plain)) if capitals else 0,
        "©" in text,
        _ENDINGS[ending(plain)],
        character_class(text[0]),
        character_class(text[-1]),
        _name_run(line),
    )


def _median(values: npt.NDArray[np.float64]) -> float:
    """Return the median of at least one number. That of numpy loads its masked arrays, in a fortieth of a second."""
    middle = np.sort(values)[(len(values) - 1) // 2 : len(values) // 2 + 1]
    return float(middle.mean())


def _add_place_rows(rows: Rows, lines: Sequence[Line]) -> None:
    """Describe where a line stands among the lines, the words, and the paragraphs of running text."""
    count, words, prose = len(lines), rows["words"], rows["prose"]
    index = np.arange(count, dtype=np.float64)
    before, prose_before = running(words), running(words * prose)
    story = max(1.0, prose_before[-1])
    usual = _median(words[prose > 0]) if prose.any() else 0.0
    rows |= {
        "index": index,
        "from_end": count - index,
        "position": index / max(1, count - 1),
        "word_position": before[:-1] / before[-1],
        "words_left": np.minimum(_MAX_WORDS_LEFT, before[-1] - before[1:]),
        "prose_before": prose_before[:-1] / story,
        "prose_after": (story - prose_before[1:]) / story,
        "prose_lines_before": np.minimum(_MAX_PARAGRAPHS, running(prose)[:-1]),
        "prose_lines_after": np.minimum(_MAX_PARAGRAPHS, prose.sum() - running(prose)[1:]),
        "relative_length": words / max(1.0, usual),
        "text_lines": np.full(count, float(count)),
        "text_prose_lines": np.full(count, prose.sum()),
        "text_prose_words": np.full(count, story),
        "text_prose_share": np.full(count, story / before[-1]),
        "text_usual_length": np.full(count, usual),
    }


def _add_run_rows(rows: Rows) -> None:
    """Describe the run of lines that a line is part of: headlines and menus come in runs without running text."""
    prose = rows["prose"]
    count = len(prose)
    begins = np.concatenate(([True], prose[1:] != prose[:-1]))
    number = np.cumsum(begins) - 1
    starts = np.flatnonzero(begins)
    sizes = np.diff(np.append(starts, count))
    index = np.arange(count)
    rows |= {
        "run": sizes[number].astype(np.float64),
        "run_above": (index - starts[number]).astype(np.float64),
        "run_below": (starts[number] + sizes[number] - 1 - index).astype(np.float64),
    }


def _add_list_rows(rows: Rows, doc: Document) -> None:
    """Describe rows of lists and sentences in pieces: for the line, and for the text as a whole."""
    listed, fragments = (np.array(found, np.float64) for found in forms(doc))
    count = len(doc.lines)
    sums = running(listed)
    index = np.arange(count)
    first, last = np.maximum(0, index - _WIDE), np.minimum(count, index + _WIDE + 1)
    rows |= {
        "row": listed,
        "rows_around": (sums[last] - sums[first] - listed) / np.maximum(1, last - first - 1),
        "text_rows": np.full(count, listed.mean()),
        "fragment": fragments,
        "text_fragments": np.full(count, fragments.mean()),
    }


def _add_neighbour_rows(rows: Rows) -> None:
    """Describe the lines around."""
    for step in (-2, -1, 1, 2):
        for name in ("prose", "words", "ending") + (("capitals",) if abs(step) == 1 else ()):
            rows[f"neighbour{step:+}_{name}"] = shifted(rows[name], step)
    prose = running(rows["prose"])
    count = len(rows["prose"])
    index = np.arange(count)
    for reach in (3, 6):
        first, last = np.maximum(0, index - reach), np.minimum(count, index + reach + 1)
        above, below = prose[index] - prose[first], prose[last] - prose[index + 1]
        rows[f"above{reach}_prose"] = ratio(above, index - first)
        rows[f"below{reach}_prose"] = ratio(below, last - index - 1)
        rows[f"around{reach}_prose"] = ratio(above + below, last - first - 1)
    words, sentences, bullets = (running(rows[name]) for name in ("words", "sentence", "bullet"))
    first, last = np.maximum(0, index - REACH_BELOW), np.minimum(count, index + REACH_BELOW + 1)
    rows["mean_above"] = (words[index] - words[first]) / np.maximum(1, index - first)
    rows["mean_below"] = (words[last] - words[index + 1]) / np.maximum(1, last - index - 1)
    first = np.maximum(0, index - _WIDE)
    rows["above_sentences"] = ratio(sentences[index] - sentences[first], index - first)
    first, last = np.maximum(0, index - NEARBY), np.minimum(count, index + NEARBY + 1)
    rows["bullets_around"] = bullets[last] - bullets[first] - rows["bullet"]


def _add_likeness_rows(rows: Rows) -> None:
    """Count the other lines that begin and end like a line, and those that have its shape as a whole."""
    others = max(1, len(rows["words"]) - 1)
    begins, ends = rows["first_sign"].tolist(), rows["last_sign"].tolist()
    sizes = np.log2(1 + rows["words"]).astype(int).tolist()
    shapes = list(zip(begins, ends, sizes, (rows["separators"] > 0).tolist(), rows["label"].tolist(), strict=True))
    for name, kinds in (("first_sign_usual", begins), ("last_sign_usual", ends), ("shape_usual", shapes)):
        found = Counter(kinds)
        rows[name] = np.array([found[kind] - 1 for kind in kinds]) / others


def _name_run(line: Line) -> int:
    """Count the most capitalised words in a row."""
    text = line.plain.replace("'", "x").replace("’", "x").replace("-", "x")  # as small letters, they join words
    if not any(map(str.isalpha, _NOT_ASCII.findall(text))) and not line.is_other:
        return max((len(_ASCII_WORD.findall(run)) for run in _CAPITALISED.findall(text)), default=0)
    letters = "".join(_FIRST_LETTERS.findall(text))
    if letters.isascii():
        return max(map(len, _ASCII_CAPITALS.findall(letters)), default=0)
    return max(map(len, "".join([letter if letter.isupper() else " " for letter in letters]).split()), default=0)
