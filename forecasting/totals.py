"""Sums of forecasts over days and sensors, with a range. Pure."""

from dataclasses import dataclass

import numpy as np

from emads.lib.arrays import FloatArray

# Errors of two days of one forecast are this much alike: with it, 8 of 10 weekly sums fell into their range.
DAY_CORRELATION = 0.4


@dataclass(frozen=True, slots=True)
class Days:
    """Energy of consecutive days as it is expected and the range of 8 of 10 cases. Three of (d,) [Wh]"""

    middle: FloatArray
    low: FloatArray
    high: FloatArray


@dataclass(frozen=True, slots=True)
class Range:
    """An expected amount and where it lies in 8 of 10 cases. [Wh]"""

    wh: float
    low_wh: float
    high_wh: float

    def plus(self, wh: float) -> "Range":
        """With an amount that is known already."""
        return Range(self.wh + wh, self.low_wh + wh, self.high_wh + wh)


def over_days(days: Days) -> Range:
    """The sum of several days; their errors are partly alike, so the range grows slower than the sum."""
    total = float(days.middle.sum())
    return Range(total, total - _joint(days.middle - days.low), total + _joint(days.high - days.middle))


def over_sensors(parts: list[Days]) -> Days:
    """The sum of sensors, day by day; their errors are taken to have nothing to do with each other."""
    middle = np.sum([p.middle for p in parts], axis=0)
    below = np.sqrt(np.sum([(p.middle - p.low) ** 2 for p in parts], axis=0))
    above = np.sqrt(np.sum([(p.high - p.middle) ** 2 for p in parts], axis=0))
    return Days(middle, middle - below, middle + above)


def longer(days: Days, history: FloatArray, count: int) -> Days:
    """The days and `count` more: the mean of their weekday in the history, as uncertain as the last week.

    history : (k,) energy of the days before the first one, oldest first, NaN = missing. [Wh]
    """
    places = len(days.middle) + np.arange(count)
    week = np.array([_weekday_mean(history, int(place) % 7) for place in places])
    week = np.where(np.isnan(week), days.middle.mean(), week)
    below, above = (days.middle - days.low).mean(), (days.high - days.middle).mean()
    return Days(
        np.concatenate([days.middle, week]),
        np.concatenate([days.low, week - below]),
        np.concatenate([days.high, week + above]),
    )


def _weekday_mean(history: FloatArray, place: int) -> float:
    """Mean of the days that lie whole weeks before day `place` after the history; NaN if none is known."""
    kept = history[(len(history) - np.arange(len(history)) + place) % 7 == 0]
    kept = kept[~np.isnan(kept)]
    return float(kept.mean()) if kept.size else float("nan")


def _joint(widths: FloatArray) -> float:
    """Half-width of a sum whose parts correlate by DAY_CORRELATION."""
    return float(np.sqrt((1 - DAY_CORRELATION) * (widths**2).sum() + DAY_CORRELATION * widths.sum() ** 2))
