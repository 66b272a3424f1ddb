"""Measure runs: what they cost beyond the cleaning, how much memory they need, and whether they survive kills.

    python benchmarks/running.py [--texts 20000] [--repeats 20000] [--length 1] [--kills 30] [--memory] [--repeat 3]

Four measurements on made-up short texts, the same ones every time. Without an option that chooses among them, all run:

    --texts N   overhead: N texts through a plain loop over the process pool and through the flow, in turn, with one worker
                and with two; the median of --repeat times by the clock, without Prefect's start, and the processor time
                of the parent and of the workers; --length makes the texts longer
    --repeats N N texts with the counting of what sites repeat and without it, in turn, with one worker: processor time
    --kills N   the flow is killed N times at random moments (all its processes, its parent alone, or one worker) and started
                again; its results must be byte for byte those of an undisturbed run. Files, JSON Lines (plain and gzip), CSV,
                Parquet and WARC, as files and as shards, share the kills
    --memory    the largest memory of each process for --documents texts and for ten times as many

Everything stands in a temporary folder, with a Prefect of its own.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

from made_up_texts import as_files, as_rows, texts
from processes import Sampler, family
from run_kills import measure_kills
from runs import command, own_prefect

ALIKE = "flow without repeats, 2 workers"
"""The run that does what the loop does; with what repeats at a site, a flow cleans some documents once more."""


class _Overhead:
    """The same texts through a plain loop over the process pool and through the flow, with one worker and with two."""

    def __init__(self, folder: Path, number: int, length: int) -> None:
        self.folder = folder
        self.number = number
        self.length = length
        self.source = str(as_files(folder / "texts", number, copies=0, length=length))
        self.seconds: dict[str, list[float]] = defaultdict(list)
        self.parent: dict[str, list[float]] = defaultdict(list)  # processor time of this process
        self.workers: dict[str, list[float]] = defaultdict(list)  # processor time of the processes that a run starts
        self._attempts = iter(range(1000))

    def _out(self) -> str:
        return str(self.folder / f"out-{next(self._attempts)}")

    def loop(self, workers: int, documents: int | None = None) -> float:
        """Clean the documents, or the first of them, in a plain loop; gives the seconds."""
        from flows import sources
        from flows.options import RunOptions
        from flows.runner import pool
        from flows.runner.job import job_for
        from flows.sinks import sink_for

        began = time.perf_counter()
        sink = sink_for(self._out())
        sink.prepare()
        found = [item for item in sources.scan(self.source) if isinstance(item, sources.Found)]
        for _ in pool.clean_all(found[:documents], job_for(sink, RunOptions()), workers):
            pass
        return time.perf_counter() - began

    def flow(self, workers: int, *, repeats: bool = True) -> float:
        """Clean the documents through the flow; gives the seconds, without the start of the flow run."""
        from prefect import flow

        from flows.clean_articles import clean_articles

        @flow(name="measured")
        def measured(out: str) -> float:
            began = time.perf_counter()
            clean_articles.fn(self.source, out, workers=workers, repeats=repeats)
            return time.perf_counter() - began

        return float(measured(self._out()))

    def measure(self, name: str, run: Callable[[], float]) -> None:
        """Measure one run, and remove its results."""
        sampler = Sampler(os.getpid())
        spent, before = time.process_time(), set(family(os.getpid()))
        self.seconds[name].append(run())
        self.parent[name].append(time.process_time() - spent)
        sampler.measure()
        sampler.stop()
        self.workers[name].append(sum(cost for pid, cost in sampler.seconds.items() if pid not in before))
        print(
            f"    {name}: {self.seconds[name][-1]:.1f} s; processor: parent {self.parent[name][-1]:.1f} s,"
            f" workers {self.workers[name][-1]:.1f} s; load {os.getloadavg()[0]:.1f}",
            flush=True,
        )
        for out in self.folder.glob("out-*"):
            shutil.rmtree(out)

    def report_repeats(self) -> None:
        """Print what the counting of segments costs."""
        spent = {
            name: statistics.median(map(sum, zip(self.parent[name], self.workers[name], strict=True))) for name in self.seconds
        }
        print(
            f"repeats: {self.number:,} texts; processor time with them against without: {spent['with'] / spent['without']:.2f}"
        )

    def report(self, repeat: int) -> None:
        """Print the medians."""
        middle = {name: statistics.median(values) for name, values in self.seconds.items()}
        words = statistics.mean(len(text.split()) for text in texts(500, 0, self.length))
        print(f"overhead: {self.number:,} texts of {words:.0f} words, medians of {repeat}")
        for name in self.seconds:
            parent, workers = (1000 * statistics.median(of[name]) / self.number for of in (self.parent, self.workers))
            print(f"  {name:<31} {middle[name]:7.1f} s   parent {parent:.2f} ms, workers {workers:.2f} ms a text")
        for name in (ALIKE, "flow, 2 workers"):
            print(f"  {name} against loop, 2 workers: {middle[name] / middle['loop, 2 workers']:.2f}")
        for kind in ("loop", "flow"):
            print(f"  two workers against one, {kind}: {middle[f'{kind}, 1 worker'] / middle[f'{kind}, 2 workers']:.2f}")


def measure_overhead(folder: Path, number: int, repeat: int, length: int, *, of_repeats: bool = False) -> None:
    """Measure what the flow costs beyond the cleaning, or what the counting of segments costs.

    Args:
        folder: A folder for texts, results and Prefect.
        number: How many texts.
        repeat: Runs of each kind, of which the median counts.
        length: A factor for the length of the texts.
        of_repeats: Whether runs with and without that counting are compared, instead of flow and loop.
    """
    os.environ["PREFECT_HOME"] = str(folder / "prefect")
    from flows import environment
    from flows.runner import temporary_server

    if environment.settle(folder):
        temporary_server.begin(folder)
    overhead = _Overhead(folder, number, length)
    runs: dict[str, Callable[[], float]] = {
        "loop, 1 worker": lambda: overhead.loop(1),
        "loop, 2 workers": lambda: overhead.loop(2),
        "flow, 2 workers": lambda: overhead.flow(2),
        "flow, 1 worker": lambda: overhead.flow(1),
        ALIKE: lambda: overhead.flow(2, repeats=False),
    }
    if of_repeats:
        runs = {"with": lambda: overhead.flow(1), "without": lambda: overhead.flow(1, repeats=False)}
    with temporary_server.answering():
        overhead.loop(2, documents=50)  # loads what the first run would load
        for _ in range(repeat):
            for name, run in runs.items():
                overhead.measure(name, run)
    overhead.report_repeats() if of_repeats else overhead.report(repeat)


def measure_memory(folder: Path, number: int) -> None:
    """Measure the largest memory of each process, for so many texts and for ten times as many."""
    print(f"memory: the largest of each process, MB, for {number:,} texts and for {10 * number:,}; two workers")
    for what, form in (("files", "files"), ("files", "jsonl.zst"), ("rows", "jsonl.zst")):
        peaks = []
        for many in (number, 10 * number):
            place = folder / f"{what}-{many}"
            if not place.exists():
                place.mkdir()
                as_files(place / "texts", many) if what == "files" else as_rows(place / "rows.jsonl.gz", many)
            source = place / ("texts" if what == "files" else "rows.jsonl.gz")
            out = folder / "out"
            silent = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
            process = subprocess.Popen(command(source, out, form), env=own_prefect(folder), **silent)
            sampler = Sampler(process.pid)
            process.wait()
            sampler.stop()
            if process.returncode:
                raise SystemExit(f"the run over {source} ended with {process.returncode}, expected 0")
            peaks.append(sampler.memory)
            shutil.rmtree(out)
        for kind in ("parent", "worker", "server"):
            small, large = peaks[0][kind] / 1000, peaks[1][kind] / 1000
            growth = f"{large / small - 1:+.0%}" if small else ""
            print(f"  {what:<5} to {form:<9}  {kind:<6} {small:6.0f} {large:6.0f}  {growth}", flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--texts", type=int)
    parser.add_argument("--repeats", type=int)
    parser.add_argument("--length", type=int, default=1, help="1: texts of some 110 words; 5: of some 490, as news have")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--kills", type=int)
    parser.add_argument("--memory", action="store_true")
    parser.add_argument("--documents", type=int, default=2000, help="texts of --memory and of --kills")
    args = parser.parse_args()
    everything = not (args.texts or args.repeats or args.kills or args.memory)
    well = True
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if args.texts or everything:
            measure_overhead(folder, args.texts or 20_000, args.repeat, args.length)
        if args.repeats or everything:
            (folder / "repeats").mkdir()
            measure_overhead(folder / "repeats", args.repeats or 20_000, args.repeat, args.length, of_repeats=True)
        if args.kills or everything:
            (folder / "kills").mkdir()
            well = measure_kills(folder / "kills", args.documents, args.kills or 70)
        if args.memory or everything:
            (folder / "memory").mkdir()
            measure_memory(folder / "memory", args.documents)
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main())
