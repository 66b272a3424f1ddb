"""Fuzz the library with made-up texts and pages that react to rules, and check the promises for each.

    python benchmarks/fuzz.py [--kind text|markdown|page] [--minutes 2 | --inputs 1000] [--seed 1]

Texts are made of the phrases' own examples in all languages, of sentences, and of what breaks programs: control characters,
marks of direction, entities, misread and undecodable bytes, odd line ends. Pages wrap the same in elements that are nested,
unclosed, hidden or unknown, with attributes by which pages name their parts, metadata, comments and character references, and
come as strings or as bytes in several encodings.
Markdown has marks around its lines or inside them. An input that reaches a rule, a phrase or a sentence of a review that no
input reached before is kept, and half of all inputs are such ones, changed. The same seed gives the same inputs.

Checked are: no exception but `UnreadableDocument` for bytes; entries do not overlap, and say what stands in the text;
`restore()` gives the source; cleaning the input again gives the same result, and cleaning its body gives that body; titles and
names have no control characters. A fault is shortened and printed, and the exit code is 1.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count

from fuzz_checks import cleaner, faults, reached
from fuzz_inputs import Source, changed, encoded, markdown, page, text

from cleaners import Settings

SETTINGS = (
    Settings(),
    Settings(),
    Settings(),
    Settings(profile="careful"),
    Settings(profile="thorough"),
    Settings(loss_budget=0.1),
)
KINDS = ("text", "markdown", "page")
MAX_KEPT = 4000
"""Inputs that are kept to be changed."""
MAX_SHORTENINGS = 400
"""Attempts to shorten an input with a fault."""
MIN_TIMED_CHARS = 1000
"""Characters of an input whose time counts."""


@dataclass
class Report:
    """What a run found.

    Attributes:
        inputs: How many inputs were tried.
        reached: Rules and sentences that an input reached.
        faults: Faults by the name of the promise.
        shown: The first faults, shortened.
        slowest: Seconds for a thousand characters of the slowest input, and its characters.
    """

    inputs: int = 0
    reached: set[str] = field(default_factory=set)
    faults: Counter[str] = field(default_factory=Counter)
    shown: list[str] = field(default_factory=list)
    slowest: tuple[float, int] = (0.0, 0)


def shortened(kind: str, source: Source, settings: Settings, name: str) -> Source:
    """Shorten an input while it has a fault of the same name."""

    def still(shorter: Source) -> bool:
        return any(fault.partition(":")[0] == name for fault in faults(kind, shorter, settings))

    tries, size = 0, max(1, len(source) // 2)
    while size and tries < MAX_SHORTENINGS:
        at = 0
        while at < len(source) and tries < MAX_SHORTENINGS:
            tries += 1
            shorter = source[:at] + source[at + size :]
            if shorter and still(shorter):
                source = shorter
            else:
                at += size
        size //= 2
    return source


def run(kind: str, seed: int, ends: Callable[[int], bool], most_shown: int = 20) -> Report:
    """Try inputs of a kind.

    Args:
        kind: `text`, `markdown` or `page`.
        seed: The same seed gives the same inputs.
        ends: Tells whether the run ends after so many inputs.
        most_shown: Faults that are shortened and shown.
    """
    dice = random.Random(f"{kind} {seed}")
    made = {"text": text, "markdown": markdown, "page": page}[kind]
    seeds: list[Source] = []
    report = Report()
    for number in count():
        if ends(number):
            return report
        source = changed(dice, dice.choice(seeds), seeds) if seeds and dice.random() < 0.5 else made(dice)
        if kind != "page" and isinstance(source, str) and dice.random() < 0.05:
            source = encoded(dice, source)
        settings = dice.choice(SETTINGS)
        _try_input(report, kind, source, settings, most_shown)
        if note_reached(report, kind, source):
            seeds.append(source)
            if len(seeds) > MAX_KEPT:
                del seeds[dice.randrange(len(seeds))]
    return report


def _try_input(report: Report, kind: str, source: Source, settings: Settings, most_shown: int) -> None:
    began = time.process_time()
    found = list(faults(kind, source, settings))
    if len(source) >= MIN_TIMED_CHARS:
        report.slowest = max(report.slowest, ((time.process_time() - began) / len(source) * 1000, len(source)))
    report.inputs += 1
    for fault in found:
        name = fault.partition(":")[0]
        report.faults[name] += 1
        if len(report.shown) < most_shown:
            small = shortened(kind, source, settings, name)
            again = next((each for each in faults(kind, small, settings) if each.startswith(name)), fault)
            report.shown.append(f"{again}\n    {kind} {small!r}\n    {settings if settings != Settings() else ''}")
            print(report.shown[-1], flush=True)


def note_reached(report: Report, kind: str, source: Source) -> bool:
    """Tell whether an input reaches what none reached before, and note it."""
    try:
        found = set(reached(cleaner(kind)(source)))
    except Exception:  # already a fault
        return False
    new = found - report.reached
    report.reached |= new
    return bool(new)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--kind", choices=KINDS, help="one kind; without it, the same time for each")
    parser.add_argument("--minutes", type=float, default=2)
    parser.add_argument("--inputs", type=int, help="so many of a kind, instead of minutes")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    kinds = [args.kind] if args.kind else KINDS
    bad = 0
    for kind in kinds:
        last = time.monotonic() + args.minutes * 60 / len(kinds)
        ends = (lambda n: n >= args.inputs) if args.inputs else (lambda _, last=last: time.monotonic() >= last)
        report = run(kind, args.seed, ends)
        bad += report.faults.total()
        print(
            f"{kind}s: {report.inputs:,} inputs, {len(report.reached):,} rules and reasons reached, faults: "
            f"{dict(report.faults) or 'none'}; slowest {report.slowest[0] * 1000:.1f} ms per 1,000 characters, all checks"
        )
    return int(bad > 0)


if __name__ == "__main__":
    sys.exit(main())
