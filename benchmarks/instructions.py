"""Count the instructions that cleaning takes, and compare them with the figures that are kept.

    python benchmarks/instructions.py [--write]

Times say little where other work keeps a machine busy; the number of instructions hardly changes. A fixed sample of made-up
texts, and of pages made of them, is cleaned after a warm-up on others, under `perf stat` where the processor counts, else
under valgrind's callgrind. The change since the figures in benchmarks/instructions.json is printed; `--write` replaces them.
They hold for one version of Python and one tool; beside others only the new figures are printed. It never fails because of a
figure, and where neither tool is there it says so.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.made_up_texts import texts
from cleaners import clean_html, clean_text

KEPT = Path(__file__).with_suffix(".json")
WARM_UP, SAMPLE = 4, 12
"""Documents of each kind."""
LENGTH = 5
"""The length of the texts, as news have it (`made_up_texts.texts`)."""
ENVIRONMENT = {"PYTHONHASHSEED": "0", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "BODYCOPY_CACHE": ""}
"""What keeps the number the same from run to run: no order of hashes, no threads, nothing that an earlier process has kept."""
SECONDS = 300
"""Time that a count may take; more means that something hangs."""


def page(text: str) -> str:
    """Return a page that holds a text: head, navigation, article, links to others, footer."""
    headline, *paragraphs = text.strip().split("\n\n")
    links = "".join(f'<li><a href="/{place}">{line[:40]}</a></li>' for place, line in enumerate(paragraphs))
    body = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return (
        f"<html lang='en'><head><title>{headline} | Example News</title></head><body><nav><ul>{links}</ul></nav>"
        f"<article><h1>{headline}</h1>{body}</article><aside><h2>More</h2><ul>{links}</ul></aside>"
        "<footer><p>© 2026 Example News. All rights reserved.</p></footer></body></html>"
    )


KINDS: dict[str, Callable[[str], object]] = {"texts": clean_text, "pages": lambda text: clean_html(page(text))}


def sample(kind: str, switch: Callable[[str], object], documents: int) -> None:
    """Clean so many documents after a warm-up.

    Args:
        kind: `texts` or `pages`.
        switch: Called with `on` and `off` before and after them.
        documents: Their number.
    """
    every = texts(WARM_UP + SAMPLE, copies=0, length=LENGTH)
    for text in islice(every, WARM_UP):
        KINDS[kind](text)
    switch("on")
    for text in islice(every, documents):
        KINDS[kind](text)
    switch("off")


def _switch_callgrind(state: str) -> None:
    subprocess.run(["callgrind_control", "-i", state, str(os.getpid())], check=True, capture_output=True)


def by_perf(kind: str) -> int | None:
    """Return the instructions of a sample, or None where perf or the processor does not count."""
    if not shutil.which("perf"):
        return None
    counts = []
    for documents in (0, SAMPLE):
        done = _run(["perf", "stat", "-x", ",", "-e", "instructions:u"], kind, documents, "none")
        found = re.search(r"^(\d+),[^,]*,instructions", done.stderr, re.MULTILINE)
        if not found:
            return None
        counts.append(int(found[1]))
    return counts[1] - counts[0]


def by_callgrind(kind: str) -> int | None:
    """Return the instructions of a sample, or None where valgrind is not installed or does not run."""
    if not shutil.which("valgrind") or not shutil.which("callgrind_control"):
        return None
    with TemporaryDirectory() as folder:
        out = Path(folder, "out")
        tool = ["valgrind", "--tool=callgrind", "--instr-atstart=no", f"--callgrind-out-file={out}"]
        _run(tool, kind, SAMPLE, "callgrind")
        found = re.findall(r"^totals: (\d+)", out.read_text(errors="replace") if out.exists() else "", re.MULTILINE)
    return int(found[-1]) if found else None


def _run(tool: list[str], kind: str, documents: int, switch: str) -> subprocess.CompletedProcess[str]:
    command = [*tool, sys.executable, "-m", "benchmarks.instructions", "--sample", kind, str(documents), switch]
    root = Path(__file__).parents[1]
    environment = {**os.environ, **ENVIRONMENT, "PYTHONPATH": str(root)}
    return subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, timeout=SECONDS, check=False)


def counted() -> tuple[str, dict[str, int]]:
    """Return what has counted, and the instructions of a document by kind; no kinds where nothing can count."""
    for name, count in (("perf", by_perf), ("callgrind", by_callgrind)):
        try:
            found = {kind: count(kind) for kind in KINDS}
        except (OSError, subprocess.SubprocessError) as error:
            print(f"{name} does not count here: {error}")
            continue
        if all(found.values()):
            return f"{name}, Python {platform.python_version().rpartition('.')[0]}, {platform.machine()}", {
                kind: number // SAMPLE for kind, number in found.items() if number
            }
    return "", {}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="keep the new figures")
    parser.add_argument("--sample", nargs=3, metavar=("KIND", "DOCUMENTS", "SWITCH"), help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.sample:
        kind, documents, switch = args.sample
        sample(kind, _switch_callgrind if switch == "callgrind" else lambda _: None, int(documents))
        return 0
    by, found = counted()
    if not found:
        print("instructions are not counted: neither perf nor valgrind counts here (apt-get install valgrind)")
        return 0
    kept = json.loads(KEPT.read_text()) if KEPT.exists() else {}
    for kind, number in found.items():
        before = kept.get("instructions", {}).get(kind) if kept.get("by") == by else None
        change = f", {number / before - 1:+.1%} since {before / 1e6:,.1f} million" if before else ""
        print(f"{kind}: {number / 1e6:,.1f} million instructions each ({by}){change}")
    if args.write:
        KEPT.write_text(json.dumps({"by": by, "instructions": found}, indent=2) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
