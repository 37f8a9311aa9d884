"""The forecasts a person could make with a pencil."""

import numpy as np
import pytest

from forecasting.forecasters.contract import HIGH, LOW, MEDIAN
from forecasting.forecasters.days import last_days
from forecasting.forecasters.simple import SeasonalNaive, WeekdayMean, WeekMean
from tests.forecasting.series import weekly_days

WEEKDAY = np.zeros(1, dtype=np.int64)
SIMPLE = (SeasonalNaive(), WeekdayMean(), WeekMean())


@pytest.mark.parametrize("forecaster", SIMPLE, ids=lambda one: one.name)
class TestEvery:
    def test_quantiles_never_cross(self, forecaster):
        history = np.stack([weekly_days(56, seed=s, noise=4000) for s in range(20)])
        assert (np.diff(forecaster.predict(history, np.zeros(20, dtype=np.int64)), axis=2) >= 0).all()

    def test_a_constant_series_stays_constant(self, forecaster):
        assert np.allclose(forecaster.predict(np.full((1, 56), 5000.0), WEEKDAY), 5000.0)

    def test_zeros_stay_zeros(self, forecaster):
        assert (forecaster.predict(np.zeros((1, 56)), WEEKDAY) == 0).all()

    def test_no_forecast_falls_below_zero(self, forecaster):
        history = weekly_days(56, noise=20_000)[None]
        assert forecaster.predict(history, WEEKDAY).min() >= 0

    def test_no_history_gives_no_forecast(self, forecaster):
        assert np.isnan(forecaster.predict(np.full((1, 56), np.nan), WEEKDAY)).all()


def test_last_week_again_repeats_it():
    history = np.arange(56.0)[None]
    assert SeasonalNaive().predict(history, WEEKDAY)[0, :, MEDIAN].tolist() == list(range(49, 56))


def test_last_week_again_takes_a_missing_day_from_the_week_before():
    history = np.arange(56.0)[None]
    history[0, 50] = np.nan
    assert SeasonalNaive().predict(history, WEEKDAY)[0, 1, MEDIAN] == 43


def test_weekday_mean_averages_four_weeks():
    history = np.repeat(np.arange(8.0), 7)[None]
    assert np.allclose(WeekdayMean().predict(history, WEEKDAY)[0, :, MEDIAN], 5.5)


def test_weekday_mean_works_with_four_weeks_alone():
    history = last_days(weekly_days(28))[None]
    found = WeekdayMean().predict(history, WEEKDAY)[0]
    assert found[5, MEDIAN] > 1.2 * found[2, MEDIAN]
    assert (found[:, HIGH] > found[:, LOW]).all()


def test_weekday_mean_needs_each_weekday_twice():
    history = last_days(weekly_days(13))[None]
    assert np.isnan(WeekdayMean().predict(history, WEEKDAY)).all()


def test_week_mean_works_with_a_week():
    history = last_days(np.arange(7.0) * 1000)[None]
    found = WeekMean().predict(history, WEEKDAY)[0]
    assert np.allclose(found[:, MEDIAN], 3000)
    assert found[0, LOW] < 1000
    assert found[0, HIGH] > 5000


def test_week_mean_needs_five_days_of_the_last_seven():
    history = last_days(weekly_days(14))[None]
    history[0, -3:] = np.nan
    assert np.isnan(WeekMean().predict(history, WEEKDAY)).all()


def test_eighty_percent_intervals_hold_about_that_many_days():
    inside = []
    for seed in range(60):
        days = weekly_days(63, seed=seed, noise=1500)
        found = WeekdayMean().predict(days[None, :56], WEEKDAY)[0]
        inside.append((days[56:] >= found[:, LOW]) & (days[56:] <= found[:, HIGH]))
    assert 0.7 < np.mean(inside) < 0.9
