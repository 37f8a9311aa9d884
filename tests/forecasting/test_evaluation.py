"""Rolling origins, errors, the choice of a forecaster."""

import math

import numpy as np
import pytest

from forecasting.choice import earned, ladder
from forecasting.evaluation import geometric_mean, mean, ratio, rolling, score
from forecasting.forecasters.contract import MEDIAN
from forecasting.forecasters.simple import SeasonalNaive, WeekMean
from forecasting.trial import figures, judge
from tests.forecasting.series import MONDAY, weekly_days


def exactly(truth: np.ndarray, off: float = 0.0) -> np.ndarray:
    """Quantiles that are `off` beside the truth, 100 Wh wide on either side."""
    return truth[..., None] + off + np.array([-200.0, -100, -50, 0, 50, 100, 200])


def test_a_year_has_eight_weekly_origins_in_its_last_56_days():
    days = weekly_days(365)
    test = rolling(MONDAY, days)
    assert test.truth.shape == (8, 7)
    assert np.array_equal(test.truth.ravel(), days[-56:])
    assert np.array_equal(test.history[0], days[365 - 112 : 365 - 56])
    assert set(test.weekday.tolist()) == {(365 - 56) % 7}


def test_no_origin_sees_what_it_forecasts():
    days = np.arange(365.0)
    test = rolling(MONDAY, days)
    assert (test.history.max(axis=1) < test.truth.min(axis=1)).all()


def test_a_short_series_has_fewer_origins_and_a_very_short_one_none():
    assert len(rolling(MONDAY, weekly_days(49)).weekday) == 3
    assert len(rolling(MONDAY, weekly_days(34)).weekday) == 0


def test_a_shorter_horizon_is_cut():
    assert rolling(MONDAY, weekly_days(200), horizon=3).truth.shape == (8, 3)


def test_scores_are_exact():
    days = np.tile([1000.0, 2000, 3000, 4000, 5000, 6000, 7000], 20)
    days[:-56] += np.repeat(np.arange(12), 7) * 100  # each week 100 Wh a day more
    test = rolling(MONDAY, days)
    found = score(test, exactly(test.truth, off=150))
    assert (found.days, found.mae_wh, found.rmse_wh) == (56, 150, 150)
    assert found.mase == pytest.approx(1.5)
    assert (found.coverage_80, found.coverage_95) == (0, 1)


def test_a_missing_test_day_is_not_judged():
    days = weekly_days(120)
    days[-1] = np.nan
    test = rolling(MONDAY, days)
    assert score(test, exactly(test.truth)).days == 55


def test_a_constant_series_has_no_mase_and_no_ratio():
    test = rolling(MONDAY, np.full(120, 500.0))
    found = score(test, exactly(test.truth))
    assert found.mae_wh == 0
    assert math.isnan(found.mase)
    assert math.isnan(ratio(0.0, 0.0))


def test_means_leave_out_what_is_unknown():
    assert geometric_mean([2.0, 8.0, float("nan")]) == pytest.approx(4)
    assert mean([1.0, float("nan"), 3.0]) == 2
    assert math.isnan(mean([]))


def test_the_ladder_takes_the_first_that_has_a_forecast():
    first = np.full((2, 7, 7), 1.0)
    first[1] = np.nan
    found, names = ladder({"a": first, "b": np.full((2, 7, 7), 2.0)})
    assert found[:, 0, 0].tolist() == [1, 2]
    assert names == ["a", "b"]


def test_a_ladder_without_any_names_nobody():
    found, names = ladder({"a": np.full((1, 7, 7), np.nan)})
    assert names == [""]
    assert np.isnan(found).all()


def test_a_clearly_better_simple_forecaster_takes_over():
    test = rolling(MONDAY, weekly_days(200))
    name, found = earned(test, {"a": exactly(test.truth, 200), "b": exactly(test.truth, 100)})
    assert (name, found.mae_wh) == ("b", 100)


def test_a_hair_better_is_not_enough():
    test = rolling(MONDAY, weekly_days(200))
    name, found = earned(test, {"a": exactly(test.truth, 100), "b": exactly(test.truth, 95)})
    assert (name, found.mae_wh) == ("a", 100)


def test_without_history_the_first_serves_unjudged():
    test = rolling(MONDAY, weekly_days(20))
    assert earned(test, {"a": exactly(test.truth)}) == ("a", None)


def test_the_trial_reports_the_shape_that_stays():
    series = {f"home-{s}": (MONDAY, weekly_days(200, seed=s)) for s in range(3)}
    series |= {"short": (MONDAY, weekly_days(20)), "still": (MONDAY, np.full(150, 700.0))}
    found = figures(*judge(series, WeekMean()))
    assert found["series"] == 4
    assert found["origins"] == 8
    assert set(found["lstm"]) >= {
        "mase",
        "mae_ratio",
        "rmse_ratio",
        "coverage_80",
        "coverage_95",
        "series_per_s",
    }
    assert found["sensors"]["still"]["mase"] is None
    assert found["lstm"]["mae_ratio"] > 1  # a flat line loses against a weekly rhythm


def test_the_yardstick_has_a_ratio_of_one():
    series = {"home": (MONDAY, weekly_days(200, noise=2000))}
    assert figures(*judge(series, SeasonalNaive()))["lstm"]["mae_ratio"] == 1.0


def test_median_is_the_middle_quantile():
    assert exactly(np.zeros((1, 7)))[0, 0, MEDIAN] == 0
