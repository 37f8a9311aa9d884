"""Plain rules: what may be said before a sensor's week is known, and what counts as a sudden jump."""

from enum import IntEnum

import numpy as np
import numpy.typing as npt

from anomalies.detectors import rolling
from emads.lib.arrays import BoolArray, FloatArray

WEEK = 168
LONGEST_NORMAL = 24  # hours of one value that are not yet suspicious
LONGEST_IDLE = 12
TIMES_MOST = 3.0
LEAST_JUMP_WH = 250.0
SPIKE_PERCENT = 50.0  # seed rule energy_spike: change against the hour before
SPIKE_RANGES = 0.5  # of the sensor's range: smaller jumps are no spike whatever their percentage
CONSECUTIVE_HOURS = 2  # seed rule consecutive_anomalies


class Early(IntEnum):
    """What the safe rules saw while the sensor is still learning."""

    NOTHING = 0
    SPIKE = 1
    STUCK = 2
    OFF = 3


def learning(wh: FloatArray) -> npt.NDArray[np.int8]:
    """The safe rules over a whole series, looking back only. (n,), NaN = none [Wh] -> (n,) of Early"""
    if not len(wh):
        return np.zeros(0, dtype=np.int8)
    known = ~np.isnan(wh)
    so_far = np.concatenate([[0], np.cumsum(known)])
    enough = so_far[:-1] >= WEEK
    size = np.where(known, np.abs(wh), 0.0)
    most = np.concatenate([[0.0], np.maximum.accumulate(size)[:-1]])
    spike = known & (size > TIMES_MOST * most) & (size - most > LEAST_JUMP_WH)
    same = np.concatenate([[False], np.diff(wh) == 0]) & (size > 0)
    run = rolling.run_length(same)
    began = np.arange(len(wh)) - run.astype(np.int64)
    earlier = np.concatenate([[0.0], np.maximum.accumulate(run)])[began]
    stuck = (run >= LONGEST_NORMAL) & (run > TIMES_MOST * earlier) & (so_far[began] >= WEEK)
    idle = known & (wh == 0)
    idle_run = rolling.run_length(idle)
    opened = np.arange(len(wh)) - idle_run.astype(np.int64) + 1
    idle_before = np.concatenate([[0], np.cumsum(idle)])[np.minimum(opened, len(wh))]
    known_before = so_far[np.minimum(opened, len(wh))]
    off = (idle_run >= LONGEST_IDLE) & (idle_before < 0.01 * known_before)
    kinds = np.select([spike, stuck, off], [Early.SPIKE, Early.STUCK, Early.OFF], Early.NOTHING)
    return np.where(enough, kinds, Early.NOTHING).astype(np.int8)


def percent_change(wh: FloatArray) -> FloatArray:
    """Change against the hour before, NaN where that is unknown or nothing. (n,) -> (n,) [%]"""
    before = np.concatenate([[np.nan], wh[:-1]])[: len(wh)]
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(np.abs(before) > 0, 100 * (wh - before) / np.abs(before), np.nan)


def spikes(wh: FloatArray, scale: FloatArray) -> BoolArray:
    """Seed rule energy_spike with a guard: a rise over `SPIKE_PERCENT` that is also large for the sensor.

    wh, scale : (n,) hourly energy and the sensor's 5-95 % range [Wh]
    """
    before = np.concatenate([[np.nan], wh[:-1]])[: len(wh)]
    with np.errstate(invalid="ignore"):
        large = (wh - before) > np.maximum(SPIKE_RANGES * scale, LEAST_JUMP_WH)
        jump: BoolArray = large & (wh - before > SPIKE_PERCENT / 100 * np.abs(before))
    return jump
