"""CSV of energy, anomalies and forecasts: streamed, so that a year of hours needs no memory."""

from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice

import numpy as np
from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.db import connections
from django.http import HttpRequest, StreamingHttpResponse

from anomalies.models import Anomaly
from emads.lib import clock
from emads.lib.csvfile import rows_to_csv
from energy import series
from energy.models import Sensor
from energy.span import Span
from forecasting.models import Forecast

BLOCK = 500  # lines sent at once
PIECE = timedelta(days=31)  # read at once
Rows = Iterator[Sequence[object]]
ENERGY = ("sensor_id", "start", "energy_wh", "readings")
ANOMALIES = (
    "sensor_id",
    "start",
    "energy_wh",
    "expected_wh",
    "low_wh",
    "high_wh",
    "score",
    "severity",
    "reason",
)
FORECAST = ("sensor_id", "issued_at", "model", "day", "expected_wh", "low_wh", "high_wh")


def _rounded(value: float | None) -> float | None:
    return None if value is None or np.isnan(value) else round(value, 3)


def energy_rows(sensors: Sequence[Sensor], span: Span, resolution: series.Resolution) -> Rows:
    """A row for each bucket between the first and the last reading; gaps stay empty."""
    known = series.extent(sensors) if sensors else None
    if known is None:
        return
    start, end = max(span.start, known[0]), min(span.end, known[1] + timedelta(seconds=1))
    for sensor in sensors:
        sent = -1
        for piece in _pieces(start, end):
            read = series.load(sensor, *piece, resolution)
            for t, wh, n in zip(read.t, read.wh, read.n, strict=True):
                if t > sent:  # a bucket on the seam belongs to both pieces
                    sent = int(t)
                    yield sensor.slug, _local(clock.moment(t), span), _rounded(float(wh)), int(n)


def _pieces(start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
    while start < end:
        yield start, min(start + PIECE, end)
        start += PIECE


def _local(moment: datetime, span: Span) -> str:
    return moment.astimezone(span.tz).isoformat()


def anomaly_rows(sensors: Sequence[Sensor], span: Span) -> Rows:
    """Every flagged hour, oldest first."""
    found = Anomaly.objects.filter(sensor__in=sensors, start__gte=span.start, start__lt=span.end)
    for one in found.select_related("sensor", "incident").order_by("start", "pk").iterator(BLOCK):
        amounts = (
            _rounded(wh) for wh in (one.energy_wh, one.expected_wh, one.low_wh, one.high_wh, one.score)
        )
        severity = one.incident.severity if one.incident else ""
        yield one.sensor.slug, _local(one.start, span), *amounts, severity, one.reason


def forecast_rows(sensors: Sequence[Sensor], span: Span) -> Rows:
    """The days of every forecast that begins in the span."""
    found = Forecast.objects.filter(sensor__in=sensors, first_day__gte=span.first, first_day__lte=span.last)
    for one in found.select_related("sensor").order_by("first_day", "pk").iterator(BLOCK):
        issued = _local(one.issued_at, span)
        for ahead, amounts in enumerate(zip(one.mean_wh, one.low_wh, one.high_wh, strict=True)):
            day = one.first_day + timedelta(days=ahead)
            yield one.sensor.slug, issued, one.model, day.isoformat(), *map(_rounded, amounts)


async def _hopping(blocks: Iterator[str]) -> AsyncIterator[str]:
    """Blocks read in the request's thread, so that the event loop stays free."""
    try:
        while block := await sync_to_async(lambda: next(blocks, ""))():
            yield block
    finally:
        await sync_to_async(connections.close_all)()


def _blocks(lines: Iterator[str]) -> Iterator[str]:
    while block := "".join(islice(lines, BLOCK)):
        yield block


def csv_response(request: HttpRequest, name: str, header: Sequence[str], rows: Rows) -> StreamingHttpResponse:
    """A download that begins at once, however long it is."""
    blocks = _blocks(rows_to_csv(header, rows))
    content = _hopping(blocks) if isinstance(request, ASGIRequest) else blocks
    response = StreamingHttpResponse(content, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
