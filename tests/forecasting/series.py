"""Made-up daily energy."""

import numpy as np

from emads.lib.arrays import FloatArray

MONDAY = 4  # 1970-01-05, as days since 1970


def drifting_days(count: int, *, seed: int = 0) -> FloatArray:
    """A home whose level wanders, as real ones do. [Wh]"""
    rng = np.random.default_rng(seed)
    level = np.exp(np.cumsum(rng.normal(0, 0.04, count)) - 0.002 * np.arange(count))
    return weekly_days(count, seed=seed, noise=800) * level


def weekly_days(count: int, *, seed: int = 0, noise: float = 500.0, mean: float = 10_000.0) -> FloatArray:
    """A home: more on weekends, some noise, starting on a Monday. [Wh]"""
    rng = np.random.default_rng(seed)
    shape = np.tile([1.0, 1.0, 0.9, 1.0, 1.1, 1.4, 1.5], count // 7 + 1)[:count]
    return np.maximum(mean * shape + rng.normal(0, noise, count), 0.0)
