"""Records: the rows that a cleaned document becomes, in files and on standard output alike."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from cleaners import Cleaned, rules
from cleaners.document import count_words
from cleaners.ledger import Entry, as_row, from_row

SCHEMA = 1
"""Version of the rows and of the files' layout; a higher one redoes every document."""

Row = dict[str, Any]


def article_rows(cleaned: Cleaned) -> list[Row]:
    """One row an article: its metadata, without its body, and what its document's confidence and review are."""
    return [
        {
            "article": number,
            "title": article.title,
            "authors": list(article.authors),
            "date": article.date,
            "language": article.language,
            "truncated": article.truncated,
            "words": count_words(article.body),
            "confidence": cleaned.confidence,
            "review": cleaned.review,
            "metadata": {name: list(values) for name, values in sorted(article.metadata.items())},
        }
        for number, article in enumerate(cleaned.articles, 1)
    ]


def ledger_rows(cleaned: Cleaned) -> Iterator[Row]:
    """All entries of the ledger by offset, then the findings that did not act, of the kind `suggestion`."""
    yield from map(as_row, cleaned.ledger)
    for suggestion in cleaned.suggestions:
        yield {**as_row(suggestion), "kind": "suggestion"}


def entries(rows: Iterable[Row]) -> list[Entry]:
    """The ledger's entries from its rows; suggestions and the header are none.

    Raises:
        ValueError: a row is of no known kind.
    """
    return [from_row(row) for row in rows if row.get("kind") not in ("document", "suggestion")]


def for_review(review: str, confidence: float | None) -> str:
    """Why a person should look at a document, with its confidence where no reason names it.

    >>> for_review("much would go", 0.91)
    'much would go; confidence 0.91'
    """
    if confidence is None or f"confidence {confidence:g} " in review:
        return review
    return f"{review}; confidence {confidence:g}"


def counts(cleaned: Cleaned) -> Row:
    """What a run adds up: articles, words in and out, removals and their words by family, the rule that took most words."""
    out = sum(count_words(article.body) for article in cleaned.articles)
    gone = sum(count_words(removal.text) for removal in cleaned.removals)
    families = Counter(_family(removal.rule) for removal in cleaned.removals)
    words: Counter[str] = Counter()
    for removal in cleaned.removals:
        words[removal.rule] += count_words(removal.text)
    by_family: Counter[str] = Counter()
    for code, number in words.items():
        by_family[_family(code)] += number
    return {
        "articles": len(cleaned.articles),
        "words_in": out + gone,
        "words_out": out,
        "removals": dict(sorted(families.items())),
        "words": dict(sorted(by_family.items())),
        "rule": max(sorted(words), key=words.__getitem__, default=None),
    }


def _family(code: str) -> str:
    """The family of a rule; those of users have none of their own."""
    rule = rules().get(code)
    return rule.family if rule else "custom"


def dumps(row: Row) -> bytes:
    """A row as a line of JSON; readable characters stay, lone surrogates (undecodable bytes) become escapes."""
    try:
        return json.dumps(row, ensure_ascii=False).encode() + b"\n"
    except UnicodeEncodeError:
        return json.dumps(row).encode() + b"\n"
