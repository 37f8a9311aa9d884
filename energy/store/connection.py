"""SQLite connections: one per thread, made anew after a fork."""

import os
import sqlite3
import threading
import weakref
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from energy.store.base import StoreError
from energy.store.schema import prepare

PRAGMAS = """
PRAGMA journal_mode=WAL;
PRAGMA synchronous=NORMAL;
PRAGMA wal_autocheckpoint=4000;
PRAGMA cache_size=-65536;
PRAGMA mmap_size=268435456;
PRAGMA journal_size_limit=67108864;
PRAGMA temp_store=MEMORY;
"""
WAIT_S = 20.0


MOST_IDLE = 8


_inherited: list[object] = []


class _Connection(sqlite3.Connection):
    """Can be weakly referenced, so that close() finds it."""


class _Lease:
    """What a thread holds: when the thread ends, its connection goes back to the idle ones."""

    def __init__(self, connection: sqlite3.Connection, idle: deque[sqlite3.Connection]) -> None:
        self.connection = connection
        self.idle = idle

    def __del__(self) -> None:
        try:
            busy = self.connection.in_transaction
        except sqlite3.ProgrammingError:  # closed meanwhile
            return
        if len(self.idle) < MOST_IDLE and not busy:
            self.idle.append(self.connection)
        else:
            self.connection.close()


class Connections:
    """The connections of one file. Some servers start a thread a request, so ended threads hand theirs on."""

    def __init__(self, path: str) -> None:
        self.path = path
        self._fresh()

    def _fresh(self) -> None:
        self._pid = os.getpid()
        self._local = threading.local()
        self._idle: deque[sqlite3.Connection] = deque()
        self._open: weakref.WeakSet[_Connection] = weakref.WeakSet()
        self._guard = threading.Lock()

    def get(self) -> sqlite3.Connection:
        """This thread's connection."""
        if (
            self._pid != os.getpid()
        ):  # a forked worker must not touch its parent's connections, nor close them
            _inherited.append((self._local, self._idle, self._open))
            self._fresh()
        lease: _Lease | None = getattr(self._local, "lease", None)
        if lease is None:
            try:
                connection = self._idle.pop()
            except IndexError:
                connection = self._connect()
            lease = self._local.lease = _Lease(connection, self._idle)
        return lease.connection

    def _connect(self) -> sqlite3.Connection:
        try:
            Path(self.path).parent.mkdir(parents=True, exist_ok=True)
            made = sqlite3.connect(
                self.path,
                timeout=WAIT_S,
                isolation_level=None,
                check_same_thread=False,  # threads hand it on, never share it
                cached_statements=64,
                factory=_Connection,
            )
            made.executescript(PRAGMAS)
            prepare(made)
            with self._guard:
                self._open.add(made)
        except (sqlite3.Error, OSError) as error:
            raise StoreError(f"the reading store {self.path} cannot be opened: {error}") from error
        return made

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One write transaction; inside another it joins that one."""
        connection = self.get()
        if connection.in_transaction:
            yield connection
            return
        try:
            connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            raise StoreError(f"the reading store is busy: {error}") from error
        try:
            yield connection
        except BaseException:
            connection.execute("ROLLBACK")
            raise
        connection.execute("COMMIT")

    def close(self) -> None:
        """Close what is open; the next use opens again."""
        with self._guard:
            held = list(self._open)
        for connection in held:
            connection.close()
        self._fresh()
