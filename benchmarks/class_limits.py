"""Choose limits by risk: how sure a model has to be, for each class of what it may take.

The risk of a limit is the upper bound of the share of the story's words that would be lost: the 95th percentile of a bootstrap
over sites. Every set has a budget, which is divided among the classes by prices: a class gets the limit at which the value of
the noise taken exceeds the price of the risk most, and the price of a set's words rises until the set keeps within its budget.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from site_bootstrap import PERCENTILE, site_counts

Floats = npt.NDArray[np.float64]
Key = tuple[str, str]
"""A set and its kind: `naeb-dev`, `clean`."""

GRID = np.round(np.concatenate([np.arange(0.40, 0.90, 0.02), np.arange(0.90, 1.0, 0.01)]), 2)
"""Probabilities that a limit can be."""
DRAWS = 200
"""Draws of sites; each limit of each class needs its bound."""
ROUNDS, DEARER, CHEAPER = 200, 1.15, 0.97
"""Rounds, and factors for prices: they rise where a set loses too much, and fall slowly elsewhere. The best division counts."""
STEPS = 8
"""Steps of the grid by which a limit is lowered at once, at most."""
FIRST_PRICE = 0.01
"""The first price of a set's whole budget, in shares of the noise."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The items of one document.

    Attributes:
        key: The set and its kind.
        site: The site.
        classes: The class of each item; None for items that are never taken.
        scores: The probability of each item to be noise.
        story: Words of the story in each item.
        noise: Words of noise in each item.
    """

    key: Key
    site: str
    classes: Sequence[str | None]
    scores: Floats
    story: Floats
    noise: Floats


@dataclass(frozen=True, slots=True)
class Budget:
    """What may be lost.

    Attributes:
        shares: For each set, the share of its story words that may be lost.
        worth: For each set, what its noise is worth; 1 where it is not named.
        floors: For each place of a class, the least limit.
    """

    shares: Mapping[Key, float]
    worth: Mapping[Key, float]
    floors: Mapping[str, float]


@dataclass(slots=True)
class Limits:
    """The limits that were chosen.

    Attributes:
        limits: By class.
        expected: For each class and each set: shares of the story lost, lost at most, and of the noise gone.
    """

    limits: dict[str, float] = field(default_factory=dict)
    expected: dict[str, dict[str, float]] = field(default_factory=dict)


class _Set:
    """One set.

    Attributes:
        lost: Words lost; shape (classes, limits, sites).
        gone: Words of noise gone; shape (classes, limits).
        words: Words of the story, in all.
        noise: Words of noise, in all.
        draws: How often each site is drawn; shape (draws, sites).
    """

    def __init__(self, key: Key, found: Sequence[Choice], names: Sequence[str]) -> None:
        self.key = key
        sites = sorted({choice.site for choice in found})
        at, of = {site: index for index, site in enumerate(sites)}, {name: index for index, name in enumerate(names)}
        self.lost = np.zeros((len(names), len(GRID) + 1, len(sites)))  # the last limit takes nothing
        self.gone = np.zeros((len(names), len(GRID) + 1))
        self.words = max(1.0, sum(choice.story.sum() for choice in found))
        self.noise = max(1.0, sum(choice.noise.sum() for choice in found))
        for choice in found:
            for name, score, story, noise in zip(choice.classes, choice.scores, choice.story, choice.noise, strict=True):
                if name and score >= GRID[0]:
                    reached = int(np.searchsorted(GRID, score, side="right"))
                    self.lost[of[name], :reached, at[choice.site]] += story
                    self.gone[of[name], :reached] += noise
        self.draws = site_counts(len(sites), DRAWS)

    def bound(self, lost: Floats) -> Floats:
        """Give the upper bound of the share lost; the last axis of `lost` is sites."""
        found: Floats = np.percentile(lost @ self.draws.T, PERCENTILE, axis=-1) / self.words
        return found


def chosen(found: Sequence[Choice], budget: Budget) -> Limits:
    """Choose the limits of all classes.

    A class is named `PLACE, KIND OF TEXT`. No limit is below the floor of its place, nor below the limit of the same place in
    a story: classes of which the sets hold little would get limits that nothing proves.

    Args:
        found: The documents, judged by models that have not seen them.
        budget: What may be lost.
    """
    names = sorted({name for choice in found for name in choice.classes if name})
    sets = [_Set(key, own, names) for key in budget.shares if (own := [choice for choice in found if choice.key == key])]
    risks = [each.bound(each.lost) / budget.shares[each.key] for each in sets]
    for index, name in enumerate(names):
        below = budget.floors[name.partition(",")[0]] > GRID
        for each in sets:
            each.gone[index, :-1][below] = -1.0  # so that no such limit is ever worth it
    noisy = [each for each in sets if (each.gone > 0).any()]
    worth = [budget.worth.get(each.key, 1.0) for each in noisy]
    gains = (value * each.gone / each.noise for value, each in zip(worth, noisy, strict=True))
    gain = sum(gains, np.zeros((len(names), len(GRID) + 1))) / max(1.0, sum(worth))
    prices = np.full(len(sets), FIRST_PRICE)
    rows, best, most = np.arange(len(names)), np.full(len(names), len(GRID)), 0.0
    for _ in range(ROUNDS):
        at = np.argmax(gain - sum(price * risk for price, risk in zip(prices, risks, strict=True)), axis=1)
        over = np.array([each.bound(each.lost[rows, at].sum(axis=0)) > budget.shares[each.key] for each in sets])
        if not over.any() and gain[rows, at].sum() > most:
            best, most = at, gain[rows, at].sum()
        prices *= np.where(over, DEARER, CHEAPER)
    return _summed_up(names, _ordered(names, _filled(best, gain, sets, budget)), sets)


def _ordered(names: Sequence[str], at: npt.NDArray[np.intp]) -> npt.NDArray[np.intp]:
    """Raise the limits of clean texts and guides to those of stories with noise."""
    of = dict(zip(names, at.tolist(), strict=True))
    return np.array([max(place, of.get(f"{name.partition(',')[0]}, story", 0)) for name, place in of.items()])


def _filled(at: npt.NDArray[np.intp], gain: Floats, sets: Sequence[_Set], budget: Budget) -> npt.NDArray[np.intp]:
    """Lower the limits step by step where that gains most, as long as each set keeps within its budget."""
    at = at.copy()
    lost = [each.lost[np.arange(len(at)), at].sum(axis=0) for each in sets]
    while True:
        best, most = None, 0.0
        for index, place in enumerate(at.tolist()):
            for lower in range(max(0, place - STEPS), place):
                more = float(gain[index, lower] - gain[index, place])
                if gain[index, lower] >= 0 and more <= most:
                    break  # lower limits gain more than higher ones
                if more <= most:
                    continue  # under the floor
                changed = [
                    own + each.lost[index, lower] - each.lost[index, place] for own, each in zip(lost, sets, strict=True)
                ]
                if all(each.bound(own) <= budget.shares[each.key] for own, each in zip(changed, sets, strict=True)):
                    best, most = (index, lower, changed), more
                    break
        if best is None:
            return at
        index, lower, lost = best
        at[index] = lower


def _summed_up(names: Sequence[str], at: npt.NDArray[np.intp], sets: Sequence[_Set]) -> Limits:
    """Give the limits with what is expected of them."""
    limits = Limits()
    rows = np.arange(len(names))
    for index, (name, place) in enumerate(zip(names, at.tolist(), strict=True)):
        if place < len(GRID):
            limits.limits[name] = float(GRID[place])
            limits.expected[name] = {
                "lost": max(float(each.lost[index, place].sum() / each.words) for each in sets),
                "at most": max(float(each.bound(each.lost[index, place])) for each in sets),
                "gone": float(np.mean([each.gone[index, place] / each.noise for each in sets if (each.gone > 0).any()])),
            }
    for each in sets:
        lost, gone = each.lost[rows, at].sum(axis=0), each.gone[rows, at].sum()
        limits.expected[", ".join(each.key)] = {
            "lost": float(lost.sum() / each.words),
            "at most": float(each.bound(lost)),
            "gone": float(gone / each.noise),
        }
    return limits
