"""ASGI entry point: pages, the API and the live stream."""

import asyncio
import contextvars
import os
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor

import django
from django.core.handlers.asgi import ASGIHandler
from django.db import close_old_connections
from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "emads.settings")


async def piecewise(parts: Iterator[bytes], threads: ThreadPoolExecutor) -> AsyncIterator[bytes]:
    """A synchronous answer part by part, read in the threads; Django alone would hold all of it in memory."""
    loop = asyncio.get_running_loop()
    while (part := await loop.run_in_executor(threads, next, parts, None)) is not None:
        yield part


class Handler(ASGIHandler):
    """Django's handler, with a request's synchronous part in one kept thread.

    Django's own starts a thread for each request, opens the database anew in it, and changes thread at every
    middleware: measured 4 ms CPU a request, more than most pages need. Streams still run in the event loop.
    """

    def __init__(self) -> None:
        super().__init__()
        self.threads = ThreadPoolExecutor(16, "request")

    def load_middleware(self, is_async: bool = False) -> None:
        """All middleware of this project is synchronous, or can be."""
        super().load_middleware(is_async=False)

    async def get_response_async(self, request: HttpRequest) -> HttpResponseBase:
        """Answer in one of the threads, with this request's context variables."""
        run = contextvars.copy_context().run
        answer = await asyncio.get_running_loop().run_in_executor(self.threads, run, self._answer, request)
        if isinstance(answer, StreamingHttpResponse) and not answer.is_async:
            parts = iter(answer.streaming_content)  # type: ignore[arg-type]
            answer.streaming_content = piecewise(parts, self.threads)
        return answer

    def _answer(self, request: HttpRequest) -> HttpResponseBase:
        close_old_connections()
        try:
            return self.get_response(request)
        finally:
            close_old_connections()


django.setup(set_prefix=False)
application = Handler()
