"""The features of the lines of a text, from which the model judges: form, place, neighbours, words, removals beside them.

A caption or a headline among paragraphs differs from them in length, ending and capitals, in what stands around it, in what
earlier stages took beside it, and in how many of its words and names the story uses: that holds in all languages. Where the
language's words are known, those about the site, about pictures and days are counted; the model never sees which ones.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import regex

from cleaners.document import Document
from cleaners.line import Line
from cleaners.line_model.forms import forms
from cleaners.line_model.line_arrays import Numbers, Rows, each, ratio, running, shifted
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

_SENTENCES = regex.compile(rf"[{STOPS}](?=\s|$)")
_YEAR = regex.compile(r"\b(?:19|20)\d\d\b")
_SEPARATORS = regex.compile(r"[|•·/»›>→]|\s[-–—]\s")
_QUOTES = regex.compile("[\"“”„«»‘’']")
_BULLET = regex.compile(r"^(?:[-–•*·●▪►]|\d{1,2}[.)])\s")
_ADDRESS = regex.compile(r"https?:|www\.|@\w")
_LABEL = regex.compile(r"^[^:]{2,30}:\s")
_BRACKETS = regex.compile(r"\([^)]{2,40}\)")
_CAPITAL = regex.compile(r"(?<!\w)\p{Lu}")
_SHOUTED = regex.compile(r"\b\p{Lu}{3,}\b")
_LETTERS = regex.compile(r"[\p{L}\p{M}'’-]+")


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
    add_cue_rows(rows, lines, doc.language)
    add_repeat_rows(rows, lines)
    add_removal_rows(rows, doc)
    return tuple(rows), np.array(list(rows.values()), np.float32).reshape(len(rows), len(lines))


def _form_rows(lines: Sequence[Line]) -> Rows:
    """Describe the characters of a line."""
    words = np.maximum(1, each(lines, lambda line: len(line.words)))
    chars = each(lines, lambda line: len(line.text))

    def count(pattern: regex.Pattern[str]) -> Numbers:
        return each(lines, lambda line: len(pattern.findall(line.plain)))

    return {
        "words": words,
        "chars": chars,
        "word_length": chars / words,
        "sentence": each(lines, lambda line: line.is_sentence),
        "prose": each(lines, lambda line: line.is_prose),
        "sentences": count(_SENTENCES),
        "commas": each(lines, lambda line: line.text.count(",")) / words,
        "digits": each(lines, lambda line: sum(map(str.isdigit, line.text))) / chars,
        "year": each(lines, lambda line: _YEAR.search(line.plain) is not None),
        "separators": count(_SEPARATORS),
        "quotes": count(_QUOTES),
        "bullet": each(lines, lambda line: _BULLET.match(line.plain) is not None),
        "address": each(lines, lambda line: _ADDRESS.search(line.plain) is not None),
        "label": each(lines, lambda line: _LABEL.match(line.plain) is not None),
        "brackets": count(_BRACKETS),
        "capitals": count(_CAPITAL) / words,
        "shouted": count(_SHOUTED) / words,
        "copyright": each(lines, lambda line: "©" in line.text),
        "ending": each(lines, lambda line: _ENDINGS[ending(line.plain)]),
        "first_sign": each(lines, lambda line: character_class(line.text[0])),
        "last_sign": each(lines, lambda line: character_class(line.text[-1])),
        "name_run": each(lines, _name_run),
    }


def _add_place_rows(rows: Rows, lines: Sequence[Line]) -> None:
    """Describe where a line stands among the lines, the words, and the paragraphs of running text."""
    count, words, prose = len(lines), rows["words"], rows["prose"]
    index = np.arange(count, dtype=np.float64)
    before, prose_before = running(words), running(words * prose)
    story = max(1.0, prose_before[-1])
    usual = float(np.median(words[prose > 0])) if prose.any() else 0.0
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
    most = run = 0
    for word in _LETTERS.findall(line.plain):
        run = run + 1 if word[0].isupper() else 0
        most = max(most, run)
    return most
