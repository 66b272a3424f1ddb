"""How long it takes to undo a rule, beside cleaning the same documents anew: python benchmarks/undoing.py [DOCUMENTS] [FORM].

Every document has a line that the rule took, so that all of them change. In the end all bytes have to be as they were.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from made_up_texts import texts
from runs import command, own_prefect

DOCUMENTS = 20_000
SITES = 20
LENGTH = 3
"""Some 300 words a text, as news has them."""
RULE = "PC001"


def write(folder: Path, number: int) -> None:
    """Write texts below a folder for each site, each with a photo credit."""
    for place, text in enumerate(texts(number, length=LENGTH)):
        site = folder / f"www.news{place % SITES}.example"
        site.mkdir(parents=True, exist_ok=True)
        (site / f"{place:06}.txt").write_text(f"Photo: Reuters\n\n{text}")


def timed(arguments: list[str], folder: Path) -> float:
    """Return the seconds that a command takes."""
    began = time.monotonic()
    subprocess.run(arguments, env=own_prefect(folder), check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.monotonic() - began


def state(out: Path) -> str:
    """Return a hash of all results."""
    digest = hashlib.sha256()
    for path in sorted(out.rglob("*")):
        if path.is_file() and ".bodycopy" not in path.parts and path.name not in ("summary.json", "decisions.jsonl"):
            digest.update(path.relative_to(out).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()


def main(number: int, form: str) -> None:
    """Clean, clean anew, undo and redo, and print the times."""
    verb = [sys.executable, "-m", "flows"]
    with TemporaryDirectory() as place:
        folder = Path(place)
        source, out = folder / "source", folder / "out"
        write(source, number)
        run = command(source, out, form)
        timed(run, folder)
        before = state(out)
        seconds = {"clean anew": timed([*run, "--force"], folder)}
        for name in ("undo", "redo"):
            seconds[name] = timed([*verb, name, str(out), "--rule", RULE], folder)
            assert (state(out) == before) is (name == "redo")
    for name, took in seconds.items():
        print(f"{name:12} {took:8.1f} s {seconds['clean anew'] / took:8.1f} times as fast")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else DOCUMENTS, sys.argv[2] if len(sys.argv) > 2 else "files")
