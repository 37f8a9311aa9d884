"""Tables of the SQLite store: 21.6 bytes a reading, 32.7 with roll-ups of quarter hours."""

_BUCKET = """(
    sensor INTEGER, t INTEGER, wh REAL, n INTEGER, low REAL, high REAL, PRIMARY KEY(sensor,t)
) WITHOUT ROWID"""
SCHEMA = f"""
CREATE TABLE IF NOT EXISTS reading(
    sensor INTEGER, second INTEGER, value REAL NOT NULL, PRIMARY KEY(sensor,second)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS dirty(
    sensor INTEGER, day INTEGER, hours INTEGER NOT NULL, mark INTEGER NOT NULL, PRIMARY KEY(sensor,day)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS hour {_BUCKET};
CREATE TABLE IF NOT EXISTS day {_BUCKET};
CREATE TABLE IF NOT EXISTS month {_BUCKET};
CREATE TABLE IF NOT EXISTS arrival(
    id INTEGER PRIMARY KEY AUTOINCREMENT, sensor INTEGER, "first" INTEGER, "last" INTEGER, size INTEGER);
CREATE TABLE IF NOT EXISTS receipt(
    job TEXT, batch INTEGER, accepted INTEGER, duplicates INTEGER, sensors TEXT, PRIMARY KEY(job,batch)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS horizon(sensor INTEGER PRIMARY KEY, second INTEGER NOT NULL);
"""
TABLES = ("reading", "dirty", "hour", "day", "month", "arrival", "horizon")
