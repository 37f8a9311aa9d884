"""The reading store this installation uses."""

import threading
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from energy.store.base import ReadingStore
from energy.store.sqlite import SqliteStore

_stores: dict[str, ReadingStore] = {}
_guard = threading.Lock()


def _open(url: str) -> ReadingStore:
    parts = urlsplit(url)
    path = unquote(parts.path.removeprefix("/"))
    if parts.scheme != "sqlite" or not path:
        raise ImproperlyConfigured(
            f"READINGS_URL starts with “{parts.scheme}://”; this version keeps readings in SQLite. "
            "Write it like sqlite:////var/lib/emads/readings.sqlite3."
        )
    return SqliteStore(path)


def get_store() -> ReadingStore:
    """The store that settings.READINGS_URL names, one per process."""
    url: str = settings.READINGS_URL
    with _guard:
        if url not in _stores:
            _stores[url] = _open(url)
        return _stores[url]
