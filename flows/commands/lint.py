"""Linting: the proof of phrases, and what all rules cost on texts that are known to be clean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.markup import escape

from cleaners import Settings, clean_text
from cleaners.matching.lint import Problem
from cleaners.text.tokens import count_words
from flows import sources
from flows.cli.tables import below
from flows.errors import CouldNotRun
from flows.paths import counted, shown
from flows.sources import Reading

EXAMPLE = 200
"""Characters of an example."""


@dataclass
class RuleHarm:
    """What one rule took from clean texts."""

    rule: str
    hits: int = 0
    words: int = 0
    example: str = ""
    where: str = ""


@dataclass(frozen=True, slots=True)
class HarmReport:
    """What all rules took from a folder of clean texts."""

    texts: int
    words: int
    harms: Sequence[RuleHarm]

    @property
    def lost(self) -> int:
        """The words that went."""
        return sum(harm.words for harm in self.harms)


def measure(folder: str, settings: Settings, reading: Reading = sources.ANY_FIELDS) -> HarmReport:
    """Clean each text of a source, of which nothing should go, and count what goes, by rule, the worst first.

    Raises:
        CouldNotRun: there are no texts.
    """
    texts = words = 0
    harms: dict[str, RuleHarm] = {}
    found_texts = (
        found for found in sources.scan(folder, reading=reading) if isinstance(found, sources.Found) and found.kind == "text"
    )
    for found, data in sources.contents(found_texts, reading):
        if isinstance(data, sources.Unusable):
            continue
        cleaned = clean_text(
            Path(found.path).read_bytes() if data is None else data, settings=settings, encoding=reading.encoding
        )
        texts += 1
        words += count_words(cleaned.body) + sum(count_words(removal.text) for removal in cleaned.removals)
        for removal in cleaned.removals:
            harm = harms.setdefault(removal.rule, RuleHarm(removal.rule))
            harm.hits += 1
            harm.words += count_words(removal.text)
            if len(removal.text) > len(harm.example):
                harm.example, harm.where = removal.text, found.name
    if not texts:
        raise CouldNotRun(f"{folder} holds no texts; expected clean texts as .txt files, to measure harm on")
    return HarmReport(texts, words, sorted(harms.values(), key=lambda harm: (-harm.words, harm.rule)))


def show(console: Console, problems: Sequence[Problem], phrases: int, measured: HarmReport | None) -> None:
    """Print each problem with its place, and what was lost by rule, the worst first, with the longest example of each."""
    for problem in problems:
        console.print(escape(shown(str(problem))), soft_wrap=True, highlight=False)
    console.print(f"{counted(phrases, 'phrase')}, {counted(len(problems), 'problem')}", highlight=False)
    if measured is None:
        return
    share = f"{measured.lost / measured.words:.4%}" if measured.words else "0 %"
    console.print(
        f"{counted(measured.texts, 'clean text')}: {measured.lost:,} of {measured.words:,} words lost ({share})",
        highlight=False,
    )
    for harm in measured.harms:
        share = f"{harm.words / measured.words:.4%}"
        took = (
            f"{counted(harm.hits, 'hit')}, {counted(harm.words, 'word')} lost ({share}); the longest, in {shown(harm.where)}:"
        )
        console.print(f"[bold]{harm.rule}[/] {escape(took)}", highlight=False)
        below(console, harm.example if len(harm.example) <= EXAMPLE else harm.example[: EXAMPLE - 1] + "…")
