"""The outcome of a document as other tools keep it: its metadata with the ledger, and counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container
from typing import TypeVar

from bodycopy.row_cleaner import Values, values_of
from cleaners import Cleaned, rules
from cleaners.ledger import as_row

Source = TypeVar("Source")
"""What a tool has in place of a text: a string mostly, or a missing value."""
KEY = "bodycopy"
"""The key of a document's metadata under which the outcome stands."""


def text_of(result: Cleaned | str, source: Source) -> str | Source:
    """Return the text of a document after cleaning.

    Args:
        result: what `RowCleaner.clean` returned.
        source: what was to be cleaned. It stays where nothing could be cleaned.
    """
    return source if isinstance(result, str) else result.body


def metadata_of(result: Cleaned | str) -> Values:
    """Return what is known of a document besides its body.

    Args:
        result: what `RowCleaner.clean` returned.

    Returns:
        `title`, `authors`, `date`, `language`, `truncated`, `confidence`, `review`, and `ledger`: its entries as rows, from
        which, with the body, `cleaners.ledger.restore` makes the source again.
    """
    values = {name: value for name, value in values_of(result).items() if name not in ("body", "removals")}
    return {**values, "ledger": [] if isinstance(result, str) else [as_row(entry) for entry in result.ledger]}


def free_key(taken: Container[str]) -> str:
    """Return the key for a document's outcome; a number is added where it was cleaned before, as its first ledger stays.

    >>> free_key({"bodycopy": 0})
    'bodycopy_2'

    Args:
        taken: the keys of its metadata.
    """
    key, number = KEY, 1
    while key in taken:
        number += 1
        key = f"{KEY}_{number}"
    return key


def families(result: Cleaned | str) -> Counter[str]:
    """Count the removals by the family of their rule; rules of the user's are of the family `custom`."""
    removals = () if isinstance(result, str) else result.removals
    known = rules()
    return Counter(known[removal.rule].family if removal.rule in known else "custom" for removal in removals)
