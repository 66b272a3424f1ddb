"""What is known of an article apart from its text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

TICKER_TIME = "time"
"""The field of a live ticker's entry that holds its time, as hours and minutes: 14:32."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What a page tells of its article apart from the text.

    `origins` says which source told each field, `signals` how far the opinions on its body agree, in numbers; `review`
    why there is no article, `doubt` what a person should look at in one.
    """

    title: str | None = None
    authors: tuple[str, ...] = ()
    date: str | None = None
    site: str | None = None
    url: str | None = None
    language: str | None = None
    origins: Mapping[str, str] = field(default_factory=dict)
    review: str | None = None
    doubt: str | None = None
    signals: Mapping[str, float] = field(default_factory=dict)
