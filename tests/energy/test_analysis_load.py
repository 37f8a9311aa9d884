"""Level and extremes."""

from zoneinfo import ZoneInfo

import numpy as np

from energy.analysis import load
from energy.analysis.load import Peak

UTC = ZoneInfo("UTC")
MIDNIGHT = 1_772_409_600
NAN = float("nan")


def hours(count: int) -> np.ndarray:
    return MIDNIGHT + 3600 * np.arange(count, dtype=np.int64)


def test_always_on_is_the_median_of_the_lowest_hours():
    wh = np.full(72, 500.0)
    wh[[3, 27, 51]] = [80, 90, 400]
    assert load.always_on_w(hours(72), wh, UTC) == 90


def test_one_dead_hour_does_not_make_a_home_sleep():
    wh = np.full(24 * 5, 100.0)
    wh[50] = 0
    assert load.always_on_w(hours(24 * 5), wh, UTC) == 100


def test_always_on_is_unknown_with_two_days():
    assert np.isnan(load.always_on_w(hours(48), np.ones(48), UTC))


def test_days_with_many_gaps_say_nothing_about_the_night():
    wh = np.full(96, 100.0)
    wh[:10] = NAN
    wh[10] = 1
    assert load.always_on_w(hours(96), wh, UTC) == 100


def test_always_on_of_nothing_is_unknown():
    assert np.isnan(load.always_on_w(hours(5), np.full(5, NAN), UTC))


def test_the_peak_is_the_first_of_the_largest():
    assert load.peak(hours(4), np.array([1.0, NAN, 7, 7])) == Peak(MIDNIGHT + 7200, 7.0)


def test_without_a_reading_there_is_no_peak():
    assert load.peak(hours(2), np.array([NAN, NAN])) is None
