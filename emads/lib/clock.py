"""Time: the only place that knows about time zones and the clock change.

Instants are whole UTC seconds since 1970 (int64). Days and months are local to a site: 23 to 25 hours long.
"""

from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

from emads.lib.arrays import IntArray

Unit = Literal["hour", "day", "month"]
HOUR = 3600
DAY = 86400
EPOCH = date(1970, 1, 1)
MONDAY = 4 * DAY  # 1970-01-05, the first Monday of the epoch


def epoch(moment: datetime) -> int:
    """Whole UTC seconds of an aware datetime; ValueError if it is naive."""
    if moment.tzinfo is None:
        raise ValueError("a naive datetime has no instant")
    return int(moment.timestamp())


def moment(seconds: int | float | np.int64) -> datetime:
    """The aware UTC datetime of an instant."""
    return datetime.fromtimestamp(int(seconds), UTC)


class Transitions(NamedTuple):
    """Spans of constant offset: `start[i]` is the instant from which `offset[i]` holds. [s]"""

    start: IntArray
    offset: IntArray


@lru_cache(maxsize=512)
def _changes_in_year(tz: tzinfo, year: int) -> tuple[tuple[int, int], ...]:
    """(instant, new offset) of every clock change in a UTC year, found by halving the day it happens on."""

    def offset(second: int) -> int:
        found = datetime.fromtimestamp(second, tz).utcoffset()
        return int(found.total_seconds()) if found is not None else 0

    first = int(datetime(year, 1, 1, tzinfo=UTC).timestamp())
    last = int(datetime(year + 1, 1, 1, tzinfo=UTC).timestamp())
    changes = []
    before = offset(first)
    for day in range(first, last, DAY):
        end = min(day + DAY, last)
        after = offset(end)
        if after != before:
            low, high = day, end
            while high - low > 1:
                middle = (low + high) // 2
                low, high = (middle, high) if offset(middle) == before else (low, middle)
            changes.append((high, after))
            before = after
    return tuple(changes)


def transitions(tz: tzinfo, start: int, end: int) -> Transitions:
    """Every span of constant offset that touches [start, end]; the first begins well before it."""
    first_year, last_year = moment(start).year - 1, moment(end).year + 1
    opening = int(datetime(first_year, 1, 1, tzinfo=UTC).timestamp())
    found = datetime.fromtimestamp(opening, tz).utcoffset()
    spans = [(opening, int(found.total_seconds()) if found is not None else 0)]
    for year in range(first_year, last_year + 1):
        spans.extend(_changes_in_year(tz, year))
    return Transitions(
        np.array([s for s, _ in spans], dtype=np.int64), np.array([o for _, o in spans], dtype=np.int64)
    )


def to_local(seconds: IntArray, tz: tzinfo) -> IntArray:
    """Wall-clock seconds (as if the wall clock were UTC) of instants. shape (n,) -> (n,)"""
    if seconds.size == 0:
        return seconds
    spans = transitions(tz, int(seconds.min()), int(seconds.max()))
    return seconds + spans.offset[np.searchsorted(spans.start, seconds, "right") - 1]


class Instants(NamedTuple):
    """What wall-clock stamps may mean: `first` and `second` differ only in the hour that happens twice."""

    first: IntArray
    second: IntArray
    missing: npt.NDArray[
        np.bool_
    ]  # the wall clock never showed this; `first` is the instant at the old offset


def from_local(wall: IntArray, tz: tzinfo) -> Instants:
    """Instants of wall-clock seconds. shape (n,) -> three of (n,)"""
    if wall.size == 0:
        return Instants(wall, wall, np.zeros(0, dtype=bool))
    spans = transitions(tz, int(wall.min()) - DAY, int(wall.max()) + DAY)
    shown_from = spans.start + spans.offset
    shown_until = np.append(spans.start[1:] + spans.offset[:-1], np.iinfo(np.int64).max)
    late = np.searchsorted(shown_from, wall, "right") - 1
    early = np.maximum(late - 1, 0)
    twice = (wall < shown_until[early]) & (early != late)
    second = wall - spans.offset[late]
    first = np.where(twice, wall - spans.offset[early], second)
    return Instants(first, second, wall >= shown_until[late])


def floor(seconds: IntArray, unit: Unit, tz: tzinfo) -> IntArray:
    """Start of the bucket each instant lies in; hours are UTC hours. shape (n,) -> (n,) [s]"""
    if unit == "hour":
        return seconds - seconds % HOUR
    wall = to_local(seconds, tz)
    if unit == "day":
        opened = wall - wall % DAY
    else:
        opened = wall.astype("datetime64[s]").astype("datetime64[M]").astype("datetime64[s]").astype(np.int64)
    unique, back = np.unique(opened, return_inverse=True)
    return from_local(unique, tz).first[back]


def edges(start: int, end: int, unit: Unit, tz: tzinfo) -> IntArray:
    """Edges of all buckets that touch [start, end): n buckets have n + 1 edges. [s]"""
    if end <= start:
        return np.zeros(0, dtype=np.int64)
    if unit == "hour":
        return np.arange(start - start % HOUR, end - 1 - (end - 1) % HOUR + 2 * HOUR, HOUR, dtype=np.int64)
    wall = to_local(np.array([start, end - 1], dtype=np.int64), tz)
    step: Literal["D", "M"] = "D" if unit == "day" else "M"
    first, last = wall.astype("datetime64[s]").astype(f"datetime64[{step}]")
    opened = np.arange(first, last + np.timedelta64(2, step)).astype("datetime64[s]").astype(np.int64)
    return from_local(opened, tz).first


def local_day(seconds: IntArray, tz: tzinfo) -> IntArray:
    """Days since 1970-01-01 on the wall calendar. shape (n,) -> (n,)"""
    return to_local(seconds, tz) // DAY


def day_number(day: date) -> int:
    """Days since 1970-01-01 of a date."""
    return (day - EPOCH).days


def date_of(number: int | np.int64) -> date:
    """The date so many days after 1970-01-01."""
    return EPOCH + timedelta(days=int(number))


def hour_of_week(seconds: IntArray, tz: tzinfo) -> IntArray:
    """0 (Monday 00:00) to 167 on the wall clock. shape (n,) -> (n,)"""
    return (to_local(seconds, tz) - MONDAY) // HOUR % 168


def day_start(day: date, tz: tzinfo) -> datetime:
    """The instant a local day begins, as aware UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=tz).astimezone(UTC)


def month_start(day: date, tz: tzinfo) -> datetime:
    """The instant the month of a local day begins."""
    return day_start(day.replace(day=1), tz)


def next_month(day: date) -> date:
    """First day of the following month."""
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1)


def today(now: datetime, tz: tzinfo) -> date:
    """The local date."""
    return now.astimezone(tz).date()


UTC_ZONE = ZoneInfo("UTC")
