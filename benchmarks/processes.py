"""Measure the processes of a run: what each of them is, its largest memory, its processor time. Linux only."""

from __future__ import annotations

import os
import threading
from collections import Counter
from contextlib import suppress
from pathlib import Path

INTERVAL_SECONDS = 0.5
"""Between two measurements of a run's processes."""


def parent_of(pid: int) -> int:
    """Give the process that started one."""
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def family(root: int) -> dict[int, str]:
    """Find a process and all below it.

    Returns:
        What each process is: `parent`, `forkserver`, `worker`, `server` (Prefect's) or `other`.
    """
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
    """Measures a process and all below it, again and again, from its creation until it is stopped.

    Attributes:
        memory: The largest memory of each kind of process, in kB.
        seconds: Processor time by process.
    """

    def __init__(self, root: int) -> None:
        super().__init__(daemon=True)
        self.memory: Counter[str] = Counter()
        self.seconds: dict[int, float] = {}
        self._root = root
        self._over = threading.Event()
        self.start()

    def run(self) -> None:
        """Measure at intervals."""
        while not self._over.wait(INTERVAL_SECONDS):
            self.measure()

    def measure(self) -> None:
        """Measure once."""
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
        """Stop measuring."""
        self._over.set()
        self.join()
