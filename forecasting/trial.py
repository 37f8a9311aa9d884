"""A forecaster on trial: many series, rolling origins, the figures people compare. Pure."""

import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from emads.lib.arrays import FloatArray
from forecasting.choice import Named, earned, ladder
from forecasting.evaluation import TEST_DAYS, Rolling, Score, geometric_mean, mean, ratio, rolling, score
from forecasting.forecasters.contract import HORIZON, Forecaster
from forecasting.forecasters.simple import SeasonalNaive, WeekdayMean, WeekMean

Daily = tuple[int, FloatArray]  # number of the first day since 1970, energy of each day [Wh]


@dataclass(frozen=True, slots=True)
class Verdict:
    """One series: the forecaster, last week again, and what the live choice would have served."""

    days: int
    origins: int
    lstm: Score
    naive: Score
    served: Score
    model: str


def judge(
    series: Mapping[str, Daily], forecaster: Forecaster, *, horizon: int = HORIZON, skip: int = 0
) -> tuple[dict[str, Verdict], float]:
    """Verdicts on the series that are long enough, and forecasts a second of `forecaster`.

    The choice of model for the test days is made on the 56 days before them, as it is live.
    """
    tests = {k: rolling(*daily, horizon=horizon, skip=skip) for k, daily in series.items()}
    tests = {k: test for k, test in tests.items() if len(test.weekday)}
    earlier = {k: rolling(*series[k], skip=skip + TEST_DAYS) for k in tests}
    started = time.perf_counter()
    tested = _predict(tests, forecaster)
    pace = sum(len(t.weekday) for t in tests.values()) / max(time.perf_counter() - started, 1e-9)
    before = _predict(earlier, forecaster)
    found = {}
    for k, test in tests.items():
        model, _ = earned(earlier[k], before[k])
        names = list(tested[k])
        served = ladder({name: tested[k][name] for name in names[names.index(model) :]})[0]
        naive = SeasonalNaive().predict(test.history, test.weekday)
        found[k] = Verdict(
            days=len(series[k][1]),
            origins=len(test.weekday),
            lstm=score(test, ladder(tested[k])[0]),
            naive=score(test, naive),
            served=score(test, served),
            model=model,
        )
    return found, pace


def _predict(windows: Mapping[str, Rolling], forecaster: Forecaster) -> dict[str, Named]:
    """Quantiles of every forecaster for every series, all series in one batch."""
    if not windows:
        return {}
    history = np.concatenate([w.history for w in windows.values()])
    weekday = np.concatenate([w.weekday for w in windows.values()])
    cuts = np.cumsum([len(w.weekday) for w in windows.values()])[:-1]
    parts = {
        f.name: np.split(f.predict(history, weekday), cuts) for f in (forecaster, WeekdayMean(), WeekMean())
    }
    return {k: {name: split[place] for name, split in parts.items()} for place, k in enumerate(windows)}


def figures(verdicts: Mapping[str, Verdict], pace: float) -> dict[str, Any]:
    """The shape that `evaluate_forecaster --json` prints; what cannot be told is null."""
    every = list(verdicts.values())
    return {
        "series": len(every),
        "origins": max((v.origins for v in every), default=0),
        "forecasts": sum(v.origins for v in every),
        "lstm": {**_summary([(v.lstm, v.naive) for v in every]), "series_per_s": round(pace)},
        "served": _summary([(v.served, v.naive) for v in every]),
        "seasonal_naive": {"mase": _round(mean([v.naive.mase for v in every]))},
        "sensors": {name: _one(v) for name, v in verdicts.items()},
    }


def _summary(pairs: Sequence[tuple[Score, Score]]) -> dict[str, Any]:
    """Means over series; ratios to the naive forecast as geometric means."""
    ratios = [ratio(s.mae_wh, n.mae_wh) for s, n in pairs]
    return {
        "mase": _round(mean([s.mase for s, _ in pairs])),
        "mae_ratio": _round(geometric_mean(ratios)),
        "rmse_ratio": _round(geometric_mean([ratio(s.rmse_wh, n.rmse_wh) for s, n in pairs])),
        "coverage_80": _round(mean([s.coverage_80 for s, _ in pairs])),
        "coverage_95": _round(mean([s.coverage_95 for s, _ in pairs])),
        "beats_naive": sum(r < 1 for r in ratios),
    }


def _one(v: Verdict) -> dict[str, Any]:
    return {
        "days": v.days,
        "origins": v.origins,
        "mae_wh": _round(v.lstm.mae_wh, 1),
        "rmse_wh": _round(v.lstm.rmse_wh, 1),
        "mase": _round(v.lstm.mase),
        "mae_ratio": _round(ratio(v.lstm.mae_wh, v.naive.mae_wh)),
        "rmse_ratio": _round(ratio(v.lstm.rmse_wh, v.naive.rmse_wh)),
        "coverage_80": _round(v.lstm.coverage_80),
        "coverage_95": _round(v.lstm.coverage_95),
        "naive_mae_wh": _round(v.naive.mae_wh, 1),
        "naive_rmse_wh": _round(v.naive.rmse_wh, 1),
        "naive_mase": _round(v.naive.mase),
        "served_by": v.model,
        "served_mae_wh": _round(v.served.mae_wh, 1),
    }


def _round(value: float, digits: int = 4) -> float | None:
    return round(value, digits) if math.isfinite(value) else None
