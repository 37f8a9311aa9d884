"""The stretch before the one a chart shows."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import numpy as np

from emads.lib import clock
from emads.web.earlier import before, energy_before
from energy.span import Span
from energy.usage.read import energy_of
from tests.factories import make_sensor, make_site, put_readings

BERLIN = ZoneInfo("Europe/Berlin")


def drawn(sensor, span: Span) -> list[float]:
    return energy_before([sensor], span, energy_of([sensor], span, span.resolution)).tolist()


def test_days_are_compared_with_as_many_days():
    found = before(Span("custom", date(2026, 3, 10), date(2026, 3, 12), BERLIN))
    assert (found.first, found.last) == (date(2026, 3, 7), date(2026, 3, 9))


def test_months_are_compared_with_as_many_whole_months():
    found = before(Span("custom", date(2025, 1, 15), date(2026, 3, 31), BERLIN))
    assert (found.first, found.last) == (date(2023, 10, 1), date(2024, 12, 31))


def test_hours_stand_over_the_same_hour_of_the_wall_clock_though_the_clock_changed(sensor):
    start = clock.epoch(datetime(2026, 3, 28, 23, tzinfo=UTC))  # 29 March has 23 hours
    put_readings(sensor, start, 3600, [float(n) for n in range(23)])
    found = drawn(sensor, Span("custom", date(2026, 3, 30), date(2026, 3, 30), BERLIN))
    assert found[:2] == [0, 1]
    assert np.isnan(found[2])
    assert found[3:] == [float(n) for n in range(2, 23)]


def test_days_stand_over_days(sensor):
    start = clock.epoch(datetime(2026, 2, 7, 23, tzinfo=UTC))
    put_readings(sensor, start, 3600, np.repeat(np.arange(40.0), 24))
    found = drawn(sensor, Span("custom", date(2026, 2, 28), date(2026, 3, 19), BERLIN))
    assert found == [24.0 * n for n in range(20)]


def test_months_stand_over_months(sensor):
    put_readings(sensor, clock.epoch(datetime(2023, 11, 20, tzinfo=UTC)), 3600, [5.0])
    put_readings(sensor, clock.epoch(datetime(2024, 12, 20, tzinfo=UTC)), 3600, [7.0])
    found = drawn(sensor, Span("custom", date(2025, 1, 15), date(2026, 4, 12), BERLIN))
    assert len(found) == 16
    assert (found[2], found[-1], np.nansum(found)) == (5, 7, 12)


def test_half_hour_zones_keep_their_hours(owner):
    site = make_site("pune", owner=owner, time_zone="Asia/Kolkata")
    sensor = make_sensor("pune-main", site=site)
    start = clock.epoch(datetime(2026, 2, 28, 19, tzinfo=UTC))  # 00:30 on 1 March
    put_readings(sensor, start, 3600, [float(n) for n in range(23)])
    found = drawn(sensor, Span("custom", date(2026, 3, 2), date(2026, 3, 2), site.tz))
    assert np.isnan([found[0], found[-1]]).all()  # 23:30 of 1 March and of 2 March
    assert found[1:-1] == [float(n) for n in range(23)]
