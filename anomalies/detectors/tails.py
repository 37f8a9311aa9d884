"""How rare a value is in the fleet, from a small table instead of every value seen."""

from dataclasses import dataclass

import numpy as np

from emads.lib.arrays import FloatArray


@dataclass(frozen=True, slots=True)
class Tails:
    """`values` (k, m): for each of k columns, the value that a share of 10^-rarity[j] reaches or exceeds.

    rarity : (m,) rising. [-log10 of a share]
    """

    values: FloatArray
    rarity: FloatArray

    @classmethod
    def of(cls, seen: FloatArray, points: int = 400) -> "Tails":
        """The table of what a fleet showed. seen : (n, k), no NaN."""
        ordered = np.sort(seen, axis=0)[::-1]
        counts = np.unique(np.geomspace(len(seen), 1, points).round().astype(np.int64))[::-1]
        return cls(ordered[counts - 1].T.copy(), -np.log10(counts / (len(seen) + 1)))

    def of_each(self, rows: FloatArray) -> FloatArray:
        """Rarity of each value in its column: 2 is one in a hundred. (n, k) -> (n, k)"""
        return np.column_stack([self._column(rows[:, j], self.values[j]) for j in range(rows.shape[1])])

    def _column(self, values: FloatArray, table: FloatArray) -> FloatArray:
        """Among equal table values the commonest counts; between two the rarity is drawn straight."""
        level, first = np.unique(table, return_index=True)
        return np.interp(values, level, self.rarity[first], left=0.0)
