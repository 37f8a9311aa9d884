"""Writing readings into SQLite: only what is new, with its marks, in the caller's transaction.

Measured: multi-VALUES of 333 rows are 1.5 times executemany; a mark per touched hour costs 3 %.
"""

import json
import sqlite3
from typing import NamedTuple

import numpy as np

from emads.lib.arrays import FloatArray, IntArray
from emads.lib.clock import DAY, HOUR
from energy.store.base import NO_ROWS, NO_VALUES, Appended, Batch, ReceiptKey
from energy.store.lookup import BLOCK, ROOM, flatten, places, stored_values

NEIGHBOURS = 6  # registers on either side that may be read differently because of a new one


_INSERT = "INSERT OR IGNORE INTO reading VALUES "
_UPSERT = "INSERT INTO reading VALUES (?,?,?) ON CONFLICT(sensor,second) DO UPDATE SET value=excluded.value"
_AGAIN = " ON CONFLICT(sensor,day) DO UPDATE SET hours=hours|excluded.hours, mark=excluded.mark"
_MARK = f"INSERT INTO dirty VALUES (?,?,?,?) {_AGAIN}"  # noqa: S608 - literals
MARK_HELD = (  # sum(DISTINCT) of single bits is their union
    "INSERT INTO dirty SELECT sensor, second/86400, sum(DISTINCT 1<<(second/3600%24)), ? FROM reading"  # noqa: S608 - literals
    f" WHERE sensor=? {{}} GROUP BY 2 {_AGAIN}"
)
_INSERT_BLOCK = _INSERT + places(BLOCK, 3)


class Written(NamedTuple):
    """What is new, as sorted keys and by sensor; and which rows differ from what is kept."""

    keys: IntArray  # sensor * ROOM + second, growing
    conflicts: IntArray
    kept: FloatArray


class NotAllNew(Exception):
    """Part of a hopeful batch was there already; its transaction must be taken back."""


def write_hopeful(c: sqlite3.Connection, batch: Batch) -> Written:
    """Insert a batch that is all new, the usual case, without a look at what is there. raises NotAllNew

    In key order, which saves a seventh; without savepoints, which cost more than the inserts.
    """
    keys = batch.sensor * ROOM + batch.second
    order = np.argsort(keys)
    flat = flatten(batch.sensor[order], batch.second[order], batch.value[order])
    for start in range(0, len(flat), 3 * BLOCK):
        part = flat[start : start + 3 * BLOCK]
        rows = len(part) // 3
        done = c.execute(_INSERT_BLOCK if rows == BLOCK else _INSERT + places(rows, 3), part)
        if done.rowcount != rows:
            raise NotAllNew
    return Written(keys[order], NO_ROWS, NO_VALUES)


def write_exactly(c: sqlite3.Connection, batch: Batch, replace: bool) -> Written:
    """Insert what is new, knowing what is there. Of a key twice the first wins; with `replace` the last."""
    order = np.arange(len(batch.sensor))[:: -1 if replace else 1]
    keys = batch.sensor * ROOM + batch.second
    _, winner, group = np.unique(keys[order], return_index=True, return_inverse=True)
    wins = np.zeros(len(order), dtype=bool)
    wins[order[winner]] = True
    there = stored_values(c, batch.sensor, batch.second)
    if replace:
        new, stays = wins & (there != batch.value), batch.value
    else:
        first = np.empty_like(there)
        first[order] = batch.value[order[winner]][group]
        new, stays = wins & np.isnan(there), np.where(np.isnan(there), first, there)
    columns = (batch.sensor[new], batch.second[new], batch.value[new])
    c.executemany(_UPSERT, zip(*(column.tolist() for column in columns), strict=True))
    odd = np.flatnonzero(stays != batch.value)
    return Written(np.sort(keys[new]), odd, stays[odd])


def mark(c: sqlite3.Connection, keys: IntArray, counters: frozenset[int]) -> dict[int, int]:
    """Note what arrived and which hours it touched. Returns the number of new rows of each sensor."""
    if not len(keys):
        return {}
    sensor, second = np.divmod(keys, ROOM)
    firsts = np.flatnonzero(np.diff(sensor, prepend=-1))
    lasts = np.append(firsts[1:], len(keys)) - 1
    owners, sizes = sensor[firsts].tolist(), (lasts - firsts + 1).tolist()
    arrived = zip(owners, second[firsts].tolist(), second[lasts].tolist(), sizes, strict=True)
    c.executemany('INSERT INTO arrival(sensor,"first","last",size) VALUES (?,?,?,?)', arrived)
    number = c.execute("SELECT max(id) FROM arrival").fetchone()[0]
    _mark_hours(c, sensor, second, number)
    for owner, first, last in zip(owners, firsts.tolist(), lasts.tolist(), strict=True):
        if owner in counters:
            _mark_neighbours(c, owner, second[first : last + 1], number)
    return dict(zip(owners, sizes, strict=True))


def _mark_hours(c: sqlite3.Connection, sensor: IntArray, second: IntArray, number: int) -> None:
    """One row a day with a bit for each hour. Sensor and second are sorted."""
    day = second // DAY
    firsts = np.flatnonzero(np.diff(sensor * ROOM + day, prepend=-1))
    hours = np.bitwise_or.reduceat(1 << (second % DAY // HOUR), firsts)
    marks = [number] * len(firsts)
    c.executemany(
        _MARK, zip(sensor[firsts].tolist(), day[firsts].tolist(), hours.tolist(), marks, strict=True)
    )


def _mark_neighbours(c: sqlite3.Connection, sensor: int, second: IntArray, number: int) -> None:
    """A register changes its neighbours: energy starts at the one before, a fall is judged by the next."""
    breaks = np.flatnonzero(np.diff(second) > DAY) + 1
    for part in np.split(second, breaks):
        low, high = reach(c, sensor, int(part[0]), int(part[-1]) + 1, NEIGHBOURS)
        c.execute(MARK_HELD.format("AND second>=? AND second<?"), (number, sensor, low, high))


def reach(c: sqlite3.Connection, sensor: int, start: int, end: int, nonzero: int) -> tuple[int, int]:
    """[start, end) widened on both sides by `nonzero` values that are not 0."""
    below = c.execute(
        "SELECT second FROM reading WHERE sensor=? AND second<? AND value<>0 ORDER BY second DESC LIMIT ?",
        (sensor, start, nonzero),
    ).fetchall()
    above = c.execute(
        "SELECT second FROM reading WHERE sensor=? AND second>=? AND value<>0 ORDER BY second LIMIT ?",
        (sensor, end, nonzero),
    ).fetchall()
    low = below[-1][0] if len(below) == nonzero else 0
    high = above[-1][0] + 1 if len(above) == nonzero else ROOM
    return low, high


def receipt(c: sqlite3.Connection, key: ReceiptKey, batch: Batch) -> Appended | None:
    """What became of a batch that was appended before; its conflicts are found again."""
    kept = c.execute(
        "SELECT accepted, duplicates, sensors FROM receipt WHERE job=? AND batch=?", key
    ).fetchone()
    if kept is None:
        return None
    accepted, duplicates, sensors = kept
    stored = stored_values(c, batch.sensor, batch.second)
    odd = np.flatnonzero(stored != batch.value)
    by_sensor = {int(k): v for k, v in json.loads(sensors).items()}
    return Appended(accepted, duplicates, odd, True, stored[odd], by_sensor)


def keep_receipt(c: sqlite3.Connection, key: ReceiptKey, done: Appended) -> None:
    """Write the receipt in the transaction of its batch."""
    c.execute(
        "INSERT INTO receipt VALUES (?,?,?,?,?)",
        (*key, done.accepted, done.duplicates, json.dumps(done.by_sensor)),
    )
