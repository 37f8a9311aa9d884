"""Which days count, and how missing ones are filled."""

import numpy as np

from forecasting.forecasters.days import complete_days, filled, last_days, trim

HALF_HOURS = 48


def counts(days: int, each: int = HALF_HOURS) -> np.ndarray:
    return np.full(days, each, dtype=np.int64)


def test_a_full_day_counts_and_a_half_one_does_not():
    n = counts(30)
    n[10] = 24
    days = complete_days(np.arange(30.0), n)
    assert np.isnan(days[10])
    assert np.isnan(days).sum() == 1


def test_both_nights_of_the_clock_change_count():
    n = counts(30, 24)
    n[5], n[20] = 23, 25
    assert not np.isnan(complete_days(np.ones(30), n)).any()


def test_a_first_and_a_last_day_that_are_cut_off_do_not_count():
    n = counts(30)
    n[0], n[-1] = 20, 40
    assert np.flatnonzero(np.isnan(complete_days(np.ones(30), n))).tolist() == [0, 29]


def test_a_meter_that_changes_its_pace_keeps_its_old_days():
    n = np.concatenate([counts(60, 24), counts(60, 96)])
    assert not np.isnan(complete_days(np.ones(120), n)).any()


def test_a_sensor_of_irregular_pace_is_not_held_to_its_median():
    n = np.random.default_rng(1).integers(100, 200, 60)
    assert np.isnan(complete_days(np.ones(60), n)).sum() == 0


def test_few_days_are_judged_by_each_other():
    assert np.isnan(complete_days(np.ones(3), np.array([48, 10, 48]))).tolist() == [False, True, False]


def test_no_readings_are_no_days():
    assert np.isnan(complete_days(np.full(5, np.nan), np.zeros(5, dtype=np.int64))).all()


def test_trim_moves_the_first_day():
    first, wh = trim(100, np.array([np.nan, 1.0, np.nan, 2.0, np.nan]))
    assert first == 101
    assert np.array_equal(wh, [1.0, np.nan, 2.0], equal_nan=True)


def test_trim_of_nothing_is_empty():
    assert trim(7, np.full(3, np.nan))[1].size == 0


def test_last_days_before_the_beginning_are_missing():
    window = last_days(np.array([1.0, 2.0, 3.0]), 2, length=4)
    assert np.array_equal(window, [np.nan, np.nan, 1.0, 2.0], equal_nan=True)


def test_a_missing_day_gets_the_mean_of_its_weekday():
    history = np.tile(np.arange(7.0), 8)[None]
    history[0, 10] = np.nan  # a day of value 3
    whole, usable = filled(history)
    assert usable[0]
    assert whole[0, 10] == 3.0


def test_a_weekday_that_never_reports_gets_the_mean_of_all_days():
    history = np.tile(np.arange(7.0), 8)[None]
    history[0, 6::7] = np.nan
    whole, usable = filled(history)
    assert usable[0]
    assert whole[0, 6] == 2.5


def test_nine_missing_days_are_too_many():
    history = np.ones((1, 56))
    history[0, :9] = np.nan
    assert not filled(history)[1][0]
