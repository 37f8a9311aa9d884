"""What the door would say of readings, without opening it."""

from collections.abc import Mapping
from datetime import datetime

import numpy as np

from emads.lib.arrays import FloatArray, IntArray
from energy.ingest.base import Rejected
from energy.ingest.door import Receipt, Samples, Tally, faults
from energy.models import Sensor
from energy.store import get_store


def rehearse(samples: Samples, *, sensors: Mapping[int, Sensor], now: datetime, replace: bool) -> Receipt:
    """The receipt `ingest` would give; nothing is written. Unsaved sensors have no readings."""
    saved = [key for key, sensor in sensors.items() if sensor.pk]
    done = Receipt()
    bad = np.zeros(len(samples.line), dtype=bool)
    for reason, rows in faults(samples, now, get_store().horizons(saved)):
        done.rejected += [Rejected(line, reason) for line in samples.line[rows & ~bad].tolist()]
        bad |= rows
    done.rejected_count = int(bad.sum())
    for key in np.unique(samples.sensor[~bad]).tolist():
        mine = np.flatnonzero(~bad & (samples.sensor == key))
        second, at, back = np.unique(samples.second[mine], return_index=True, return_inverse=True)
        value = samples.value[mine][at]
        kept = _kept(key, second) if sensors[key].pk else np.full(len(second), np.nan)
        stands = value if replace else np.where(np.isnan(kept), value, kept)
        odd = np.zeros(len(mine), dtype=bool) if replace else samples.value[mine] != stands[back]
        new = np.isnan(kept) | (replace & (kept != value))
        done.accepted += int(new.sum())
        done.conflict_count += int(odd.sum())
        done.duplicates += len(mine) - int(new.sum()) - int(odd.sum())
        done.conflicts += [
            Rejected(line, "another value is there for this time")
            for line in samples.line[mine[odd]].tolist()
        ]
        agrees = stands == value
        if agrees.any():
            ends = int(second[agrees][0]), int(second[agrees][-1])
            done.by_sensor[key] = Tally(int(new.sum()), float(value[agrees].sum()), *ends)
    return done


def _kept(sensor: int, second: IntArray) -> FloatArray:
    """(n,) growing seconds -> (n,) the values stored there, NaN where there is none"""
    stored = get_store().series(sensor, int(second[0]), int(second[-1]) + 1)
    kept = np.full(len(second), np.nan)
    _, mine, theirs = np.intersect1d(second, stored.t, assume_unique=True, return_indices=True)
    kept[mine] = stored.wh[theirs]
    return kept
