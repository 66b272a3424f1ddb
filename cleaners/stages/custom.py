"""The user's own phrases: lines that a rule file names.

Goes: a line that a phrase of the user matches as a whole, under the rule that the phrase names. Stays: all else; without a
rule file this stage does nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from cleaners.document import Document
from cleaners.ledger import Finding
from cleaners.matching.phrases import ANY, Phrase
from cleaners.rule import Rule

FAMILY = "custom"

OWN = Rule(
    "OW001", "own-phrase", FAMILY, "The line is one that a phrase of the user's own names.", "likely",
    goes="(named in bodycopy.toml) The Example Times, since 1901", stays="The Example Times was founded in 1901.",
    why="You named the line in a rule file.",
    wrong="A story that has the line as its own. Narrow the phrase, and add the line to its `miss`.",
    needs="a phrase in your rule file",
)  # fmt: skip
RULES = (OWN,)

MOST_CHARACTERS = 2_000
"""Characters of a line that is asked about: on so long a line a rule file proves each of its phrases, and a longer one is no
line that stands below every story."""


def find(doc: Document) -> Iterator[Finding]:
    """Yield each line that a phrase of the user matches.

    >>> phrase = Phrase("any.since", OWN.code, "The Example Times, since \\\\d{4}", (), ())
    >>> doc = Document("", Document.of("The Example Times, since 1901\\nThe ferry sailed.").lines, own=((phrase, OWN),))
    >>> [(f.rule, f.text, f.evidence) for f in find(doc)]
    [('OW001', 'The Example Times, since 1901', 'any.since (own)')]
    """
    asked = [(phrase, rule) for phrase, rule in doc.own if phrase.language in (ANY, doc.language)]
    for line in doc.lines if asked else ():
        for phrase, rule in asked:
            if len(line.plain) <= MOST_CHARACTERS and _matches(phrase, line.plain):
                yield line.remove(rule, f"{phrase.key} (own)")
                break


@lru_cache(4096)
def _matches(phrase: Phrase, text: str) -> bool:
    """Whether a phrase matches a line, which the next pass asks again."""
    return phrase.pattern.fullmatch(text) is not None
