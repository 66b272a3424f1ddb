"""The data sets: how they are read, which source a row comes from, and how a source is left out.

A source is everything that derives from it: a page set, the texts that extractors made of its pages, its gold bodies. Each
scraper is a source of its own. Only what was trained and chosen without a source may be judged on it.

Each set is a file `NAME.jsonl.gz`, one object a line. All sets have `id` and `gold` (the body, as people see it); pages have
`html` and `url`, texts `text`.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

Row = dict[str, Any]

FUNDUS, WCXB, NAEB, DANIEL, CORPORA = "fundus", "wcxb", "naeb", "daniel", "corpora"
_GOLD_FAULTS = Path(__file__).with_name("gold_faults.json")


def read(path: Path, *, corrected: bool = True) -> Iterator[Row]:
    """Read a set.

    Args:
        path: The file.
        corrected: Whether to remove from the gold bodies what people marked as noise in `gold_faults.json`. The models of a
            text's end were trained on the bodies as they are. Rows whose gold body holds only a part of the story, as people
            read it, have `cut_short`: what it lacks is no noise.

    Yields:
        Its rows.
    """
    faults = {**_faults(path.parent.parent / "gold_faults.json"), **_faults(_GOLD_FAULTS)} if corrected else {}
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield _corrected(json.loads(line), faults)


def _faults(path: Path) -> dict[str, Any]:
    return dict(json.loads(path.read_text("utf-8"))) if path.is_file() else {}


def _corrected(row: Row, faults: dict[str, Any]) -> Row:
    """Remove the marked spans from a row's gold body, and mark one cut short, if people read this very body."""
    gold = row.get("gold") or ""
    found = faults.get(row["id"], faults.get(row["id"].split("~")[0])) if gold else None
    if not found or hashlib.sha256(gold.encode()).hexdigest()[:12] != found["gold"]:
        return row
    kept, at = "", 0
    for start, end in found["noise"]:
        kept, at = kept + gold[at:start], end
    cut_short = {"cut_short": True} if found.get("cut_short") else {}
    return row | cut_short | {"gold": re.sub(r"\n{3,}", "\n\n", kept + gold[at:]).strip()}


def source_of(name: str, row: Row) -> str:
    """Give the source of a row: `naeb` for the set `text-naeb-dev`, the scraper for a scraped text."""
    source = next(source for source in (FUNDUS, WCXB, NAEB, DANIEL, CORPORA) if source in name)
    return f"{CORPORA}: {re.sub(r'[ (].*', '', row['source'])}" if source == CORPORA else source


def is_left_out(source: str, without: str | None) -> bool:
    """Tell whether a source is the one left out; `corpora` leaves out all scrapers."""
    return source == without or (without == CORPORA and source.startswith(CORPORA))


def site_of(row: Row) -> str:
    """Give the site of a row: FUNDUS and DAnIEL name it in the id, the others in the address."""
    page = row["id"].split("~")[0]
    if found := re.match(r"daniel/\d+_([\w.-]+?)_", page):
        return found[1]
    if re.match(r"[a-z]{2}/\w+_\d{4}_", page):
        return re.sub(r"_\d{4}_.*", "", page)
    host = (urlsplit(row.get("url") or "").hostname or "").split(".")
    keep = 3 if len(host) > 2 and len(host[-2]) <= 3 else 2
    return ".".join(host[-keep:]) or page


def publisher_of(source: str, row: Row) -> str:
    """Give the publisher by which the stories of the models of a text's end are grouped: the host, not the site.

    The division of the stories, and so the trained models, depend on these names.
    """
    if source == FUNDUS:
        return re.sub(r"_\d{4}_.*|~.*", "", row["id"])
    return urlsplit(row.get("url") or "").netloc or row["id"]


def fold(group: str, folds: int) -> int:
    """Give the number of the part to which a group belongs, of so many parts."""
    return int(hashlib.md5(group.encode(), usedforsecurity=False).hexdigest(), 16) % folds
