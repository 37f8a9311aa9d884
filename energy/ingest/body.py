"""Bodies of requests: read whole, up to a limit, unpacked up to the same limit."""

import zlib

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest
from django.http.request import UnreadablePostError

MOST_BYTES = 16 * 1024 * 1024
GZIP = 16 + zlib.MAX_WBITS


class BodyTooLarge(Exception):
    """More bytes than are taken in one request, packed or unpacked."""

    def __init__(self) -> None:
        super().__init__(f"The body is larger than {MOST_BYTES // 1024**2} MiB; send it in parts.")


class BadBody(ValueError):
    """The bytes are not what their header says."""


def read_body(request: HttpRequest, most: int = MOST_BYTES) -> bytes:
    """The request's body, unpacked. raises BodyTooLarge, BadBody"""
    try:
        body = request.body
    except RequestDataTooBig as error:
        raise BodyTooLarge from error
    except UnreadablePostError as error:
        raise BadBody("The connection ended before the body was complete.") from error
    if len(body) > most:
        raise BodyTooLarge
    packing = request.headers.get("Content-Encoding", "").strip().lower()
    if packing in ("", "identity"):
        return body
    if packing != "gzip":
        raise BadBody(f"Content-Encoding “{packing}” is not taken; send gzip or none.")
    return unpack(body, most)


def unpack(packed: bytes, most: int) -> bytes:
    """Gunzip, several members too; stop where it grows beyond `most`. raises BodyTooLarge, BadBody"""
    parts: list[bytes] = []
    room = most
    while packed:
        member = zlib.decompressobj(GZIP)
        try:
            parts.append(member.decompress(packed, room + 1))
        except zlib.error as error:
            raise BadBody(f"The body is not gzip: {error}.") from error
        room -= len(parts[-1])
        if room < 0:
            raise BodyTooLarge
        if not member.eof:
            raise BadBody("The gzip body ends too early.")
        packed = member.unused_data
    return b"".join(parts)
