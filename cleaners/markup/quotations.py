"""Which texts of a page stand in it a second time, found without a search of the whole page for each of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from cleaners.markup.block_sums import Floats

_MIN_LETTERS, _MAX_LETTERS = 20, 400
"""Letters of a block that may be quoted elsewhere on the page."""
_MAX_SEARCHED_LETTERS = 300_000
"""Letters of a page up to which quotations are looked for: the search for those that are found is quadratic."""
_WINDOW = 16
"""Letters of which a hash is computed; at most `_MIN_LETTERS`, and a power of two."""
_BASE = 0x9E3779B97F4A7C15
_LOW_BITS = np.uint64(0xFFFF)


def quoted(keys: Sequence[str]) -> Floats:
    """Tell of each block whether its letters stand on the page a second time: in another block, or across several.

    Args:
        keys: The letters and digits of the blocks, in document order.

    Returns:
        1 for a block that is quoted, else 0.

    >>> quoted(["theferryleftonmonday", "hesaidtheferryleftonmonday"]).tolist()
    [1.0, 0.0]
    """
    found = np.zeros(len(keys), np.float32)
    whole = "".join(keys)
    sizes = np.fromiter(map(len, keys), np.int64, len(keys))
    numbers = np.flatnonzero((sizes >= _MIN_LETTERS) & (sizes <= _MAX_LETTERS))
    if not len(numbers) or len(whole) >= _MAX_SEARCHED_LETTERS:
        return found
    hashes = _hashes(whole)
    own = hashes[(np.cumsum(sizes) - sizes)[numbers]]
    is_possible = np.zeros(int(_LOW_BITS) + 1, np.bool_)
    is_possible[own & _LOW_BITS] = True
    places = Counter(hashes[is_possible[hashes & _LOW_BITS]].tolist())  # all places of each hash that a block begins with
    for number, its_hash in zip(numbers.tolist(), own.tolist(), strict=True):
        if places[its_hash] > 1:
            key = keys[number]
            found[number] = whole.find(key, whole.find(key) + 1) >= 0
    return found


def _hashes(text: str) -> npt.NDArray[np.uint64]:
    """Compute a hash of the letters from each place of a text on, as far as there are enough."""
    hashes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32).astype(np.uint64)
    size, factor = 1, _BASE
    while size < _WINDOW:  # from two hashes of as many letters that stand side by side that of twice as many
        hashes = hashes[:-size] * np.uint64(factor) + hashes[size:]
        size, factor = 2 * size, factor * factor % (1 << 64)
    return hashes
