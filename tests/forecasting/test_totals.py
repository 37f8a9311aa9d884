"""Sums of forecasts, and their range."""

import numpy as np
import pytest

from forecasting.totals import Days, longer, over_days, over_sensors


def days(count: int, width: float = 100.0) -> Days:
    middle = np.full(count, 1000.0)
    return Days(middle, middle - width, middle + 2 * width)


def test_a_single_day_keeps_its_range():
    found = over_days(days(1))
    assert (found.wh, found.low_wh, found.high_wh) == pytest.approx((1000, 900, 1200))


def test_a_week_is_narrower_than_its_days_laid_end_to_end():
    found = over_days(days(7))
    assert found.wh == 7000
    assert 6300 < found.low_wh < 7000 - 100 * np.sqrt(7)
    assert 7000 + 200 * np.sqrt(7) < found.high_wh < 8400


def test_what_is_known_moves_the_range():
    found = over_days(days(1)).plus(500)
    assert (found.wh, found.low_wh, found.high_wh) == pytest.approx((1500, 1400, 1700))


def test_sensors_add_up_with_independent_errors():
    found = over_sensors([days(2), days(2)])
    assert found.middle.tolist() == [2000, 2000]
    assert found.low == pytest.approx(2000 - 100 * np.sqrt(2))


def test_days_beyond_the_horizon_are_like_their_weekday():
    history = np.tile([1.0, 2, 3, 4, 5, 6, 7], 4)
    found = longer(Days(np.arange(7.0), np.arange(7.0) - 1, np.arange(7.0) + 1), history, 3)
    assert found.middle[7:].tolist() == [1, 2, 3]
    assert found.low[7:].tolist() == [0, 1, 2]
    assert len(found.high) == 10


def test_a_weekday_without_history_gets_the_mean_of_the_forecast():
    found = longer(days(7), np.full(28, np.nan), 1)
    assert found.middle[7] == 1000
