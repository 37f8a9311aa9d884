"""Roll-ups are always what the readings say, whatever happened on the way."""

import threading
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from emads.lib import clock
from energy import series, services
from energy.settle import settle
from energy.store.base import Batch
from energy.store.sqlite import SqliteStore
from tests.factories import make_sensor, make_site, put_readings

START = datetime(2026, 3, 20, tzinfo=UTC)
T = int(START.timestamp())
WIDE = (datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 6, 1, tzinfo=UTC))


def loaded(sensor, resolution):
    found = series.load(sensor, *WIDE, resolution)
    held = found.n > 0
    return found.t[held].tolist(), found.wh[held].tolist(), found.n[held].tolist(), found.high[held].tolist()


def everything(sensor):
    return [loaded(sensor, resolution) for resolution in ("raw", "hour", "day", "month")]


def stored(store, sensor, resolution):
    rows = store.rollups([sensor.pk], resolution, 0, 1 << 33)
    return rows[sensor.pk].t.tolist(), rows[sensor.pk].wh.tolist()


def test_settling_drops_the_marks_and_says_how_many_hours(sensor, store):
    put_readings(sensor, T, 900, np.ones(10))
    assert settle() == 3
    assert store.dirty_sensors() == []
    assert settle() == 0


def test_settling_does_not_change_what_is_read(sensor):
    put_readings(sensor, T, 900, np.arange(3000.0))
    before = everything(sensor)
    settle()
    assert everything(sensor) == before


def test_a_replay_leaves_nothing_to_settle(sensor, store):
    put_readings(sensor, T, 900, np.arange(500.0))
    settle()
    arrived = store.last_arrival()
    put_readings(sensor, T, 900, np.arange(500.0))
    assert store.dirty_sensors() == []
    assert store.last_arrival() == arrived


def test_late_data_reaches_hour_day_and_month(sensor):
    put_readings(sensor, T + 86400, 3600, np.ones(24))
    settle()
    put_readings(sensor, T, 3600, np.full(24, 2.0))
    settle()
    assert loaded(sensor, "day")[1] == [2.0 * 23, 2.0 + 23, 1.0]
    assert loaded(sensor, "month")[1] == [72.0]


def test_many_chunks_settle_like_one(sensor, store):
    values = np.random.default_rng(1).integers(0, 900, 60 * 24 * 60) / 10
    put_readings(sensor, T - 40 * 86400, 60, values)
    settle()
    hours = stored(store, sensor, "hour")
    np.testing.assert_allclose(hours[1], values.reshape(-1, 60).sum(axis=1), rtol=1e-12)
    assert sum(stored(store, sensor, "month")[1]) == pytest.approx(values.sum(), rel=1e-12)


def test_a_new_time_zone_cuts_days_anew(owner, store, django_capture_on_commit_callbacks):
    site = make_site("moved", owner=owner, time_zone="UTC")
    sensor = make_sensor("moved-main", site=site)
    put_readings(sensor, T, 3600, np.ones(24))
    settle()
    with django_capture_on_commit_callbacks(execute=True):
        services.change_time_zone(site=site, time_zone="Asia/Kolkata")
    sensor.refresh_from_db()
    unsettled = loaded(sensor, "day")
    settle()
    assert unsettled[1] == [19.0, 5.0]
    assert loaded(sensor, "day") == unsettled
    assert stored(store, sensor, "day")[1] == [19.0, 5.0]


def test_a_sensor_that_turns_out_to_be_a_counter_is_read_as_one(sensor):
    put_readings(sensor, T, 3600, [1000.0, 1010.0, 1030.0])
    settle()
    services.change_kind(sensor=sensor, kind="counter")
    settle()
    assert loaded(sensor, "hour")[1] == [10.0, 20.0]


def test_pruned_readings_keep_their_sums(sensor, store):
    put_readings(sensor, T, 900, np.ones(4 * 24 * 4))
    before = [loaded(sensor, "hour"), loaded(sensor, "day"), loaded(sensor, "month")]
    dropped = services.prune_readings(sensor=sensor, before=START + timedelta(days=2))
    assert dropped == 4 * 47
    assert [loaded(sensor, "hour"), loaded(sensor, "day"), loaded(sensor, "month")] == before
    assert len(loaded(sensor, "raw")[0]) == 4 * 24 * 4 - dropped
    assert store.span([sensor.pk])[0] == T


def test_rebuilding_spares_what_was_pruned(sensor):
    put_readings(sensor, T, 900, np.ones(4 * 24 * 4))
    before = loaded(sensor, "day")
    services.prune_readings(sensor=sensor, before=START + timedelta(days=2))
    services.rebuild_rollups(sensors=[sensor])
    settle()
    assert loaded(sensor, "day") == before


def test_a_deleted_sensor_leaves_no_readings(sensor, store, django_capture_on_commit_callbacks):
    put_readings(sensor, T, 900, np.ones(10))
    settle()
    key = sensor.pk
    with django_capture_on_commit_callbacks(execute=True):
        services.delete_sensor(sensor=sensor)
    assert store.span([key]) is None
    assert store.rollups([key], "hour", 0, 1 << 33) == {}


def test_writers_and_settlers_at_once_lose_nothing(sensor, store):
    values = np.arange(4000.0)

    def write(part):
        for first in range(part * 2000, part * 2000 + 2000, 100):
            at = np.arange(first, first + 100)
            store.append(Batch(np.full(100, sensor.pk), T + 300 * at, values[at]))

    def settle_often():
        for _ in range(15):
            settle(sensors=[sensor])

    threads = [threading.Thread(target=write, args=(0,)), threading.Thread(target=write, args=(1,))]
    threads += [threading.Thread(target=settle_often), threading.Thread(target=settle_often)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    settle(sensors=[sensor])
    sums = np.add.reduceat(values, np.arange(0, 4000, 12))
    assert stored(store, sensor, "hour")[1] == sums.tolist()


@pytest.fixture
def kolkata(owner):
    site = make_site("delhi", owner=owner, time_zone="Asia/Kolkata")
    return [make_sensor("delhi-main", site=site), make_sensor("delhi-meter", site=site, kind="counter")]


rows = st.lists(st.tuples(st.integers(0, 200), st.integers(0, 40)), min_size=1, max_size=60)
cuts = st.lists(st.integers(0, 70), max_size=5)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows, cuts, st.randoms(use_true_random=False), st.booleans())
def test_splits_order_and_repeats_change_nothing(kolkata, store, tmp_path, rows, cuts, random, often):
    """The same readings in one piece, or in any pieces in any order with repeats, settled often or once."""
    values = {slot: float(value) for slot, value in rows}
    plain = [(s.pk, T + 1200 * slot, value) for s in kolkata for slot, value in sorted(values.items())]
    mixed = plain + random.sample(plain, len(plain) // 2)
    random.shuffle(mixed)
    for sensor in kolkata:
        store.delete_sensor(sensor.pk)
    once = after(store, [plain], kolkata, often=False)
    for sensor in kolkata:
        store.delete_sensor(sensor.pk)
    edges = sorted({0, len(mixed), *(c for c in cuts if c < len(mixed))})
    pieces = [mixed[a:b] for a, b in pairwise(edges)]
    assert after(store, pieces, kolkata, often) == once


def after(store, pieces, sensors, often):
    counters = frozenset(s.pk for s in sensors if s.kind == "counter")
    for piece in pieces:
        sensor, second, value = (np.array(column) for column in zip(*piece, strict=True))
        store.append(Batch(sensor, second, value.astype(float), counters))
        settle(sensors=sensors[: len(sensors) * often])
    settle(sensors=sensors)
    unsettled = store.dirty_sensors()
    found = {r: store.rollups([s.pk for s in sensors], r, 0, 1 << 33) for r in ("hour", "day", "month")}
    exact = {
        (r, key): [column.tolist() for column in (b.t, b.wh, b.n, b.high)]
        for r, rollups in found.items()
        for key, b in rollups.items()
    }
    raw = [store.series(s.pk, 0, 1 << 33) for s in sensors]
    return unsettled, exact, [(s.t.tolist(), s.wh.tolist()) for s in raw]


def test_a_store_opened_again_holds_what_was_written(tmp_path):
    path = str(tmp_path / "again.sqlite3")
    first = SqliteStore(path)
    first.append(Batch(np.array([1]), np.array([T]), np.array([0.1 + 0.2])))
    first.close()
    assert SqliteStore(path).series(1, 0, 1 << 33).wh.tolist() == [0.1 + 0.2]


def test_every_month_of_a_year_is_the_sum_of_its_readings(sensor):
    put_readings(sensor, T - 80 * 86400, 1800, np.ones(2 * 24 * 300))
    settle()
    found = series.load(sensor, START - timedelta(days=90), START + timedelta(days=300), "month")
    assert found.wh[~np.isnan(found.wh)].sum() == 2 * 24 * 300
    assert clock.moment(found.t[0]).astimezone(sensor.site.tz).day == 1
