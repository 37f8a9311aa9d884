"""How use develops."""

from datetime import date
from zoneinfo import ZoneInfo

import numpy as np

from emads.lib import clock
from energy.analysis import trend

BERLIN = ZoneInfo("Europe/Berlin")
NAN = float("nan")


def days(first: date, last: date) -> np.ndarray:
    start, end = (clock.epoch(clock.day_start(day, BERLIN)) for day in (first, last))
    return clock.edges(start, end + 3600, "day", BERLIN)[:-1]


def test_a_day_that_still_runs_is_not_counted():
    t = days(date(2026, 3, 8), date(2026, 3, 10))
    now = clock.epoch(clock.day_start(date(2026, 3, 10), BERLIN)) + 40_000
    assert np.isnan(trend.finished(t, np.ones(3), "day", BERLIN, now)).tolist() == [False, False, True]


def test_the_seven_day_mean_looks_back_only():
    wh = np.arange(1.0, 11.0)
    assert trend.trailing_mean(wh)[6:].tolist() == [4, 5, 6, 7]


def test_the_mean_waits_for_four_days():
    found = trend.trailing_mean(np.array([2.0, 4, 6, 8, 10]))
    assert np.isnan(found).tolist() == [True, True, True, False, False]
    assert found[3:].tolist() == [5, 6]


def test_the_mean_rests_on_the_days_that_were_read():
    found = trend.trailing_mean(np.array([2.0, NAN, 4, 6, NAN, 8, NAN]))
    assert found[-1] == 5


def test_a_long_gap_interrupts_the_mean():
    assert np.isnan(trend.trailing_mean(np.array([1.0] * 7 + [NAN] * 5))[-1])


def test_the_mean_of_nothing_is_nothing():
    assert trend.trailing_mean(np.zeros(0)).tolist() == []


def test_weeks_begin_on_monday():
    t = days(date(2026, 3, 1), date(2026, 3, 9))  # Sunday to Monday week
    weeks = trend.by_week(t, np.ones(9), BERLIN)
    assert weeks.wh.tolist() == [1, 7, 1]
    assert weeks.days.tolist() == [1, 7, 1]
    assert clock.moment(weeks.t[1]).astimezone(BERLIN).date() == date(2026, 3, 2)


def test_a_week_across_the_clock_change_is_a_week():
    t = days(date(2026, 3, 23), date(2026, 3, 29))
    weeks = trend.by_week(t, np.ones(7), BERLIN)
    assert weeks.wh.tolist() == [7]


def test_a_week_without_a_reading_is_a_gap():
    weeks = trend.by_week(days(date(2026, 3, 2), date(2026, 3, 15)), np.array([NAN] * 7 + [2.0] * 7), BERLIN)
    assert np.isnan(weeks.wh[0])
    assert weeks.wh[1] == 14


def test_no_days_make_no_weeks():
    assert trend.by_week(np.zeros(0, dtype=np.int64), np.zeros(0), BERLIN).wh.size == 0
