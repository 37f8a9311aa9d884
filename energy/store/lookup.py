"""Finding values in SQLite by their keys, and the shapes rows travel in."""

import sqlite3
from itertools import chain

import numpy as np

from emads.lib.arrays import FloatArray, IntArray

BLOCK = 333
ROOM = 1 << 34  # seconds fit beside a sensor key in one int64
DENSE = 16  # so many keys of a sensor are looked up faster as a range


def places(rows: int, width: int) -> str:
    """Placeholders of so many rows."""
    return ",".join(["(" + ",".join("?" * width) + ")"] * rows)


_STORED = (
    "WITH asked(i,s,t) AS (VALUES {})"
    " SELECT i, value FROM asked JOIN reading ON reading.sensor=s AND reading.second=t"
)
_STORED_BLOCK = _STORED.format(places(BLOCK, 3))
_RANGE = (
    "SELECT second, value FROM reading WHERE sensor=? AND second>=? AND second<=? ORDER BY second LIMIT ?"
)


def flatten(first: IntArray, second: IntArray, third: IntArray | FloatArray) -> list[int | float]:
    """Three columns as one list of parameters, row after row."""
    flat: list[int | float] = [0] * (3 * len(first))
    flat[0::3], flat[1::3], flat[2::3] = first.tolist(), second.tolist(), third.tolist()
    return flat


def stored_values(c: sqlite3.Connection, sensor: IntArray, second: IntArray) -> FloatArray:
    """The values kept under keys, NaN where there is none. (n,), (n,) -> (n,) [Wh]"""
    found = np.full(len(sensor), np.nan)
    order = np.argsort(sensor * ROOM + second)
    firsts = np.flatnonzero(np.diff(sensor[order], prepend=-1))
    single = []
    for rows in np.split(order, firsts[1:]):
        if len(rows) < DENSE or not _from_range(c, int(sensor[rows[0]]), second, rows, found):
            single.append(rows)
    if single:
        _one_by_one(c, sensor, second, np.concatenate(single), found)
    return found


def _from_range(
    c: sqlite3.Connection, sensor: int, second: IntArray, rows: IntArray, found: FloatArray
) -> bool:
    """Look up keys of one sensor by reading the range they span; False if that holds too many others."""
    wanted, most = second[rows], 4 * len(rows)
    there = columns(c.execute(_RANGE, (sensor, int(wanted[0]), int(wanted[-1]), most)), 2)
    if len(there) == most:
        return False
    at = np.minimum(np.searchsorted(there[:, 0], wanted), len(there) - 1)
    hit = there[at, 0] == wanted if len(there) else np.zeros(len(rows), dtype=bool)
    found[rows[hit]] = there[at[hit], 1]
    return True


def _one_by_one(
    c: sqlite3.Connection, sensor: IntArray, second: IntArray, rows: IntArray, found: FloatArray
) -> None:
    keys = flatten(rows, sensor[rows], second[rows])
    for start in range(0, len(keys), 3 * BLOCK):
        part = keys[start : start + 3 * BLOCK]
        asked = _STORED_BLOCK if len(part) == 3 * BLOCK else _STORED.format(places(len(part) // 3, 3))
        there = columns(c.execute(asked, part), 2)
        found[there[:, 0].astype(np.int64)] = there[:, 1]


def columns(cursor: sqlite3.Cursor, width: int) -> FloatArray:
    """All rows of a query as numbers, without a list of tuples in between. -> (n, width)"""
    return np.fromiter(chain.from_iterable(cursor), dtype=np.float64).reshape(-1, width)
