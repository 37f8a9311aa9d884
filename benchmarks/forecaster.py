"""The forecaster against last week again, in the same run. `make bench` runs it.

python -m benchmarks.forecaster [FILE ...]   files of readings add the accuracy on them
"""

import os
import sys
import time
from pathlib import Path

import numpy as np

from forecasting import corpus, shipped, trial
from forecasting.forecasters.contract import WINDOW, Forecaster
from forecasting.forecasters.simple import SeasonalNaive, WeekdayMean

SERIES, REPEATS = 4096, 5


def pace(forecaster: Forecaster) -> float:
    """Forecasts of a week each second, the best of a few runs."""
    rng = np.random.default_rng(0)
    history = rng.gamma(4, 2500, (SERIES, WINDOW))
    weekday = rng.integers(0, 7, SERIES)
    times = []
    for _ in range(REPEATS):
        started = time.perf_counter()
        forecaster.predict(history, weekday)
        times.append(time.perf_counter() - started)
    return SERIES / min(times)


def main(files: list[str]) -> None:
    """Print the figures."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "emads.settings")
    lstm, paces = shipped.forecaster(), {}
    for forecaster in (SeasonalNaive(), WeekdayMean(), lstm):
        paces[forecaster.name] = pace(forecaster)
        print(f"{forecaster.name:32s} {paces[forecaster.name]:10,.0f} forecasts/s")
    print(f"{'ratio LSTM : last week again':32s} {paces[lstm.name] / paces[SeasonalNaive.name]:10.3f}")
    for file in files:
        series = {name: readings.days() for name, readings in corpus.read(Path(file)).items()}
        found = trial.figures(*trial.judge(series, lstm))
        figures = {key: found["lstm"][key] for key in ("mae_ratio", "rmse_ratio", "mase", "coverage_80")}
        print(f"{Path(file).name}: {found['series']} series, {figures}")


if __name__ == "__main__":
    main(sys.argv[1:])
