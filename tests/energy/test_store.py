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
