"""How use develops: smoothed days, weeks, what is over and what still runs."""

from datetime import tzinfo
from typing import NamedTuple

import numpy as np

from emads.lib import clock
from emads.lib.arrays import FloatArray, IntArray

MEAN_DAYS, LEAST_KNOWN = 7, 4


def finished(t: IntArray, wh: FloatArray, unit: clock.Unit, tz: tzinfo, now_s: int) -> FloatArray:
    """Energy with NaN in every bucket that is not over, so that half a day is not taken for a frugal one.

    t, wh : (n,) starts of buckets of `unit` and their energy; a copy is returned. shape (n,) -> (n,)
    """
    current = int(clock.floor(np.array([now_s], dtype=np.int64), unit, tz)[0])
    return np.where(t < current, wh, np.nan)


def trailing_mean(wh: FloatArray) -> FloatArray:
    """Mean of each day and the six before it.

    wh      : (n,) a complete grid, NaN = no reading [Wh]
    returns : (n,) NaN where fewer than `LEAST_KNOWN` of the seven are known [Wh]
    """
    if not len(wh):
        return wh
    known = ~np.isnan(wh)
    ones = np.ones(MEAN_DAYS)
    sums = np.convolve(np.where(known, wh, 0.0), ones)[: len(wh)]
    counts = np.convolve(known, ones)[: len(wh)]
    means: FloatArray = np.divide(sums, counts, out=np.full(len(wh), np.nan), where=counts >= LEAST_KNOWN)
    return means


class Weeks(NamedTuple):
    """Energy of calendar weeks, Monday to Sunday. All shapes (w,)"""

    t: IntArray  # the instant each Monday begins [s]
    wh: FloatArray  # sum of the days read [Wh], NaN = none
    days: IntArray  # days read: 7 is a whole week


def by_week(t: IntArray, wh: FloatArray, tz: tzinfo) -> Weeks:
    """Sum local days to weeks. t, wh : (n,) starts of local days, oldest first, and their energy"""
    if t.size == 0:
        return Weeks(t, wh, t)
    monday = clock.local_day(t, tz)
    monday = monday - (monday + 3) % 7
    weeks, place = np.unique(monday, return_inverse=True)
    known = ~np.isnan(wh)
    days = np.bincount(place[known], minlength=len(weeks)).astype(np.int64)
    sums = np.bincount(place[known], weights=wh[known], minlength=len(weeks))
    return Weeks(clock.from_local(weeks * clock.DAY, tz).first, np.where(days > 0, sums, np.nan), days)
