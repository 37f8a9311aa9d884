"""The reading store: what is in it after any history of appends."""

import numpy as np

from energy.store.base import Batch, ReceiptKey

T = 1_700_000_000 - 1_700_000_000 % 3600


def batch(*rows: tuple[int, int, float], counters: frozenset[int] = frozenset()) -> Batch:
    sensor, second, value = zip(*rows, strict=True)
    return Batch(np.array(sensor), np.array(second), np.array(value, dtype=float), counters)


def held(store, sensor: int = 1) -> list[tuple[int, float]]:
    found = store.series(sensor, 0, 1 << 33)
    return list(zip(found.t.tolist(), found.wh.tolist(), strict=True))


def test_new_readings_are_accepted(store):
    done = store.append(batch((1, T + 900, 2.5), (1, T, 1.5)))
    assert (done.accepted, done.duplicates, len(done.conflicts)) == (2, 0, 0)
    assert held(store) == [(T, 1.5), (T + 900, 2.5)]


def test_the_same_reading_again_is_a_duplicate(store):
    store.append(batch((1, T, 1.5)))
    done = store.append(batch((1, T, 1.5), (1, T + 900, 2.0)))
    assert (done.accepted, done.duplicates, done.by_sensor) == (1, 1, {1: 1})


def test_another_value_is_a_conflict_and_the_first_stays(store):
    store.append(batch((1, T, 1.5)))
    done = store.append(batch((1, T + 900, 3.0), (1, T, 9.0)))
    assert (done.accepted, done.conflicts.tolist(), done.kept.tolist()) == (1, [1], [1.5])
    assert held(store) == [(T, 1.5), (T + 900, 3.0)]


def test_a_key_twice_in_one_batch_keeps_its_first_value(store):
    done = store.append(batch((1, T, 1.0), (1, T, 1.0), (1, T, 2.0)))
    assert (done.accepted, done.duplicates, done.conflicts.tolist()) == (1, 1, [2])
    assert held(store) == [(T, 1.0)]


def test_replace_keeps_the_last_value(store):
    store.append(batch((1, T, 1.0), (1, T + 900, 5.0)))
    done = store.append(batch((1, T, 2.0), (1, T, 3.0), (1, T + 900, 5.0)), replace=True)
    assert (done.accepted, len(done.conflicts)) == (1, 0)
    assert held(store) == [(T, 3.0), (T + 900, 5.0)]


def test_a_receipt_is_appended_once(store):
    key = ReceiptKey("job", 1)
    store.append(batch((1, T, 7.0)))
    rows = batch((1, T, 1.0), (1, T + 900, 2.0), (1, T + 1800, 2.0))
    first = store.append(rows, receipt=key)
    second = store.append(rows, receipt=key)
    assert not first.replayed
    assert second.replayed
    assert (second.accepted, second.duplicates, second.by_sensor) == (2, 0, {1: 2})
    assert second.conflicts.tolist() == first.conflicts.tolist() == [0]


def test_a_dense_batch_of_old_and_new_readings_is_told_apart(store):
    old = [(1, T + 60 * i, float(i)) for i in range(0, 400, 2)]
    store.append(batch(*old))
    mixed = [(1, T + 60 * i, float(i) + (i == 10)) for i in range(400)]
    done = store.append(batch(*reversed(mixed), *[(2, T + 60 * i, 1.0) for i in range(40)]))
    assert (done.accepted, done.duplicates) == (240, 199)
    assert (done.conflicts.tolist(), done.kept.tolist()) == ([389], [10.0])
    assert done.by_sensor == {1: 200, 2: 40}


def test_a_sparse_batch_among_many_readings_is_told_apart(store):
    store.append(batch(*[(1, T + i, float(i)) for i in range(2000)]))
    done = store.append(batch(*[(1, T + 100 * i, 100.0 * i) for i in range(30)]))
    assert (done.accepted, done.duplicates, len(done.conflicts)) == (10, 20, 0)


def test_replays_do_not_arrive_again(store):
    rows = batch(*[(s, T + 900 * i, 1.0) for s in (1, 2) for i in range(20)])
    store.append(rows)
    store.append(rows)
    arrivals = store.arrivals(0, 10)
    assert [(a.sensor, a.first, a.last, a.size) for a in arrivals] == [
        (1, T, T + 19 * 900, 20),
        (2, T, T + 19 * 900, 20),
    ]
    assert store.arrivals(arrivals[0].id, 10) == arrivals[1:]
    assert store.last_arrival() == arrivals[1].id


def test_arrivals_can_be_forgotten_and_ids_go_on(store):
    store.append(batch((1, T, 1.0)))
    last = store.last_arrival()
    store.forget_arrivals(last + 1)
    assert (store.arrivals(0, 10), store.last_arrival()) == ([], last)
    store.append(batch((1, T + 1, 1.0)))
    assert store.last_arrival() == last + 1


def test_a_late_register_touches_the_hours_of_its_neighbours(store):
    counters = frozenset({1})
    store.append(batch(*[(1, T + 7200 * i, 100.0 * i) for i in range(10)], counters=counters))
    store.settled(1, store.unsettled(1, 10_000))
    store.append(batch((1, T + 7200 * 9 + 3600, 950.0), counters=counters))
    hours = store.dirty([1], 0, 1 << 33)[1]
    assert T + 7200 * 9 in hours.tolist()
    assert T + 7200 * 9 + 3600 in hours.tolist()


def test_latest_and_before_look_up_single_readings(store):
    store.append(batch((1, T, 1.0), (1, T + 900, 2.0), (2, T, 5.0)))
    assert store.before(1, T + 900) == (T, 1.0)
    assert store.before(1, T) is None
    assert store.latest([1, 2, 3]) == {1: (T + 900, 2.0), 2: (T, 5.0)}


def test_a_mark_made_after_reading_stays(store):
    store.append(batch((1, T, 1.0)))
    touched = store.unsettled(1, 100)
    store.append(batch((1, T + 1, 1.0)))
    store.settled(1, touched)
    assert store.dirty([1], T, T + 3600)[1].tolist() == [T]


def test_values_survive_to_the_last_bit(store):
    values = [0.1 + 0.2, 1e-300, 123456789.123456789, -0.0, 5.0, 2**53 + 2.0]
    store.append(batch(*[(1, T + i, v) for i, v in enumerate(values)]))
    assert [v for _, v in held(store)] == values
    assert store.append(batch(*[(1, T + i, v) for i, v in enumerate(values)])).duplicates == 6
