"""When energy is used."""

from datetime import date
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from emads.lib import clock
from energy.analysis import pattern

BERLIN = ZoneInfo("Europe/Berlin")
KOLKATA = ZoneInfo("Asia/Kolkata")
NAN = float("nan")


def days_from(first: date, count: int, tz: ZoneInfo = BERLIN) -> np.ndarray:
    start = clock.epoch(clock.day_start(first, tz))
    return clock.edges(start, start + count * 86400 - 7200, "day", tz)[:count]


def hours_from(first: date, count: int, tz: ZoneInfo = BERLIN) -> np.ndarray:
    return clock.epoch(clock.day_start(first, tz)) + 3600 * np.arange(count, dtype=np.int64)


def test_weekday_means_start_on_monday():
    t = days_from(date(2026, 3, 2), 14)  # a Monday
    assert pattern.weekday_means(t, np.arange(14.0), BERLIN).tolist() == [3.5, 4.5, 5.5, 6.5, 7.5, 8.5, 9.5]


def test_weekday_means_leave_out_days_without_a_reading():
    t = days_from(date(2026, 3, 2), 8)
    means = pattern.weekday_means(t, np.array([4.0, NAN, 1, 1, 1, 1, 1, 8]), BERLIN)
    assert means[0] == 6.0
    assert np.isnan(means[1])


def test_a_weekday_stays_itself_across_the_clock_change():
    t = days_from(date(2026, 3, 23), 14)  # 29 March has 23 hours
    assert pattern.weekday(t, BERLIN).tolist() == [0, 1, 2, 3, 4, 5, 6] * 2


def test_weekends_are_compared_with_weekdays():
    t = days_from(date(2026, 3, 2), 7)
    found = pattern.weekend(t, np.array([10.0, 10, 10, 10, 10, 12, 13]), BERLIN)
    assert (found.weekday_wh, found.weekend_wh) == (10.0, 12.5)
    assert found.change == pytest.approx(0.25)


def test_nothing_is_said_about_weekends_without_weekdays():
    t = days_from(date(2026, 3, 7), 2)
    assert np.isnan(pattern.weekend(t, np.array([1.0, 1.0]), BERLIN).change)


def test_a_usual_day_is_cut_on_the_wall_clock():
    t = hours_from(date(2026, 3, 2), 48)
    usual = pattern.usual_day(t, np.concatenate([np.arange(24.0), np.arange(24.0) + 2]), BERLIN)
    assert usual.tolist() == [h + 1.0 for h in range(24)]


def test_half_hour_zones_take_the_hour_a_bucket_begins_in():
    t = np.array([1_772_409_600], dtype=np.int64)  # 00:00 UTC, 05:30 in India
    assert pattern.hour_of_day(t, KOLKATA).tolist() == [5]


def test_hour_boxes_give_the_spread_of_every_hour():
    t = hours_from(date(2026, 3, 2), 24 * 5)
    wh = np.repeat([10.0, 20, 30, 40, 50], 24)
    boxes = pattern.hour_boxes(t, wh, BERLIN)
    assert (boxes.q1[7], boxes.median[7], boxes.q3[7], boxes.n[7]) == (20, 30, 40, 5)
    assert boxes.low[7] == pytest.approx(12)
    assert boxes.high[7] == pytest.approx(48)


def test_an_hour_without_values_has_no_box():
    t = hours_from(date(2026, 3, 2), 24)
    boxes = pattern.hour_boxes(t, np.where(np.arange(24) == 3, NAN, 1.0), BERLIN)
    assert np.isnan(boxes.median[3])
    assert boxes.n[3] == 0


def test_the_heat_map_has_a_row_per_hour_and_a_column_per_day():
    t = hours_from(date(2026, 3, 2), 72)
    found = pattern.heat_map(t, np.arange(72.0), BERLIN)
    assert found.wh.shape == (24, 3)
    assert found.wh[5].tolist() == [5, 29, 53]
    assert found.days[0] == clock.local_day(t[:1], BERLIN)[0]


def test_the_heat_map_leaves_the_hour_empty_that_the_clock_skips():
    t = hours_from(date(2026, 3, 29), 23)
    found = pattern.heat_map(t, np.ones(23), BERLIN)
    assert np.flatnonzero(np.isnan(found.wh[:, 0])).tolist() == [2]


def test_the_heat_map_shows_the_mean_of_the_hour_that_comes_twice():
    t = hours_from(date(2026, 10, 25), 25)
    found = pattern.heat_map(t, np.where(np.arange(25) == 2, 3.0, 1.0), BERLIN)
    assert found.wh[2, 0] == 2.0


def test_no_hours_make_an_empty_heat_map():
    nothing = np.zeros(0, dtype=np.int64)
    assert pattern.heat_map(nothing, np.zeros(0), BERLIN).wh.shape == (24, 0)


def test_the_weekday_heat_averages_over_weeks():
    t = hours_from(date(2026, 3, 2), 24 * 14)
    wh = np.repeat([1.0, 3.0], 24 * 7)
    found = pattern.weekday_heat(t, wh, BERLIN)
    assert found.shape == (24, 7)
    assert (found == 2.0).all()
