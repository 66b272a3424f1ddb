"""Measure speed: on texts beside datatrove's filters, on pages beside trafilatura.

    python benchmarks/speed.py DATA [--set news …] [--limit 300]

DATA is the folder of the data sets (`benchmarks/sources.py`). The sets of texts: `short` (up to 1,000 characters), `news`,
`long` (from 20,000 characters on, made of several stories), and `languages` (DAnIEL and FUNDUS, twenty languages). The sets of
pages: `naeb`, `fundus`, `wcxb`, `daniel`. Each contender sees each text or page once, after a warm-up on others. The table
shows the milliseconds of processor time of one, MB of UTF-8 a second, and the time relative to that of the reference
(datatrove's C4 filter, trafilatura's default): the median of the blocks, the least and the most.

A contender whose library is not installed is skipped: `pip install "datatrove[processing]" spacy` brings both filters,
`pip install resiliparse` another extractor.
"""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from importlib import import_module
from itertools import islice
from pathlib import Path

from rich.console import Console
from rich.table import Table
from trafilatura import extract

from benchmarks.sources import read
from benchmarks.speed_timing import Contender, measure, ratio
from cleaners import Settings, clean_html, clean_text

C4, TRAFILATURA = "datatrove: C4", "trafilatura"
REFERENCES = (C4, TRAFILATURA)
SHORT_CHARS, LONG_CHARS = 1_000, 20_000


def texts(data: Path, *names: str) -> Iterator[str]:
    """Yield the texts of several sets in turn, so that the first few are of all of them."""
    readers = [(row["text"] for row in read(data / f"{name}.jsonl.gz")) for name in names]
    for together in zip(*readers, strict=False):
        yield from together


def short(data: Path) -> Iterator[str]:
    """Yield texts of a few lines."""
    return (text for text in texts(data, "corpora-dev") if len(text) <= SHORT_CHARS)


def long(data: Path) -> Iterator[str]:
    """Yield texts as long as a chapter, each made of neighbouring stories."""
    stories: list[str] = []
    for text in texts(data, "text-naeb-dev"):
        stories.append(text)
        if sum(map(len, stories)) >= LONG_CHARS:
            yield "\n\n".join(stories)
            stories.clear()


def pages(name: str, data: Path) -> Iterator[str]:
    """Yield the pages of a set."""
    return (row["html"] for row in read(data / f"{name}-dev.jsonl.gz"))


PAGES: Mapping[str, Callable[[Path], Iterator[str]]] = {
    name: partial(pages, name) for name in ("naeb", "fundus", "wcxb", "daniel")
}
SETS: Mapping[str, Callable[[Path], Iterator[str]]] = {
    "short": short,
    "news": lambda data: texts(data, "text-naeb-dev"),
    "long": long,
    "languages": lambda data: texts(data, "text-daniel-dev", "text-fundus-dev"),
    **PAGES,
}


def filters() -> Iterator[Contender[str]]:
    """Yield datatrove's filters, if they are installed."""
    try:
        datatrove = import_module("datatrove.pipeline.filters")
        document = import_module("datatrove.data").Document
        import_module("spacy")
    except ImportError as missing:
        print(f"datatrove's filters are skipped: {missing}", file=sys.stderr)
        return
    for name, made in ((C4, datatrove.C4QualityFilter()), ("datatrove: FineWeb", datatrove.FineWebQualityFilter())):
        yield Contender(name, lambda text, made=made: made.filter(document(text=text, id="")))  # type: ignore[misc]


def extractors() -> Iterator[Contender[str]]:
    """Yield the extractors of pages."""
    yield Contender(TRAFILATURA, partial(extract, include_comments=False))
    yield Contender("trafilatura: fast", partial(extract, include_comments=False, fast=True))
    try:
        resiliparse = import_module("resiliparse.extract.html2text")
    except ImportError as missing:
        print(f"resiliparse is skipped: {missing}", file=sys.stderr)
        return
    yield Contender("resiliparse", partial(resiliparse.extract_plain_text, main_content=True))


def contenders(name: str) -> list[Contender[str]]:
    """Make all contenders for a set, the reference first if it is there."""
    if name in PAGES:
        return [*extractors(), Contender[str]("bodycopy", clean_html)]
    bare = Settings(profile="careful", suggestions=False)  # type: ignore[arg-type]
    own = [
        Contender[str]("bodycopy", clean_text),
        Contender[str]("bodycopy: careful, no suggestions", lambda text: clean_text(text, settings=bare)),
    ]
    return [*filters(), *own]


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("data", type=Path, help="the folder of the data sets")
    parser.add_argument("--set", action="append", choices=SETS, help="only this set; may be given several times")
    parser.add_argument("--limit", type=int, default=300, help="texts or pages of each set")
    args = parser.parse_args()
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # its warnings are about single pages
    table = Table("set", "contender", "ms a text or page", "MB/s", "time over that of the reference")
    for name in args.set or SETS:
        found = list(islice(SETS[name](args.data), 2 * args.limit))
        items, warm_up = found[: len(found) // 2], found[len(found) // 2 :]
        timed = contenders(name)
        measure(timed, items, warm_up)
        size = sum(len(text.encode()) for text in items)
        for contender in timed:
            total = sum(contender.seconds)
            beside = str(ratio(contender, timed[0])) if timed[0].name in REFERENCES else ""
            table.add_row(name, contender.name, f"{total / len(items) * 1000:.2f}", f"{size / total / 1e6:.2f}", beside)
    Console(width=120).print(table)
    return 0


if __name__ == "__main__":
    sys.exit(main())
