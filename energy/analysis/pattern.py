"""When energy is used: by weekday, by hour of the day, by hour and day."""

from datetime import tzinfo
from typing import NamedTuple

import numpy as np

from emads.lib import clock
from emads.lib.arrays import FloatArray, IntArray

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def means_by(group: IntArray, values: FloatArray, groups: int) -> FloatArray:
    """Mean of the values of each group.

    group   : (n,) 0 to groups - 1
    values  : (n,), NaN is left out
    returns : (groups,), NaN where a group holds no value
    """
    known = ~np.isnan(values)
    sums = np.bincount(group[known], weights=values[known], minlength=groups)
    counts = np.bincount(group[known], minlength=groups)
    means: FloatArray = np.divide(sums, counts, out=np.full(groups, np.nan), where=counts > 0)
    return means


def weekday(t: IntArray, tz: tzinfo) -> IntArray:
    """0 (Monday) to 6 of each instant on the wall calendar. shape (n,) -> (n,)"""
    return (clock.local_day(t, tz) + 3) % 7


def weekday_means(t: IntArray, wh: FloatArray, tz: tzinfo) -> FloatArray:
    """Mean energy of a Monday, a Tuesday, ... a Sunday.

    t       : (n,) starts of local days [s]
    wh      : (n,) energy of each day, NaN = no reading [Wh]. Leave out days that are not over: see `finished`
    returns : (7,) Monday first, NaN where there is no such day [Wh]
    """
    return means_by(weekday(t, tz), wh, 7)


class Weekend(NamedTuple):
    """Mean energy of a Monday to Friday and of a Saturday or Sunday, and how much the weekend is above it."""

    weekday_wh: float
    weekend_wh: float
    change: float  # 0.12 = weekends use 12 % more; NaN if either is missing or weekdays are 0


def weekend(t: IntArray, wh: FloatArray, tz: tzinfo) -> Weekend:
    """Weekday against weekend. t, wh : (n,) local days as in `weekday_means`"""
    late = (weekday(t, tz) >= 5).astype(np.int64)
    week, end = (float(mean) for mean in means_by(late, wh, 2))
    return Weekend(week, end, end / week - 1 if week > 0 else float("nan"))


def hour_of_day(t: IntArray, tz: tzinfo) -> IntArray:
    """0 to 23: the wall-clock hour an instant lies in. shape (n,) -> (n,)"""
    return clock.to_local(t, tz) // clock.HOUR % 24


def usual_day(t: IntArray, wh: FloatArray, tz: tzinfo) -> FloatArray:
    """Mean energy of each hour of the day.

    t       : (n,) starts of UTC hours [s]
    wh      : (n,) energy of each hour, NaN = no reading [Wh]
    returns : (24,) by wall-clock hour; in a half-hour zone the hour the bucket begins in [Wh]
    """
    return means_by(hour_of_day(t, tz), wh, 24)


class HourBoxes(NamedTuple):
    """Spread of the energy of each hour of the day. Shapes (24,) [Wh], NaN where there is no value."""

    low: FloatArray  # 5 % lie below
    q1: FloatArray
    median: FloatArray
    q3: FloatArray
    high: FloatArray  # 5 % lie above
    n: IntArray  # hours it rests on


def hour_boxes(t: IntArray, wh: FloatArray, tz: tzinfo) -> HourBoxes:
    """Box statistics by hour of the day. t, wh : (n,) hours as in `usual_day`"""
    known = ~np.isnan(wh)
    hours, values = hour_of_day(t, tz)[known], wh[known]
    spread = np.full((5, 24), np.nan)
    for hour in np.unique(hours):
        spread[:, hour] = np.percentile(values[hours == hour], [5, 25, 50, 75, 95])
    low, q1, median, q3, high = spread
    return HourBoxes(low, q1, median, q3, high, np.bincount(hours, minlength=24).astype(np.int64))


class HeatMap(NamedTuple):
    """Energy by hour of the day (rows) and local day (columns)."""

    days: IntArray  # (d,) days since 1970-01-01, without a gap, oldest first
    wh: FloatArray  # (24, d) [Wh], NaN = no reading or an hour the clock left out


def heat_map(t: IntArray, wh: FloatArray, tz: tzinfo) -> HeatMap:
    """Matrix hour x day.

    t, wh   : (n,) hours as in `usual_day`, oldest first
    returns : the mean where the clock shows an hour twice, so that one autumn night does not glow
    """
    if t.size == 0:
        return HeatMap(np.zeros(0, dtype=np.int64), np.zeros((24, 0)))
    wall = clock.to_local(t, tz)
    day = wall // clock.DAY
    first, count = int(day.min()), int(day.max() - day.min()) + 1
    cell = (wall // clock.HOUR % 24) * count + (day - first)
    return HeatMap(
        np.arange(first, first + count, dtype=np.int64), means_by(cell, wh, 24 * count).reshape(24, count)
    )


def weekday_heat(t: IntArray, wh: FloatArray, tz: tzinfo) -> FloatArray:
    """Mean energy by hour and weekday: what stays readable over years.

    t, wh   : (n,) hours as in `usual_day`
    returns : (24, 7) Monday first, NaN where there is no value [Wh]
    """
    place = clock.hour_of_week(t, tz)
    return means_by(place, wh, 168).reshape(7, 24).T
