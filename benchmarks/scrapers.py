"""Leave out one scraper after another, and judge its texts by a line model and limits made of all other sources.

    python benchmarks/scrapers.py DATA [--cache FILE]

`left_out.py` leaves out all scrapers together, which is stricter than the case of a user's own scrapes: the shipped model has
seen similar ones. The limits are chosen by models that know no scraped text. Printed for each scraper of corpora-dev: its
texts, the share of the story's words lost and of the noise gone, rows that lost three words or more, texts that lost a fifth,
and what its clean bodies lose. It takes ten minutes on two cores and needs lightgbm. No other model saw scraped texts.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

import train_lines
from boosted_trees import write_model
from quality import Figures, Row, begin, harm, measure, summary
from rich.console import Console
from rich.table import Table
from sources import CORPORA, read, source_of

from cleaners import Settings

SET = f"{CORPORA}-dev"
SHOWN = ("lost", "noise_removed", "hurt", "wrecked", "harm", "f1", "exact")


def judged(rows: Sequence[Row], models: Path, jobs: int) -> tuple[list[Figures], list[Figures]]:
    """Measure rows and their clean bodies with the models of a folder."""
    golds = sorted({row["gold"] for row in rows if row["gold"]})
    settings = Settings()
    with ProcessPoolExecutor(jobs, initializer=begin, initargs=(str(models),)) as pool:
        texts = pool.map(partial(measure, baseline=False, settings=settings), rows, chunksize=4)
        return list(texts), list(pool.map(partial(harm, settings=settings), golds, chunksize=4))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--cache", type=Path, help="keep what cleaning shows of the texts in this file")
    parser.add_argument("--jobs", type=int, default=2)
    args = parser.parse_args()
    training = train_lines.Training(train_lines.collect(args.data, args.cache))
    training.prepare(training.scrapers)
    rows = list(read(args.data / f"{SET}.jsonl.gz"))
    table = Table("scraper", "texts", *SHOWN)
    every: tuple[list[Figures], list[Figures]] = ([], [])
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "line_model").mkdir()
        for scraper in training.scrapers:
            write_model(training.fitted(scraper), Path(folder) / "line_model" / "model.json")
            own = [row for row in rows if source_of(SET, row) == scraper]
            texts, bodies = judged(own, Path(folder), args.jobs)
            every[0].extend(texts)
            every[1].extend(bodies)
            add_row(table, scraper.partition(": ")[2], summary(texts, bodies), len(own))
    add_row(table, "all", summary(*every), len(rows))
    Console(width=160).print(table)


def add_row(table: Table, name: str, figures: Figures, texts: int) -> None:
    """Add a scraper to the table."""
    table.add_row(name, str(texts), *(f"{figures[key]:.4f}" if key in figures else "" for key in SHOWN))


if __name__ == "__main__":
    main()
