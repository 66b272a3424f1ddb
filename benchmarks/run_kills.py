"""Kill runs at random moments, and compare their results with those of an undisturbed run."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import httpx
from made_up_texts import as_files, as_rows, as_table
from processes import family
from runs import command, own_prefect

PORT = 4299
"""Of the Prefect server that outlives the runs."""
SERVER_TRIES = 180
"""Attempts to reach this server, half a second apart."""
KILL_DURING_CLEANING = 0.85
"""Share of runs that are killed while they clean; the others may be killed while they start."""
START_SECONDS = 4
"""Seconds in which a run that has not begun to clean is killed."""
SHARD_MEGABYTES = "0.2"
"""Size of shards: small, so that many are written while a run cleans."""
PATHS = (
    ("texts", "files"),
    ("texts", "jsonl.zst"),
    ("rows.jsonl", "jsonl.zst"),
    ("rows.jsonl.gz", "jsonl"),
    ("rows.csv", "jsonl.gz"),
    ("rows.parquet", "parquet"),
    ("rows.warc", "jsonl.zst"),
)
"""Sources, and the forms of their results."""
BELOW = {"worker": "a worker", "forkserver": "its fork server"}
"""Processes without which a run goes on, by kind."""
MAX_SHOWN = 5
"""Differing files that are shown of each result."""


def contents(out: Path) -> dict[str, bytes]:
    """Read the results of a run, without files that say when it ran."""
    files = (path for path in out.rglob("*") if path.is_file())
    names = {path.relative_to(out).as_posix(): path for path in files}
    return {
        name: path.read_bytes() for name, path in names.items() if not name.startswith(".bodycopy/") and name != "summary.json"
    }


class Killer:
    """Starts runs, kills them or their workers, and counts the kills.

    Attributes:
        killed: Kills by what was killed.
        span: Seconds of the longest undisturbed run.
    """

    def __init__(self, dice: random.Random, environment: dict[str, str]) -> None:
        self.killed: Counter[str] = Counter()
        self.span = 5.0
        self._dice = dice
        self._environment = environment

    def undisturbed(self, arguments: list[str]) -> None:
        """Run without kills, and measure the time."""
        process, begun = self._started(arguments)
        began = time.monotonic()
        process.wait()
        if process.returncode:
            raise SystemExit(f"an undisturbed run ended with {process.returncode}, expected 0")
        if begun:
            self.span = max(self.span, time.monotonic() - began)

    def disturbed(self, arguments: list[str], most: int) -> bool:
        """Start a run and kill it or its workers, `most` kills in all.

        Returns:
            Whether the run came to its end.
        """
        process, begun = self._started(arguments, wait=self._dice.random() < KILL_DURING_CLEANING)
        end = time.monotonic() + self._dice.uniform(0, self.span if begun else START_SECONDS)
        while self.killed.total() < most:
            try:
                process.wait(max(0.0, end - time.monotonic()))
                return process.returncode == 0
            except subprocess.TimeoutExpired:
                if self._kill(process) not in BELOW.values():
                    return False
            end = time.monotonic() + self._dice.uniform(0, self.span / 2)
        process.wait()
        return process.returncode == 0

    def _started(self, arguments: list[str], *, wait: bool = True) -> tuple[subprocess.Popen[str], bool]:
        """Start a run; gives the process, and whether it has begun to clean."""
        process = subprocess.Popen(
            arguments,
            env=self._environment,
            text=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        assert process.stderr
        begun = wait and any("documents to clean" in line for line in process.stderr)
        threading.Thread(target=process.stderr.read, daemon=True).start()  # a full pipe would stop it
        return process, begun

    def _kill(self, process: subprocess.Popen[str]) -> str:
        """Kill a run, its parent, one of its workers or the process that these are forked from; gives which."""
        below = {pid: BELOW[kind] for pid, kind in family(process.pid).items() if kind in BELOW}
        what = self._dice.choice(["all of it", "its parent", *sorted(set(below.values()))])
        try:
            if what in below.values():
                os.kill(self._dice.choice([pid for pid, name in below.items() if name == what]), signal.SIGKILL)
            elif what == "its parent":
                process.kill()
            else:
                os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            return what  # it ended by itself just now
        self.killed[what] += 1
        if what not in BELOW.values():
            process.wait()
        return what


def measure_kills(folder: Path, number: int, kills: int, paths: Sequence[tuple[str, str]] = PATHS) -> bool:
    """Kill runs.

    Args:
        folder: A folder for sources, results and Prefect.
        number: Texts of each run.
        kills: Kills in all.
        paths: Sources and forms of results, which share the kills.

    Returns:
        Whether all results were those of an undisturbed run.
    """
    environment = own_prefect(folder)
    server = start_server(environment)
    try:
        each = kills // len(paths)
        sources = [(_made(folder / name, number), form) for name, form in paths]
        results = [_same_results(source, folder, form, each, environment) for source, form in sources]
    finally:
        server.terminate()
        server.wait()
    return all(results)


def _made(path: Path, number: int) -> Path:
    """Make a source of a kind that its name says, unless it is there."""
    if path.exists():
        return path
    if path.suffix == ".gz":
        return as_rows(path, number)
    return as_table(path, number) if path.suffix else as_files(path, number)


def _same_results(source: Path, folder: Path, form: str, kills: int, environment: dict[str, str]) -> bool:
    """Kill runs with results in one form; tells whether all results were those of an undisturbed run."""
    killer = Killer(random.Random(2), environment)
    undisturbed, out = folder / "undisturbed", folder / "out"
    more = () if form == "files" else ("--shard-megabytes", SHARD_MEGABYTES)
    killer.undisturbed(command(source, undisturbed, form, *more))
    expected = contents(undisturbed)
    finished = differ = 0
    while killer.killed.total() < kills or out.exists():
        if not killer.disturbed(command(source, out, form, *more), kills):
            continue
        finished += 1
        found = contents(out)
        wrong = [name for name in expected.keys() | found.keys() if expected.get(name) != found.get(name)]
        differ += bool(wrong)
        for name in sorted(wrong)[:MAX_SHOWN]:
            print(f"    differs: {name}: {len(expected.get(name, b''))} and {len(found.get(name, b''))} bytes")
        shutil.rmtree(out)
    shutil.rmtree(undisturbed)
    what = ", ".join(f"{what} {count}" for what, count in sorted(killer.killed.items()))
    print(
        f"kills: {source.name} to {form}: killed {killer.killed.total()} times ({what}),"
        f" finished {finished} times, {differ} of them with other bytes than an undisturbed run",
        flush=True,
    )
    return not differ


def start_server(environment: dict[str, str]) -> subprocess.Popen[bytes]:
    """Start a Prefect server that outlives the runs, so that they start faster; it does not change their results."""
    environment["PREFECT_API_URL"] = f"http://127.0.0.1:{PORT}/api"
    arguments = [sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", f"{PORT}", "--no-ui"]
    server = subprocess.Popen(arguments, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for _ in range(SERVER_TRIES):
        try:
            if httpx.get(f"{environment['PREFECT_API_URL']}/health").is_success:
                return server
        except httpx.HTTPError:
            time.sleep(0.5)
    server.kill()
    raise SystemExit(f"Prefect's server did not start on port {PORT} in 90 seconds; is the port taken?")
