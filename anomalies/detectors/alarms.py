"""From scores to alarms: hysteresis, merging, and a threshold that keeps to a budget without labels."""

from collections.abc import Sequence

import numpy as np

from emads.lib.arrays import BoolArray, FloatArray, IntArray

CLOSE = 0.9  # an alarm ends below this share of its threshold
GAP = 6  # flagged hours at most this far apart are one incident
HOURS_PER_MONTH = 730.5


def flag(
    score: FloatArray, threshold: float, held: BoolArray | None = None, going: bool = False
) -> BoolArray:
    """Hours in alarm: from the threshold on, until the score falls below CLOSE of it. NaN ends an alarm.

    held : (n,) hours in which an alarm goes on whatever the score, as an outage does not end by lasting
    going : the hour before the first was in alarm
    """
    lasting = np.zeros(len(score), dtype=bool) if held is None else held & ~np.isnan(score)
    with np.errstate(invalid="ignore"):
        strong = np.concatenate([[going], score >= threshold])
        weak = np.concatenate([[going], (score >= CLOSE * threshold) | lasting])
    begun = np.cumsum(strong)
    before_run = np.maximum.accumulate(np.where(weak, 0, begun))
    return (weak & (begun > before_run))[1:]


def episodes(flags: BoolArray, gap: int = GAP) -> list[tuple[int, int]]:
    """(first, last) index of each group of flagged hours no more than `gap` apart."""
    at = np.flatnonzero(flags)
    if not len(at):
        return []
    breaks = np.flatnonzero(np.diff(at) > gap)
    firsts = np.concatenate([at[:1], at[breaks + 1]])
    lasts = np.concatenate([at[breaks], at[-1:]])
    return [(int(a), int(b)) for a, b in zip(firsts, lasts, strict=True)]


def longest_run(at: IntArray) -> int:
    """Length of the longest run of successive hours. at : (n,) sorted instants [s]"""
    if not len(at):
        return 0
    breaks = np.flatnonzero(np.diff(at) != 3600)
    edges = np.concatenate([[-1], breaks, [len(at) - 1]])
    return int(np.diff(edges).max())


def alarms_per_month(score: FloatArray, threshold: float) -> float:
    """Episodes per 730.5 judged hours; 0 where nothing was judged."""
    judged = int((~np.isnan(score)).sum())
    return len(episodes(flag(score, threshold))) * HOURS_PER_MONTH / judged if judged else 0.0


def threshold_for(scores: Sequence[FloatArray], budget: float) -> float:
    """Lowest threshold at which the sensors, each counting the same, average at most `budget` alarms a month.

    scores : one (n,) array per sensor, NaN = not judged. ValueError if nothing is judged.
    """
    judged = [s for s in scores if (~np.isnan(s)).any()]
    if not judged:
        raise ValueError("no judged hour to set a threshold by")
    every = np.concatenate([s[~np.isnan(s)] for s in judged])
    chosen = float(every.max())
    for candidate in np.unique(np.quantile(every, 1 - np.geomspace(1e-4, 0.2, 80)))[::-1]:
        if np.mean([alarms_per_month(s, float(candidate)) for s in judged]) > budget:
            break
        chosen = float(candidate)
    return chosen
