"""Quality on a folder of data sets, each judged by models that were made without its source, against a pinned floor.

    python benchmarks/quality.py DATA [--set NAME …] [--fit] [--jobs 2] [--profile NAME] [--baseline]
        [--floor benchmarks/floor.json] [--pin]

DATA holds sets as `NAME.jsonl.gz`, an object a row. What a row has decides what is measured:

    html, gold            the page's body against the gold body
    html, present/absent  snippets that must be in the body, and such that must not
    text, gold            the text's body against the gold body
    text, gold, leads     are the leads of other stories gone, is the story whole?
    gold (always)         harm: the gold body, cleaned, must stay as it is

`lost` is the share of the story's words that the input held and the body lacks, `noise_removed` of the input's other words
those that are gone, `noise_whole` the same without rows whose gold body, as people read it, holds a part of the story only;
`hurt` the share of rows that lost three words or more, `wrecked` the texts that lost a fifth of the story (pages: those whose
F1 is .05 under trafilatura's, which needs --baseline), `silent` those of them without a review.

The models are those of benchmarks/folds/SOURCE, which never saw the set's source; --fit takes the shipped ones, which did:
a figure of a fit is no result. With --baseline, trafilatura extracts the same pages in the same processes: its F1
(`baseline_f1`), and `ratio`, our processor time over its. Compare times within one run only, with --jobs 1 on an idle machine.

With --floor, a figure worse than the pinned one by more than its tolerance ends the run with exit code 1; a better one is
reported. --pin writes the figures as the new floor: the only way to lower it.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

import trafilatura
from rich.console import Console
from rich.table import Table
from scoring import overlap, tokens
from sources import Row, read, source_of

from cleaners import Cleaned, Profile, Settings, clean_html, clean_text
from cleaners.models.gbdt import MODELS

Figures = dict[str, float]

TOLERANCE = 0.002
"""How far a figure may be below its floor: versions of libraries move figures by so much."""
UNPINNED = ("ms", "ratio", "baseline_f1", "reviewed")
WORSE_WHEN_HIGHER = ("lost", "hurt", "harm", "harm_hurt", "wrecked", "silent")
OWN_TOLERANCE = {"lost": 0.0004, "harm": 0.0002, "wrecked": 1, "silent": 1}
"""The tolerances of figures that are small, or that count rows."""
RUNS = "sites-"
"""How the names of sets begin that are for whole runs, not for single texts."""
FOLDS = Path(__file__).with_name("folds")
HURT, WRECKED, WORSE = 3, 0.2, 0.05
"""Words lost of a row that is hurt; share lost of a text that is wrecked; F1 under trafilatura's of a page that is."""

LEAD_WORDS = 12
"""A lead is gone when its first words are."""


def begin(models: str | None) -> None:
    """Choose the models of a process, and load everything, so that no row's time includes that."""
    if models:
        os.environ[MODELS] = models
    page = f"<html><body><article>{'<p>The train stopped at noon, the driver said on Monday.</p>' * 9}</article></body></html>"
    clean_html(page)
    trafilatura.extract(page, include_comments=False)


def measure(row: Row, baseline: bool, settings: Settings) -> Figures:
    """Measure one row. Figures whose names begin with an underscore are summed up over the rows, the others averaged."""
    gold = tokens(row.get("gold") or "")
    start = time.process_time()
    if "html" in row:
        cleaned = clean_html(row["html"], url=row.get("url"), settings=settings)
    else:
        cleaned = clean_text(row["text"], settings=settings)
    out: Figures = {"_seconds": time.process_time() - start}
    words = tokens(cleaned.body)
    if baseline and "html" in row:
        start = time.process_time()
        text = trafilatura.extract(row["html"], include_comments=False) or ""
        out["_baseline_seconds"] = time.process_time() - start
        if gold:
            out["baseline_f1"] = overlap(tokens(text), gold)[2]
    if gold:
        out["precision"], out["recall"], out["f1"] = overlap(words, gold)
        out["exact"] = float(words == gold)
        out |= losses(row, cleaned, words, gold, out.get("baseline_f1"))
    if "present" in row:
        out |= {
            "_present": len(row["present"]),
            "_absent": len(row["absent"]),
            "_found": sum(snippet in cleaned.body for snippet in row["present"]),
            "_leaked": sum(snippet in cleaned.body for snippet in row["absent"]),
        }
    if "leads" in row:
        text = " ".join(words)
        out["_leads"] = len(row["leads"])
        out["_left"] = sum(" ".join(tokens(lead)[:LEAD_WORDS]) in text for lead in row["leads"])
    return out


def losses(row: Row, cleaned: Cleaned, words: list[str], gold: list[str], baseline: float | None) -> Figures:
    """Count what a row lost of its story and of its noise."""
    source = Counter(tokens(row.get("text") or "") or gold)
    held = Counter(gold) & source
    lost = (held - Counter(words)).total()
    if "html" in row:
        wrecked = baseline is not None and overlap(words, gold)[2] < baseline - WORSE
    else:
        wrecked = lost > WRECKED * held.total()
    out: Figures = {"hurt": float(lost >= HURT), "reviewed": float(cleaned.review is not None)}
    out |= {"_held": held.total(), "_lost": lost, "_wrecked": wrecked, "_silent": wrecked and not cleaned.review}
    if "text" in row:
        noise, left = (source - Counter(gold)).total(), (Counter(words) - Counter(gold)).total()
        out |= {"_noise": noise, "_noise_left": left}
        if not row.get("cut_short"):
            out |= {"_noise_whole": noise, "_noise_whole_left": left}
    return out


def harm(gold: str, settings: Settings) -> Figures:
    """Count the words that a clean body loses when it is cleaned."""
    before = tokens(gold)
    lost = (Counter(before) - Counter(tokens(clean_text(gold, settings=settings).body))).total()
    return {"_words": len(before), "_harm": lost, "harm_hurt": float(lost >= HURT)}


def summary(rows: list[Figures], harms: list[Figures]) -> Figures:
    """Sum up the figures of a set."""
    total = Counter[str]()
    for row in (*rows, *harms):
        total.update({key: value for key, value in row.items() if key.startswith("_")})
    names = dict.fromkeys(key for row in (*rows, *harms) for key in row if not key.startswith("_"))
    out = {key: statistics.fmean(row[key] for row in (*rows, *harms) if key in row) for key in names}
    if total["_held"]:
        out |= {"lost": total["_lost"] / total["_held"], "wrecked": total["_wrecked"], "silent": total["_silent"]}
    if total["_noise"]:
        out["noise_removed"] = 1 - total["_noise_left"] / total["_noise"]
    if 0 < total["_noise_whole"] < total["_noise"]:
        out["noise_whole"] = 1 - total["_noise_whole_left"] / total["_noise_whole"]
    if total["_leads"]:
        out["leads_removed"] = 1 - total["_left"] / total["_leads"]
    if total["_present"]:
        precision = total["_found"] / max(1, total["_found"] + total["_leaked"])
        recall = total["_found"] / total["_present"]
        out["snippet_f1"] = 2 * precision * recall / (precision + recall or 1)
    if total["_words"]:
        out["harm"] = total["_harm"] / total["_words"]
    if total["_baseline_seconds"]:
        out["ratio"] = total["_seconds"] / total["_baseline_seconds"]
    return out | {"ms": 1000 * total["_seconds"] / len(rows)}


def run(path: Path, jobs: int, baseline: bool, settings: Settings, fit: bool) -> Figures:
    """Measure one set."""
    rows = list(read(path))
    golds = sorted({row["gold"] for row in rows if row.get("gold")}) if {"html", "noise"} & rows[0].keys() else []
    models = None if fit else fold_of(path.name, rows[0])
    with ProcessPoolExecutor(jobs, initializer=begin, initargs=(models,)) as pool:
        figures = pool.map(partial(measure, baseline=baseline, settings=settings), rows, chunksize=4)
        return summary(list(figures), list(pool.map(partial(harm, settings=settings), golds, chunksize=4)))


def fold_of(name: str, row: Row) -> str | None:
    """Give the folder of the models made without a set's source; None for a set on which nothing was trained."""
    try:
        source = source_of(name, row)
    except StopIteration:
        return None
    return str(FOLDS / source.partition(":")[0])


def below(figures: Figures, pinned: Figures) -> list[str]:
    """Describe the figures that are worse than their floor."""
    worse = []
    for name, floor in pinned.items():
        value = figures.get(name)
        if value is None:
            worse.append(f"{name} is not measured any more (floor {floor:.4f})")
        elif (value - floor if name in WORSE_WHEN_HIGHER else floor - value) > OWN_TOLERANCE.get(name, TOLERANCE):
            worse.append(f"{name} is {value:.4f}, the floor is {floor:.4f}")
    return worse


def main() -> int:
    """Measure, print, compare."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--set", action="append", dest="sets", help="only this set (more than once: these)")
    parser.add_argument("--fit", action="store_true", help="with the shipped models, which have seen the sets")
    parser.add_argument("--profile", type=Profile, default=Profile.STANDARD, choices=list(Profile))
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--baseline", action="store_true", help="trafilatura on the same pages: its F1, and our time over its")
    parser.add_argument("--floor", type=Path)
    parser.add_argument("--pin", action="store_true", help="write the figures into the --floor file")
    args = parser.parse_args()
    paths = [p for p in sorted(args.data.glob("*.jsonl.gz")) if not args.sets or p.name.removesuffix(".jsonl.gz") in args.sets]
    paths = [path for path in paths if not path.name.startswith(RUNS)]
    if not paths:
        parser.error(f"no set in {args.data}; expected files named NAME.jsonl.gz")
    settings = Settings(profile=args.profile)
    results = {path.name.removesuffix(".jsonl.gz"): run(path, args.jobs, args.baseline, settings, args.fit) for path in paths}
    columns = list(dict.fromkeys(name for figures in results.values() for name in figures))
    table = Table("set", *columns)
    for name, figures in results.items():
        table.add_row(
            name, *(f"{figures[c]:.1f}" if c == "ms" else f"{figures[c]:.4f}" if c in figures else "" for c in columns)
        )
    Console(width=240).print(table)
    if args.floor and args.pin:
        kept = json.loads(args.floor.read_text(encoding="utf-8")) if args.floor.exists() else {}
        found = {name: {k: round(v, 5) for k, v in figures.items() if k not in UNPINNED} for name, figures in results.items()}
        pinned = dict(sorted((kept | found).items()))  # sets that were not measured keep their floors
        args.floor.write_text(json.dumps(pinned, indent=2) + "\n", encoding="utf-8")
    elif args.floor:
        floors = json.loads(args.floor.read_text("utf-8"))
        worse = [f"{name}: {line}" for name, figures in results.items() for line in below(figures, floors.get(name, {}))]
        print("\n".join(worse) if worse else "no figure is below its floor")
        return 1 if worse else 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
