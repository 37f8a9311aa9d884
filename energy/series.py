"""The door in for numbers: energy of sensors as arrays, from roll-ups where they are settled and raw where not."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Literal

import numpy as np

from energy.models import Sensor
from energy.store.base import FloatArray, IntArray

Resolution = Literal["raw", "hour", "day", "month"]


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
    """Energy of one sensor. `raw` gives readings as they are; the others a complete grid in the site's zone."""
    return load_many([sensor], start, end, resolution, tz)[sensor.pk]


def load_many(
    sensors: Sequence[Sensor],
    start: datetime,
    end: datetime,
    resolution: Resolution,
    tz: tzinfo | None = None,
) -> dict[int, Buckets]:
    """The same for many sensors in a fixed number of queries, under their primary keys."""


def add(parts: Sequence[Buckets]) -> Buckets:
    """Sum on one common grid: NaN only where every part is NaN."""
