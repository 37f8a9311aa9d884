"""Trailing windows and runs over hourly series. All shapes (n,) -> (n,), NaN is left out of every window."""

import numpy as np

from emads.lib.arrays import BoolArray, FloatArray


def _sums(values: FloatArray, width: int) -> tuple[FloatArray, FloatArray]:
    """Sum and count of the last `width` values."""
    seen = ~np.isnan(values)
    total = np.concatenate([[0.0], np.cumsum(np.where(seen, values, 0.0))])
    count = np.concatenate([[0.0], np.cumsum(seen, dtype=np.float64)])
    upper = np.arange(1, len(values) + 1)
    lower = np.maximum(upper - width, 0)
    return total[upper] - total[lower], count[upper] - count[lower]


def mean(values: FloatArray, width: int, least: int = 1) -> FloatArray:
    """Mean of the last `width` values; NaN where fewer than `least` are known."""
    total, count = _sums(values, width)
    return np.where(count >= least, total / np.maximum(count, 1), np.nan)


def std(values: FloatArray, width: int, least: int = 2) -> FloatArray:
    """Sample standard deviation of the last `width` values; NaN where fewer than `least` are known."""
    if not len(values):
        return values.copy()
    centre = np.nanmedian(values) if not np.isnan(values).all() else 0.0
    total, count = _sums(values - centre, width)
    squares, _ = _sums((values - centre) ** 2, width)
    spread = np.maximum(squares - total**2 / np.maximum(count, 1), 0.0) / np.maximum(count - 1, 1)
    return np.where(count >= least, np.sqrt(spread), np.nan)


def median(values: FloatArray, width: int) -> FloatArray:
    """Median of the known ones of the last `width` values; NaN where there is none."""
    if not len(values):
        return values.copy()
    padded = np.concatenate([np.full(width - 1, np.nan), values])
    return sorted_quantile(np.sort(np.lib.stride_tricks.sliding_window_view(padded, width), axis=-1), 0.5)


def sorted_quantile(ordered: FloatArray, q: float) -> FloatArray:
    """Quantile along the last axis of values sorted with NaN last. shape (…, k) -> (…)"""
    count = (~np.isnan(ordered)).sum(axis=-1)
    place = np.maximum(count - 1, 0) * q
    below = np.floor(place).astype(np.int64)
    above = np.minimum(below + 1, np.maximum(count - 1, 0))
    low = np.take_along_axis(ordered, below[..., None], axis=-1)[..., 0]
    high = np.take_along_axis(ordered, above[..., None], axis=-1)[..., 0]
    between: FloatArray = low + (high - low) * (place - below)
    return between


def run_length(mask: BoolArray) -> FloatArray:
    """How many in a row have been true up to here, 0 where false."""
    at = np.arange(len(mask))
    last_false = np.maximum.accumulate(np.where(mask, -1, at)) if len(mask) else at
    return np.where(mask, at - last_false, 0).astype(np.float64)


def bridge(values: FloatArray, most: int) -> FloatArray:
    """The series with gaps of at most `most` hours filled by the last known value."""
    if not len(values):
        return values.copy()
    at = np.arange(len(values))
    known = np.maximum.accumulate(np.where(np.isnan(values), -1, at))
    filled = np.where(known >= 0, values[np.maximum(known, 0)], np.nan)
    return np.where(at - known <= most, filled, np.nan)
