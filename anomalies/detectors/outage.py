"""Hours in which a sensor was simply off: they are judged, but nobody should learn from them."""

import numpy as np

from anomalies.detectors import rolling
from emads.lib.arrays import BoolArray, FloatArray

LONG = 12  # zeros in a row that may still be ordinary
WINDOW_WEEKS = 26
WINDOW = WINDOW_WEEKS * 168  # hours before a run that say how rare zeros are
LEAST_KNOWN = 168
RARE = 0.05


def outages(wh: FloatArray) -> BoolArray:
    """Hours past the first `LONG` of a run of exact zeros, where zeros were rare in the weeks before the run.

    wh : (n,) hourly energy, NaN = none. Looks back only. Without this an outage of weeks would become what
    is usual, and ordinary use after it strange.
    """
    zero = wh == 0
    run = rolling.run_length(zero)
    long = run > LONG
    began = np.arange(len(wh)) - run.astype(np.int64) + zero
    opened = np.maximum(began - WINDOW, 0)
    known = np.concatenate([[0], np.cumsum(~np.isnan(wh) & ~long)])
    brief = np.concatenate([[0], np.cumsum(zero & ~long)])
    hours, zeros = known[began] - known[opened], brief[began] - brief[opened]
    rare: BoolArray = long & (hours >= LEAST_KNOWN) & (zeros < RARE * hours)
    return rare
