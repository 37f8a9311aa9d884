import asyncio
import warnings
from concurrent.futures import ThreadPoolExecutor

from asgiref.testing import ApplicationCommunicator

from emads.asgi import Handler, piecewise

PATH = "/static/js/theme.js"


def test_a_long_answer_is_read_part_by_part():
    read = []

    def parts():
        for k in range(3):
            read.append(k)
            yield b"" if k == 1 else b"x"

    async def first_two():
        stream = piecewise(parts(), ThreadPoolExecutor(1))
        return [await anext(stream), await anext(stream)]

    assert asyncio.run(first_two()) == [b"x", b""]
    assert read == [0, 1]


def test_a_static_file_is_served_whole_and_without_a_warning(settings):
    settings.WHITENOISE_USE_FINDERS = settings.WHITENOISE_AUTOREFRESH = True
    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": "GET",
        "path": PATH,
        "query_string": b"",
        "headers": [(b"host", b"localhost")],
    }

    async def fetch():
        page = ApplicationCommunicator(Handler(), scope)
        await page.send_input({"type": "http.request", "body": b""})
        begun = await page.receive_output(5)
        body, more = b"", True
        while more:
            part = await page.receive_output(5)
            body, more = body + part.get("body", b""), part.get("more_body", False)
        await page.wait(5)
        return begun["status"], body

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        status, body = asyncio.run(fetch())
    expected = (settings.BASE_DIR / "static/js/theme.js").read_bytes()
    assert (status, body) == (200, expected)
