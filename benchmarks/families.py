"""Measure what each family of rules takes out of noisy texts, how much of that is noise, and what it costs in clean ones.

    python benchmarks/families.py DATA [--set text-fundus-dev] [--profile standard] [--markdown]

DATA holds noisy texts with their bodies as `SET.jsonl.gz` (text, gold), and clean bodies in fundus-dev and wcxb-dev. A word is
noise where the gold body does not hold its line. Figures by family, for either half of the publishers:

    precision   the share of the words that it took that are noise
    caught      its share of all noise words
    harm        the share of the clean bodies' words that it takes

The model of the family `context` was trained on both halves.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections import Counter, defaultdict
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from labels import align
from rich.console import Console
from rich.table import Table
from scoring import tokens
from sources import fold, read

from cleaners import Profile, Settings, clean_text, rules

CLEAN = ("fundus-dev", "wcxb-dev")
HALVES = ("one half", "other half")
ALL = "all families"
Row = dict[str, str]


@dataclass
class Taken:
    """Words that a family took.

    Attributes:
        words: All words, by half.
        noise: Words of noise, by half.
        harm: Words of clean bodies, by set.
    """

    words: Counter[str] = field(default_factory=Counter)
    noise: Counter[str] = field(default_factory=Counter)
    harm: Counter[str] = field(default_factory=Counter)


def noisy(row: Row, settings: Settings) -> tuple[str, float, list[tuple[str, int, float]]]:
    """Clean one text; gives its half, its noise words, and family, words and noise words of each removal."""
    cleaned = clean_text(row["text"], settings=settings)
    spans = [(removal.start, tokens(removal.text), rules()[removal.rule].family) for removal in cleaned.removals]
    place = 0
    for body in (line for article in cleaned.articles for line in article.body.split("\n\n")):
        found = row["text"].find(body, place)  # a trimmed or repaired line is not found; it stands behind the previous one
        place = found + 1 if found >= 0 else place
        spans.append((place, tokens(body), ""))
    spans.sort(key=lambda span: span[0])
    shares = align([words for _, words, _ in spans], tokens(row["gold"]))
    taken = [
        (family, len(words), len(words) * (1 - share))
        for (_, words, family), share in zip(spans, shares, strict=True)
        if family
    ]
    noise = sum(len(words) * (1 - share) for (_, words, _), share in zip(spans, shares, strict=True))
    return HALVES[fold(re.sub(r"_\d{4}_.*|~.*", "", row["id"]), 2)], noise, taken


def clean(row: Row, settings: Settings) -> tuple[int, list[tuple[str, int]]]:
    """Clean one clean body; gives its words, and family and words of each removal."""
    removals = clean_text(row["gold"], settings=settings).removals
    return len(tokens(row["gold"])), [(rules()[removal.rule].family, len(tokens(removal.text))) for removal in removals]


def measure(folder: Path, name: str, settings: Settings) -> tuple[dict[str, Taken], Counter[str], Counter[str]]:
    """Measure all families; gives their words, the noise words by half, and the clean words by set."""
    families: dict[str, Taken] = defaultdict(Taken)
    noise, words = Counter[str](), Counter[str]()
    with ProcessPoolExecutor() as pool:
        texts = [row for row in read(folder / f"{name}.jsonl.gz") if row["gold"].strip()]
        for half, count, taken in pool.map(partial(noisy, settings=settings), texts, chunksize=8):
            noise[half] += round(count)
            for family, own, own_noise in taken:
                for key in (family, ALL):
                    families[key].words[half] += own
                    families[key].noise[half] += round(own_noise)
        for source in CLEAN:
            for count, lost in pool.map(partial(clean, settings=settings), read(folder / f"{source}.jsonl.gz"), chunksize=8):
                words[source] += count
                for family, own in lost:
                    for key in (family, ALL):
                        families[key].harm[source] += own
    return families, noise, words


def lines(families: dict[str, Taken], noise: Counter[str], words: Counter[str]) -> list[list[str]]:
    """Make the rows of the table, the families that catch most first."""
    rows = []
    for name, taken in sorted(families.items(), key=lambda item: (item[0] == ALL, -item[1].noise.total())):
        row = [name]
        for half in HALVES:
            row.append(f"{taken.noise[half] / taken.words[half]:.3f}" if taken.words[half] else "–")
            row.append(f"{taken.noise[half] / max(1, noise[half]):.4f}")
        rows.append([*row, *(f"{taken.harm[source] / max(1, words[source]):.5f}" for source in CLEAN)])
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--set", default="text-fundus-dev")
    parser.add_argument("--profile", type=Profile, choices=list(Profile), default=Profile.STANDARD)
    parser.add_argument("--markdown", action="store_true")
    args = parser.parse_args()
    header = [
        "family",
        *(f"{what}, {half}" for half in HALVES for what in ("precision", "caught")),
        *(f"harm, {s}" for s in CLEAN),
    ]
    rows = lines(*measure(args.data, args.set, Settings(args.profile)))
    if args.markdown:
        print("\n".join("| " + " | ".join(row) + " |" for row in (header, ["---"] * len(header), *rows)))
        return
    table = Table(*header)
    for row in rows:
        table.add_row(*row)
    Console(width=160).print(table)


if __name__ == "__main__":
    main()
