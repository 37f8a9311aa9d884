"""How complete and how plausible readings are."""

from typing import NamedTuple

import numpy as np

from emads.lib.arrays import FloatArray, IntArray


def usual_interval(t: IntArray) -> int | None:
    """The step most readings are apart; None with fewer than 3. t : (n,) instants, oldest first [s]"""
    if t.size < 3:
        return None
    steps, counts = np.unique(np.diff(t), return_counts=True)
    return int(steps[np.argmax(counts)])


def completeness(readings: int, interval_s: int | None, seconds: int) -> float:
    """Share of the readings that were to come, 0 to 1; NaN if nobody knows how many. seconds : length [s]"""
    if not interval_s or seconds < interval_s:
        return float("nan")
    return min(1.0, readings / (seconds // interval_s))


class Doubts(NamedTuple):
    """What may be wrong with hours of one sensor."""

    gap_hours: int  # hours without a reading between the first and the last one
    zero_hours: int  # hours of exactly 0
    negative_hours: int
    flat_hours: int  # longest row of hours with the very same energy, 0 left out


def doubts(wh: FloatArray) -> Doubts:
    """Count doubtful hours. wh : (n,) a complete grid of hours, NaN = no reading [Wh]"""
    known = np.flatnonzero(~np.isnan(wh))
    if not known.size:
        return Doubts(0, 0, 0, 0)
    inside = wh[known[0] : known[-1] + 1]
    same = (np.diff(inside) == 0) & (inside[1:] != 0)
    breaks = np.flatnonzero(np.concatenate(([True], ~same, [True])))
    flat = int(np.diff(breaks).max()) if same.any() else 0
    return Doubts(int(np.isnan(inside).sum()), int((inside == 0).sum()), int((inside < 0).sum()), flat)
