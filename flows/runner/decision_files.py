"""Files of decisions: which one a run obeys, a copy that stays the same meanwhile, and which documents decisions concern."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from cleaners import Decision, Decisions, UnusableDecisions, read_decisions
from cleaners.decisions import digest, unpacked
from flows.errors import CouldNotRun
from flows.runner.fingerprint_store import FingerprintStore
from flows.sinks import Sink

PINNED_NAME = "decisions.run.jsonl"
"""The name of the decisions that a run obeys, in its state folder."""
MAX_SHOWN = 3
"""Decisions without effect that a warning names."""
SHOWN_CHARS = 60
"""Characters of a decision's text in a warning."""


@dataclass(frozen=True, slots=True)
class DecisionFile:
    """A file of decisions, as workers open it.

    Attributes:
        path: The file.
        version: The version of the decisions in it, so that no process takes an earlier state of the file for this one.
    """

    path: str
    version: str

    def decisions(self) -> Decisions:
        """Return the decisions.

        Raises:
            CouldNotRun: The file has become unusable.
        """
        return _read(self.path, self.version)


@lru_cache(maxsize=2)
def _read(path: str, version: str) -> Decisions:  # noqa: ARG001 - a key of the cache
    return _checked(Path(path))


def _checked(path: Path) -> Decisions:
    try:
        return read_decisions(path)
    except UnusableDecisions as error:
        raise CouldNotRun(error.reason, error.remedy) from None


def decisions_path(given: str | None, sink: Sink) -> Path:
    """Return the path of the decisions about the results of a sink.

    Args:
        given: The file that the user names, or None.
        sink: The sink, which has a file of its own.
    """
    return Path(given).expanduser().absolute() if given else sink.decisions


def refuse_link(path: Path) -> None:
    """Check that a file of decisions inside of results is no link, which may lead anywhere.

    Raises:
        CouldNotRun: It is one.
    """
    if path.is_symlink():
        raise CouldNotRun(f"{path} is a link, and links inside of results are not followed", "give its target with --decisions")


def existing_decisions(given: str | None, sink: Sink) -> DecisionFile | None:
    """Return the decisions that a run has to obey; None if nobody has decided anything.

    Args:
        given: The file that the user names, or None.
        sink: The sink, which has a file of its own.

    Raises:
        CouldNotRun: The file that the user names does not exist, or it is no file of decisions, or the sink's own is a link.
    """
    path = decisions_path(given, sink)
    if not given:
        refuse_link(path)
    if not path.exists():
        if given:
            raise CouldNotRun(f"{path} does not exist, expected a file of decisions", "mend --decisions, or leave it out")
        return None
    found = _checked(path)
    return DecisionFile(str(path), found.version) if found.active else None


def pin_decisions(file: DecisionFile | None, state: Path) -> DecisionFile | None:
    """Copy decisions into the state folder, so that they stay the same while a run reads them and people go on deciding.

    Args:
        file: The decisions, or None.
        state: The state folder of the run. No other run may use it at the same time.

    Raises:
        CouldNotRun: The file has become unusable.
    """
    if file is None:
        return None
    pinned = state / PINNED_NAME
    shutil.copyfile(file.path, pinned)
    return DecisionFile(str(pinned), _checked(pinned).version)


class DecidedVersions:
    """Versions of documents' results, with the decisions that they follow from.

    A decision that cannot concern a document leaves its version as it is, so that the document is not cleaned again.

    Args:
        file: The decisions; None if there are none.
        fingerprints: Sites and vocabularies of documents.
        version: What all results follow from besides.
    """

    def __init__(self, file: DecisionFile | None, fingerprints: FingerprintStore, version: str) -> None:
        self.decisions = file.decisions() if file else Decisions()
        self._fingerprints = fingerprints
        self._version = version
        self._touching: set[str] = set()

    def of(self, name: str) -> str:
        """Return the version of a document that has fingerprints; of any other, the version without decisions."""
        if not self.decisions.active:
            return self._version
        site, words = self._fingerprints.vocabulary(name)
        return self.made(name, site, words)

    def made(self, name: str, site: str | None, words: bytes) -> str:
        """Return the version of a document.

        Args:
            name: The document's name.
            site: Its site.
            words: Its packed vocabulary.
        """
        if not self.decisions.active or not self.decisions.concerns(site, name):
            return self._version
        touching = self.decisions.touching(site, name, unpacked(words))
        self._touching |= {each.id for each in touching}
        return f"{self._version} decided {digest(touching)}" if touching else self._version

    def without_effect(self) -> list[Decision]:
        """Return the decisions that concern none of the documents whose version was asked for."""
        return [each for each in self.decisions.active if each.id not in self._touching]

    def doubt(self) -> str:
        """Return a warning about decisions without effect; empty if there are none."""
        idle = self.without_effect()
        if not idle:
            return ""
        named = "; ".join(f"{each.kind} {(each.text or each.rule)[:SHOWN_CHARS]!r} at {each.site}" for each in idle[:MAX_SHOWN])
        more = f" and {len(idle) - MAX_SHOWN:,} more" if len(idle) > MAX_SHOWN else ""
        return (
            f"{len(idle):,} of {len(self.decisions.active):,} decisions are without effect, their texts are gone: {named}{more}"
        )
