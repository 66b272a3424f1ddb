"""How often each rule is right: what it takes from texts whose bodies are known, by models that never saw their source.

    python benchmarks/rule_precision.py DATA [--write]

A removal is right where its words do not stand in the gold body in a row. `--write` keeps the counts in
cleaners/precision.json, from which `bodycopy rules CODE` and docs/rules.md quote. The texts are those of
text-fundus-dev, text-naeb-dev, text-daniel-dev and corpora-dev, cleaned by the default profile.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from labels import tokens
from quality import begin, fold_of
from sources import Row, read

from cleaners import clean_text

SETS = ("text-fundus-dev", "text-naeb-dev", "text-daniel-dev", "corpora-dev")
PRECISION = Path(__file__).parents[1] / "cleaners" / "precision.json"
LEAST = 10
"""Removals: of fewer, no share is quoted."""


def judged(row: Row) -> list[tuple[str, bool]]:
    """Each removal's rule, and whether it is right."""
    gold = f" {' '.join(tokens(row['gold']))} "
    found = ((removal.rule, f" {' '.join(tokens(removal.text))} ") for removal in clean_text(row["text"]).removals)
    return [(rule, words not in gold) for rule, words in found if words.strip()]


def removals(folder: Path, jobs: int) -> Iterator[tuple[str, bool]]:
    """All removals of all sets."""
    for name in SETS:
        rows = [row for row in read(folder / f"{name}.jsonl.gz") if row["gold"].strip()]
        with ProcessPoolExecutor(jobs, initializer=begin, initargs=(fold_of(name, rows[0]),)) as pool:
            for found in pool.map(judged, rows, chunksize=8):
                yield from found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--write", action="store_true", help="write cleaners/precision.json")
    args = parser.parse_args()
    removed: Counter[str] = Counter()
    right: Counter[str] = Counter()
    for rule, is_right in removals(args.data, args.jobs):
        removed[rule] += 1
        right[rule] += is_right
    counts = {rule: {"removed": removed[rule], "right": right[rule]} for rule in sorted(removed) if removed[rule] >= LEAST}
    for rule, count in counts.items():
        print(f"{rule}  {count['right']:5} of {count['removed']:5}  {count['right'] / count['removed']:.3f}")
    if args.write:
        PRECISION.write_text(json.dumps(counts, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
