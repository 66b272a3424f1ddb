"""The text of one block: where inline elements need a space between them, and where line breaks part paragraphs."""

from __future__ import annotations

BREAK = "\x1e"
"""Stands for `<br>` in the text of a block until the block ends."""
LONG_PIECE_CHARS = 80
"""Pieces between single `<br>` are paragraphs of their own if at least half of them are this long."""


def needs_space(before: str, after: str, boundaries: int) -> bool:
    """Decide whether two texts that touch across inline elements stand apart on the screen.

    A lower-case letter or a digit before a capital does (`Ulrich Exner` | `Korrespondent`). Where one element ends and
    another begins, the end of a sentence before a letter does too, and so do letters beside digits.

    Args:
        before: The text on the left, not empty.
        after: The text on the right, not empty.
        boundaries: Starts and ends of inline elements between the two texts.

    >>> needs_space("Ulrich Exner", "Korrespondent", 1), needs_space("H", "2", 1), needs_space("Page", "2", 2)
    (True, False, True)
    """
    left, right = before[-1], after[0]
    if left.isspace() or right.isspace():
        return False
    if (left.islower() or left.isdigit()) and right.isupper():
        return True
    if boundaries < 2:
        return False
    if left in ".!?:;…|•·" and right.isalnum():
        return True
    return left.isalnum() and right.isalnum() and left.isdigit() != right.isdigit()


def split_at_breaks(raw: str, preformatted: bool) -> list[str]:
    """Split a block's text at blank lines, and at single line breaks where the pieces are paragraphs themselves.

    Args:
        raw: The text, with `BREAK` for each `<br>`.
        preformatted: Whether the text stands in a `<pre>`, whose line ends count as breaks.

    Returns:
        The texts of the blocks, without runs of white space.

    >>> split_at_breaks(f"The harbour{BREAK}of the town{BREAK}{BREAK}The ferry", preformatted=False)
    ['The harbour of the town', 'The ferry']
    """
    if preformatted:
        raw = raw.replace("\n", BREAK)
    elif BREAK not in raw:
        return [" ".join(raw.split())]
    lines = [" ".join(line.split()) for line in raw.split(BREAK)]
    paragraphs: list[list[str]] = [[]]
    for line in lines:
        if line:
            paragraphs[-1].append(line)
        elif paragraphs[-1]:
            paragraphs.append([])
    texts: list[str] = []
    for pieces in paragraphs:
        long = sum(len(piece) >= LONG_PIECE_CHARS for piece in pieces)
        if len(pieces) > 1 and long * 2 >= len(pieces):
            texts += pieces
        elif pieces:
            texts.append(" ".join(pieces))
    return texts
