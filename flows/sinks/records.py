"""Records: the rows of a cleaned document, the same in files and on standard output."""

from __future__ import annotations

import hashlib
import json
from codecs import BOM_UTF8
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

import orjson

from cleaners import Cleaned, Removal, rules
from cleaners.ledger import Entry, as_row, from_row, restore
from cleaners.text.tokens import count_words
from flows.sources.row_facts import NOTHING, About

if TYPE_CHECKING:
    from flows.sinks.base import Outputs

SCHEMA = 2
"""Version of the rows and of the layout of files. With a new version, every document is cleaned again."""

Row = dict[str, Any]
"""A row as JSON."""
_as_json = json.JSONEncoder(ensure_ascii=False).encode
"""As `json.dumps`, which makes such an encoder for each row."""
ANEW = "run again with --force"
"""What to do about results that are damaged."""


def article_rows(cleaned: Cleaned, *, markdown: bool = False, about: About = NOTHING, url: str | None = None) -> list[Row]:
    """Return a row per article: its metadata without the body, and the confidence and review of its document.

    Args:
        cleaned: The result of cleaning the document.
        markdown: Whether the rows hold the articles as Markdown, as `markdown`.
        about: What the document's row says of it.
        url: Where the source says that it was published.
    """
    lost = sum(count_words(removal.text) for removal in (cleaned.visible or cleaned).removals)
    shown = (cleaned.visible or cleaned).articles  # the addresses of links are no words
    return [
        {
            "article": number,
            "id": about.id,
            "url": url,
            "title": article.title,
            "authors": list(article.authors),
            "date": article.date,
            "language": article.language,
            "truncated": article.truncated,
            "words": count_words(shown[number - 1].body),
            "lost_words": lost,
            "confidence": cleaned.confidence,
            "review": cleaned.review,
            "metadata": {name: list(values) for name, values in sorted(article.metadata.items())},
            "carried": dict(about.carried),
            **({"markdown": article.markdown} if markdown else {}),
        }
        for number, article in enumerate(cleaned.articles, 1)
    ]


def ledger_rows(cleaned: Cleaned) -> Iterator[Row]:
    """Iterate over the entries of the ledger by offset, then over the findings that did not act, of the kind `suggestion`."""
    yield from map(as_row, cleaned.ledger)
    yield from map(suggestion_row, cleaned.suggestions)


def suggestion_row(found: Removal) -> Row:
    """Return the row of a finding that did not act."""
    return {**as_row(found), "kind": "suggestion"}


def entries(rows: Iterable[Row]) -> list[Entry]:
    """Return the ledger's entries from its rows; the header and suggestions are left out.

    Raises:
        ValueError: A row is of an unknown kind.
    """
    return [from_row(row) for row in rows if row.get("kind") not in ("document", "suggestion")]


def ledger_of(outputs: Outputs) -> tuple[Row, list[Row]]:
    """Return the header of a document's ledger and its other rows.

    Raises:
        ValueError: The ledger is damaged; the message says where.
    """
    try:
        rows = load_rows(outputs.ledger)
    except ValueError as error:
        raise ValueError(f"its ledger is damaged ({error}); {ANEW}") from None
    if not all(isinstance(row, dict) for row in rows):
        raise ValueError(f"its ledger is damaged (a line is no JSON object); {ANEW}")
    if not rows or rows[0].get("kind") != "document":
        raise ValueError(f"its ledger is damaged ({'its first line is no header' if rows else 'it is empty'}); {ANEW}")
    return rows[0], rows[1:]


def problem_of(error: Exception) -> str:
    """Return why results cannot be used. An error of Python's own, about a value that is odd, has no message for people."""
    if isinstance(error, ValueError) and not isinstance(error, json.JSONDecodeError | UnicodeError):
        return str(error)
    return f"its ledger is damaged ({type(error).__name__}: {error}); {ANEW}"


def rebuilt(outputs: Outputs, header: Row, rows: list[Row]) -> bytes:
    """Rebuild the source of a document, or the visible text of a page.

    Args:
        outputs: The document's results.
        header: The header of its ledger.
        rows: The other rows of its ledger.

    Returns:
        The bytes of the source; of a page, its text in UTF-8.

    Raises:
        ValueError: The results do not give the source that was read.
    """
    if header["schema"] > SCHEMA:
        raise ValueError(f"its ledger is of schema {header['schema']}, this version reads up to {SCHEMA}; update bodycopy")
    if len(outputs.articles) != header["articles"]:
        raise ValueError(f"{len(outputs.articles)} articles are there, its ledger names {header['articles']}")
    bodies = [body.decode() for body, _ in outputs.articles]
    text = restore("\n\n".join(bodies), entries(rows))
    if header["format"] == "html":
        data, expected = text.encode("utf-8", "surrogatepass"), header["text_sha256"]
    else:
        data, expected = text.encode(header["encoding"], "surrogateescape"), header["sha256"]
    if hashlib.sha256(data).hexdigest() != expected:
        raise ValueError("what bodies and ledger give is not the source; was one of them edited?")
    return data


def for_review(review: str, confidence: float | None) -> str:
    """Say why a person should look at a document, with its confidence unless a reason names it.

    >>> for_review("much would go", 0.91)
    'much would go; confidence 0.91'
    """
    if confidence is None or f"confidence {confidence:g} " in review:
        return review
    return f"{review}; confidence {confidence:g}"


LIKE_HTML = "this text looks like HTML"
"""The beginning of the sentence for review of a text that is markup."""


def looks_like_html(review: str | None) -> bool:
    """Return whether a text is for review because it is markup, among other reasons perhaps.

    >>> looks_like_html("much would go; this text looks like HTML (12 tags)"), looks_like_html("it shows HTML")
    (True, False)
    """
    return any(reason.startswith(LIKE_HTML) for reason in (review or "").split("; "))


def counts(cleaned: Cleaned) -> Row:
    """Count what the summary of a run adds up.

    Returns:
        The numbers of articles and of words before and after; removals and their words by family; the rule that removed most
        words; whether the document is a text that looks like HTML.
    """
    review, cleaned = cleaned.review, cleaned.visible or cleaned
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
        "like_html": looks_like_html(review),
    }


def rule_counts(cleaned: Cleaned) -> dict[str, list[int]]:
    """Return the number of removals, and of their words, of each rule that removed something, by code."""
    found: dict[str, list[int]] = {}
    for removal in cleaned.removals:
        counts = found.setdefault(removal.rule, [0, 0])
        counts[0] += 1
        counts[1] += count_words(removal.text)
    return dict(sorted(found.items()))


def _family(code: str) -> str:
    """Return the family of a rule; the rules of users have none of their own."""
    rule = rules().get(code)
    return rule.family if rule else "custom"


def load_rows(lines: bytes) -> list[Row]:
    """Return the rows of lines of JSON, such as a ledger, read as one array: line by line takes twice as long.

    Raises:
        ValueError: They are not valid JSON in UTF-8; the message names the line.

    >>> load_rows(b'{"kind": "document"}\\n{"kind": "removal"}\\n')
    [{'kind': 'document'}, {'kind': 'removal'}]
    """
    joined = b",\n".join(lines.removeprefix(BOM_UTF8).splitlines())
    rows: list[Row] = _loads(b"[" + joined + b"]")
    return rows


def _loads(data: bytes) -> Any:
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError:  # also of what orjson does not take: lone surrogates, which stand for undecodable bytes
        return json.loads(data.decode("utf-8-sig", "surrogatepass"))


def load_row(line: bytes) -> Row:
    """Return the row of a line of JSON; see `load_rows`.

    Raises:
        ValueError: It is no valid JSON in UTF-8.
    """
    row: Row = _loads(line)
    return row


def dumps(row: Row) -> bytes:
    """Return a row as a line of JSON. Characters stay readable; lone surrogates (undecodable bytes) become escapes."""
    try:
        return _as_json(row).encode() + b"\n"
    except UnicodeEncodeError:
        return json.dumps(row).encode() + b"\n"
