"""Running: what a run costs beyond the cleaning, what it keeps in memory, and whether it can be killed at any moment.

    python benchmarks/running.py [--texts 20000] [--length 1] [--kills 30] [--memory] [--repeat 3]

Three measurements on made-up short texts, the same every time; without an option that chooses among them, all three:

    --texts N   overhead: N texts through a plain loop over the process pool and through the flow, in turn, with one worker
                and with two; the median of --repeat times by the clock, without Prefect's start, and the processor time
                of the parent and of the workers; --length makes the texts longer
    --kills N   the flow is killed N times at random moments (all its processes, its parent alone, or one worker), goes on, and
                at its end every byte is what an undisturbed run writes: half of them with results as files, half as shards
    --memory    the largest memory of each process for --documents texts and for ten times as many

Everything is made in a temporary folder, with a Prefect of its own.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import random
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

COMMON = (
    "the",
    "of",
    "and",
    "to",
    "in",
    "a",
    "is",
    "that",
    "for",
    "it",
    "was",
    "on",
    "with",
    "as",
    "at",
    "by",
    "he",
    "from",
    "his",
)
NOISE = ("Share this article", "Photo: Jane Doe", "Read more:", "© 2026 Example News. All rights reserved.", "By John Davison")
COPIES = 0.02
"""Texts that are another one's with a paragraph more: they are found to be near-duplicates."""
FOLDER = 1000
"""Texts in a folder, as archives lay them out by day."""
SECONDS = 0.5
"""Between two looks at the processes of a run."""
RUN = [sys.executable, "-m", "flows", "run"]
PORT = 4299


def words(dice: random.Random) -> list[str]:
    return [
        "".join(dice.choice("bdfgklmnprstvz") + dice.choice("aeiou") for _ in range(dice.randint(1, 4))) for _ in range(8000)
    ]


def sentence(dice: random.Random, own: list[str]) -> str:
    said = [dice.choice(COMMON) if dice.random() < 0.45 else dice.choice(own) for _ in range(dice.randint(8, 22))]
    return " ".join(said).capitalize() + "."


def texts(number: int, copies: float = COPIES, length: int = 1) -> Iterator[str]:
    """Texts: a headline, two to four paragraphs or `length` times as many, here and there a line of noise."""
    dice = random.Random(1)
    own = words(dice)
    last: list[str] = []
    for _ in range(number):
        if last and dice.random() < copies:
            paragraphs = [*last, sentence(dice, own)]
        else:
            paragraphs = [
                " ".join(sentence(dice, own) for _ in range(dice.randint(1, 3))) for _ in range(length * dice.randint(2, 4))
            ]
            paragraphs.insert(0, sentence(dice, own).rstrip("."))
            for line in dice.sample(NOISE, dice.randint(0, 2)):
                paragraphs.insert(dice.randint(1, len(paragraphs)), line)
            last = paragraphs
        yield "\n\n".join(paragraphs) + "\n"


def as_files(folder: Path, number: int, copies: float = COPIES, length: int = 1) -> Path:
    for place, text in enumerate(texts(number, copies, length)):
        path = folder / f"day-{place // FOLDER:04}" / f"text-{place % FOLDER:04}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def as_rows(path: Path, number: int) -> Path:
    with gzip.open(path, "wt", compresslevel=1) as file:
        file.writelines(json.dumps({"id": f"{place:07}", "text": text}) + "\n" for place, text in enumerate(texts(number)))
    return path


# What processes use


def parent_of(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def family(root: int) -> dict[int, str]:
    """The processes below one, itself included, and what each of them is."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with suppress(OSError):  # it has ended
                children.setdefault(parent_of(int(entry.name)), []).append(int(entry.name))
    found = {root: "parent"}
    waiting = [root]
    while waiting:
        above = waiting.pop()
        for pid in children.get(above, ()):
            try:
                command = Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace")
            except OSError:
                continue
            kind = "worker" if found[above] == "forkserver" else "other"
            if "forkserver" in command and found[above] == "parent":
                kind = "forkserver"
            elif "uvicorn" in command or "prefect" in command:
                kind = "server"
            found[pid] = kind
            waiting.append(pid)
    return found


class Sampler(threading.Thread):
    """Looks at a process and all below it: the largest memory of each, and the processor time of the workers."""

    def __init__(self, root: int) -> None:
        super().__init__(daemon=True)
        self.memory: Counter[str] = Counter()
        self.seconds: dict[int, float] = {}
        self._root = root
        self._over = threading.Event()
        self.start()

    def run(self) -> None:
        """Look again and again."""
        while not self._over.wait(SECONDS):
            self.look()

    def look(self) -> None:
        """Look once."""
        for pid, kind in family(self._root).items():
            try:
                status = Path(f"/proc/{pid}/status").read_text()
                spent = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if "VmHWM:" in status:
                self.memory[kind] = max(self.memory[kind], int(status.partition("VmHWM:")[2].split()[0]))
            self.seconds[pid] = (int(spent[11]) + int(spent[12])) / os.sysconf("SC_CLK_TCK")

    def stop(self) -> None:
        """Look no more."""
        self._over.set()
        self.join()


# Overhead


def measure_overhead(folder: Path, number: int, repeat: int, length: int) -> None:
    os.environ["PREFECT_HOME"] = str(folder / "prefect")
    from flows import environment
    from flows.runner import temporary_server

    if environment.settle(folder):
        temporary_server.begin(folder)
    from prefect import flow

    from flows import sources
    from flows.clean_articles import clean_articles
    from flows.options import RunOptions
    from flows.runner import pool
    from flows.runner.job import job_for
    from flows.sinks import sink_for

    ExitStack().enter_context(temporary_server.answering())  # it ends with the process
    source = str(as_files(folder / "texts", number, copies=0, length=length))
    attempts = iter(range(1000))

    def loop(workers: int) -> None:
        sink = sink_for(str(folder / f"out-{next(attempts)}"))
        sink.prepare()
        found = [item for item in sources.scan(source) if isinstance(item, sources.Found)]
        for _ in pool.clean_all(found, job_for(sink, RunOptions()), workers):
            pass

    took: list[float] = []

    @flow(name="measured")
    def measured(out: str, workers: int) -> None:
        began = time.perf_counter()
        clean_articles.fn(source, out, workers=workers)
        took.append(time.perf_counter() - began)

    def through_flow(workers: int) -> None:
        measured(str(folder / f"out-{next(attempts)}"), workers)

    runs: dict[str, Callable[[], None]] = {
        "loop, 1 worker": lambda: loop(1),
        "loop, 2 workers": lambda: loop(2),
        "flow, 2 workers": lambda: through_flow(2),
        "flow, 1 worker": lambda: through_flow(1),
    }
    seconds: dict[str, list[float]] = {name: [] for name in runs}
    parent: dict[str, list[float]] = {name: [] for name in runs}
    others: dict[str, list[float]] = {name: [] for name in runs}
    for _ in pool.clean_all(list(sources.scan(source))[:50], job_for(sink_for(str(folder / "warm")), RunOptions()), 2):  # type: ignore[arg-type]
        pass
    for _ in range(repeat):
        for name, run in runs.items():
            sampler = Sampler(os.getpid())
            began, spent = time.perf_counter(), time.process_time()
            before = set(family(os.getpid()))
            run()
            seconds[name].append(took.pop() if took else time.perf_counter() - began)
            parent[name].append(time.process_time() - spent)
            sampler.look()
            sampler.stop()
            others[name].append(sum(cost for pid, cost in sampler.seconds.items() if pid not in before))
            load = os.getloadavg()[0]
            print(
                f"    {name}: {seconds[name][-1]:.1f} s; processor: parent {parent[name][-1]:.1f} s,"
                f" workers {others[name][-1]:.1f} s; load {load:.1f}",
                flush=True,
            )
            for out in folder.glob("out-*"):
                shutil.rmtree(out)
    middle = {name: statistics.median(values) for name, values in seconds.items()}
    words = statistics.mean(len(text.split()) for text in texts(500, 0, length))
    paid = {name: statistics.median(values) for name, values in parent.items()}
    worked = {name: statistics.median(values) for name, values in others.items()}
    print(f"overhead: {number:,} texts of {words:.0f} words, medians of {repeat}")
    for name in runs:
        spent = f"parent {1000 * paid[name] / number:.2f} ms, workers {1000 * worked[name] / number:.2f} ms a text"
        print(f"  {name:<16} {middle[name]:7.1f} s   {spent}")
    print(f"  flow against loop: {middle['flow, 2 workers'] / middle['loop, 2 workers']:.2f}")
    for what in ("loop", "flow"):
        print(f"  two workers against one, {what}: {middle[f'{what}, 1 worker'] / middle[f'{what}, 2 workers']:.2f}")


# Memory


def measure_memory(folder: Path, number: int) -> None:
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


def command(source: Path, out: Path, form: str, *more: str) -> list[str]:
    return [*RUN, str(source), "--out", str(out), "--to", form, "--workers", "2", *more]


def own_prefect(folder: Path) -> dict[str, str]:
    return {**os.environ, "PREFECT_HOME": str(folder / "prefect"), "DO_NOT_TRACK": "1"}


# Kills


def contents(out: Path) -> dict[str, bytes]:
    """All that a run writes for others, and nothing that says when it ran."""
    files = (path for path in out.rglob("*") if path.is_file())
    names = {path.relative_to(out).as_posix(): path for path in files}
    return {
        name: path.read_bytes() for name, path in names.items() if not name.startswith(".bodycopy/") and name != "summary.json"
    }


class Killer:
    """Runs a source again and again, kills it, and counts what it killed."""

    def __init__(self, dice: random.Random, environment: dict[str, str]) -> None:
        self.killed: Counter[str] = Counter()
        self.span = 5.0
        self._dice = dice
        self._environment = environment

    def undisturbed(self, arguments: list[str]) -> None:
        """A run that is left alone."""
        process, begun = self._started(arguments)
        began = time.monotonic()
        process.wait()
        if process.returncode:
            raise SystemExit(f"an undisturbed run ended with {process.returncode}, expected 0")
        if begun:
            self.span = max(self.span, time.monotonic() - began)

    def disturbed(self, arguments: list[str], most: int) -> bool:
        """A run that is killed, or of which workers are; gives whether it came to its end."""
        process, begun = self._started(arguments, wait=self._dice.random() < 0.85)
        end = time.monotonic() + self._dice.uniform(0, self.span if begun else 4)
        while self.killed.total() < most:
            try:
                process.wait(max(0.0, end - time.monotonic()))
                return process.returncode == 0
            except subprocess.TimeoutExpired:
                if self._kill(process) != "a worker":
                    return False
            end = time.monotonic() + self._dice.uniform(0, self.span / 2)
        process.wait()
        return process.returncode == 0

    def _started(self, arguments: list[str], *, wait: bool = True) -> tuple[subprocess.Popen[str], bool]:
        """A run, and whether it has begun to clean."""
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
        workers = [pid for pid, kind in family(process.pid).items() if kind == "worker"]
        what = self._dice.choice(["all of it", "its parent", *(["a worker"] * 2 if workers else [])])
        try:
            if what == "a worker":
                os.kill(self._dice.choice(workers), signal.SIGKILL)
            elif what == "its parent":
                process.kill()
            else:
                os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            return what  # it ended by itself just now
        self.killed[what] += 1
        if what != "a worker":
            process.wait()
        return what


def measure_kills(folder: Path, number: int, kills: int, forms: tuple[str, ...] = ("files", "jsonl.zst")) -> bool:
    """Kill runs; gives whether all results were those of an undisturbed one."""
    source = as_files(folder / "texts", number)
    environment = own_prefect(folder)
    server = start_server(environment)
    well = True
    try:
        for form in forms:
            killer = Killer(random.Random(2), environment)
            killer.undisturbed(command(source, folder / "undisturbed", form))
            expected = contents(folder / "undisturbed")
            finished = differ = 0
            out = folder / "out"
            most = kills // len(forms)
            while killer.killed.total() < most or out.exists():
                if not killer.disturbed(command(source, out, form), most):
                    continue
                finished += 1
                found = contents(out)
                wrong = [name for name in expected.keys() | found.keys() if expected.get(name) != found.get(name)]
                differ += bool(wrong)
                for name in sorted(wrong)[:5]:
                    print(f"    differs: {name}: {len(expected.get(name, b''))} and {len(found.get(name, b''))} bytes")
                shutil.rmtree(out)
            well = well and not differ
            what = ", ".join(f"{what} {count}" for what, count in sorted(killer.killed.items()))
            print(
                f"kills: {number:,} texts to {form}: killed {killer.killed.total()} times ({what}), finished {finished} times,"
                f" {differ} of them with other bytes than an undisturbed run",
                flush=True,
            )
            shutil.rmtree(folder / "undisturbed")
    finally:
        server.terminate()
        server.wait()
    return well


def start_server(environment: dict[str, str]) -> subprocess.Popen[bytes]:
    """A Prefect that outlives the runs: they begin sooner. What it is told does not change what they write."""
    environment["PREFECT_API_URL"] = f"http://127.0.0.1:{PORT}/api"
    arguments = [sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", f"{PORT}", "--no-ui"]
    server = subprocess.Popen(arguments, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    import httpx

    for _ in range(180):
        try:
            if httpx.get(f"{environment['PREFECT_API_URL']}/health").is_success:
                return server
        except httpx.HTTPError:
            time.sleep(0.5)
    server.kill()
    raise SystemExit(f"Prefect's server did not start on port {PORT} in 90 seconds; is the port taken?")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--texts", type=int)
    parser.add_argument("--length", type=int, default=1, help="1: texts of some 110 words; 5: of some 490, as news have")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--kills", type=int)
    parser.add_argument("--memory", action="store_true")
    parser.add_argument("--documents", type=int, default=2000, help="texts of --memory and of --kills")
    args = parser.parse_args()
    everything = not (args.texts or args.kills or args.memory)
    well = True
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if args.texts or everything:
            measure_overhead(folder, args.texts or 20_000, args.repeat, args.length)
        if args.kills or everything:
            (folder / "kills").mkdir()
            well = measure_kills(folder / "kills", args.documents, args.kills or 30)
        if args.memory or everything:
            (folder / "memory").mkdir()
            measure_memory(folder / "memory", args.documents)
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main())
