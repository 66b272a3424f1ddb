"""Coarse kinds of characters, as the models know them."""

from __future__ import annotations

from cleaners.text.characters import STOPS


def sign_kind(sign: str) -> int:
    """Give the kind of a character.

    Returns:
        1 for a lower-case letter, 2 for a capital, 3 for another letter, 4 for a digit, 5 for a stop, 6 for a colon, 7 for an
        ellipsis, 8 for a quotation mark or round bracket, 9 for anything else. The numbers are part of the trained models.

    >>> [sign_kind(sign) for sign in "aA市1.:…(*"]
    [1, 2, 3, 4, 5, 6, 7, 8, 9]
    """
    if sign.isalpha():
        return 1 if sign.islower() else 2 if sign.isupper() else 3
    if sign.isdigit():
        return 4
    return 5 if sign in STOPS else 6 if sign == ":" else 7 if sign == "…" else 8 if sign in "\"'”“’‘»«„)(" else 9
