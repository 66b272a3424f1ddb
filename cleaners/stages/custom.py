"""The user's own phrases: lines that a rule file names.

Goes: a line that a phrase of the user matches as a whole, under the rule that the phrase names. Stays: all else; without a
rule file this stage does nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from cleaners.document import Document
from cleaners.ledger import Finding
from cleaners.phrasebook import ANY, Phrase, TooSlow
from cleaners.rule import Rule

FAMILY = "custom"

OWN = Rule(
    "OW001", "own-phrase", FAMILY, "The line is one that a phrase of the user's own names.", "likely",
    goes="(named in bodycopy.toml) The Example Times, since 1901", stays="The Example Times was founded in 1901.",
)  # fmt: skip
RULES = (OWN,)

PATIENCE = 1.0
"""Seconds for one line. Phrases of users are not proven as ours are; one that takes longer is not asked again here."""


def find(doc: Document) -> Iterator[Finding]:
    """Yield each line that a phrase of the user matches.

    >>> phrase = Phrase("any.since", OWN.code, "The Example Times, since \\\\d{4}", (), ())
    >>> doc = Document("", Document.of("The Example Times, since 1901\\nThe ferry sailed.").lines, own=((phrase, OWN),))
    >>> [(f.rule, f.text, f.evidence) for f in find(doc)]
    [('OW001', 'The Example Times, since 1901', 'any.since (own)')]

    Raises:
        TooSlow: a phrase took too long on a line. All other phrases were asked of all lines by then.
    """
    asked = [(phrase, rule) for phrase, rule in doc.own if phrase.language in (ANY, doc.language)]
    slow: dict[str, int] = {}
    for line in doc.lines if asked else ():
        for phrase, rule in asked:
            if phrase.key in slow:
                continue
            matches = _matches(phrase, line.plain)
            if matches is None:
                slow[phrase.key] = len(line.plain)
            elif matches:
                yield line.remove(rule, f"{phrase.key} (own)")
                break
    for key, length in slow.items():
        raise TooSlow(f"{key} (own)", length)


@lru_cache(4096)
def _matches(phrase: Phrase, text: str) -> bool | None:
    """Whether a phrase matches a line; None where it takes too long, which the next pass need not find out again."""
    try:
        return phrase.pattern.fullmatch(text, timeout=PATIENCE) is not None
    except TimeoutError:
        return None
