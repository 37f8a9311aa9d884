"""The contract of a reading store.

A reading is (sensor, second, value): value in Wh for interval sensors (energy from that second on), the
register in Wh for counters. Whole UTC seconds. The store is idempotent, marks the touched hours dirty in
the same transaction, and keeps roll-ups (UTC hour, local day, local month) rebuilt from raw, never
incremented.
"""

from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Literal, NamedTuple, Protocol

import numpy as np

from emads.lib.arrays import FloatArray, IntArray

Resolution = Literal["hour", "day", "month"]


class StoreError(Exception):
    """The store cannot do what was asked."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Readings to append, in any order. Three arrays of shape (n,).

    `counters` says which sensors send registers: there the hours of neighbouring readings are touched too.
    """

    sensor: IntArray
    second: IntArray
    value: FloatArray  # [Wh], never NaN
    counters: frozenset[int] = frozenset()  # sensor keys that are counters


NO_ROWS: IntArray = np.zeros(0, dtype=np.int64)
NO_VALUES: FloatArray = np.zeros(0)


@dataclass(frozen=True, slots=True)
class Appended:
    """What became of a batch. `conflicts` are indices whose key was there with another value."""

    accepted: int
    duplicates: int
    conflicts: IntArray
    replayed: bool = False  # this receipt was already in the store; nothing was written
    kept: FloatArray = field(default_factory=NO_VALUES.copy)  # (conflicts,) the values that stay [Wh]
    by_sensor: dict[int, int] = field(default_factory=dict)  # accepted of each sensor


class ReceiptKey(NamedTuple):
    """A batch of an import: appended at most once, whatever crashes in between."""

    job: str
    batch: int


class Arrival(NamedTuple):
    """New or changed readings of one sensor: what live pages and detection follow by `id`."""

    id: int
    sensor: int
    first: int  # earliest touched second
    last: int
    size: int


@dataclass(frozen=True, slots=True)
class Series:
    """Readings of one sensor, oldest first: `t` (n,) seconds, `wh` (n,) Wh."""

    t: IntArray
    wh: FloatArray


@dataclass(frozen=True, slots=True)
class Rollup:
    """Buckets of one sensor that hold readings, oldest first. All shapes (n,)."""

    t: IntArray  # start of the bucket [s]
    wh: FloatArray  # sum [Wh]
    n: IntArray  # readings
    high: FloatArray  # largest reading [Wh]


class Touched(NamedTuple):
    """Unsettled hours of a sensor, oldest first, and the greatest mark among them when they were read."""

    hours: IntArray
    mark: int


class Latest(NamedTuple):
    """The newest reading of a sensor."""

    second: int
    value: float


class ReadingStore(Protocol):
    """What every engine does. `end` is exclusive everywhere."""

    def prepare(self) -> None:
        """Make tables; safe to repeat."""

    def append(self, batch: Batch, *, replace: bool = False, receipt: ReceiptKey | None = None) -> Appended:
        """Write what is new, in one transaction with its dirty marks, arrivals and receipt."""

    def series(self, sensor: int, start: int, end: int) -> Series:
        """Raw values."""

    def around(self, sensor: int, start: int, end: int, nonzero: int) -> Series:
        """Raw values of [start, end), and on either side as many as hold `nonzero` that are not 0."""

    def nth(self, sensor: int, start: int, end: int, n: int) -> int | None:
        """The second of the reading in [start, end) that n others precede, None if there is none."""

    def before(self, sensor: int, second: int) -> Latest | None:
        """The last value before an instant."""

    def latest(self, sensors: list[int]) -> dict[int, Latest]:
        """The newest value of each sensor that has one."""

    def span(self, sensors: list[int]) -> tuple[int, int] | None:
        """First and last second over the sensors, None without readings."""

    def rollups(self, sensors: list[int], resolution: Resolution, start: int, end: int) -> dict[int, Rollup]:
        """Stored buckets that start in [start, end)."""

    def dirty(self, sensors: list[int], start: int, end: int) -> dict[int, IntArray]:
        """Touched, not yet settled UTC hours that overlap [start, end), of each sensor that has some."""

    def dirty_sensors(self) -> list[int]:
        """Sensors with unsettled hours."""

    def settling(self) -> AbstractContextManager[None]:
        """One settler at a time; what is written inside stands or falls together."""

    def unsettled(self, sensor: int, limit: int) -> Touched:
        """The oldest dirty hours, whole days of them, about `limit`."""

    def put_rollups(self, sensor: int, resolution: Resolution, start: int, end: int, rows: Rollup) -> None:
        """Replace the stored buckets that start in [start, end)."""

    def settled(self, sensor: int, touched: Touched) -> None:
        """Drop the marks that `unsettled` gave, unless they were touched again since."""

    def touch(self, sensor: int) -> None:
        """Mark every hour that holds raw values."""

    def arrivals(self, after: int, limit: int) -> list[Arrival]:
        """Arrivals with a larger id, oldest first."""

    def last_arrival(self) -> int:
        """The newest arrival's id, 0 if none."""

    def forget_arrivals(self, before: int) -> None:
        """Drop arrivals with a smaller id."""

    def forget_receipts(self, job: str) -> None:
        """Drop the receipts of an import that is over."""

    def delete_before(self, sensor: int, second: int) -> int:
        """Drop raw values before an instant; settled roll-ups stay. Returns how many."""

    def horizons(self, sensors: list[int]) -> dict[int, int]:
        """The instants before which raw values were dropped, of sensors where some were."""

    def delete_sensor(self, sensor: int) -> None:
        """Drop everything of a sensor."""

    def close(self) -> None:
        """Let go of connections."""
