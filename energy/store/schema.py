"""Tables of the SQLite store: 21.6 bytes a reading, about 32 with roll-ups of quarter hours."""

import sqlite3

VERSION = 1
TABLES = ("reading", "dirty", "hour", "day", "month", "arrival", "horizon")
_BUCKET = "(sensor INTEGER, t INTEGER, wh REAL, n INTEGER, high REAL, PRIMARY KEY(sensor,t)) WITHOUT ROWID"
_STEPS = (
    "CREATE TABLE IF NOT EXISTS reading(sensor INTEGER, second INTEGER, value REAL NOT NULL,"
    " PRIMARY KEY(sensor,second)) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS arrival(id INTEGER PRIMARY KEY AUTOINCREMENT, sensor INTEGER,"
    ' "first" INTEGER, "last" INTEGER, size INTEGER)',
    "CREATE TABLE IF NOT EXISTS receipt(job TEXT, batch INTEGER, accepted INTEGER, duplicates INTEGER,"
    " sensors TEXT, PRIMARY KEY(job,batch)) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS horizon(sensor INTEGER PRIMARY KEY, second INTEGER NOT NULL)",
    # What follows is made from the readings, so another version of it is dropped and made anew.
    *(f"DROP TABLE IF EXISTS {name}" for name in ("dirty", "hour", "day", "month")),
    "CREATE TABLE dirty(sensor INTEGER, day INTEGER, hours INTEGER NOT NULL, mark INTEGER NOT NULL,"
    " PRIMARY KEY(sensor,day)) WITHOUT ROWID",
    *(f"CREATE TABLE {name}{_BUCKET}" for name in ("hour", "day", "month")),
    "INSERT INTO dirty SELECT sensor, second/86400, sum(DISTINCT 1<<(second/3600%24)), 0 FROM reading"
    " GROUP BY 1, 2",
    f"PRAGMA user_version={VERSION}",
)


def prepare(connection: sqlite3.Connection) -> None:
    """Make the tables, once, whoever else tries at the same time."""
    if _version(connection) == VERSION:
        return
    connection.execute("BEGIN IMMEDIATE")
    if _version(connection) != VERSION:
        for step in _STEPS:
            connection.execute(step)
    connection.execute("COMMIT")


def _version(connection: sqlite3.Connection) -> int:
    found: int = connection.execute("PRAGMA user_version").fetchone()[0]
    return found
