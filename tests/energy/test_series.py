"""Energy as arrays: from roll-ups where they are settled, from raw where not, always the same."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

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


def test_a_reading_in_a_half_hour_day_boundary_hour_counts_once(owner, stage):
    sensor = make_sensor("delhi-main", site=make_site("delhi", owner=owner, time_zone="Asia/Kolkata"))
    put_readings(sensor, T, 900, np.ones(4 * 24 * 3))
    stage()
    found = series.load(sensor, START, datetime(2026, 3, 4, tzinfo=UTC), "day")
    assert found.wh.tolist() == [74.0, 96.0, 96.0, 22.0]


def test_days_of_another_zone_are_made_from_hours(sensor, stage):
    put_readings(sensor, T, 900, np.ones(4 * 24 * 2))
    stage()
    found = series.load(sensor, START, datetime(2026, 3, 3, tzinfo=UTC), "day", UTC)
    assert found.wh.tolist() == [96.0, 96.0]


def test_days_of_a_zone_that_cuts_hours_are_made_from_readings(sensor, stage):
    put_readings(sensor, T, 900, np.ones(4 * 24))
    stage()
    found = series.load(sensor, START, datetime(2026, 3, 2, tzinfo=UTC), "day", ZoneInfo("Asia/Kolkata"))
    assert found.wh.tolist() == [74.0, 22.0]
    assert found.n.tolist() == [74, 22]


def test_sensors_of_several_zones_have_their_own_days(sensor, owner, stage):
    far = make_sensor("far-main", site=make_site("far", owner=owner, time_zone="America/New_York"))
    for one in (sensor, far):
        put_readings(one, T, 3600, np.ones(24))
    stage()
    found = series.load_many([sensor, far], START, datetime(2026, 3, 2, tzinfo=UTC), "day")
    assert found[sensor.pk].wh.tolist() == [23.0, 1.0]
    assert found[far.pk].wh.tolist() == [5.0, 19.0]


def test_a_sum_is_nan_only_where_every_part_is(sensor, site, stage):
    other = make_sensor("home-heat", site=site)
    put_readings(sensor, T, 3600, [1.0, np.nan, np.nan])
    put_readings(other, T, 3600, [2.0, 5.0, np.nan])
    stage()
    parts = series.load_many([sensor, other], START, datetime(2026, 3, 1, 3, tzinfo=UTC), "hour")
    total = series.add(list(parts.values()))
    np.testing.assert_array_equal(total.wh, [3.0, 5.0, np.nan])
    np.testing.assert_array_equal(total.high, [2.0, 5.0, np.nan])
    assert (total.n.tolist(), total.total_wh) == ([2, 1, 0], 8.0)


def test_a_sum_of_nothing_is_empty():
    assert series.add([]).total_wh == 0.0


def test_a_sum_does_not_change_its_parts(sensor):
    put_readings(sensor, T, 3600, [1.0])
    part = series.load(sensor, START, datetime(2026, 3, 1, 1, tzinfo=UTC), "hour")
    series.add([part, part])
    assert part.wh.tolist() == [1.0]


def test_raw_readings_of_a_counter_are_energy_of_intervals(site):
    meter = make_sensor("home-meter", site=site, kind="counter")
    put_readings(meter, T, 900, [10.0, 12.0, 0.0, 17.0, 18.0])
    found = series.load(meter, START, datetime(2026, 3, 2, tzinfo=UTC), "raw")
    assert (found.t - T).tolist() == [0, 900, 2700]
    assert found.wh.tolist() == [2.0, 5.0, 1.0]


def test_the_extent_is_the_first_and_last_reading(sensor, site):
    put_readings(sensor, T, 900, [1.0, 2.0])
    assert series.extent([sensor, make_sensor("home-new", site=site)]) == (
        START,
        START + timedelta(minutes=15),
    )


def test_without_readings_there_is_no_extent_and_a_grid_of_nan(sensor):
    assert series.extent([sensor]) is None
    assert np.isnan(series.load(sensor, START, START + timedelta(days=3), "day").wh).all()


def test_an_empty_span_has_no_buckets(sensor):
    assert len(series.load(sensor, START, START, "day").t) == 0


def test_many_sensors_need_no_more_queries_than_one(site, django_assert_num_queries):
    sensors = [make_sensor(f"home-{n}", site=site) for n in range(20)]
    with django_assert_num_queries(0):
        series.load_many(sensors, START, START + timedelta(days=30), "day")
