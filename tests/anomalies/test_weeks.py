"""The usual week is made of the weeks before it, on the wall clock."""

from zoneinfo import ZoneInfo

import numpy as np

from anomalies.detectors import weeks
from anomalies.detectors.weeks import Weeks
from emads.lib import clock
from tests.anomalies.homes import START, stamps

UTC = ZoneInfo("UTC")
BERLIN = ZoneInfo("Europe/Berlin")


def test_monday_midnight_opens_the_table():
    place = Weeks.of(stamps(169), UTC)
    assert (place.week[0], place.hour[0]) == (0, 0)
    assert (place.week[168], place.hour[168], place.count) == (1, 0, 2)


def test_local_hours_stay_in_place_across_the_spring_change():
    begin = 1_774_224_000 - 3600  # Monday 2026-03-23 00:00 in Berlin
    t = begin + 3600 * np.arange(8 * 24, dtype=np.int64)
    place = Weeks.of(t, BERLIN)
    monday_before, monday_after = 8, 7 * 24 + 8 - 1
    assert place.hour[monday_before] == place.hour[monday_after] == 8
    assert 6 * 24 + 2 not in place.hour[place.week == 0]  # Sunday 02:00 was skipped


def test_hour_that_comes_twice_keeps_the_later_value():
    begin = clock.epoch(
        clock.moment(1_792_886_400)
    )  # Sunday 2026-10-25 00:00 UTC, Berlin falls back at 01:00
    t = begin + 3600 * np.arange(4, dtype=np.int64)
    place = Weeks.of(t, BERLIN)
    laid = place.table(np.array([1.0, 2.0, 3.0, 4.0]))
    assert np.count_nonzero(~np.isnan(laid)) == 3
    assert laid[0, 6 * 24 + 2] == 2.0


def test_median_knows_only_the_weeks_before():
    table = np.tile(np.array([[1.0], [3.0], [100.0], [5.0]]), (1, 168))
    found = weeks.medians(table, 0, back=52)
    assert np.isnan(found[0]).all()
    assert found[:, 0][1:].tolist() == [1.0, 2.0, 3.0]


def test_median_forgets_what_is_too_old():
    table = np.tile(np.array([[1.0], [3.0], [100.0], [5.0]]), (1, 168))
    assert weeks.medians(table, 3, back=1)[0, 0] == 100.0


def test_spread_pools_the_neighbouring_hours():
    table = np.zeros((3, 168))
    table[:2, 11] = 9.0
    centre = weeks.medians(table, 2, back=52)
    spread = weeks.spreads(table, centre, 2, back=52)[0]
    assert spread[10] == 0.0  # two of its six pooled values are off
    assert spread[5] == 0.0


def test_shares_count_how_often():
    table = np.array([[1.0] * 168, [0.0] * 168, [np.nan] * 168, [1.0] * 168])
    assert weeks.shares(table, 1, back=52)[:, 0].tolist() == [1.0, 0.5, 0.5]


def test_ranges_need_a_week():
    table = np.tile(np.arange(168.0), (3, 1))
    found = weeks.ranges(table, 0, back=52)
    assert np.isnan(found.middle[0])
    assert found.middle[1] == 83.5
    assert weeks.known(table, 0, back=52).tolist() == [0, 168, 336]


def test_later_start_gives_the_same_weeks():
    table = np.random.default_rng(3).random((40, 168))
    whole, part = weeks.medians(table, 0, 8), weeks.medians(table, 33, 8)
    np.testing.assert_array_equal(whole[33:], part)
    np.testing.assert_array_equal(weeks.spreads(table, whole, 0, 8)[33:], weeks.spreads(table, part, 33, 8))


def test_nothing_has_no_weeks():
    assert Weeks.of(np.zeros(0, dtype=np.int64), UTC).count == 0
    assert START % 3600 == 0
