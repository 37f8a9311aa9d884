"""Wall-clock stamps as instants: the hour that happens twice, and clocks that know no summer time."""

from dataclasses import dataclass, field
from datetime import datetime, tzinfo

import numpy as np

from emads.lib import clock
from emads.lib.arrays import BoolArray, IntArray

YEARS = range(1970, 2040)


@dataclass(slots=True)
class _Pass:
    """Where one meter is inside an hour that happens twice."""

    seen: set[int]
    backwards: bool  # newest first
    second: bool = False


@dataclass(slots=True)
class WallClock:
    """Turns wall-clock seconds into UTC seconds, batch after batch in the order of the file."""

    tz: tzinfo
    fixed: int | None = None  # the clock never changed: its offset from UTC [s]
    last: dict[int, int] = field(default_factory=dict)
    passes: dict[tuple[int, int], _Pass] = field(default_factory=dict)

    def instants(self, channel: IntArray, wall: IntArray) -> IntArray:
        """(n,), (n,) -> (n,) UTC seconds. In the hour that happens twice each meter's second run is later."""
        if self.fixed is not None or not wall.size:
            return wall - (self.fixed or 0)
        found = clock.from_local(wall, self.tz)
        second = found.first.copy()
        twice = found.first != found.second
        if twice.any():
            later = self._later(channel, wall, twice)
            second[later] = found.second[later]
        self._remember(channel, wall)
        return second

    def _later(self, channel: IntArray, wall: IntArray, twice: BoolArray) -> IntArray:
        """Rows that belong to the second run of the hour."""
        later = []
        before = _previous(channel, wall)
        for row in np.flatnonzero(twice).tolist():
            meter, stamp = int(channel[row]), int(wall[row])
            previous = int(before[row]) if before[row] >= 0 else self.last.get(meter, -1)
            key = (meter, stamp // clock.HOUR)
            run = self.passes.get(key)
            if run is None:
                run = self.passes[key] = _Pass(set(), backwards=previous > stamp)
            elif (previous > stamp) != run.backwards and previous != stamp:
                run.second = True
            again = run.second or stamp in run.seen
            run.seen.add(stamp)
            if again != run.backwards:
                later.append(row)
        return np.array(later, dtype=np.int64)

    def _remember(self, channel: IntArray, wall: IntArray) -> None:
        meters, at = np.unique(channel[::-1], return_index=True)
        self.last.update(zip(meters.tolist(), wall[::-1][at].tolist(), strict=True))


def _previous(channel: IntArray, wall: IntArray) -> IntArray:
    """(n,) the stamp of the same meter's row before, -1 for its first row in the batch"""
    order = np.argsort(channel, kind="stable")
    before = np.full(len(wall), -1, dtype=np.int64)
    same = np.flatnonzero(np.diff(channel[order]) == 0)
    before[order[same + 1]] = wall[order[same]]
    return before


def changes_clock(tz: tzinfo) -> bool:
    """Whether a zone ever changes its clocks."""
    quarters = (datetime(year, month, 1, tzinfo=tz) for year in YEARS for month in (1, 4, 7, 10))
    return len({moment.utcoffset() for moment in quarters}) > 1


@dataclass(slots=True)
class Evidence:
    """What a file's stamps say about its clock: were skipped hours filled, were doubled hours doubled?"""

    tz: tzinfo
    skipped: dict[int, int] = field(default_factory=dict)  # readings in each skipped hour, by its day
    after: dict[int, int] = field(default_factory=dict)  # readings in the hour that followed
    doubled: set[tuple[int, int]] = field(default_factory=set)
    twice: int = 0

    def add(self, channel: IntArray, wall: IntArray) -> None:
        """Take note of a batch of wall-clock stamps."""
        if not wall.size:
            return
        found = clock.from_local(wall, self.tz)
        follows = clock.from_local(wall - clock.HOUR, self.tz).missing & ~found.missing
        for stamp in wall[found.missing].tolist():
            self.skipped[stamp // clock.DAY] = self.skipped.get(stamp // clock.DAY, 0) + 1
        for stamp in wall[follows].tolist():
            self.after[stamp // clock.DAY] = self.after.get(stamp // clock.DAY, 0) + 1
        both = found.first != found.second
        for key in zip(channel[both].tolist(), wall[both].tolist(), strict=True):
            self.twice += key in self.doubled
            self.doubled.add(key)

    def fixed_offset(self) -> int | None:
        """The offset of a clock that never went forward; None if it did, or if nothing is known."""
        filled = [day for day, n in self.skipped.items() if 2 * n >= self.after.get(day, 0) > 0]
        if not filled or 2 * self.twice > len(self.doubled):
            return None
        eve = np.array([min(filled) * clock.DAY - clock.DAY // 4], dtype=np.int64)
        return int((eve - clock.from_local(eve, self.tz).first)[0])

    def fits(self) -> int:
        """How well the stamps fit a clock that changes: doubled stamps are right, skipped ones wrong."""
        return self.twice - sum(self.skipped.values())

    def first_day(self) -> str:
        """The first day whose skipped hour has readings."""
        return str(np.datetime64(min(self.skipped), "D"))
