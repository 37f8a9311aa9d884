"""Is it alive, can it serve, what are its figures: for machines."""

import ipaddress
import secrets
import time
from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django_prometheus import exports

from emads.celery import app
from energy.store import get_store

BEAT_IS_LATE_S = 180
OF_PROXIES = ("X-Forwarded-For", "X-Forwarded-Host", "X-Real-Ip", "Forwarded", "Via")


def _database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _store() -> None:
    get_store().last_arrival()


def _broker() -> None:
    with app.connection_for_write() as broker:
        broker.ensure_connection(max_retries=0, timeout=2)


def _beat() -> None:
    age = time.time() - (settings.DATA_DIR / "heartbeat").stat().st_mtime
    if age > BEAT_IS_LATE_S:
        raise TimeoutError(f"the last beat was {age:.0f} s ago")


PARTS: dict[str, Callable[[], None]] = {
    "database": _database,
    "store": _store,
    "broker": _broker,
    "beat": _beat,
}


@login_not_required
@require_safe
@never_cache
def healthz(_request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return HttpResponse("ok", content_type="text/plain")


@login_not_required
@require_safe
@never_cache
def readyz(_request: HttpRequest) -> HttpResponse:
    """Database, store, broker and beat work; 503 names the part that does not."""
    found: dict[str, str] = {}
    for name, probe in PARTS.items():
        try:
            probe()
            found[name] = "ok"
        except Exception as error:  # any failure of a part is the answer, not a crash
            found[name] = type(error).__name__ if not settings.DEBUG else f"{type(error).__name__}: {error}"
    ready = all(state == "ok" for state in found.values())
    return JsonResponse(found, status=HTTPStatus.OK if ready else HTTPStatus.SERVICE_UNAVAILABLE)


def _may_read_metrics(request: HttpRequest) -> bool:
    """With the token; without one set, only programs on this machine that come directly."""
    if settings.METRICS_TOKEN:
        given = request.headers.get("Authorization", "").removeprefix("Bearer ")
        return secrets.compare_digest(given.encode(), settings.METRICS_TOKEN.encode())
    direct = not any(name in request.headers for name in OF_PROXIES)
    try:
        return direct and ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False


@login_not_required
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Figures for Prometheus."""
    if not _may_read_metrics(request):
        raise Http404
    answer: HttpResponse = exports.ExportToDjangoView(request)
    return answer
