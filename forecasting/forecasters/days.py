"""Which days count, and how a few missing ones are filled."""

import warnings

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from emads.lib.arrays import BoolArray, FloatArray, IntArray
from forecasting.forecasters.contract import WEEK, WINDOW

ENOUGH = 0.95  # share of the usual readings: the 23-hour day of the clock change has 0.958
AT_LEAST = 0.5  # for sensors that report at irregular times
ABOUT = 15  # days that tell what is usual
MOST_MISSING = 8  # of the 56 days of a window


def complete_days(wh: FloatArray, n: IntArray) -> FloatArray:
    """The daily energy, NaN where a day has fewer readings than is usual about it.

    What is usual is the median of the fortnight before or after, whichever is less, so that a meter may
    change its pace; sensors of irregular pace are allowed three times their usual scatter.

    wh, n   : (d,) energy [Wh] and readings of consecutive days; NaN and 0 where there is none.
    returns : (d,) [Wh]
    """
    if not (n > 0).any():
        return np.full(len(wh), np.nan)
    seen = np.where(n > 0, n, np.nan).astype(float)
    edge = np.full(ABOUT - 1, np.nan)
    before = _least(sliding_window_view(np.concatenate([edge, seen]), ABOUT))
    after = _least(sliding_window_view(np.concatenate([seen, edge]), ABOUT))
    needed = np.fmin(before, after)
    needed = np.where(np.isnan(needed), _least(seen[None], fewest=1)[0], needed)
    return np.where(n >= needed, wh, np.nan)


def _least(counts: FloatArray, fewest: int = ABOUT // 2 + 1) -> FloatArray:
    """Readings a complete day needs by k days around it, NaN with fewer than `fewest`. (d, k) -> (d,)"""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        usual = np.nanmedian(counts, axis=1)
        scatter = 1.4826 * np.nanmedian(np.abs(counts - usual[:, None]), axis=1)
    needed = np.maximum(AT_LEAST * usual, np.minimum(ENOUGH * usual, usual - 3 * scatter))
    return np.where((~np.isnan(counts)).sum(axis=1) >= fewest, needed, np.nan)


def trim(first: int, wh: FloatArray) -> tuple[int, FloatArray]:
    """Without the missing days at either end; `first` is the number of the first day."""
    there = np.flatnonzero(~np.isnan(wh))
    if there.size == 0:
        return first, wh[:0]
    return first + int(there[0]), wh[there[0] : there[-1] + 1]


def last_days(wh: FloatArray, end: int | None = None, length: int = WINDOW) -> FloatArray:
    """The `length` days before index `end`; NaN where the series had not begun. (d,) -> (length,) [Wh]"""
    end = len(wh) if end is None else end
    kept = wh[max(0, end - length) : end]
    return np.concatenate([np.full(length - len(kept), np.nan), kept])


def filled(history: FloatArray) -> tuple[FloatArray, BoolArray]:
    """Windows with missing days replaced by the mean of their weekday in the window.

    history : (n, 56) [Wh], NaN = missing.
    returns : (n, 56) [Wh]; (n,) whether at most 8 days were missing.
    """
    usable = np.isnan(history).sum(axis=1) <= MOST_MISSING
    weeks = history.reshape(len(history), -1, WEEK)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        weekday = np.nanmean(weeks, axis=1, keepdims=True)
        anyday = np.nanmean(history, axis=1)[:, None, None]
    weekday = np.where(np.isnan(weekday), anyday, weekday)
    return np.where(np.isnan(weeks), weekday, weeks).reshape(history.shape), usable
