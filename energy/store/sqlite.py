"""Readings in a SQLite file of their own."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

from emads.lib.arrays import IntArray
from emads.lib.clock import DAY, HOUR
from energy.store import append as appending
from energy.store.base import (
    Appended,
    Arrival,
    Batch,
    Latest,
    ReceiptKey,
    Resolution,
    Rollup,
    Series,
    Touched,
)
from energy.store.connection import Connections
from energy.store.lookup import ROOM, columns
from energy.store.schema import TABLES


def _one_of(sensors: list[int]) -> str:
    """A list of keys inside SQL: integers only, so nothing can be smuggled in."""
    return "(" + ",".join(str(int(s)) for s in sensors) + ")"


def _hours(days: IntArray, bits: IntArray) -> IntArray:
    """Starts of the hours whose bits are set, in order. (n,), (n,) -> (m,) [s]"""
    day, hour = np.nonzero(bits[:, None] >> np.arange(24) & 1)
    return days[day] * DAY + hour * HOUR


class SqliteStore:
    """ReadingStore on SQLite."""

    def __init__(self, path: str) -> None:
        self._connections = Connections(path)

    def prepare(self) -> None:
        """Make the file and its tables."""
        self._connections.get()

    def close(self) -> None:
        """Let go of connections."""
        self._connections.close()

    def _read(self, sql: str, *values: object) -> sqlite3.Cursor:
        return self._connections.get().execute(sql, values)

    # --- readings ---------------------------------------------------------------------------------------

    def append(self, batch: Batch, *, replace: bool = False, receipt: ReceiptKey | None = None) -> Appended:
        """Write what is new, in one transaction with its dirty marks, arrivals and receipt."""
        if not np.isfinite(batch.value).all():
            raise ValueError("a reading is a finite number")
        try:
            return self._append(batch, replace, receipt, hopeful=not replace)
        except appending.NotAllNew:
            return self._append(batch, replace, receipt, hopeful=False)

    def _append(self, batch: Batch, replace: bool, receipt: ReceiptKey | None, *, hopeful: bool) -> Appended:
        with self._connections.writing() as c:
            before = appending.receipt(c, receipt, batch) if receipt else None
            if before:
                return before
            if hopeful:
                written = appending.write_hopeful(c, batch)
            else:
                written = appending.write_exactly(c, batch, replace)
            by_sensor = appending.mark(c, written.keys, batch.counters)
            accepted = len(written.keys)
            duplicates = len(batch.sensor) - accepted - len(written.conflicts)
            done = Appended(accepted, duplicates, written.conflicts, False, written.kept, by_sensor)
            if receipt:
                appending.keep_receipt(c, receipt, done)
        return done

    def series(self, sensor: int, start: int, end: int) -> Series:
        """Raw values."""
        found = columns(
            self._read(
                "SELECT second, value FROM reading WHERE sensor=? AND second>=? AND second<? ORDER BY second",
                sensor,
                start,
                end,
            ),
            2,
        )
        return Series(found[:, 0].astype(np.int64), np.ascontiguousarray(found[:, 1]))

    def around(self, sensor: int, start: int, end: int, nonzero: int) -> Series:
        """Raw values of [start, end) and the neighbours a register is judged by."""
        low, high = appending.reach(self._connections.get(), sensor, start, end, nonzero)
        return self.series(sensor, low, high)

    def nth(self, sensor: int, start: int, end: int, n: int) -> int | None:
        """The second of the reading that n others precede."""
        found = self._read(
            "SELECT second FROM reading WHERE sensor=? AND second>=? AND second<?"
            " ORDER BY second LIMIT 1 OFFSET ?",
            sensor,
            start,
            end,
            n,
        ).fetchone()
        return found[0] if found else None

    def before(self, sensor: int, second: int) -> Latest | None:
        """The last value before an instant."""
        found = self._read(
            "SELECT second, value FROM reading WHERE sensor=? AND second<? ORDER BY second DESC LIMIT 1",
            sensor,
            second,
        ).fetchone()
        return Latest(*found) if found else None

    def latest(self, sensors: list[int]) -> dict[int, Latest]:
        """The newest value of each sensor that has one."""
        found = {s: self.before(s, ROOM) for s in sensors}
        return {s: latest for s, latest in found.items() if latest}

    def span(self, sensors: list[int]) -> tuple[int, int] | None:
        """First and last second, roll-ups of dropped readings included."""
        ends: list[int] = []
        dropped = self.horizons(sensors)
        for sensor in sensors:
            ends += [
                s
                for s in self._read(
                    "SELECT (SELECT min(second) FROM reading WHERE sensor=?1),"
                    " (SELECT max(second) FROM reading WHERE sensor=?1)",
                    sensor,
                ).fetchone()
                if s is not None
            ]
            if sensor in dropped:
                ends += [
                    t
                    for t in self._read("SELECT min(t), max(t) FROM hour WHERE sensor=?", sensor).fetchone()
                    if t is not None
                ]
        return (min(ends), max(ends)) if ends else None

    # --- roll-ups ---------------------------------------------------------------------------------------

    def rollups(self, sensors: list[int], resolution: Resolution, start: int, end: int) -> dict[int, Rollup]:
        """Stored buckets that start in [start, end)."""
        found = columns(
            self._read(
                f"SELECT sensor, t, wh, n, high FROM {resolution}"  # noqa: S608 - a literal and integers
                f" WHERE sensor IN {_one_of(sensors)} AND t>=? AND t<? ORDER BY sensor, t",
                start,
                end,
            ),
            5,
        )
        owners = found[:, 0].astype(np.int64)
        firsts = np.flatnonzero(np.diff(owners, prepend=-1))
        parts: dict[int, Rollup] = {}
        for first, last in zip(firsts, np.append(firsts, len(owners))[1:], strict=True):
            t, wh, n, high = found[first:last, 1:].T
            parts[int(owners[first])] = Rollup(t.astype(np.int64), wh, n.astype(np.int64), high)
        return parts

    def dirty(self, sensors: list[int], start: int, end: int) -> dict[int, IntArray]:
        """Touched, not yet settled UTC hours that overlap [start, end)."""
        found = columns(
            self._read(
                f"SELECT sensor, day, hours FROM dirty WHERE sensor IN {_one_of(sensors)}"  # noqa: S608
                " AND day>=? AND day<=? ORDER BY sensor, day",
                (start - HOUR) // DAY,
                end // DAY,
            ),
            3,
        ).astype(np.int64)
        hours = {int(s): _hours(*found[found[:, 0] == s, 1:].T) for s in np.unique(found[:, 0])}
        inside = {s: h[(h > start - HOUR) & (h < end)] for s, h in hours.items()}
        return {s: h for s, h in inside.items() if len(h)}

    def dirty_sensors(self) -> list[int]:
        """Sensors with unsettled hours."""
        return [s for (s,) in self._read("SELECT DISTINCT sensor FROM dirty")]

    @contextmanager
    def settling(self) -> Iterator[None]:
        """The write transaction: what is read inside cannot change before it ends."""
        with self._connections.writing():
            yield

    def unsettled(self, sensor: int, limit: int) -> Touched:
        """The dirty hours of the oldest days, about `limit`."""
        days = max(1, limit // 24)
        found = columns(
            self._read(
                "SELECT day, hours, mark FROM dirty WHERE sensor=? ORDER BY day LIMIT ?", sensor, days
            ),
            3,
        ).astype(np.int64)
        return Touched(_hours(found[:, 0], found[:, 1]), int(found[:, 2].max(initial=0)))

    def put_rollups(self, sensor: int, resolution: Resolution, start: int, end: int, rows: Rollup) -> None:
        """Replace the stored buckets that start in [start, end)."""
        columns = (rows.t, rows.wh, rows.n, rows.high)
        with self._connections.writing() as c:
            c.execute(
                f"DELETE FROM {resolution} WHERE sensor=? AND t>=? AND t<?",  # noqa: S608
                (sensor, start, end),
            )
            c.executemany(
                f"INSERT INTO {resolution} VALUES ({int(sensor)},?,?,?,?)",  # noqa: S608
                zip(*(column.tolist() for column in columns), strict=True),
            )

    def settled(self, sensor: int, touched: Touched) -> None:
        """Drop the marks that `unsettled` gave. Marks grow with every write, so a later touch stays."""
        if not len(touched.hours):
            return
        with self._connections.writing() as c:
            c.execute(
                "DELETE FROM dirty WHERE sensor=? AND day>=? AND day<=? AND mark<=?",
                (sensor, int(touched.hours[0]) // DAY, int(touched.hours[-1]) // DAY, touched.mark),
            )

    def touch(self, sensor: int) -> None:
        """Mark every hour that holds raw values."""
        with self._connections.writing() as c:
            number = c.execute("SELECT coalesce(max(id), 0) FROM arrival").fetchone()[0]
            c.execute(appending.MARK_HELD.format(""), (number, sensor))

    # --- arrivals and the end of things -------------------------------------------------------------------

    def arrivals(self, after: int, limit: int) -> list[Arrival]:
        """Arrivals with a larger id, oldest first."""
        found = self._read(
            'SELECT id, sensor, "first", "last", size FROM arrival WHERE id>? ORDER BY id LIMIT ?',
            after,
            limit,
        )
        return [Arrival(*row) for row in found]

    def last_arrival(self) -> int:
        """The newest arrival's id, 0 if none."""
        found = self._read(
            "SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name='arrival'"
        ).fetchone()
        return int(found[0])

    def forget_arrivals(self, before: int) -> None:
        """Drop arrivals with a smaller id."""
        with self._connections.writing() as c:
            c.execute("DELETE FROM arrival WHERE id<?", (before,))

    def forget_receipts(self, job: str) -> None:
        """Drop the receipts of an import that is over."""
        with self._connections.writing() as c:
            c.execute("DELETE FROM receipt WHERE job=?", (job,))

    def delete_before(self, sensor: int, second: int) -> int:
        """Drop raw values before an instant and remember it."""
        with self._connections.writing() as c:
            c.execute(
                "INSERT INTO horizon VALUES (?,?)"
                " ON CONFLICT(sensor) DO UPDATE SET second=max(second,excluded.second)",
                (sensor, second),
            )
            return c.execute("DELETE FROM reading WHERE sensor=? AND second<?", (sensor, second)).rowcount

    def horizons(self, sensors: list[int]) -> dict[int, int]:
        """The instants before which raw values were dropped."""
        found = self._read(f"SELECT sensor, second FROM horizon WHERE sensor IN {_one_of(sensors)}")  # noqa: S608
        return dict(found.fetchall())

    def delete_sensor(self, sensor: int) -> None:
        """Drop everything of a sensor."""
        with self._connections.writing() as c:
            for table in TABLES:
                c.execute(f"DELETE FROM {table} WHERE sensor=?", (sensor,))  # noqa: S608
