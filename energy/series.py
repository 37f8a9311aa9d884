"""The door in for numbers: energy of sensors as arrays, from settled roll-ups or else from raw."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Literal

import numpy as np

from emads.lib import clock
from emads.lib.arrays import FloatArray, IntArray
from energy.models import Sensor
from energy.register import CONTEXT, derive
from energy.store import get_store
from energy.store.base import Rollup, Series

Resolution = Literal["raw", "hour", "day", "month"]
Grid = Literal["hour", "day", "month"]


@dataclass(frozen=True, slots=True)
class Buckets:
    """Energy of one sensor (or a sum of sensors) on a complete grid; NaN where there is no reading.

    t  : (n,) start of each bucket [s]
    wh : (n,) energy [Wh], NaN = no reading
    n  : (n,) readings in each
    high : (n,) largest single reading [Wh], NaN = none
    """

    t: IntArray
    wh: FloatArray
    n: IntArray
    high: FloatArray

    @property
    def total_wh(self) -> float:
        """Sum of what was read. [Wh]"""
        return float(np.nansum(self.wh))


def load(
    sensor: Sensor, start: datetime, end: datetime, resolution: Resolution, tz: tzinfo | None = None
) -> Buckets:
    """Energy of one sensor. `raw` gives readings as they are; the others a complete grid in its zone."""
    return load_many([sensor], start, end, resolution, tz)[sensor.pk]


def load_many(
    sensors: Sequence[Sensor],
    start: datetime,
    end: datetime,
    resolution: Resolution,
    tz: tzinfo | None = None,
) -> dict[int, Buckets]:
    """The same for many sensors in a fixed number of queries, under their primary keys.

    Buckets that [start, end) only touches are given whole. Zones share a grid only with `tz`.
    """
    first, last = clock.epoch(start), clock.epoch(end)
    if resolution == "raw":
        return {s.pk: _as_buckets(energy_between(s, first, last)) for s in sensors}
    zones: dict[str, list[Sensor]] = {}
    for sensor in sensors:
        zones.setdefault(sensor.site.time_zone, []).append(sensor)
    found: dict[int, Buckets] = {}
    for group in zones.values():
        home = group[0].site.tz
        if tz is None or resolution == "hour" or str(tz) == str(home):
            found |= _settled_or_raw(group, first, last, resolution, home)
        else:
            found |= _in_another_zone(group, first, last, resolution, tz)
    return {s.pk: found[s.pk] for s in sensors}


def add(parts: Sequence[Buckets]) -> Buckets:
    """Sum on one common grid: NaN only where every part is NaN."""
    if not parts:
        return _empty(np.zeros(0, dtype=np.int64))
    same = all(len(p.t) == len(parts[0].t) and np.array_equal(p.t, parts[0].t) for p in parts[1:])
    t = parts[0].t if same else np.unique(np.concatenate([p.t for p in parts]))
    total = _empty(t)
    for part in parts:
        at = slice(None) if same else np.searchsorted(t, part.t)
        total.wh[at] = np.where(np.isnan(total.wh[at]), part.wh, total.wh[at] + np.nan_to_num(part.wh))
        total.high[at] = np.fmax(total.high[at], part.high)
        total.n[at] += part.n
    return total


def extent(sensors: Sequence[Sensor]) -> tuple[datetime, datetime] | None:
    """Time of the first and of the last reading."""
    span = get_store().span([s.pk for s in sensors])
    return (clock.moment(span[0]), clock.moment(span[1])) if span else None


def energy_between(sensor: Sensor, start: int, end: int) -> Series:
    """Energy of the intervals that begin in [start, end), straight from the readings."""
    store = get_store()
    if sensor.kind != Sensor.Kind.COUNTER:
        return store.series(sensor.pk, start, end)
    registers = store.around(sensor.pk, start, end, CONTEXT)
    energy = derive(registers.t, registers.wh)
    inside = (energy.t >= start) & (energy.t < end)
    return Series(energy.t[inside], energy.wh[inside])


def roll_up(readings: Series, edges: IntArray) -> Rollup:
    """Buckets between edges that hold readings. edges : (m + 1,), growing, around all readings [s]"""
    if not len(readings.t):
        none: FloatArray = np.zeros(0)
        return Rollup(readings.t, none, readings.t, none)
    places = np.searchsorted(edges, readings.t, "right") - 1
    firsts = np.flatnonzero(np.diff(places, prepend=-1))
    return Rollup(
        edges[places[firsts]],
        np.add.reduceat(readings.wh, firsts),
        np.diff(firsts, append=len(places)),
        np.maximum.reduceat(readings.wh, firsts),
    )


def _empty(t: IntArray) -> Buckets:
    return Buckets(t, np.full(len(t), np.nan), np.zeros(len(t), dtype=np.int64), np.full(len(t), np.nan))


def _as_buckets(readings: Series) -> Buckets:
    return Buckets(readings.t, readings.wh, np.ones(len(readings.t), dtype=np.int64), readings.wh)


def _fill(buckets: Buckets, rows: Rollup) -> None:
    """Put stored buckets on the grid; what is not on it (another zone's days) is left out."""
    at = np.searchsorted(buckets.t, rows.t)
    on_grid = at < len(buckets.t)
    on_grid[on_grid] = buckets.t[at[on_grid]] == rows.t[on_grid]
    at = at[on_grid]
    buckets.wh[at], buckets.n[at], buckets.high[at] = rows.wh[on_grid], rows.n[on_grid], rows.high[on_grid]


def _clear(buckets: Buckets, at: IntArray) -> None:
    buckets.wh[at], buckets.n[at], buckets.high[at] = np.nan, 0, np.nan


def _settled_or_raw(
    sensors: Sequence[Sensor], start: int, end: int, unit: Grid, tz: tzinfo
) -> dict[int, Buckets]:
    """Stored buckets, with those that hold unsettled hours made anew from raw."""
    edges = clock.edges(start, end, unit, tz)
    if not len(edges):
        return {s.pk: _empty(edges) for s in sensors}
    store, keys = get_store(), [s.pk for s in sensors]
    dirty = store.dirty(
        keys, int(edges[0]), int(edges[-1])
    )  # before the roll-ups: settled in between is fine
    stored = store.rollups(keys, unit, int(edges[0]), int(edges[-1]))
    found = {}
    for sensor in sensors:
        buckets = found[sensor.pk] = _empty(edges[:-1])
        if sensor.pk in stored:
            _fill(buckets, stored[sensor.pk])
        if sensor.pk in dirty:
            _renew(sensor, buckets, edges, dirty[sensor.pk], unit, tz)
    return found


def _renew(
    sensor: Sensor, buckets: Buckets, edges: IntArray, hours: IntArray, unit: Grid, tz: tzinfo
) -> None:
    """Make the buckets that dirty hours overlap from raw; a month from its days."""
    touched = np.unique(
        np.concatenate(
            [np.searchsorted(edges, hours, "right"), np.searchsorted(edges, hours + 3599, "right")]
        )
    )
    touched = touched[(touched > 0) & (touched < len(edges))] - 1
    if not len(touched):
        return
    horizon = get_store().horizons([sensor.pk]).get(sensor.pk, 0)
    if unit != "month":  # what was dropped from raw stays as it was settled; a month has its days for that
        touched = touched[edges[touched] >= horizon]
    for run in np.split(touched, np.flatnonzero(np.diff(touched) > 1) + 1):
        if not len(run):
            continue
        _clear(buckets, run)
        low, high = int(edges[run[0]]), int(edges[run[-1] + 1])
        if unit == "month":
            days = _settled_or_raw([sensor], low, high, "day", tz)[sensor.pk]
            _fill(buckets, gather(days, edges))
        else:
            _fill(buckets, roll_up(energy_between(sensor, low, high), edges))


def gather(fine: Buckets, edges: IntArray) -> Rollup:
    """Coarser buckets from finer ones that lie whole inside them."""
    held = fine.n > 0
    t, wh, n, high = fine.t[held], fine.wh[held], fine.n[held], fine.high[held]
    rows = roll_up(Series(t, wh), edges)
    if not len(t):
        return rows
    places = np.searchsorted(edges, t, "right") - 1
    firsts = np.flatnonzero(np.diff(places, prepend=-1))
    return Rollup(rows.t, rows.wh, np.add.reduceat(n, firsts), np.maximum.reduceat(high, firsts))


def _in_another_zone(
    sensors: Sequence[Sensor], start: int, end: int, unit: Grid, tz: tzinfo
) -> dict[int, Buckets]:
    """Days and months of a zone that is not the site's: from hours, or from raw where they cut hours."""
    edges = clock.edges(start, end, unit, tz)
    found = {s.pk: _empty(edges[:-1]) for s in sensors}
    if not len(edges):
        return found
    low, high = int(edges[0]), int(edges[-1])
    if np.all(edges % clock.HOUR == 0):
        hours = _settled_or_raw(sensors, low, high, "hour", tz)
        rows = {key: gather(buckets, edges) for key, buckets in hours.items()}
    else:
        rows = {s.pk: roll_up(energy_between(s, low, high), edges) for s in sensors}
    for key, buckets in found.items():
        _fill(buckets, rows[key])
    return found
