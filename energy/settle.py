"""Roll-ups of touched hours, made anew from the readings: exact under repeats, late data and crashes."""

from collections.abc import Sequence
from datetime import datetime, tzinfo

import numpy as np

from emads.lib import clock
from emads.lib.arrays import IntArray
from energy import series
from energy.models import Sensor
from energy.store import get_store
from energy.store.base import NO_ROWS, NO_VALUES, ReadingStore, Rollup, Series, Touched

MOST_ROWS = 100_000  # readings of one write transaction, about
FIRST_HOURS = 24 * 7
MOST_HOURS = 24 * 366
ARRIVALS_KEPT = 100_000
NOTHING = Series(NO_ROWS, NO_VALUES)


def settle(*, sensors: Sequence[Sensor] | None = None, now: datetime | None = None) -> int:
    """Rebuild hours, local days and local months of what was touched. Returns the number of hours settled.

    Safe to run twice, by several processes, and beside writers: marks made meanwhile stay for the next run.
    """
    store = get_store()
    waiting = store.dirty_sensors()
    if sensors is None:
        sensors = list(Sensor.objects.filter(pk__in=waiting).select_related("site"))
    done = sum(_settle_sensor(store, s) for s in sensors if s.pk in waiting)
    store.forget_arrivals(store.last_arrival() - ARRIVALS_KEPT)
    return done


def _settle_sensor(store: ReadingStore, sensor: Sensor) -> int:
    done, hours = 0, FIRST_HOURS
    while True:
        with store.settling():
            touched = store.unsettled(sensor.pk, hours)
            if not len(touched.hours):
                return done
            rows = _settle_hours(store, sensor, touched)
            store.settled(sensor.pk, touched)
        done += len(touched.hours)
        hours = int(np.clip(len(touched.hours) * MOST_ROWS // max(rows, 1), 24, MOST_HOURS))


def _settle_hours(store: ReadingStore, sensor: Sensor, touched: Touched) -> int:
    """Hours and days of runs of touched days, then the months they lie in. Returns the readings read."""
    tz = sensor.site.tz
    horizon = store.horizons([sensor.pk]).get(sensor.pk, 0)
    days = np.unique(
        np.concatenate([clock.floor(touched.hours, "day", tz), clock.floor(touched.hours + 3599, "day", tz)])
    )
    days = days[days >= horizon]
    rows = 0
    for run in np.split(days, np.flatnonzero(np.diff(days) > 26 * clock.HOUR) + 1):
        if len(run):
            rows += _settle_days(store, sensor, int(run[0]), int(run[-1]), horizon, tz)
    for month in np.unique(clock.floor(days, "month", tz)):
        _settle_month(store, sensor, int(month), tz)
    return rows


def _settle_days(store: ReadingStore, sensor: Sensor, first: int, last: int, horizon: int, tz: tzinfo) -> int:
    """Hours and days of the days that begin at `first` to `last`; hours that midnight cuts are made whole."""
    edges = clock.edges(first, last + 1, "day", tz)
    low = max(first - first % clock.HOUR, horizon)
    high = int(edges[-1]) + -int(edges[-1]) % clock.HOUR
    readings = series.energy_between(sensor, low, high)
    hours = clock.edges(low, high, "hour", tz)
    store.put_rollups(sensor.pk, "hour", low, high, series.roll_up(readings, hours))
    inside = (readings.t >= edges[0]) & (readings.t < edges[-1])
    of_days = Series(readings.t[inside], readings.wh[inside])
    store.put_rollups(sensor.pk, "day", first, int(edges[-1]), series.roll_up(of_days, edges))
    return len(readings.t)


def _settle_month(store: ReadingStore, sensor: Sensor, month: int, tz: tzinfo) -> None:
    edges: IntArray = clock.edges(month, month + 1, "month", tz)
    first, last = int(edges[0]), int(edges[-1])
    days = store.rollups([sensor.pk], "day", first, last).get(sensor.pk)
    if days is None:
        store.put_rollups(sensor.pk, "month", first, last, series.roll_up(NOTHING, edges))
        return
    whole = Rollup(
        edges[:1],
        np.array([days.wh.sum()]),
        np.array([days.n.sum()]),
        np.array([days.high.max()]),
    )
    store.put_rollups(sensor.pk, "month", first, last, whole)
