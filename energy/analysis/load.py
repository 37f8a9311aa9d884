"""Level and extremes: what is always on, the peak."""

from datetime import tzinfo
from typing import NamedTuple

import numpy as np

from emads.lib import clock
from emads.lib.arrays import FloatArray, IntArray

HOURS_OF_A_DAY = 20  # a day with fewer hours read says nothing about its night
DAYS_NEEDED = 3


def always_on_w(t: IntArray, wh: FloatArray, tz: tzinfo) -> float:
    """What is used even when everyone sleeps: the median over days of each day's lowest hour.

    t       : (n,) starts of UTC hours [s]
    wh      : (n,) energy of each hour, NaN = no reading [Wh]
    returns : power [W]; NaN with fewer than 3 days of at least 20 hours
    """
    known = ~np.isnan(wh)
    if not known.any():
        return float("nan")
    day, place = np.unique(clock.local_day(t[known], tz), return_inverse=True)
    lowest = np.full(len(day), np.inf)
    np.minimum.at(lowest, place, wh[known])
    full = np.bincount(place) >= HOURS_OF_A_DAY
    return float(np.median(lowest[full])) if full.sum() >= DAYS_NEEDED else float("nan")


class Peak(NamedTuple):
    """The largest bucket."""

    t: int  # its start [s]
    wh: float


def peak(t: IntArray, wh: FloatArray) -> Peak | None:
    """The largest bucket, the first of equals; None without a reading. t, wh : (n,), NaN = no reading"""
    if np.isnan(wh).all():
        return None
    place = int(np.nanargmax(wh))
    return Peak(int(t[place]), float(wh[place]))
