"""How often title, date and authors of articles equal the known ones.

    python benchmarks/fields.py DATA/NAME.jsonl.gz [--rows even|odd|all] [--differences FIELD] [--jobs 2]

Each row holds `html` or `text`, its `url`, and what is known of its article: `title`, `date` (ISO 8601), `authors`; a row that
lacks one of them does not count for it. Equal are titles whose words are the same with white space and quotes folded, dates of
the same day, and authors that are the same set of names whatever their case. `people` are the same authors without agencies,
desks and sites on both sides, which are no authors for us and often are for others. Rules are tuned on the even rows, counted
from 0, and judged on the odd ones. --differences prints the rows in which one field is not equal.
"""

from __future__ import annotations

import argparse
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from sources import Row, read

from cleaners import clean_html, clean_text
from cleaners.matching import author_names

FIELDS = ("title", "date", "authors", "people")
HALVES = {"all": slice(None), "even": slice(0, None, 2), "odd": slice(1, None, 2)}
_QUOTES = str.maketrans({**dict.fromkeys("“”„‟«»″", '"'), **dict.fromkeys("‘’‚‛‹›′`´", "'")})


def folded(text: str) -> str:
    """Return a text whose quotes are plain and whose white space is single blanks.

    >>> folded("The “old”\\xa0 ferry’s end")
    'The "old" ferry\\'s end'
    """
    return " ".join(unicodedata.normalize("NFKC", text).translate(_QUOTES).split())


def known_of(row: Row) -> dict[str, object]:
    """Return the comparable values of the fields that a row knows."""
    title, date, authors = row.get("title"), row.get("date"), row.get("authors")
    found: dict[str, object] = {}
    if title:
        found["title"] = folded(title)
    if date:
        found["date"] = str(date)[: len("2020-01-01")]
    if authors:
        found |= _authors(row, authors)
    return found


def _authors(row: Row, authors: str | Iterable[str]) -> dict[str, object]:
    """Return the comparable values of authors: all of them, and the people among them. A string names several with commas."""
    names = [folded(name) for name in (authors.split(",") if isinstance(authors, str) else authors)]
    people = author_names.names(names, language=row.get("lang"))
    return {
        "authors": frozenset(name.casefold() for name in names),
        "people": frozenset(name.casefold() for name in people),
    }


def found_in(row: Row) -> dict[str, object]:
    """Return the comparable values that cleaning a row's document finds, of its first article."""
    url = row.get("url")
    cleaned = clean_html(row["html"], url=url) if row.get("html") else clean_text(row.get("text") or "", url=url)
    if not cleaned.articles:
        return dict.fromkeys(FIELDS)
    article = cleaned.articles[0]
    return {
        "title": folded(article.title or ""),
        "date": article.date,
        **_authors(row, article.authors),
    }


def shares(known: Sequence[Mapping[str, object]], found: Sequence[Mapping[str, object]]) -> dict[str, float]:
    """Return, by field, the share of the rows knowing it in which the found value is equal.

    >>> shares([{"title": "A"}, {"title": "B", "date": "2020-01-01"}], [{"title": "A"}, {"title": "C", "date": "2020-01-01"}])
    {'title': 0.5, 'date': 1.0}
    """
    pairs = list(zip(known, found, strict=True))
    result = {}
    for field in FIELDS:
        equal = [mine[field] == each[field] for each, mine in pairs if field in each]
        if equal:
            result[field] = sum(equal) / len(equal)
    return result


def main() -> None:
    """Print the shares of equal fields in a set, and on request the rows that differ."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("set", type=Path)
    parser.add_argument("--rows", choices=HALVES, default="all")
    parser.add_argument("--differences", choices=FIELDS)
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    rows = list(read(options.set))[HALVES[options.rows]]
    with ProcessPoolExecutor(options.jobs) as pool:
        found = list(pool.map(found_in, rows, chunksize=4))
    known = [known_of(row) for row in rows]
    print(f"{len(rows)} rows", *(f"{field} {share:.3f}" for field, share in shares(known, found).items()), sep="   ")
    for row, each, mine in zip(rows, known, found, strict=True):
        field = options.differences
        if field in each and mine[field] != each[field]:
            print(row["id"], f"known {_shown(each[field])}", f"found {_shown(mine[field])}", sep="\t")


def _shown(value: object) -> str:
    return str(sorted(value) if isinstance(value, frozenset) else value)


if __name__ == "__main__":
    main()
