"""How often how much: histograms with edges people can read."""

from typing import NamedTuple

import numpy as np

from emads.lib.arrays import FloatArray, IntArray

STEPS = np.array([1.0, 2.0, 2.5, 5.0, 10.0])
MOST_BINS = 48
FEWEST_BINS = 8


class Histogram(NamedTuple):
    """Counts between edges."""

    edges: FloatArray  # (m + 1,) in the unit of the values
    counts: IntArray  # (m,)


def round_width(width: float) -> float:
    """The next width of 1, 2, 2.5, 5 or 10 times a power of ten. width > 0"""
    power = 10.0 ** np.floor(np.log10(width))
    return float(power * STEPS[np.searchsorted(STEPS, width / power * (1 - 1e-9))])


def histogram(values: FloatArray) -> Histogram:
    """Counts in bins of a round width (Freedman and Diaconis' rule, 8 to about 48 bins).

    values  : (n,) any unit, NaN is left out
    returns : empty arrays without a value; a single bin if all values are the same
    """
    known = values[~np.isnan(values)]
    if not known.size:
        return Histogram(np.zeros(0), np.zeros(0, dtype=np.int64))
    low, high = float(known.min()), float(known.max())
    if high <= low:
        return Histogram(np.array([low - 0.5, low + 0.5]), np.array([known.size]))
    q1, q3 = np.percentile(known, [25, 75])
    width = 2 * (q3 - q1) / known.size ** (1 / 3)
    width = round_width(float(np.clip(width, (high - low) / MOST_BINS, (high - low) / FEWEST_BINS)))
    first = np.floor(low / width)
    edges = width * np.arange(first, np.floor(high / width) + 2)
    return Histogram(edges, np.histogram(known, edges)[0].astype(np.int64))
