"""Which readings a run has met before: exact, and small as long as readings come in even steps."""

import zlib
from dataclasses import dataclass, field

import numpy as np

from emads.lib.arrays import BoolArray, IntArray


@dataclass(frozen=True, slots=True)
class _Packed:
    """Seconds in growing order: an even run, or packed differences."""

    first: int
    last: int
    step: int  # 0 where the differences are packed
    packed: bytes = b""

    @classmethod
    def of(cls, second: IntArray) -> "_Packed":
        steps = np.diff(second)
        first, last = int(second[0]), int(second[-1])
        if len(steps) == 0 or (steps == steps[0]).all():
            return cls(first, last, int(steps[0]) if len(steps) else 1)
        return cls(first, last, 0, zlib.compress(steps.astype(np.uint32).tobytes(), 1))

    def holds(self, second: IntArray) -> BoolArray:
        """(n,) -> (n,) which of the seconds are in here"""
        inside: BoolArray = (second >= self.first) & (second <= self.last)
        if self.step:
            inside &= (second - self.first) % self.step == 0
            return inside
        if inside.any():
            steps = np.frombuffer(zlib.decompress(self.packed), dtype=np.uint32).astype(np.int64)
            mine = self.first + np.concatenate((np.zeros(1, dtype=np.int64), np.cumsum(steps)))
            inside &= np.isin(second, mine)
        return inside


@dataclass(slots=True)
class Seen:
    """Remembers (meter, second) pairs batch after batch."""

    runs: dict[int, list[_Packed]] = field(default_factory=dict)

    def again(self, meter: IntArray, second: IntArray) -> BoolArray:
        """(n,), (n,) -> (n,) pairs that earlier batches held; the pairs are remembered."""
        known = np.zeros(len(meter), dtype=bool)
        order = np.lexsort((second, meter))
        bounds = np.flatnonzero(np.diff(meter[order], prepend=-1, append=-1))
        for start, stop in zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True):
            rows = order[start:stop]
            known[rows] = self._meet(int(meter[rows[0]]), second[rows])
        return known

    def _meet(self, meter: int, second: IntArray) -> BoolArray:
        runs = self.runs.setdefault(meter, [])
        known = np.zeros(len(second), dtype=bool)
        for run in runs:
            if run.first <= second[-1] and run.last >= second[0]:
                known |= run.holds(second)
        fresh = second[~known]
        if len(fresh):
            fresh = fresh[np.concatenate((np.ones(1, dtype=bool), np.diff(fresh) > 0))]
            _join(runs, _Packed.of(fresh))
        return known


def _join(runs: list[_Packed], new: _Packed) -> None:
    """Lengthen the newest run where the new one goes on in its step."""
    if runs:
        old = runs[-1]
        even = (
            old.step and new.step and (old.first == old.last or new.first == new.last or old.step == new.step)
        )
        step = new.first - old.last
        if even and step > 0 and step in (old.step, new.step) and _fits(old, step) and _fits(new, step):
            runs[-1] = _Packed(old.first, new.last, step)
            return
    runs.append(new)


def _fits(run: _Packed, step: int) -> bool:
    return run.step == step or run.first == run.last
