"""Measure speed on texts, beside datatrove's filters, which run over the same texts in the pipelines of others.

    python benchmarks/speed.py DATA [--set news …] [--limit 300]

DATA is the folder of the data sets (`benchmarks/sources.py`). The sets: `short` (up to 1,000 characters), `news`, `long` (from
20,000 characters on, made of several stories), and `languages` (DAnIEL and FUNDUS, twenty languages). Each contender sees
each text once, after a warm-up on others. The table shows the milliseconds of processor time of a text, MB of UTF-8 a second,
and the time relative to datatrove's C4 filter: the median of the blocks, the least and the most.

A contender whose library is not installed is skipped: `pip install "datatrove[processing]" spacy` brings both filters.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from itertools import islice
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.sources import read
from benchmarks.speed_timing import Contender, measure, ratio
from cleaners import Settings, clean_text

REFERENCE = "datatrove: C4"
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


SETS: Mapping[str, Callable[[Path], Iterator[str]]] = {
    "short": short,
    "news": lambda data: texts(data, "text-naeb-dev"),
    "long": long,
    "languages": lambda data: texts(data, "text-daniel-dev", "text-fundus-dev"),
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
    for name, made in ((REFERENCE, datatrove.C4QualityFilter()), ("datatrove: FineWeb", datatrove.FineWebQualityFilter())):
        yield Contender(name, lambda text, made=made: made.filter(document(text=text, id="")))  # type: ignore[misc]


def contenders() -> list[Contender[str]]:
    """Make all contenders, the reference first if it is there."""
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
    parser.add_argument("--limit", type=int, default=300, help="texts of each set")
    args = parser.parse_args()
    table = Table("texts", "contender", "ms a text", "MB/s", f"time over that of {REFERENCE}")
    for name in args.set or SETS:
        found = list(islice(SETS[name](args.data), 2 * args.limit))
        items, warm_up = found[: len(found) // 2], found[len(found) // 2 :]
        timed = contenders()
        measure(timed, items, warm_up)
        size = sum(len(text.encode()) for text in items)
        for contender in timed:
            total = sum(contender.seconds)
            beside = str(ratio(contender, timed[0])) if timed[0].name == REFERENCE else ""
            table.add_row(name, contender.name, f"{total / len(items) * 1000:.2f}", f"{size / total / 1e6:.2f}", beside)
    Console(width=120).print(table)
    return 0


if __name__ == "__main__":
    sys.exit(main())
