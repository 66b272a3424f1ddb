"""The lines of a document that hold given words, or where else the words stand."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence

from cleaners import Cleaned
from cleaners.account.account import Account
from cleaners.line import Line
from cleaners.text.tokens import find_words

MIN_COMMON_WORDS = 2
"""Words that the nearest line has in common with those that were asked for."""


def folded(text: str) -> str:
    """Return a text for comparison: without regard to case and to the kind and amount of white space.

    >>> folded(" The\\nFerry ")
    'the ferry'
    """
    return " ".join(text.split()).casefold()


def lines_with(lines: Sequence[Line], words: str) -> list[int]:
    """Return the numbers, from 1, of the lines that hold words; the words may run over several lines.

    >>> from cleaners.line import split_lines
    >>> lines_with(tuple(split_lines("The ferry left.\\nNobody saw\\nthe ferry.")), "saw the FERRY")
    [2, 3]
    """
    wanted = folded(words)
    if not wanted:
        return []
    texts = [folded(line.text) for line in lines]
    starts, place = [], 0
    for text in texts:
        starts.append(place)
        place += len(text) + 1
    joined = " ".join(texts)
    found: dict[int, None] = {}
    at = joined.find(wanted)
    while at >= 0:
        first, last = bisect_right(starts, at), bisect_right(starts, at + len(wanted) - 1)
        found.update(dict.fromkeys(range(first, last + 1)))
        at = joined.find(wanted, at + 1)
    return list(found)


def elsewhere(account: Account, words: str) -> list[str]:
    """Return where words stand that no line holds, in sentences; empty where they stand nowhere."""
    wanted = folded(words)
    return list(dict.fromkeys(_elsewhere(account.cleaned, wanted, account.text))) if wanted else []


def _elsewhere(cleaned: Cleaned, wanted: str, text: str) -> Iterator[str]:
    for number, article in enumerate(cleaned.articles, 1):
        fields = {"title": article.title, "date": article.date, "author": "; ".join(article.authors)}
        fields |= {name: "; ".join(values) for name, values in article.metadata.items()}
        of = f" of article {number}" if len(cleaned.articles) > 1 else ""
        for name, value in fields.items():
            if value and wanted in folded(value):
                yield f"in the metadata: the {name}{of} is {value!r}"
    for capture in cleaned.captures:
        if wanted in folded(capture.value):
            span = text[capture.start : capture.end]
            yield f"in what {capture.rule} noted as {capture.field}: {capture.value!r}, of the words {span!r}"
    for repair in cleaned.repairs:
        if wanted in folded(repair.before):
            yield f"in the source before a repair: {repair.rule} made {repair.after!r} of {repair.before!r}"
    if wanted in folded(cleaned.restore()):
        yield "in the source, where a repair or the marks of Markdown part them; give fewer words"


def nearest(lines: Sequence[Line], words: str) -> int | None:
    """Return the number, from 1, of the line that has most of the words; None where none has two of them."""
    wanted = Counter(find_words(words.lower()))
    common = [sum((Counter(line.words) & wanted).values()) for line in lines]
    best = max(range(len(common)), key=common.__getitem__, default=None)
    return best + 1 if best is not None and common[best] >= MIN_COMMON_WORDS else None
