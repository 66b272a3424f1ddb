"""Where training data come from, and how a source is left out.

A source is all that derives from it: a page set, the texts that extractors made of its pages, its gold bodies. A scraper's
texts are a source each. What is trained or chosen without a source may be judged on it; nothing else may.
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
FAULTS = Path(__file__).with_name("gold_faults.json")


def read(path: Path) -> Iterator[Row]:
    """The rows of a set, without what people read as noise in their golds."""
    faults = {**_faults(path.parent.parent / "gold_faults.json"), **_faults(FAULTS)}
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield _mended(json.loads(line), faults)


def _faults(path: Path) -> dict[str, Any]:
    return dict(json.loads(path.read_text("utf-8"))) if path.is_file() else {}


def _mended(row: Row, faults: dict[str, Any]) -> Row:
    """The row with a gold body that lacks the spans named for it, if they were named for this very body."""
    gold = row.get("gold") or ""
    found = faults.get(row["id"].split("~")[0]) if gold else None
    if not found or hashlib.sha256(gold.encode()).hexdigest()[:12] != found["gold"]:
        return row
    kept, at = "", 0
    for start, end in found["noise"]:
        kept, at = kept + gold[at:start], end
    return row | {"gold": re.sub(r"\n{3,}", "\n\n", kept + gold[at:]).strip()}


def source_of(name: str, row: Row) -> str:
    """The source of a row of a set (`text-naeb-dev`): naeb; of a scraped text: its scraper."""
    source = next(source for source in (FUNDUS, WCXB, NAEB, DANIEL, CORPORA) if source in name)
    return f"{CORPORA}: {re.sub(r'[ (].*', '', row['source'])}" if source == CORPORA else source


def is_left_out(source: str, without: str | None) -> bool:
    """Whether a source is the one left out; `corpora` leaves out all scrapers."""
    return source == without or (without == CORPORA and source.startswith(CORPORA))


def site_of(row: Row) -> str:
    """Who published it: FUNDUS and DAnIEL name it in the id, the others in the address."""
    page = row["id"].split("~")[0]
    if found := re.match(r"daniel/\d+_([\w.-]+?)_", page):
        return found[1]
    if re.match(r"[a-z]{2}/\w+_\d{4}_", page):
        return re.sub(r"_\d{4}_.*", "", page)
    host = (urlsplit(row.get("url") or "").hostname or "").split(".")
    keep = 3 if len(host) > 2 and len(host[-2]) <= 3 else 2
    return ".".join(host[-keep:]) or page
