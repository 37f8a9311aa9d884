"""One poll for all open pages of a web process, running only while somebody listens."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar
from weakref import WeakKeyDictionary

import structlog
from django.db import connections

from emads.web.live.cursor import Cursor
from emads.web.live.news import caught_up, latest, since
from emads.web.live.telling import Audience, audiences, event, place, told

T = TypeVar("T")
log = structlog.get_logger()
EVERY_S = 1.0
AFTER_TROUBLE_S = 5.0
RIGHTS_LAST_S = 60.0
MOST_WAITING = 50  # batches a slow connection may leave unread


@dataclass(eq=False, slots=True)
class Listener:
    """One open page. None in its queue: the stream is over."""

    user: int
    since: Cursor  # what its queue begins after
    queue: asyncio.Queue[bytes | None] = field(default_factory=lambda: asyncio.Queue(MOST_WAITING))

    def put(self, batch: bytes | None, cursor: Cursor) -> None:
        """Hand over a batch; who does not read in time is told to refresh instead."""
        if self.queue.full():
            while not self.queue.empty():
                self.queue.get_nowait()
            batch = batch and event("refresh", {}, cursor)
        self.queue.put_nowait(batch)


class Hub:
    """Polls rows in a thread of its own and fans out to the listeners of one event loop."""

    def __init__(self, every_s: float = EVERY_S) -> None:
        self.every_s = every_s
        self._listeners: set[Listener] = set()
        self._following: asyncio.Task[None] | None = None
        self._opening = asyncio.Lock()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="live")
        self._cursor = Cursor()
        self._audiences: dict[int, Audience] = {}
        self._known: set[int] = set()  # sensors that existed when rights were last read
        self._rights_at = 0.0

    @asynccontextmanager
    async def listening(self, user: int) -> AsyncIterator[Listener]:
        """A place in the audience; what is new from now on arrives in its queue."""
        async with self._opening:
            if self._following is None:
                self._cursor = await self._read(latest)
                self._following = asyncio.create_task(self._follow())
            listener = Listener(user, self._cursor)
            self._listeners.add(listener)
        try:
            yield listener
        finally:
            self._listeners.discard(listener)
            if not self._listeners and self._following:
                self._following.cancel()
                self._following = None
                self._thread.submit(connections.close_all)

    async def missed(self, listener: Listener, after: Cursor | None) -> bytes:
        """What a page that comes back has missed; for a new one, where everything stands."""
        if after is None:
            return place(listener.since)
        return await self._read(partial(self._told_one, listener.user, after))

    @property
    def cursor(self) -> Cursor:
        """How far the poll is; everything before it has been handed over."""
        return self._cursor

    async def _read(self, what: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, what)

    async def _follow(self) -> None:
        while True:
            await asyncio.sleep(self.every_s)
            try:
                users = frozenset(listener.user for listener in self._listeners)
                batches, self._cursor = await self._read(partial(self._poll, users))
            except Exception:  # the next poll starts from the same cursor, so nothing is lost
                log.exception("live poll failed")
                self._thread.submit(connections.close_all)
                await asyncio.sleep(AFTER_TROUBLE_S)
                continue
            self._hand_over(batches, users)

    def _hand_over(self, batches: dict[int, bytes], users: frozenset[int]) -> None:
        for listener in self._listeners:
            if listener.user not in users:  # came while the poll was on its way
                listener.put(event("refresh", {}, self._cursor), self._cursor)
            elif listener.user not in self._audiences:  # may no longer sign in
                listener.put(None, self._cursor)
            elif batch := batches.get(listener.user):
                listener.put(batch, self._cursor)

    # --- in the thread ------------------------------------------------------------------------------------

    def _poll(self, users: frozenset[int]) -> tuple[dict[int, bytes], Cursor]:
        news = since(self._cursor)
        self._keep_rights(users, news.sensors)
        if not news:
            return {}, news.cursor
        return {user: told(news, audience) for user, audience in self._audiences.items()}, news.cursor

    def _keep_rights(self, users: frozenset[int], sensors: set[int]) -> None:
        """Read who may see what: each minute, when unknown sensors appear, and for people who come."""
        late = time.monotonic() - self._rights_at > RIGHTS_LAST_S
        if late or not sensors <= self._known:
            self._audiences = audiences(users)
            self._known |= sensors
            self._rights_at = time.monotonic()
        elif missing := users - self._audiences.keys():
            self._audiences = {**self._audiences, **audiences(missing)}

    def _told_one(self, user: int, after: Cursor) -> bytes:
        news = caught_up(after)
        audience = audiences(frozenset({user})).get(user)
        return (told(news, audience) if audience else b"") or place(news.cursor)


_hubs: WeakKeyDictionary[asyncio.AbstractEventLoop, Hub] = WeakKeyDictionary()


def hub() -> Hub:
    """The hub of the running event loop."""
    return _hubs.setdefault(asyncio.get_running_loop(), Hub())
