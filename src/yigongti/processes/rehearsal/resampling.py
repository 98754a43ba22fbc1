"""How far chance may carry a total: an interval by resampling persons in random groups.

The question: another year with people of the same kind, how different could the total have come out? Persons are put
into at most 2,000 random groups of equal size (each person alone when there are fewer), the groups are drawn anew with
replacement 1,000 times, and the totals of the draws are put in order: the interval leaves 2.5 % on either side. A
person's bills stay together, so that one long illness counts as one event. Random groups keep the work the same for a
township and for a province; the interval's width is itself uncertain by about 1.6 % with 2,000 groups (docs/adr/0022).

All sums are whole fen in floating point far below 2^53, so that they are exact and the same on every machine.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Fen = NDArray[np.int64]
Codes = NDArray[np.int64]

MOST_GROUPS = 2_000
DRAWS = 1_000
LEVEL = 0.95
_AT_ONCE = 256  # keys whose draws are held in memory together


@dataclass(frozen=True, slots=True)
class Resampling:
    """The random groups of the persons, and how often each group is drawn. seed: the same seed, the same draws."""

    group_of_person: Codes
    groups: int
    drawn: NDArray[np.float64]

    @classmethod
    def of(cls, persons: int, seed: int, *, draws: int = DRAWS, most_groups: int = MOST_GROUPS) -> Resampling:
        """For so many persons. None at all gives intervals of nothing."""
        chance = np.random.Generator(np.random.PCG64(seed))
        groups = max(min(persons, most_groups), 1)
        group_of_person = chance.permutation(persons).astype(np.int64) % groups
        drawn = chance.multinomial(groups, np.full(groups, 1 / groups), size=draws)
        return cls(group_of_person, groups, np.ascontiguousarray(drawn.T, dtype=np.float64))

    def intervals(self, keys: int, key_of_row: Codes, person_of_row: Codes, amounts: Fen) -> list[tuple[int, int]]:
        """For each key (0 … keys - 1) the interval of the sum of its rows' amounts, in fen, both ends included."""
        busy, place = np.unique(key_of_row, return_inverse=True)  # most keys of a narrow change do not move at all
        cells = place * self.groups + self.group_of_person[person_of_row]
        sums = np.bincount(cells, weights=amounts.astype(np.float64), minlength=len(busy) * self.groups)
        by_key = sums.reshape(len(busy), self.groups)
        tail = (1 - LEVEL) / 2
        found = [(0, 0)] * keys
        for first in range(0, len(busy), _AT_ONCE):
            totals = by_key[first : first + _AT_ONCE] @ self.drawn
            spans = np.quantile(totals, [tail, 1 - tail], axis=1, method="inverted_cdf")
            for key, low, high in zip(busy[first : first + _AT_ONCE], *spans, strict=True):
                found[int(key)] = (round(low), round(high))
        return found
