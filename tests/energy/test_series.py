"""Energy as arrays: from roll-ups where they are settled, from raw where not, always the same."""

from datetime import UTC, datetime

import numpy as np
import pytest

from energy import series
from energy.settle import settle
from tests.factories import make_sensor, make_site, put_readings

START = datetime(2026, 3, 1, tzinfo=UTC)
T = int(START.timestamp())


@pytest.fixture(params=["unsettled", "settled"])
def stage(request):
    """Runs a test before and after settling."""
    return {"unsettled": lambda: 0, "settled": settle}[request.param]


def test_days_are_local_and_23_hours_long_in_the_spring_night(sensor, stage):
    put_readings(sensor, int(datetime(2026, 3, 27, 23, tzinfo=UTC).timestamp()), 3600, np.ones(24 * 4))
    stage()
    found = series.load(sensor, datetime(2026, 3, 28, tzinfo=UTC), datetime(2026, 3, 30, tzinfo=UTC), "day")
    assert found.n.tolist() == [24, 23, 24]
    assert found.wh.tolist() == [24.0, 23.0, 24.0]


def test_days_are_25_hours_long_in_the_autumn_night(sensor, stage):
    put_readings(sensor, int(datetime(2025, 10, 24, 22, tzinfo=UTC).timestamp()), 900, np.ones(4 * 24 * 5))
    stage()
    found = series.load(sensor, datetime(2025, 10, 25, tzinfo=UTC), datetime(2025, 10, 27, tzinfo=UTC), "day")
    assert found.n.tolist() == [96, 100, 96]


def test_days_of_a_half_hour_zone_start_at_its_midnight(owner, stage):
    sensor = make_sensor("delhi-main", site=make_site("delhi", owner=owner, time_zone="Asia/Kolkata"))
    midnight = int(datetime(2026, 3, 1, 18, 30, tzinfo=UTC).timestamp())
    put_readings(sensor, midnight - 900, 900, [100.0, 1.0, 1.0])
    stage()
    found = series.load(
        sensor, datetime(2026, 3, 1, 12, tzinfo=UTC), datetime(2026, 3, 2, 12, tzinfo=UTC), "day"
    )
    assert found.t.tolist() == [midnight - 86400, midnight]
    assert found.wh.tolist() == [100.0, 2.0]


def test_buckets_without_readings_are_nan(sensor, stage):
    put_readings(sensor, T, 3600, [1.0, np.nan, 3.0])
    stage()
    found = series.load(sensor, START, datetime(2026, 3, 1, 4, tzinfo=UTC), "hour")
    np.testing.assert_array_equal(found.wh, [1.0, np.nan, 3.0, np.nan])
    assert found.n.tolist() == [1, 0, 1, 0]


def test_months_are_the_sum_of_their_days(sensor, stage):
    put_readings(sensor, T - 40 * 86400, 3600, np.ones(24 * 80))
    stage()
    found = series.load(sensor, datetime(2026, 2, 10, tzinfo=UTC), datetime(2026, 3, 10, tzinfo=UTC), "month")
    assert found.wh.tolist() == [28 * 24.0, 31 * 24.0 - 1]
    assert found.high.tolist() == [1.0, 1.0]


def test_counters_give_energy_from_the_register_before(site, stage):
    meter = make_sensor("home-meter", site=site, kind="counter")
    put_readings(meter, T, 1800, [1000.0, 1010.0, 1030.0, 1060.0])
    stage()
    found = series.load(meter, START, datetime(2026, 3, 1, 2, tzinfo=UTC), "hour")
    assert found.wh.tolist() == [30.0, 30.0]


def test_a_late_register_moves_energy_of_the_hour_before(site):
    meter = make_sensor("home-meter", site=site, kind="counter")
    put_readings(meter, T, 7200, [1000.0, 1060.0])
    settle()
    put_readings(meter, T + 3600, 3600, [1010.0])
    settle()
    found = series.load(meter, START, datetime(2026, 3, 1, 3, tzinfo=UTC), "hour")
    np.testing.assert_array_equal(found.wh, [10.0, 50.0, np.nan])
