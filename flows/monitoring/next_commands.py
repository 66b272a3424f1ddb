"""The commands by which somebody who reads Prefect's pages goes on, in a form that any folder and any shell takes."""

from __future__ import annotations

import shlex
from dataclasses import dataclass

from flows.paths import anywhere


@dataclass(frozen=True, slots=True)
class NextCommands:
    """The commands about the results of a run.

    Attributes:
        out: The folder or address of the results.
        state: The run's `--state`, if it had one.
        decisions: The run's `--decisions`, if it had some: what is decided elsewhere would not hold the next night.
    """

    out: str
    state: str | None = None
    decisions: str | None = None

    @property
    def review(self) -> str:
        """The command that opens the page to look and decide on."""
        return self._command("review", state=self.state, decisions=self.decisions)

    def why(self, *document: str) -> str:
        """Return the command that says why a document's lines went; without one, the reader replaces two words at its end."""
        return self._command("why", *(document or ("DOCUMENT", "WORDS")), state=self.state)

    def _command(self, verb: str, *words: str, **options: str | None) -> str:
        given = [word for name, path in options.items() if path for word in (f"--{name}", anywhere(path))]
        return shlex.join(["bodycopy", verb, *given, anywhere(self.out), *words])
