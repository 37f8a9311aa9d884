"""Writing readings into SQLite: only what is new, with its marks, in the caller's transaction.

Measured: multi-VALUES of 333 rows are 1.5 times executemany; a mark per touched hour costs 3 %.
"""

import json
import sqlite3
from itertools import chain
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from energy.store.base import Appended, Batch, FloatArray, IntArray, ReceiptKey

HOUR = 3600
BLOCK = 333
ROOM = 1 << 34  # seconds fit beside a sensor key in one int64
NEIGHBOURS = 4  # registers on either side that may be read differently because of a new one
APART = 86_400
BoolArray = npt.NDArray[np.bool_]


def _places(rows: int, width: int) -> str:
    return ",".join(["(" + ",".join("?" * width) + ")"] * rows)


_INSERT = "INSERT OR IGNORE INTO reading VALUES "
_UPSERT = "INSERT INTO reading VALUES (?,?,?) ON CONFLICT(sensor,second) DO UPDATE SET value=excluded.value"
_STORED = "WITH asked(i,s,t) AS (VALUES {}) SELECT i, r.value FROM asked JOIN reading r ON r.sensor=s AND r.second=t"
_MARK = "INSERT INTO dirty VALUES {} ON CONFLICT(sensor,hour) DO UPDATE SET mark=excluded.mark"
_INSERT_BLOCK = _INSERT + _places(BLOCK, 3)
_STORED_BLOCK = _STORED.format(_places(BLOCK, 3))
_MARK_BLOCK = _MARK.format(_places(BLOCK, 3))


def stored_values(c: sqlite3.Connection, sensor: IntArray, second: IntArray) -> FloatArray:
    """The values kept under keys, NaN where there is none. (n,), (n,) -> (n,) [Wh]"""
    found = np.full(len(sensor), np.nan)
    keys = _flat(np.arange(len(sensor)), sensor, second)
    for start in range(0, len(sensor), BLOCK):
        part = keys[3 * start : 3 * (start + BLOCK)]
        rows = len(part) // 3
        asked = _STORED_BLOCK if rows == BLOCK else _STORED.format(_places(rows, 3))
        for i, value in c.execute(asked, part):
            found[i] = value
    return found


def _flat(first: IntArray, second: IntArray, third: IntArray | FloatArray) -> list[int | float]:
    """Three columns as one list of parameters, row after row."""
    flat: list[int | float] = [0] * (3 * len(first))
    flat[0::3], flat[1::3], flat[2::3] = first.tolist(), second.tolist(), third.tolist()
    return flat


class Written(NamedTuple):
    """Which rows of a batch were written, and which differ from what is kept."""

    new: BoolArray
    conflicts: IntArray
    kept: FloatArray


def write(c: sqlite3.Connection, batch: Batch, replace: bool) -> Written:
    """Insert what is new. Blocks that are all new, the usual case, need no look at what is there."""
    rows = len(batch.sensor)
    new = np.zeros(rows, dtype=bool)
    conflicts: list[IntArray] = []
    kept: list[FloatArray] = []
    flat = _flat(batch.sensor, batch.second, batch.value)
    hopeful = not replace
    for start in range(0, rows, BLOCK):
        block = slice(start, min(start + BLOCK, rows))
        if hopeful and _all_new(c, flat[3 * start : 3 * block.stop]):
            new[block] = True
            continue
        written = _exactly(c, batch.sensor[block], batch.second[block], batch.value[block], replace)
        new[block] = written.new
        hopeful = bool(written.new.all()) and not replace
        conflicts.append(written.conflicts + start)
        kept.append(written.kept)
    none: list[IntArray] = [np.zeros(0, dtype=np.int64)]
    return Written(new, np.concatenate(none + conflicts), np.concatenate([np.zeros(0), *kept]))


def _all_new(c: sqlite3.Connection, flat: list[int | float]) -> bool:
    rows = len(flat) // 3
    c.execute("SAVEPOINT block")
    done = c.execute(_INSERT_BLOCK if rows == BLOCK else _INSERT + _places(rows, 3), flat)
    whole = done.rowcount == rows
    if not whole:
        c.execute("ROLLBACK TO block")
    c.execute("RELEASE block")
    return whole


def _exactly(
    c: sqlite3.Connection, sensor: IntArray, second: IntArray, value: FloatArray, replace: bool
) -> Written:
    """One block, knowing what is there. Of a key twice in the block the first wins; with `replace` the last."""
    order = np.arange(len(sensor))[:: -1 if replace else 1]
    _, winner, group = np.unique(sensor[order] * ROOM + second[order], return_index=True, return_inverse=True)
    wins = np.zeros(len(sensor), dtype=bool)
    wins[order[winner]] = True
    there = stored_values(c, sensor, second)
    stays = there.copy()
    if replace:
        new = wins & ~(there == value)
    else:
        new = wins & np.isnan(there)
        stays[order] = np.where(np.isnan(there[order]), value[order[winner]][group], there[order])
    c.executemany(_UPSERT, zip(sensor[new].tolist(), second[new].tolist(), value[new].tolist(), strict=True))
    odd = np.zeros(0, dtype=np.int64) if replace else np.flatnonzero(stays != value)
    return Written(new, odd, stays[odd])


def mark(c: sqlite3.Connection, batch: Batch, new: BoolArray) -> dict[int, int]:
    """Note what arrived and which hours it touched. Returns the number of new rows of each sensor."""
    keys = batch.sensor[new] * ROOM + batch.second[new]
    if not len(keys):
        return {}
    keys.sort()
    sensor, second = np.divmod(keys, ROOM)
    firsts = np.flatnonzero(np.diff(sensor, prepend=-1))
    lasts = np.append(firsts[1:], len(keys)) - 1
    sizes = lasts - firsts + 1
    arrived = zip(
        sensor[firsts].tolist(), second[firsts].tolist(), second[lasts].tolist(), sizes.tolist(), strict=True
    )
    c.executemany('INSERT INTO arrival(sensor,"first","last",size) VALUES (?,?,?,?)', arrived)
    number = c.execute("SELECT max(id) FROM arrival").fetchone()[0]
    hours = second - second % HOUR
    changed = np.flatnonzero(np.diff(sensor * ROOM + hours, prepend=-1))
    _mark_hours(c, sensor[changed], hours[changed], number)
    for f, last in zip(firsts.tolist(), lasts.tolist(), strict=True):
        if int(sensor[f]) in batch.counters:
            _mark_neighbours(c, int(sensor[f]), second[f : last + 1], number)
    return dict(zip(sensor[firsts].tolist(), sizes.tolist(), strict=True))


def _mark_hours(c: sqlite3.Connection, sensor: IntArray, hours: IntArray, number: int) -> None:
    flat = _flat(sensor, hours, np.full(len(hours), number, dtype=np.int64))
    for start in range(0, len(flat), 3 * BLOCK):
        part = flat[start : start + 3 * BLOCK]
        rows = len(part) // 3
        c.execute(_MARK_BLOCK if rows == BLOCK else _MARK.format(_places(rows, 3)), part)


def _mark_neighbours(c: sqlite3.Connection, sensor: int, second: IntArray, number: int) -> None:
    """A register changes what its neighbours say: energy starts at the one before, a fall is judged by the next."""
    breaks = np.flatnonzero(np.diff(second) > APART) + 1
    for part in np.split(second, breaks):
        low, high = reach(c, sensor, int(part[0]), int(part[-1]) + 1, NEIGHBOURS)
        c.execute(
            "INSERT INTO dirty SELECT sensor, second - second % 3600, ? FROM reading"
            " WHERE sensor=? AND second>=? AND second<? GROUP BY 2"
            " ON CONFLICT(sensor,hour) DO UPDATE SET mark=excluded.mark",
            (number, sensor, low, high),
        )


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


def columns(cursor: sqlite3.Cursor, width: int) -> FloatArray:
    """All rows of a query as numbers, without a list of tuples in between. -> (n, width)"""
    return np.fromiter(chain.from_iterable(cursor), dtype=np.float64).reshape(-1, width)
