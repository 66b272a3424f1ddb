"""The user's own phrases: lines that a rule file names.

Goes: a line that a phrase of the user matches as a whole, under the rule that the phrase names. Stays: everything else. Without
a rule file this stage does nothing.
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

MAX_LINE_CHARS = 2_000
"""Characters of the longest line that phrases are matched against. Each phrase of a rule file is proven to be fast up to this
length when the file is read, and a longer line does not repeat on a site."""


def find(doc: Document) -> Iterator[Finding]:
    """Yield each line that a phrase of the user matches.

    >>> phrase = Phrase("any.since", OWN.code, "The Example Times, since \\\\d{4}", (), ())
    >>> doc = Document("", Document.of("The Example Times, since 1901\\nThe ferry sailed.").lines, own=((phrase, OWN),))
    >>> [(f.rule, f.text, f.evidence) for f in find(doc)]
    [('OW001', 'The Example Times, since 1901', 'any.since (own)')]
    """
    own = [(phrase, rule) for phrase, rule in doc.own if phrase.language in (ANY, doc.language)]
    for line in doc.lines if own else ():
        for phrase, rule in own:
            if len(line.plain) <= MAX_LINE_CHARS and _matches(phrase, line.plain):
                yield line.remove(rule, f"{phrase.key} (own)")
                break


@lru_cache(4096)
def _matches(phrase: Phrase, text: str) -> bool:
    """Whether a phrase matches a line; the answer is kept, because the next pass needs it again."""
    return phrase.pattern.fullmatch(text) is not None
