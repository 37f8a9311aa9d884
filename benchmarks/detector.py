"""Detection: readings judged each second, at once and as they come. `make bench` runs it.

python -m benchmarks.detector [LABELLED ...]   files of labelled readings add the accuracy on them
"""

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from anomalies import artefact
from anomalies.detectors import fleet
from emads.lib.clock import HOUR, UTC_ZONE

YEARS, REPEATS = 2, 5
HOURS = YEARS * 8760


def series() -> tuple[np.ndarray, np.ndarray]:
    """A home with a rhythm, some noise and some gaps. [Wh], [s]"""
    rng = np.random.default_rng(0)
    t = HOUR * np.arange(400_000, 400_000 + HOURS, dtype=np.int64)
    wh = 400 + 300 * np.sin(2 * np.pi * np.arange(HOURS) / 24) + rng.gamma(2, 60, HOURS)
    wh[rng.random(HOURS) < 0.02] = np.nan
    return wh, t


def best(work: Callable[..., object], *args: object) -> float:
    """The shortest of a few runs. [s]"""
    times = []
    for _ in range(REPEATS):
        began = time.perf_counter()
        work(*args)
        times.append(time.perf_counter() - began)
    return min(times)


def main(files: list[str]) -> None:
    """Print the figures."""
    detector = artefact.shipped().detector
    wh, t = series()
    seen = fleet.look(wh, t, UTC_ZONE)
    whole = best(detector.score, wh, t, UTC_ZONE)
    print(f"{'history, whole':32s} {HOURS / whole:10,.0f} readings/s")
    print(f"{'of it evidence and context':32s} {HOURS / best(fleet.look, wh, t, UTC_ZONE):10,.0f} readings/s")
    print(f"{'of it the forest':32s} {HOURS / best(detector.forest.score, seen.features):10,.0f} readings/s")
    cut = max(0, HOURS - fleet.MEMORY - 1)
    since = HOURS - 1 - cut
    hour = best(detector.score, wh[cut:], t[cut:], UTC_ZONE, since, int(t[0]))
    print(f"{'one new hour of a sensor':32s} {1e3 * hour:10.1f} ms, {whole / hour:.0f} times less than all")
    if files:
        from anomalies import evaluation, training  # noqa: PLC0415 heavy: pandas and scikit-learn
    for file in files:
        labelled = training.read_hourly(Path(file), UTC_ZONE)
        figures = evaluation.evaluate(labelled, artefact.shipped(), 2.0, UTC_ZONE)
        print(f"{Path(file).name}: {figures['macro']} {figures['at_budget']}")


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "emads.settings")
    main(sys.argv[1:])
