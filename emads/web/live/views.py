"""GET /live/: the stream of one open page."""

import asyncio
import random
from collections.abc import AsyncIterator
from http import HTTPStatus

from django.core.handlers.asgi import ASGIRequest
from django.db import close_old_connections
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.views.decorators.http import require_GET

from emads.web.live.cursor import Cursor
from emads.web.live.hub import hub
from emads.web.live.telling import place

BEAT_S = 15.0
LASTS_S = 600.0  # then the page reconnects, and its session is checked again
RECONNECT = b"retry: 2000\n"


async def stream(user: int, after: Cursor | None, lasts_s: float = LASTS_S) -> AsyncIterator[bytes]:
    """What one person's page hears, from `after` on; a sign of life every 15 s."""
    loop = asyncio.get_running_loop()
    over = loop.time() + lasts_s * random.uniform(0.8, 1.0)  # noqa: S311 - pages should not all return at once
    source = hub()
    async with source.listening(user) as listener:
        yield RECONNECT + await source.missed(listener, after)
        while loop.time() < over:
            try:
                batch = await asyncio.wait_for(listener.queue.get(), BEAT_S)
            except TimeoutError:
                yield place(source.cursor)
                continue
            if batch is None:
                return
            yield batch


@require_GET
def live(request: HttpRequest) -> HttpResponseBase:
    """Server-sent events. `Last-Event-ID` (or ?after=) says what the page has already heard."""
    if not isinstance(request, ASGIRequest):  # WSGI would wait for the end of an endless answer
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    after = Cursor.parse(request.headers.get("Last-Event-ID") or request.GET.get("after", ""))
    user = request.user.pk or 0  # nobody: the door is behind sign-in
    close_old_connections()  # the stream needs none, and may stay open for minutes
    response = StreamingHttpResponse(stream(user, after), content_type="text/event-stream")
    response["Cache-Control"] = "no-store"
    response["X-Accel-Buffering"] = "no"
    return response
