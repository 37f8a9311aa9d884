"""How good a forecaster is: rolling origins over the last days, beside repeating last week. Pure."""

import warnings
from dataclasses import dataclass

import numpy as np

from emads.lib.arrays import FloatArray, IntArray
from forecasting.forecasters.contract import HIGH, HIGHEST, HORIZON, LOW, LOWEST, MEDIAN, WEEK, WINDOW
from forecasting.forecasters.days import last_days

TEST_DAYS = 56
FEWEST_BEFORE = 28  # days of history before the first origin


@dataclass(frozen=True, slots=True)
class Rolling:
    """Windows of one series at its origins and what followed.

    history : (k, 56) [Wh]   weekday : (k,)   truth : (k, h) [Wh], NaN where the day is missing
    naive_step : mean weekly-naive error before the test, the unit of MASE [Wh], NaN if unknown
    """

    history: FloatArray
    weekday: IntArray
    truth: FloatArray
    naive_step: float


@dataclass(frozen=True, slots=True)
class Score:
    """Errors over the test days that have a value; NaN where they cannot be told. [Wh, MASE and shares: 1]"""

    days: int
    mae_wh: float
    rmse_wh: float
    mase: float
    coverage_80: float
    coverage_95: float


def rolling(first: int, wh: FloatArray, *, horizon: int = HORIZON, skip: int = 0) -> Rolling:
    """Weekly origins over the last `TEST_DAYS` days, fewer where history is short.

    first, wh : number of the first day since 1970, (d,) daily energy, NaN = missing. [Wh]
    skip      : days at the end that are left out, to look at an earlier stretch.
    """
    end = len(wh) - skip
    origins = np.arange(end - TEST_DAYS, end - horizon + 1, WEEK)
    origins = origins[origins >= FEWEST_BEFORE]
    history = [last_days(wh, int(o)) for o in origins]
    truth = [wh[o : o + horizon] for o in origins]
    before = wh[: origins[0]] if len(origins) else wh[:0]
    return Rolling(
        np.array(history).reshape(-1, WINDOW),
        np.asarray((first + origins + 3) % WEEK, dtype=np.int64),
        np.array(truth).reshape(-1, horizon),
        _mean(np.abs(before[WEEK:] - before[:-WEEK])),
    )


def score(given: Rolling, quantiles: FloatArray) -> Score:
    """Errors of forecasts (k, 7, 7) made at the origins. [Wh]"""
    q = quantiles[:, : given.truth.shape[1]]
    judged = ~np.isnan(given.truth) & ~np.isnan(q[..., MEDIAN])
    truth, q = given.truth[judged], q[judged]
    error = np.abs(truth - q[:, MEDIAN])
    mae = _mean(error)
    return Score(
        days=int(judged.sum()),
        mae_wh=mae,
        rmse_wh=float(np.sqrt(_mean(error**2))),
        mase=ratio(mae, given.naive_step),
        coverage_80=_mean((truth >= q[:, LOW]) & (truth <= q[:, HIGH])),
        coverage_95=_mean((truth >= q[:, LOWEST]) & (truth <= q[:, HIGHEST])),
    )


def ratio(value: float, yardstick: float) -> float:
    """value / yardstick, NaN where the yardstick is 0 or unknown."""
    return value / yardstick if yardstick > 0 else float("nan")


def geometric_mean(values: list[float]) -> float:
    """Of the positive, known ones; NaN without any."""
    kept = np.array([v for v in values if v > 0])
    return float(np.exp(np.log(kept).mean())) if kept.size else float("nan")


def mean(values: list[float]) -> float:
    """Of the known ones; NaN without any."""
    return _mean(np.array(values, dtype=float))


def _mean(values: FloatArray | np.ndarray) -> float:
    """nanmean that is silent about nothing."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        return float(np.nanmean(values)) if np.size(values) else float("nan")
