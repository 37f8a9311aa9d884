"""Connections of the store: handed on between threads, safe after a fork, clear when they fail."""

import os
import sqlite3
import threading

import numpy as np
import pytest
from django.core.exceptions import ImproperlyConfigured

from energy.store import get_store
from energy.store.base import Batch, StoreError
from energy.store.schema import VERSION
from energy.store.sqlite import SqliteStore

T = 1_700_000_000


def one(value=1.0, second=T):
    return Batch(np.array([1]), np.array([second]), np.array([value]))


def append_twice(store, first, second):
    store.append(first)
    store.append(second)


def test_one_store_per_url(store):
    assert get_store() is store


def test_another_engine_is_refused_with_a_reason(settings):
    settings.READINGS_URL = "mongodb://localhost/readings"
    with pytest.raises(ImproperlyConfigured, match="mongodb://"):
        get_store()


def test_ended_threads_hand_their_connection_on(store):
    seen = []

    def use():
        seen.append(id(store._connections.get()))

    for _ in range(5):
        thread = threading.Thread(target=use)
        thread.start()
        thread.join()
    assert len(set(seen)) == 1


def test_a_forked_process_opens_its_own(store):
    store.append(one())
    child = os.fork()
    if child == 0:  # the child must not run the rest of the tests
        os._exit(0 if store.append(one(2.0, T + 1)).accepted == 1 else 1)
    assert os.waitpid(child, 0)[1] == 0
    assert store.series(1, 0, 1 << 33).wh.tolist() == [1.0, 2.0]


def test_a_failing_write_leaves_nothing_behind(store):
    with pytest.raises(ValueError, match="finite"):
        store.append(Batch(np.array([1, 1]), np.array([T, T + 1]), np.array([1.0, np.nan])))
    with pytest.raises(ValueError, match="finite"), store.settling():
        append_twice(store, one(), one(np.nan, T + 1))
    assert store.series(1, 0, 1 << 33).wh.tolist() == []
    assert store.append(one()).accepted == 1


def test_a_store_that_cannot_be_opened_says_so(tmp_path):
    (tmp_path / "file").write_text("no database, but long enough to look like one " * 100)
    with pytest.raises(StoreError, match="cannot be opened"):
        SqliteStore(str(tmp_path / "file")).prepare()


def test_another_version_of_the_rollups_is_made_anew(tmp_path):
    path = str(tmp_path / "old.sqlite3")
    store = SqliteStore(path)
    store.append(one())
    store.close()
    old = sqlite3.connect(path)
    old.executescript("PRAGMA user_version=0; DROP TABLE hour; CREATE TABLE hour(x); DELETE FROM dirty;")
    old.close()
    assert store.dirty_sensors() == [1]
    assert store.rollups([1], "hour", 0, 1 << 33) == {}
    assert store._connections.get().execute("PRAGMA user_version").fetchone() == (VERSION,)


def test_many_threads_write_at_once(store):
    def write(number):
        for i in range(20):
            store.append(one(float(i), T + 1000 * number + i))

    threads = [threading.Thread(target=write, args=(n,)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(store.series(1, 0, 1 << 33).t) == 120
