"""The numbers of a home."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from emads.lib import clock
from emads.web.home import Home, latest_span, sensors_of
from emads.web.patterns import pattern_span
from energy import series, settle
from energy.models import Tariff
from energy.overview import main_meters
from energy.span import Span
from tests.conftest import NOW
from tests.factories import make_sensor, make_site, put_readings

BERLIN = ZoneInfo("Europe/Berlin")


def span(first: date, last: date, tz: ZoneInfo = BERLIN) -> Span:
    return Span("custom", first, last, tz)


def home_of(site, shown: Span) -> Home:
    sensors = sensors_of(site)
    first, last = series.extent(sensors)
    return Home(site, sensors, shown, first, last, NOW)


def test_the_total_is_the_sum_of_local_days(read):
    home = home_of(read.site, span(date(2026, 3, 1), date(2026, 3, 2)))
    assert home.total_wh == 2 * (23 * 100 + 1000)
    assert home.current.per_day_wh == 3300
    assert home.current.covered == 1


def test_the_peak_names_its_hour(read):
    home = home_of(read.site, span(date(2026, 3, 1), date(2026, 3, 1)))
    assert home.current.peak_wh == 1000
    assert home.peak_at == datetime(2026, 3, 1, 18, tzinfo=UTC)


def test_a_running_day_is_compared_up_to_the_same_hour(read):
    home = home_of(read.site, span(date(2026, 3, 10), date(2026, 3, 10)))
    assert home.running
    assert home.total_wh == 13 * 100
    assert home.total_change == 0


def test_more_than_before_is_a_positive_change(site, sensor):
    start = clock.epoch(datetime(2026, 2, 28, 23, tzinfo=UTC))
    put_readings(sensor, start, 3600, [100.0] * 48 + [150.0] * 48)
    home = home_of(site, span(date(2026, 3, 3), date(2026, 3, 4)))
    assert home.total_change == pytest.approx(0.5)
    assert home.peak_change == pytest.approx(0.5)


def test_a_stretch_that_was_hardly_read_is_compared_with_nothing(site, sensor):
    start = clock.epoch(datetime(2026, 2, 28, 23, tzinfo=UTC))
    put_readings(sensor, start, 3600, [np.nan] * 40 + [100.0] * 56)
    home = home_of(site, span(date(2026, 3, 3), date(2026, 3, 4)))
    assert (home.total_change, home.average_change, home.peak_change) == (None, None, None)


def test_long_spans_are_looked_at_day_by_day(read):
    home = home_of(read.site, span(date(2026, 1, 5), date(2026, 3, 9)))
    assert not home.hourly
    assert home.current.peak_wh == 3300
    assert home.total_wh == 64 * 3300


def test_a_day_with_25_hours_has_25(site, sensor):
    put_readings(sensor, clock.epoch(datetime(2025, 10, 24, 22, tzinfo=UTC)), 3600, [100.0] * 80)
    assert home_of(site, span(date(2025, 10, 26), date(2025, 10, 26))).total_wh == 2500


def test_half_hour_zones_cut_their_days_at_their_midnight(owner):
    site = make_site("pune", owner=owner, time_zone="Asia/Kolkata")
    sensor = make_sensor("pune-main", site=site)
    put_readings(
        sensor, clock.epoch(datetime(2026, 2, 28, 18, 30, tzinfo=UTC)), 1800, [50.0] * 48 + [70.0] * 48
    )
    assert home_of(site, span(date(2026, 3, 1), date(2026, 3, 1), site.tz)).total_wh == 2400


def test_meters_of_a_home_add_up_and_their_parts_do_not(site, sensor):
    other = make_sensor("home-annexe", site=site)
    below = make_sensor("home-kitchen", site=site, parent=sensor)
    start = clock.epoch(datetime(2026, 2, 28, 23, tzinfo=UTC))
    put_readings(sensor, start, 3600, [100.0] * 24)
    put_readings(other, start, 3600, [50.0] * 24)
    put_readings(below, start, 3600, [30.0] * 24)
    home = home_of(site, span(date(2026, 3, 1), date(2026, 3, 1)))
    assert home.total_wh == 3600
    assert [(part.name, part.wh) for part in home.parts] == [("home-kitchen", 720), ("The rest", 2880)]
    assert [part.percent for part in home.parts] == [20, 80]


def test_what_the_roof_makes_is_not_use(site, sensor):
    roof = make_sensor("home-roof", site=site, quantity="production")
    assert main_meters([roof, sensor]) == [sensor]
    start = clock.epoch(datetime(2026, 2, 28, 23, tzinfo=UTC))
    put_readings(sensor, start, 3600, [100.0] * 24)
    put_readings(roof, start, 3600, [500.0] * 24)
    home = home_of(site, span(date(2026, 3, 1), date(2026, 3, 1)))
    assert home.total_wh == 2400
    assert {name: days.total_wh for name, days in home.others.items()} == {"Electricity production": 12000}


def test_a_home_that_only_measures_heat_is_about_heat(site):
    heat = make_sensor("home-heat", site=site, quantity="heat")
    assert main_meters([heat]) == [heat]


def test_without_a_tariff_nothing_costs(read):
    assert home_of(read.site, span(date(2026, 3, 1), date(2026, 3, 2))).cost is None


def test_cost_follows_the_tariff(read):
    Tariff.objects.create(site=read.site, valid_from=date(2026, 1, 1), price_per_kwh=Decimal("0.30"))
    home = home_of(read.site, span(date(2026, 3, 1), date(2026, 3, 2)))
    assert home.cost == Decimal("1.98")
    assert home.cost_change == 0


def test_what_is_always_on_is_the_lowest_hour(read):
    home = home_of(read.site, span(date(2026, 3, 1), date(2026, 3, 9)))
    assert home.patterns.always_on_w == 100
    assert home.patterns.always_on_share == pytest.approx(2400 / 3300, rel=0.02)


def test_the_evening_stands_out_of_the_usual_day(read):
    home = home_of(read.site, span(date(2026, 3, 1), date(2026, 3, 9)))
    assert int(np.nanargmax(home.patterns.usual_day)) == 19


def test_a_mean_of_seven_days_leaves_out_the_day_that_runs(read):
    home = home_of(read.site, span(date(2026, 2, 9), date(2026, 3, 10)))
    assert home.patterns.weekly_mean[-2] == 3300
    assert home.patterns.weekdays.tolist() == [3300.0] * 7


def test_the_day_of_the_first_reading_is_not_a_frugal_one(site, sensor):
    noon = clock.epoch(datetime(2026, 3, 2, 11, tzinfo=UTC))
    put_readings(sensor, noon, 3600, [100.0] * (12 + 24 * 7))
    home = home_of(site, span(date(2026, 3, 2), date(2026, 3, 10)))
    assert home.patterns.weekdays.tolist() == [2400.0] * 7


def test_patterns_rest_on_four_weeks_at_least_and_three_months_at_most():
    day = date(2026, 3, 10)
    assert pattern_span(span(day, day)).days == 28
    assert pattern_span(span(date(2020, 1, 1), day)).days == 92


def test_the_latest_days_are_as_many_as_were_asked_for():
    asked = span(date(2026, 2, 9), date(2026, 3, 10))
    shown = latest_span(asked, datetime(2015, 1, 31, 23, 30, tzinfo=UTC))
    assert (shown.first, shown.last) == (date(2015, 1, 3), date(2015, 2, 1))


def test_reading_a_home_costs_the_same_however_long_its_history(read, django_assert_num_queries):
    put_readings(read, clock.epoch(NOW - timedelta(days=3000)), 3600, [100.0] * 2000)
    settle.settle(now=NOW)
    with django_assert_num_queries(1):
        home = home_of(read.site, span(date(2026, 3, 1), date(2026, 3, 9)))
        assert home.total_wh == 9 * 3300
        assert len(home.fine.t) == 18 * 24
