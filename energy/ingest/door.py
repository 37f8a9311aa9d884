"""The one door for readings: whatever brings them, they are checked and counted here."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

import numpy as np

from emads.lib import clock
from emads.lib.arrays import BoolArray, FloatArray, IntArray
from energy.ingest.base import Rejected
from energy.models import Sensor
from energy.store import get_store
from energy.store.base import Batch, ReceiptKey

MOST_WH = 1e12
AHEAD = timedelta(days=1)
DETAILS = 1000


class Meter(Protocol):
    """What the door must know of a sensor."""

    @property
    def kind(self) -> str:
        """Interval, counter or power."""


@dataclass(frozen=True, slots=True)
class Samples:
    """Readings on their way in, in any order. Four arrays of shape (n,)."""

    sensor: IntArray  # primary keys
    second: IntArray  # whole UTC seconds since 1970
    value: FloatArray  # [Wh]; of counters the register [Wh]
    line: IntArray  # where each came from: line of a file, index of a request


@dataclass(slots=True)
class Tally:
    """The distinct readings of one sensor in this batch, new or already there."""

    accepted: int
    wh: float
    first: int
    last: int


@dataclass(slots=True)
class Receipt:
    """What became of a batch. The lists hold the first `DETAILS` rows; the counts are exact."""

    accepted: int = 0
    duplicates: int = 0
    conflict_count: int = 0
    rejected_count: int = 0
    conflicts: list[Rejected] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)
    replayed: bool = False
    by_sensor: dict[int, Tally] = field(default_factory=dict)


def ingest(
    samples: Samples,
    *,
    sensors: Mapping[int, Meter],
    now: datetime,
    replace: bool = False,
    receipt: ReceiptKey | None = None,
    details: int = DETAILS,
    tally: bool = True,
) -> Receipt:
    """Check and append readings in Wh; what is wrong with a row is listed, the others go in.

    `tally` counts and sums by sensor, which a file's receipt tells and a device's does not.
    """
    reasons = faults(samples, now, get_store().horizons(list(sensors)))
    done = Receipt()
    bad = np.zeros(len(samples.line), dtype=bool)
    for reason, rows in reasons:
        fresh = rows & ~bad
        bad |= fresh
        done.rejected += [Rejected(line, reason) for line in samples.line[fresh][:details].tolist()]
    done.rejected_count = int(bad.sum())
    done.rejected = sorted(done.rejected, key=lambda r: r.line)[:details]
    good = slice(None) if not done.rejected_count else ~bad
    batch = Batch(
        samples.sensor[good],
        samples.second[good],
        samples.value[good],
        frozenset(key for key, s in sensors.items() if s.kind == Sensor.Kind.COUNTER),
    )
    appended = get_store().append(batch, replace=replace, receipt=receipt)
    done.accepted, done.duplicates, done.replayed = appended.accepted, appended.duplicates, appended.replayed
    done.conflict_count = len(appended.conflicts)
    lines = samples.line[good]
    for index, kept in zip(appended.conflicts[:details].tolist(), appended.kept.tolist(), strict=False):
        done.conflicts.append(Rejected(int(lines[index]), _conflict(batch.value[index], kept)))
    if tally:
        done.by_sensor = _tally(batch, appended.conflicts, appended.by_sensor, replace)
    return done


def faults(samples: Samples, now: datetime, horizons: Mapping[int, int]) -> list[tuple[str, BoolArray]]:
    """What can be wrong with a row, and the rows where it is, the gravest first."""
    latest = clock.epoch(now + AHEAD)
    found = [
        ("the value is not a finite number", ~np.isfinite(samples.value)),
        (f"the value is larger than {MOST_WH:g} Wh", np.abs(samples.value) > MOST_WH),
        ("the timestamp is before 1970", samples.second < 0),
        ("the timestamp is in the future", samples.second > latest),
    ]
    for sensor, second in horizons.items():
        old = (samples.sensor == sensor) & (samples.second < second)
        found.append(("the reading is older than what is kept in detail", old))
    return [(reason, rows) for reason, rows in found if rows.any()]


def _conflict(given: float, kept: float) -> str:
    return f"another value is there for this time: {kept:.10g} Wh is kept, {given:.10g} Wh was sent"


def _tally(batch: Batch, conflicts: IntArray, accepted: Mapping[int, int], replace: bool) -> dict[int, Tally]:
    """Count and sum each sensor's distinct readings that stand in the store."""
    stands = np.ones(len(batch.sensor), dtype=bool)
    stands[conflicts] = False
    sensor, second, value = batch.sensor[stands], batch.second[stands], batch.value[stands]
    if not len(sensor):
        return {}
    order = np.lexsort((second, sensor))  # stable: of a key twice the earlier row comes first
    sensor, second, value = sensor[order], second[order], value[order]
    again = (np.diff(sensor, prepend=-1) == 0) & (np.diff(second, prepend=-1) == 0)
    distinct = ~(np.append(again[1:], False) if replace else again)
    sensor, second, value = sensor[distinct], second[distinct], value[distinct]
    firsts = np.flatnonzero(np.diff(sensor, prepend=-1))
    lasts = np.append(firsts[1:], len(sensor)) - 1
    sums = np.add.reduceat(value, firsts).tolist()
    keys, first, last = sensor[firsts].tolist(), second[firsts].tolist(), second[lasts].tolist()
    return {
        key: Tally(accepted.get(key, 0), wh, begin, end)
        for key, wh, begin, end in zip(keys, sums, first, last, strict=True)
    }
