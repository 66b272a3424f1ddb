"""Measuring harm: what the rules remove from texts of which nothing should be removed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from cleaners import Cleaned, Settings, clean_text
from cleaners.text.tokens import count_words
from flows import sources
from flows.errors import CouldNotRun
from flows.sources import RowSchema


@dataclass
class RuleHarm:
    """What one rule removes from clean texts.

    Attributes:
        rule: The rule's code.
        hits: Number of removals.
        words: Number of words in them.
        example: The longest removal.
        where: The name of the document that the example is from.
    """

    rule: str
    hits: int = 0
    words: int = 0
    example: str = ""
    where: str = ""


@dataclass(frozen=True, slots=True)
class HarmReport:
    """What all rules remove from a source of clean texts.

    Attributes:
        texts: Number of texts.
        words: Number of their words.
        harms: What each rule removes, the most words first.
    """

    texts: int
    words: int
    harms: Sequence[RuleHarm]

    @property
    def lost(self) -> int:
        """Number of words that the rules remove."""
        return sum(harm.words for harm in self.harms)


def measure_harm(folder: str, settings: Settings, reading: RowSchema = sources.ANY_FIELDS) -> HarmReport:
    """Clean each text of a source of which nothing should be removed, and count what is removed, by rule.

    Args:
        folder: A folder of texts, or any other source of texts.
        settings: The settings to clean with.
        reading: Names of the columns in sources of rows.

    Returns:
        The counts.

    Raises:
        CouldNotRun: There are no texts.
    """
    texts = words = 0
    harms: dict[str, RuleHarm] = {}
    for name, cleaned in _cleaned(folder, settings, reading):
        texts += 1
        words += count_words(cleaned.body)
        for removal in cleaned.removals:
            removed = count_words(removal.text)
            words += removed
            harm = harms.setdefault(removal.rule, RuleHarm(removal.rule))
            harm.hits += 1
            harm.words += removed
            if len(removal.text) > len(harm.example):
                harm.example, harm.where = removal.text, name
    if not texts:
        raise CouldNotRun(f"{folder} holds no texts", "expected clean texts as .txt files, to measure harm on")
    return HarmReport(texts, words, sorted(harms.values(), key=lambda harm: (-harm.words, harm.rule)))


def _cleaned(folder: str, settings: Settings, reading: RowSchema) -> Iterator[tuple[str, Cleaned]]:
    """Yield the name of each text of a source, and what cleaning gives; pages and unusable documents are left out."""
    items = sources.scan(folder, reading=reading)
    texts = (item for item in items if isinstance(item, sources.Found) and item.kind == "text")
    for found, data in sources.contents(texts, reading):
        if not isinstance(data, sources.Unusable):
            content = Path(found.path).read_bytes() if data is None else data
            yield found.name, clean_text(content, settings=settings, encoding=reading.encoding)
