"""What is usual at each hour of the week, from the weeks before.

A series is laid out as a table of weeks by 168 local hours. For a week, only the weeks before it count: a
profile therefore changes once a week, on Monday 00:00 local time, and never knows what it is about to judge.
"""

from dataclasses import dataclass
from datetime import tzinfo

import numpy as np

from anomalies.detectors.rolling import sorted_quantile
from emads.lib import clock
from emads.lib.arrays import FloatArray, IntArray

HOURS = 168
TO_SIGMA = 1.4826  # of a normal distribution's MAD
BLOCK = 32  # weeks worked on at once: bounds memory


@dataclass(frozen=True, slots=True)
class Weeks:
    """Where each hour stands: `week` (n,) counted from the first, `hour` (n,) 0 = Monday 00:00 local."""

    week: IntArray
    hour: IntArray
    count: int

    @classmethod
    def of(cls, seconds: IntArray, tz: tzinfo) -> "Weeks":
        """Lay out instants. [s]"""
        hours = (clock.to_local(seconds, tz) - clock.MONDAY) // clock.HOUR
        if not len(hours):
            return cls(hours, hours, 0)
        week = hours // HOURS - hours.min() // HOURS
        return cls(week, hours % HOURS, int(week.max()) + 1)

    def table(self, values: FloatArray) -> FloatArray:
        """Values as (weeks, 168); NaN where there is none. An hour that comes twice keeps the later one."""
        laid = np.full((self.count, HOURS), np.nan)
        laid[self.week, self.hour] = values
        return laid


def _windows(table: FloatArray, first: int, last: int, back: int) -> FloatArray:
    """The `back` rows before each of the rows [first, last), newest last. -> (last - first, 168, back)"""
    padded = np.concatenate([np.full((back, HOURS), np.nan), table])
    view = np.lib.stride_tricks.sliding_window_view(padded, back, axis=0)
    return view[first:last]


def medians(table: FloatArray, first: int, back: int) -> FloatArray:
    """Median of each hour of the week over the `back` weeks before, for weeks from `first` on.

    table   : (w, 168), NaN = no reading.
    returns : (w - first, 168), NaN where no week before has that hour.
    """
    parts = [
        sorted_quantile(np.sort(_windows(table, at, min(at + BLOCK, len(table)), back), axis=-1), 0.5)
        for at in range(first, len(table), BLOCK)
    ]
    return np.concatenate(parts) if parts else np.zeros((0, HOURS))


def spreads(table: FloatArray, centre: FloatArray, first: int, back: int) -> FloatArray:
    """MAD around `centre`, pooled over the hour and its two neighbours, as a standard deviation.

    table   : (w, 168); centre : (w - first, 168) from `medians`.
    returns : (w - first, 168) in the table's unit, NaN where nothing is known.
    """
    flat = table.ravel()
    neighbours = [np.roll(flat, shift).reshape(table.shape) for shift in (-1, 0, 1)]
    parts = []
    for at in range(first, len(table), BLOCK):
        upto = min(at + BLOCK, len(table))
        middle = centre[at - first : upto - first, :, None]
        away = np.concatenate([np.abs(_windows(t, at, upto, back) - middle) for t in neighbours], axis=-1)
        parts.append(sorted_quantile(np.sort(away, axis=-1), 0.5))
    return TO_SIGMA * np.concatenate(parts) if parts else np.zeros((0, HOURS))


def shares(table: FloatArray, first: int, back: int) -> FloatArray:
    """Mean of each hour of the week over the `back` weeks before; of 0/1 how often. Shapes as `medians`."""
    known = ~np.isnan(table)
    total = np.concatenate([np.zeros((1, HOURS)), np.cumsum(np.where(known, table, 0.0), axis=0)])
    count = np.concatenate([np.zeros((1, HOURS)), np.cumsum(known, axis=0)])
    upper = np.arange(first, len(table))
    lower = np.maximum(upper - back, 0)
    n = count[upper] - count[lower]
    return np.where(n > 0, (total[upper] - total[lower]) / np.maximum(n, 1), np.nan)


def known(table: FloatArray, first: int, back: int) -> FloatArray:
    """How many hours are known in the `back` weeks before each week from `first` on. -> (w - first,)"""
    total = np.concatenate([[0], np.cumsum((~np.isnan(table)).sum(axis=1))])
    upper = np.arange(first, len(table))
    return np.asarray(total[upper] - total[np.maximum(upper - back, 0)], dtype=np.float64)


@dataclass(frozen=True, slots=True)
class Ranges:
    """Level and range over all hours of the weeks before. Shapes (weeks,), in the table's unit."""

    middle: FloatArray
    low: FloatArray  # 5 % quantile
    high: FloatArray  # 95 % quantile

    def since(self, week: int) -> "Ranges":
        """Without the first `week` weeks."""
        return Ranges(self.middle[week:], self.low[week:], self.high[week:])


def ranges(table: FloatArray, first: int, back: int) -> Ranges:
    """Median, 5 % and 95 % quantile of everything in the `back` weeks before; NaN below one week of hours."""
    rows = np.full((max(len(table) - first, 0), 3), np.nan)
    for at in range(first, len(table)):
        ordered = np.sort(table[max(0, at - back) : at], axis=None)
        if (~np.isnan(ordered)).sum() >= HOURS:
            rows[at - first] = [sorted_quantile(ordered, q) for q in (0.5, 0.05, 0.95)]
    return Ranges(rows[:, 0], rows[:, 1], rows[:, 2])
