"""The form of a site's texts: whether they begin with a headline.

No single text shows whether a short first line is the headline, a kicker or the first words of the story. But scrapers treat
all texts of a site alike: where nearly all of them begin with such a line above a paragraph, and with another one each time, it
is the headline. The form is counted as a segment is.
"""

from __future__ import annotations

from collections.abc import Sequence

from cleaners.knowledge import SegmentFrequency
from cleaners.line import Line
from cleaners.memory.fingerprints import digest
from cleaners.story_boundaries import is_title_shaped

HEADLINE_FORM = int.from_bytes(digest("form: a headline on the first line"), "big", signed=True)
"""The key under which it is counted on how many documents of a site the first line is shaped as a headline."""
MAX_HEADLINE_WORDS = 16
"""Words of such a line. Standfirsts are longer, and stand above all texts of some sites as well."""
MIN_FORM_DOCUMENTS = 20
MIN_FORM_SHARE = 0.8
"""Documents of the site, and share of them, that have to begin so."""
SHOWN_FORM = "(begins with a headline of its own)"
"""What commands show of the form."""


def begins_with_headline(lines: Sequence[Line]) -> bool:
    """Return whether the first of these lines is shaped as a headline and stands right above a paragraph.

    >>> from cleaners.line import split_lines
    >>> story = "The train stopped on Monday morning because a tree lay on the track, the railway said."
    >>> texts = f"Trains stop for a tree\\n{story}", f"Monday\\n{story}", story
    >>> [begins_with_headline([*split_lines(text)]) for text in texts]
    [True, False, False]
    """
    if len(lines) < 2 or not is_title_shaped(lines[0]):
        return False
    return lines[0].length <= MAX_HEADLINE_WORDS and lines[1].is_prose


def is_form_of_site(frequency: SegmentFrequency | None) -> bool:
    """Return whether nearly all texts of a site begin with a headline, by the frequency of `HEADLINE_FORM` there."""
    return frequency is not None and frequency.documents >= MIN_FORM_DOCUMENTS and frequency.share >= MIN_FORM_SHARE
