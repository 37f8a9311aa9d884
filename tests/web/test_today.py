"""Today so far against a usual day at this hour."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from emads.lib import clock
from emads.web.today import compared, today
from energy import settle
from tests.conftest import NOW
from tests.factories import make_sensor, put_readings

BERLIN = ZoneInfo("Europe/Berlin")
OPENING = clock.epoch(clock.day_start(date(2026, 3, 10), BERLIN))
NOON = OPENING + 12 * clock.HOUR


def hours_of(weeks: int) -> np.ndarray:
    """Hours of so many weeks before the day, and its first thirteen."""
    return np.arange(OPENING - weeks * 168 * clock.HOUR, OPENING + 13 * clock.HOUR, clock.HOUR)


def test_the_same_hours_of_the_same_weekday_are_the_usual_ones():
    t = hours_of(4)
    tuesdays = clock.hour_of_week(t, BERLIN) // 24 == 1
    wh = np.where(t >= OPENING, 30.0, np.where(tuesdays, 20.0, 999.0))
    assert compared(t, wh, OPENING, NOON, BERLIN) == (12 * 30, 12 * 20, NOON)


def test_the_hour_that_runs_is_not_compared():
    t = hours_of(4)
    wh = np.where(t >= NOON, 5.0, 20.0)
    assert compared(t, wh, OPENING, NOON + 600, BERLIN).wh == 12 * 20


def test_hours_that_were_not_read_are_compared_with_nothing():
    t = hours_of(4)
    wh = np.where((t >= OPENING + 6 * clock.HOUR) & (t < OPENING + 8 * clock.HOUR), np.nan, 20.0)
    assert compared(t, wh, OPENING, NOON, BERLIN) == (200, 200, NOON)


def test_a_single_tuesday_is_not_a_usual_one():
    t = hours_of(1)
    assert np.isnan(compared(t, np.full(len(t), 20.0), OPENING, NOON, BERLIN).usual_wh)


def test_the_first_minutes_of_a_day_are_compared_with_nothing():
    t = hours_of(4)
    found = compared(t, np.full(len(t), 20.0), OPENING, OPENING + 600, BERLIN)
    assert np.isnan(found.wh)


def test_an_hour_the_clock_left_out_shifts_nothing():
    opening = clock.epoch(clock.day_start(date(2026, 4, 5), BERLIN))  # 29 March had no hour from two to three
    t = np.arange(opening - 4 * 168 * clock.HOUR, opening + 6 * clock.HOUR, clock.HOUR)
    wh = clock.to_local(t, BERLIN) // clock.HOUR % 24 * 10.0
    found = compared(t, wh, opening, opening + 6 * clock.HOUR, BERLIN)
    assert found.wh == found.usual_wh == 150


def test_today_holds_all_that_was_read(read):
    found = today([read], BERLIN, NOW, NOW)
    assert (found.wh, found.change) == (1300, 0)
    assert found.until == datetime(2026, 3, 10, 12, tzinfo=UTC)


def test_more_than_usual_is_a_positive_change(read):
    kitchen = make_sensor("home-annexe", site=read.site)
    put_readings(kitchen, OPENING, 3600, [50.0] * 13)
    settle.settle(now=NOW)
    assert today([read, kitchen], BERLIN, NOW, NOW).change == pytest.approx(0.5)


def test_a_home_without_a_reading_of_today_has_no_today(read):
    assert today([read], BERLIN, NOW, NOW + timedelta(days=1)) is None
