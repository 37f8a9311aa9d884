"""Forecasts a person could make with a pencil: the yardstick, and what stands in while history is short."""

import warnings

import numpy as np

from emads.lib.arrays import FloatArray, IntArray
from forecasting.forecasters.contract import HORIZON, QUANTILES, WEEK

WEEKS = 4  # same weekdays that are averaged
FEWEST_OF_4_WEEKS = 2  # of each weekday
FEWEST_OF_A_WEEK = 5  # days
FEWEST_ERRORS = 14


def _spread(middle: FloatArray, made: FloatArray, inside: FloatArray, floor: FloatArray) -> FloatArray:
    """Quantiles about a point forecast from the errors it made before. -> (n, 7, 7) [Wh]

    middle : (n, 7)
    made   : (n, k) errors of the same forecast in the weeks before, NaN where it could not be made
    inside : (n, j) distances of the days from a mean of the others: in use while the former are few
    floor  : (n,) what it may not fall below
    """
    few = (~np.isnan(made)).sum(axis=1) < FEWEST_ERRORS
    width = max(made.shape[1], inside.shape[1])
    made, inside = (
        np.pad(e, ((0, 0), (0, width - e.shape[1])), constant_values=np.nan) for e in (made, inside)
    )
    errors = np.where(few[:, None], inside, made)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        offsets = np.nanquantile(errors, QUANTILES, axis=1).T
    offsets = np.concatenate(
        [np.minimum(offsets[:, :3], 0), 0 * offsets[:, 3:4], np.maximum(offsets[:, 4:], 0)], 1
    )
    spread: FloatArray = np.maximum(middle[:, :, None] + offsets[:, None, :], floor[:, None, None])
    return spread


def lowest(history: FloatArray) -> FloatArray:
    """What a forecast may not fall below: 0, no limit for a sensor that counts down too. (n, 56) -> (n,)"""
    return np.where(np.nanmin(np.nan_to_num(history), axis=1) < 0, -np.inf, 0.0)


class SeasonalNaive:
    """Last week again; a missing day is taken from the week before, and so on."""

    name = "last week again"

    def predict(self, history: FloatArray, weekday: IntArray) -> FloatArray:
        """See the package: needs one value of each weekday in the last 4 weeks."""
        weeks = _weeks(history)
        middle = weeks[:, -1]
        for back in range(2, WEEKS + 1):
            middle = np.where(np.isnan(middle), weeks[:, -back], middle)
        made = history[:, WEEK:] - history[:, :-WEEK]
        return _whole(
            _spread(middle, made, history - np.nanmean(_known(history), 1)[:, None], lowest(history))
        )


class WeekdayMean:
    """Mean of the same weekday over 4 weeks."""

    name = "same-weekday mean of 4 weeks"

    def predict(self, history: FloatArray, weekday: IntArray) -> FloatArray:
        """See the package: needs each weekday at least twice in the last 4 weeks."""
        weeks = _weeks(history)
        middle, n = self._mean(weeks[:, -WEEKS:])
        made = [weeks[:, w] - self._mean(weeks[:, w - WEEKS : w])[0] for w in range(WEEKS, weeks.shape[1])]
        # Each day against the mean of the other weeks, as a real forecast would have been.
        inside = (weeks[:, -WEEKS:] - middle[:, None]) * (n / np.maximum(n - 1, 1))[:, None]
        flat = inside.reshape(len(history), -1)
        return _whole(_spread(middle, np.concatenate(made, axis=1), flat, lowest(history)))

    @staticmethod
    def _mean(weeks: FloatArray) -> tuple[FloatArray, IntArray]:
        """(n, 4, 7) -> (n, 7) means, NaN throughout where a weekday is rarer than it must be, and counts."""
        n: IntArray = np.add.reduce(~np.isnan(weeks), axis=1, dtype=np.int64)
        enough = (n >= FEWEST_OF_4_WEEKS).all(axis=1, keepdims=True)
        return np.where(enough, np.nansum(weeks, axis=1) / np.maximum(n, 1), np.nan), n


class WeekMean:
    """The last 7 days' mean, for every day."""

    name = "mean of the last 7 days"

    def predict(self, history: FloatArray, weekday: IntArray) -> FloatArray:
        """See the package: needs 5 of the last 7 days."""
        weeks = _weeks(history)
        mean, n = self._mean(weeks)
        made = (weeks[:, 1:] - mean[:, :-1, None]).reshape(len(history), -1)
        inside = (weeks[:, -1] - mean[:, -1:]) * (n / np.maximum(n - 1, 1))[:, -1:]
        middle = np.repeat(mean[:, -1:], HORIZON, axis=1)
        return _whole(_spread(middle, made, inside, lowest(history)))

    @staticmethod
    def _mean(weeks: FloatArray) -> tuple[FloatArray, IntArray]:
        """(n, 8, 7) -> (n, 8) means, NaN where fewer than 5 days are there, and counts."""
        n: IntArray = np.add.reduce(~np.isnan(weeks), axis=2, dtype=np.int64)
        return np.where(n >= FEWEST_OF_A_WEEK, np.nansum(weeks, axis=2) / np.maximum(n, 1), np.nan), n


def _weeks(history: FloatArray) -> FloatArray:
    """(n, 56) -> (n, 8, 7), the last week ends with the last day."""
    return history.reshape(len(history), -1, WEEK)


def _known(history: FloatArray) -> FloatArray:
    """Windows without any value become zeros, so that a mean of them is no warning."""
    return np.where(np.isnan(history).all(axis=1, keepdims=True), 0.0, history)


def _whole(quantiles: FloatArray) -> FloatArray:
    """All or nothing: a forecast with a hole is none."""
    broken = np.isnan(quantiles).any(axis=(1, 2), keepdims=True)
    return np.where(broken, np.nan, quantiles)
