"""The numbers that speak for and against a line of a text: its form, its place, its neighbours, its words.

A caption or a headline among paragraphs differs from them in length, ending and capitals, in what stands around it, in what
earlier stages took beside it, and in how many of its words and names the story uses: that holds in all languages. Where
the language's words are known, those that speak of the site, of pictures and of days are counted, never which ones they
are. A row a kind of evidence, a column a line.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence

import numpy as np
import numpy.typing as npt
import regex

from cleaners.document import Document
from cleaners.line import Line
from cleaners.line_model import classes
from cleaners.matching.phrases import words
from cleaners.tail_model.topic_profile import ending, keys
from cleaners.text.characters import STOPS, character_class

Floats = npt.NDArray[np.float32]
Rows = dict[str, npt.NDArray[np.float64]]

UNKNOWN = -1.0
"""There is no such neighbour, or nothing to compare with."""
LEAST_KEY = 4
"""Letters of a word that is compared; shorter ones are mostly grammar."""
FAR = 50
"""Lines beyond which a removal says nothing any more."""
REACH = 4
"""Lines below that are looked at together."""
NEAR, WIDE = 3, 8
"""Lines on either side whose words are those of one passage; and lines above that show what kind of text goes before."""
MOST_PARAGRAPHS = 30
MOST_TITLE = 400
"""Characters at a text's beginning in which its headline is looked for."""
MOST_GONE, MOST_WORDS_GONE = 10, 300
MOST_WORDS_LEFT = 5000

_ENDINGS = {"closed": 0, "ellipsis": 1, "open": 2}
# What earlier stages took beside a line, by kind; the two letters are those of the rules' codes.
_KINDS = {
    "credit": ("PC",),
    "teaser": ("TE",),
    "comment": ("CO",),
    "prompt": ("SH", "NL", "PW", "AP"),
    "byline": ("BY", "DA", "PF", "TI"),
    "ad": ("AD",),
    "navigation": ("NV",),
    "signature": ("AG",),
    "rights": ("CR",),
}

STRANGERS = ("TS", "UP", "SM")
"""Families that take leads of other stories, which say nothing about the lines of this one."""

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
    """All evidence on a document's standing lines: the names of its rows, and the rows."""
    lines = doc.lines
    rows = _form(lines)
    _place(rows, lines)
    _runs(rows)
    _lists(rows, lines)
    _neighbours(rows)
    _likeness(rows)
    _words(rows, lines, doc)
    _cues(rows, lines, doc.language)
    _repeats(rows, lines)
    _removals(rows, doc)
    return tuple(rows), np.array(list(rows.values()), np.float32).reshape(len(rows), len(lines))


def _each(lines: Sequence[Line], function: Callable[[Line], float]) -> npt.NDArray[np.float64]:
    return np.fromiter(map(function, lines), np.float64, len(lines))


def _form(lines: Sequence[Line]) -> Rows:
    """What the line's own characters say."""
    words = np.maximum(1, _each(lines, lambda line: len(line.words)))
    chars = _each(lines, lambda line: len(line.text))

    def count(pattern: regex.Pattern[str]) -> npt.NDArray[np.float64]:
        return _each(lines, lambda line: len(pattern.findall(line.plain)))

    return {
        "words": words,
        "chars": chars,
        "word_length": chars / words,
        "sentence": _each(lines, lambda line: line.is_sentence),
        "prose": _each(lines, lambda line: line.is_prose),
        "sentences": count(_SENTENCES),
        "commas": _each(lines, lambda line: line.text.count(",")) / words,
        "digits": _each(lines, lambda line: sum(map(str.isdigit, line.text))) / chars,
        "year": _each(lines, lambda line: _YEAR.search(line.plain) is not None),
        "separators": count(_SEPARATORS),
        "quotes": count(_QUOTES),
        "bullet": _each(lines, lambda line: _BULLET.match(line.plain) is not None),
        "address": _each(lines, lambda line: _ADDRESS.search(line.plain) is not None),
        "label": _each(lines, lambda line: _LABEL.match(line.plain) is not None),
        "brackets": count(_BRACKETS),
        "capitals": count(_CAPITAL) / words,
        "shouted": count(_SHOUTED) / words,
        "copyright": _each(lines, lambda line: "©" in line.text),
        "ending": _each(lines, lambda line: _ENDINGS[ending(line.plain)]),
        "first_sign": _each(lines, lambda line: character_class(line.text[0])),
        "last_sign": _each(lines, lambda line: character_class(line.text[-1])),
        "name_run": _each(lines, _name_run),
    }


def _place(rows: Rows, lines: Sequence[Line]) -> None:
    """Where the line stands among the lines, the words, and the paragraphs of running text."""
    count, words, prose = len(lines), rows["words"], rows["prose"]
    index = np.arange(count, dtype=np.float64)
    before, told = _running(words), _running(words * prose)
    story = max(1.0, told[-1])
    usual = float(np.median(words[prose > 0])) if prose.any() else 0.0
    rows |= {
        "index": index,
        "from_end": count - index,
        "position": index / max(1, count - 1),
        "word_position": before[:-1] / before[-1],
        "words_left": np.minimum(MOST_WORDS_LEFT, before[-1] - before[1:]),
        "prose_before": told[:-1] / story,
        "prose_after": (story - told[1:]) / story,
        "prose_lines_before": np.minimum(MOST_PARAGRAPHS, _running(prose)[:-1]),
        "prose_lines_after": np.minimum(MOST_PARAGRAPHS, prose.sum() - _running(prose)[1:]),
        "relative_length": words / max(1.0, usual),
        "text_lines": np.full(count, float(count)),
        "text_prose_lines": np.full(count, prose.sum()),
        "text_prose_words": np.full(count, story),
        "text_prose_share": np.full(count, story / before[-1]),
        "text_usual_length": np.full(count, usual),
    }


def _runs(rows: Rows) -> None:
    """Headlines and menus come in runs of lines that are no running text."""
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


def _lists(rows: Rows, lines: Sequence[Line]) -> None:
    """Rows of lists, and sentences that stand in pieces: of the line, and of the text as a whole."""
    listed, parts = (np.array(found(lines), np.float64) for found in (classes.rows, classes.fragments))
    sums = _running(listed)
    index = np.arange(len(lines))
    first, last = np.maximum(0, index - WIDE), np.minimum(len(lines), index + WIDE + 1)
    rows |= {
        "row": listed,
        "rows_around": (sums[last] - sums[first] - listed) / np.maximum(1, last - first - 1),
        "text_rows": np.full(len(lines), listed.mean()),
        "fragment": parts,
        "text_fragments": np.full(len(lines), parts.mean()),
    }


def _neighbours(rows: Rows) -> None:
    """What the lines around are like."""
    for step in (-2, -1, 1, 2):
        for name in ("prose", "words", "ending") + (("capitals",) if abs(step) == 1 else ()):
            rows[f"neighbour{step:+}_{name}"] = _shifted(rows[name], step)
    prose = _running(rows["prose"])
    count = len(rows["prose"])
    index = np.arange(count)
    for reach in (3, 6):
        first, last = np.maximum(0, index - reach), np.minimum(count, index + reach + 1)
        above, below = prose[index] - prose[first], prose[last] - prose[index + 1]
        rows[f"above{reach}_prose"] = _share(above, index - first)
        rows[f"below{reach}_prose"] = _share(below, last - index - 1)
        rows[f"around{reach}_prose"] = _share(above + below, last - first - 1)
    words, sentences, bullets = (_running(rows[name]) for name in ("words", "sentence", "bullet"))
    first, last = np.maximum(0, index - REACH), np.minimum(count, index + REACH + 1)
    rows["mean_above"] = (words[index] - words[first]) / np.maximum(1, index - first)
    rows["mean_below"] = (words[last] - words[index + 1]) / np.maximum(1, last - index - 1)
    first = np.maximum(0, index - WIDE)
    rows["above_sentences"] = _share(sentences[index] - sentences[first], index - first)
    first, last = np.maximum(0, index - NEAR), np.minimum(count, index + NEAR + 1)
    rows["bullets_around"] = bullets[last] - bullets[first] - rows["bullet"]


def _likeness(rows: Rows) -> None:
    """How many of the other lines begin and end like this one, and how many have its shape as a whole."""
    others = max(1, len(rows["words"]) - 1)
    begins, ends = rows["first_sign"].tolist(), rows["last_sign"].tolist()
    sizes = np.log2(1 + rows["words"]).astype(int).tolist()
    shapes = list(zip(begins, ends, sizes, (rows["separators"] > 0).tolist(), rows["label"].tolist(), strict=True))
    for name, kinds in (("first_sign_usual", begins), ("last_sign_usual", ends), ("shape_usual", shapes)):
        found = Counter(kinds)
        rows[name] = np.array([found[kind] - 1 for kind in kinds]) / others


def _words(rows: Rows, lines: Sequence[Line], doc: Document) -> None:
    """How many of the line's words and names the story uses elsewhere, or its headline, or what earlier stages took."""
    told = [keys(line.plain) for line in lines]
    words = [_long(line) for line in told]
    first = min([(line.start, line.text) for line in lines[:1]] + [(r.start, r.text) for r in doc.removals], default=(0, ""))[1]
    titles = (first[:MOST_TITLE], *(c.value for c in doc.captures if c.field == "title"))
    title = set[str]().union(*(_long(keys(text)) for text in titles))
    gone = set[str]().union(*(_long(keys(r.text)) for r in doc.removals if not r.rule.startswith(STRANGERS)))
    names = [{word for word, is_name in line if is_name} for line in told]
    prose = rows["prose"] > 0
    in_prose = Counter(word for own, counts in zip(words, prose, strict=True) if counts for word in own)
    anywhere = Counter(word for own in words for word in own)
    named = Counter(word for own in names for word in own)
    seldom = max(2.0, 0.34 * float(prose.sum()))
    lead = next((own for own, counts in zip(words, prose, strict=True) if counts), set())
    used: list[float] = []
    rare: list[float] = []
    for own, counts in zip(words, prose.tolist(), strict=True):
        others = [in_prose[word] - counts for word in own]
        used.append(sum(n > 0 for n in others) / len(own) if own else UNKNOWN)
        rare.append(sum(0 < n <= seldom for n in others) / len(own) if own else UNKNOWN)
    known = (
        sum(anywhere[name] - (name in own) > 0 or named[name] > 1 for name in called) / len(called) if called else UNKNOWN
        for own, called in zip(words, names, strict=True)
    )
    count = len(lines)
    rows |= {
        "words_used": np.array(used),
        "rare_words_used": np.array(rare),
        "names_used": np.fromiter(known, np.float64, count),
        "names": np.fromiter(map(len, names), np.float64, count),
        "like_above": np.array([_alike(words[i], words[i - 1]) if i else UNKNOWN for i in range(count)]),
        "like_below": np.array([_alike(words[i], words[i + 1]) if i + 1 < count else UNKNOWN for i in range(count)]),
        "like_lead": np.array([_alike(own, lead) for own in words]),
        "like_title": np.array([_alike(own, title) for own in words]),
        "words_gone": np.array([_part(own, own & gone) for own in words]),
        "words_near": np.array([_part(own, own & _around(words, at)) for at, own in enumerate(words)]),
        "words_alone": np.array([_part(own, [word for word in own if anywhere[word] == 1]) for own in words]),
    }


def _cues(rows: Rows, lines: Sequence[Line], language: str | None) -> None:
    """Words that speak of the site and its readers, of pictures, and of days."""
    stems, pictures = words("site", language), words("picture", language)
    days = words("weekday", language) | words("month", language)
    sizes = sorted({len(stem) for stem in stems})
    site = _each(lines, lambda line: sum(any(word[:size] in stems for size in sizes) for word in line.words))
    share = site / rows["words"]
    below = _running(share)
    count = len(lines)
    last = np.minimum(count, np.arange(count) + REACH + 1)
    rows |= {
        "site_words": site,
        "site_share": share,
        "site_before": _shifted(share, -1),
        "site_after": _shifted(share, 1),
        "site_below": (below[last] - below[:-1]) / REACH,
        "picture_words": _each(lines, lambda line: sum(word in pictures for word in line.words)),
        "day_words": _each(lines, lambda line: sum(word in days for word in line.words)),
    }


def _repeats(rows: Rows, lines: Sequence[Line]) -> None:
    """How much of the line stands elsewhere in the text, word for word."""
    threes = [set(zip(line.words, line.words[1:], line.words[2:], strict=False)) for line in lines]
    seen = Counter(three for own in threes for three in own)
    copies = Counter(line.words for line in lines)
    earlier: set[tuple[str, ...]] = set()
    shares: list[float] = []
    dealt: list[float] = []
    for line, own in zip(lines, threes, strict=True):
        copied = copies[line.words] > 1
        shares.append(sum(seen[three] > 1 for three in own) / len(own) if own else float(copied))
        dealt.append(copied + (line.words in earlier))
        earlier.add(line.words)
    rows |= {"repeated": np.array(shares), "copy": np.array(dealt)}


def _removals(rows: Rows, doc: Document) -> None:
    """What earlier stages took above and below the line, and how far above the last of each kind stood."""
    count = len(doc.lines)
    starts = [line.start for line in doc.lines]
    gone, words = np.zeros(count + 1), np.zeros(count + 1)
    kinds = {name: np.zeros(count + 1) for name in _KINDS}
    for removal in doc.removals:
        if removal.rule.startswith(STRANGERS):
            continue
        gap = bisect_right(starts, removal.start)
        gone[gap] += 1
        words[gap] += removal.text.count(" ") + 1
        for name, codes in _KINDS.items():
            if removal.rule.startswith(codes):
                kinds[name][gap] = 1
    total = gone.sum()
    rows |= {
        "gone_above": np.minimum(MOST_GONE, gone[:-1]),
        "gone_below": np.minimum(MOST_GONE, gone[1:]),
        "words_gone_above": np.minimum(MOST_WORDS_GONE, words[:-1]),
        "words_gone_below": np.minimum(MOST_WORDS_GONE, words[1:]),
        "gone_before": np.cumsum(gone)[:-1] / max(1.0, total),
        "text_gone": np.full(count, total),
    }
    index = np.arange(count)
    for name, found in kinds.items():
        last = np.maximum.accumulate(np.where(found[:-1] > 0, index, -FAR))
        rows |= {f"{name}_above": found[:-1], f"{name}_below": found[1:], f"since_{name}": np.minimum(FAR, index - last)}


def _running(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Running sums, beginning with 0."""
    return np.concatenate(([0.0], np.cumsum(values)))


def _shifted(values: npt.NDArray[np.float64], step: int) -> npt.NDArray[np.float64]:
    """Each line's value of the line `step` places on."""
    at = np.arange(len(values)) + step
    inside = (at >= 0) & (at < len(values))
    return np.where(inside, values[np.clip(at, 0, len(values) - 1)], UNKNOWN)


def _share(part: npt.NDArray[np.float64], whole: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    return np.where(whole > 0, part / np.maximum(1, whole), UNKNOWN)


def _alike(own: set[str], other: set[str]) -> float:
    """The share of the smaller set that the other holds."""
    return len(own & other) / min(len(own), len(other)) if own and other else UNKNOWN


def _part(own: set[str], found: Collection[str]) -> float:
    return len(found) / len(own) if own else UNKNOWN


def _around(words: Sequence[set[str]], at: int) -> set[str]:
    """The words of the lines near this one."""
    return set[str]().union(*words[max(0, at - NEAR) : at], *words[at + 1 : at + NEAR + 1])


def _long(told: Iterable[tuple[str, bool]]) -> set[str]:
    """The words that are compared."""
    return {word for word, _ in told if len(word) >= LEAST_KEY}


def _name_run(line: Line) -> int:
    """The most capitalised words in a row."""
    most = run = 0
    for word in _LETTERS.findall(line.plain):
        run = run + 1 if word[0].isupper() else 0
        most = max(most, run)
    return most
