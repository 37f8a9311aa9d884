"""The sums of the first page: pure sums on arrays. Energy in Wh, instants in UTC seconds, NaN = not read."""

from typing import NamedTuple

import numpy as np

from emads.lib.arrays import FloatArray, IntArray

ENOUGH_COVERED = 0.8  # of a stretch, to compare it with another


class Stretch(NamedTuple):
    """What was used in a stretch of time."""

    total_wh: float  # NaN without a reading
    per_day_wh: float  # of the time that was read
    covered: float  # share of the buckets that hold readings
    peak_at: int | None  # start of the fullest bucket [s]
    peak_wh: float


NOTHING = Stretch(float("nan"), float("nan"), 0.0, None, float("nan"))


def stretch(t: IntArray, wh: FloatArray, start: int, end: int, per_day: float = 24.0) -> Stretch:
    """Sum, average and peak of the buckets that start in [start, end).

    t, wh : (n,) bucket starts [s] and energy [Wh], NaN = no reading; `per_day` buckets make a day.
    """
    inside = (t >= start) & (t < end)
    t, wh = t[inside], wh[inside]
    read = ~np.isnan(wh)
    if not read.any():
        return NOTHING
    top = int(np.nanargmax(wh))
    total = float(np.nansum(wh))
    return Stretch(total, total / int(read.sum()) * per_day, float(read.mean()), int(t[top]), float(wh[top]))


def comparable(now: Stretch, before: Stretch) -> bool:
    """Whether both were read for most of their time."""
    return now.covered >= ENOUGH_COVERED and before.covered >= ENOUGH_COVERED
