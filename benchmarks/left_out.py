"""Train every learned part without one source after another, and judge the whole library on that source.

    python benchmarks/left_out.py DATA [--source NAME …] [--part NAME …] [--shipped] [--judge-only] [--cache DIR]

For each source (fundus, wcxb, naeb, daniel, corpora) the models, weights and limits are made of all other sources and written
to benchmarks/folds/SOURCE; then `benchmarks/quality.py` measures the sets of that source with them. The figure that counts is
that of the worst source. --shipped makes the library's own models of all sources instead, and judges nothing, because a figure
on data that a model has seen is no result. The same data, seeds and versions give the same files. It takes about an hour on two
cores and needs lightgbm.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import train_cut_leads
import train_lines
import train_pages
import train_tails
from boosted_trees import write_model
from sources import CORPORA, DANIEL, FUNDUS, NAEB, WCXB

HERE = Path(__file__).parent
PACKAGE = HERE.parent / "cleaners"
SOURCES = (FUNDUS, WCXB, NAEB, DANIEL, CORPORA)
SETS = {
    FUNDUS: ("fundus-dev", "text-fundus-dev", "tails-fundus-dev"),
    WCXB: ("wcxb-dev", "tails-wcxb-dev"),
    NAEB: ("naeb-dev", "text-naeb-dev", "tails-naeb-dev"),
    DANIEL: ("daniel-dev", "text-daniel-dev"),
    CORPORA: ("corpora-dev",),
}
"""The sets that derive from each source."""

Fitted = Callable[[str | None], dict[str, Any]]
"""Makes the contents of a model's file without a source."""


def pages(data: Path, _cache: Path | None) -> Fitted:
    """Prepare the model of a page's blocks."""
    examples = train_pages.collect(data)
    return lambda without: train_pages.fitted(examples, without)


def lines(data: Path, cache: Path | None) -> Fitted:
    """Prepare the model of a text's lines."""
    training = train_lines.Training(train_lines.collect(data, cache and cache / "lines.pickle"))
    return training.fitted


def endings(data: Path, _cache: Path | None) -> Fitted:
    """Prepare the model of last paragraphs that belong to another story."""
    texts = train_tails.collect(data)
    return lambda without: train_tails.fitted(texts, without)


def leads(data: Path, _cache: Path | None) -> Fitted:
    """Prepare the weights of cut leads."""
    texts = train_cut_leads.collect(data)
    return lambda without: train_cut_leads.fitted(texts, without)


PARTS: dict[str, tuple[str, Callable[[Path, Path | None], Fitted], Sequence[str]]] = {
    "leads": ("tail_model/cut_leads.json", leads, train_tails.SOURCES),
    "endings": ("tail_model/model.json", endings, train_tails.SOURCES),
    "lines": ("line_model/model.json", lines, SOURCES),
    "pages": ("markup/model.json", pages, (FUNDUS, WCXB, NAEB, DANIEL)),
}
"""Each learned part: its file, how it is made, and its sources. Lines come after the parts whose removals they see."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--source", action="append", choices=SOURCES, help="leave out this one only (more than once: these)")
    parser.add_argument("--part", action="append", choices=list(PARTS), help="train this part only")
    parser.add_argument("--shipped", action="store_true", help="the library's own models, of all sources")
    parser.add_argument("--judge-only", action="store_true", help="with the models that are there")
    parser.add_argument("--cache", type=Path, help="a folder for what takes long to collect")
    args = parser.parse_args()
    chosen = args.source or SOURCES
    for name in [] if args.judge_only else args.part or PARTS:
        file, make, sources = PARTS[name]
        fitted = make(args.data, args.cache)
        for without in [None] if args.shipped else [source for source in chosen if source in sources]:
            path = (HERE / "folds" / without if without else PACKAGE) / file
            write = train_cut_leads.write if name == "leads" else write_model
            print(f"{name} without {without or 'none'}: {write(fitted(without), path)}", flush=True)
    for source in [] if args.shipped else chosen:
        sets = [argument for name in SETS[source] for argument in ("--set", name)]
        print(f"judged on {source}, by models that never saw it:", flush=True)
        subprocess.run([sys.executable, HERE / "quality.py", args.data, *sets, "--baseline"], check=True)


if __name__ == "__main__":
    main()
