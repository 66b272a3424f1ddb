"""The log of decisions: a file that is only appended to, by several reviewers at once."""

from __future__ import annotations

import json
import os
import secrets
import threading
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from cleaners import Decision, Decisions, UnusableDecisions
from cleaners.decision_file import read_entries
from flows.errors import CouldNotRun

ID_BYTES = 8
"""Random bytes of a decision's name: two of a million are equal once in a million files."""


class DecisionLog:
    """The decisions of one file.

    Args:
        path: The file, which may not exist yet.
        who: Who decides.

    Raises:
        CouldNotRun: The file is no file of decisions.
    """

    def __init__(self, path: Path, who: str) -> None:
        self.path = path
        self.who = who
        self._lock = threading.Lock()
        self._stamp: tuple[int, int] | None = None
        self._entries: list[Decision] = []
        self._decisions = Decisions()
        self.decisions()

    def decisions(self) -> Decisions:
        """Return the decisions that hold, with those that others have made since.

        Raises:
            CouldNotRun: The file has become unusable.
        """
        with self._lock:
            return self._read()

    def entries(self) -> list[Decision]:
        """Return all entries, in order."""
        with self._lock:
            self._read()
            return list(self._entries)

    def _read(self) -> Decisions:
        try:
            status = self.path.stat()
        except FileNotFoundError:
            self._stamp, self._entries, self._decisions = None, [], Decisions()
            return self._decisions
        stamp = status.st_size, status.st_mtime_ns
        if stamp != self._stamp:
            try:
                self._entries = read_entries(self.path)
            except UnusableDecisions as error:
                raise CouldNotRun(error.reason, error.remedy) from None
            self._stamp, self._decisions = stamp, Decisions(self._entries)
        return self._decisions

    def add(self, decisions: Sequence[Decision]) -> list[Decision]:
        """Append decisions, in one write.

        Args:
            decisions: The decisions; their name, person and time are set here.

        Returns:
            The decisions as they are in the file.

        Raises:
            CouldNotRun: The file cannot be written.
        """
        at = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
        made = [replace(each, id=secrets.token_hex(ID_BYTES), who=self.who, at=at) for each in decisions]
        lines = "".join(json.dumps(each.as_row()) + "\n" for each in made)
        with self._lock:
            try:
                self._append(lines.encode())
            except OSError as error:
                reason = f"{self.path} cannot be written: {error.strerror}"
                raise CouldNotRun(reason, "see that it is writable and the disk not full; nothing was decided") from None
        return made

    def _append(self, data: bytes) -> None:
        """Append to the file and sync it. A write in append mode goes behind all that others have written meanwhile."""
        handle = os.open(self.path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o644)
        try:
            size = os.fstat(handle).st_size
            if size and not _ends_line(self.path):
                data = b"\n" + data
            while data:
                data = data[os.write(handle, data) :]
            os.fsync(handle)
        finally:
            os.close(handle)

    def undo(self, names: Sequence[str]) -> int:
        """Take decisions back, by entries that say so.

        Args:
            names: The names of decisions, or of entries that took some back.

        Returns:
            How many of them there were.
        """
        known = {each.id for each in self.entries()}
        undone = [Decision("", "undo", of=name) for name in names if name in known]
        if undone:
            self.add(undone)
        return len(undone)


def _ends_line(path: Path) -> bool:
    """Return whether a file ends with a whole line; an editor, or a full disk, may have left less."""
    with path.open("rb") as file:
        file.seek(-1, os.SEEK_END)
        return file.read(1) == b"\n"
