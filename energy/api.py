"""The HTTP API of energy: readings in; sites, sensors and series out."""

from datetime import date, datetime, timedelta
from typing import Any, Literal

import msgspec
import numpy as np
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Query, Router, Schema
from ninja.errors import HttpError

from emads.lib import clock
from emads.lib.arrays import IntArray
from energy import series
from energy.access import get_sensor
from energy.ingest import json_rows, pushed
from energy.ingest.body import BadBody, BodyTooLarge, read_body
from energy.models import Sensor, Site
from energy.store import get_store
from energy.store.base import StoreError

router = Router(tags=["energy"])
MOST_POINTS = 100_000
DEFAULT_DAYS = 30
LEAST_STEP = {"hour": 3600, "day": 82_800, "month": 28 * 86_400}


class Page(Schema):
    """Which part of a list."""

    limit: int = 100
    offset: int = 0


class SiteOut(Schema):
    """A home or building."""

    slug: str
    name: str
    time_zone: str
    currency: str


class SitesOut(Schema):
    """A page of sites."""

    count: int
    items: list[SiteOut]


class SensorOut(Schema):
    """A meter or device."""

    sensor_id: str
    name: str
    site: str
    quantity: str
    kind: str
    unit: str
    interval_s: int | None
    parent: str | None
    last_reading: datetime | None


class SensorsOut(Schema):
    """A page of sensors."""

    count: int
    items: list[SensorOut]


class SeriesOut(Schema):
    """Energy over time, in columns; a bucket without readings is null. `next` starts the following page."""

    sensor_id: str
    resolution: str
    unit: str
    time_zone: str
    timestamps: list[datetime]
    energy_wh: list[float | None]
    readings: list[int]
    next: datetime | None


STAMP = {"oneOf": [{"type": "string", "format": "date-time"}, {"type": "number"}]}
ONE_READING = {
    "type": "object",
    "required": ["sensor_id", "timestamp", "energy_wh"],
    "properties": {
        "sensor_id": {"type": "string"},
        "timestamp": STAMP,
        "energy_wh": {"type": "number", "description": "Wh; of a counter its register, of a power sensor W"},
    },
}
READINGS = {
    "summary": "Send readings",
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {
                    "oneOf": [
                        {
                            "type": "object",
                            "properties": {"readings": {"type": "array", "items": ONE_READING}},
                        },
                        {
                            "type": "object",
                            "properties": {
                                "sensor_id": {"type": "string"},
                                "timestamps": {
                                    "type": "array",
                                    "items": STAMP,
                                },
                                "energy_wh": {"type": "array", "items": {"type": "number"}},
                            },
                        },
                    ]
                }
            }
        },
    },
}


class RowError(Schema):
    """A row that was not taken."""

    index: int
    error: str


class ReceiptOut(Schema):
    """What became of the readings. `conflict_rows` had another value for their time; the first stays."""

    accepted: int
    duplicates: int
    conflicts: int
    rejected: list[RowError]
    conflict_rows: list[RowError]


@router.post("/readings", response=ReceiptOut, openapi_extra=READINGS)
def post_readings(request: HttpRequest) -> HttpResponse:
    """Readings of one or many sensors. One sent again is harmless; a wrong row does not stop the others."""
    try:
        rows = json_rows.parse(read_body(request))
    except BodyTooLarge as error:
        raise HttpError(413, str(error)) from error
    except BadBody as error:
        raise HttpError(400, str(error)) from error
    try:
        receipt = pushed.take(rows, user=request.user, now=timezone.now())
    except StoreError as error:
        raise HttpError(503, f"Try again: {error}.") from error
    answer = {
        "accepted": receipt.accepted,
        "duplicates": receipt.duplicates,
        "conflicts": receipt.conflict_count,
        "rejected": [{"index": r.line, "error": r.reason} for r in receipt.rejected],
        "conflict_rows": [{"index": r.line, "error": r.reason} for r in receipt.conflicts],
    }
    return HttpResponse(msgspec.json.encode(answer), content_type="application/json")


def cut(page: Page) -> slice:
    """The part of a list a page shows."""
    if not 1 <= page.limit <= 1000 or not 0 <= page.offset <= 1_000_000_000:
        raise HttpError(400, "limit is 1 to 1000, offset 0 or more.")
    return slice(page.offset, page.offset + page.limit)


@router.get("/sites", response=SitesOut)
def list_sites(request: HttpRequest, page: Query[Page]) -> dict[str, Any]:
    """Sites you may see."""
    sites = Site.objects.visible_to(request.user)
    return {"count": sites.count(), "items": list(sites[cut(page)])}


@router.get("/sensors", response=SensorsOut)
def list_sensors(request: HttpRequest, page: Query[Page], site: str | None = None) -> dict[str, Any]:
    """Sensors you may see, of one site or of all."""
    sensors = Sensor.objects.visible_to(request.user)
    if site is not None:
        sensors = sensors.filter(site__slug=site)
    shown = list(sensors.select_related("site", "parent")[cut(page)])
    return {"count": sensors.count(), "items": [*described(shown)]}


@router.get("/sensors/{slug}", response=SensorOut)
def show_sensor(request: HttpRequest, slug: str) -> dict[str, Any]:
    """One sensor."""
    return described([get_sensor(request.user, slug)])[0]


def described(sensors: list[Sensor]) -> list[dict[str, Any]]:
    """Sensors as the API shows them."""
    latest = get_store().latest([s.pk for s in sensors])
    return [
        {
            "sensor_id": s.slug,
            "name": s.name,
            "site": s.site.slug,
            "quantity": s.quantity,
            "kind": s.kind,
            "unit": s.unit,
            "interval_s": s.interval_s,
            "parent": s.parent.slug if s.parent else None,
            "last_reading": clock.moment(latest[s.pk].second) if s.pk in latest else None,
        }
        for s in sensors
    ]


@router.get("/sensors/{slug}/series", response=SeriesOut)
def show_series(
    request: HttpRequest,
    slug: str,
    start: str = "",
    end: str = "",
    resolution: Literal["raw", "hour", "day", "month"] = "day",
) -> HttpResponse:
    """Energy of a sensor. `start` and `end` are ISO dates or times; without an offset in the site's zone."""
    sensor = get_sensor(request.user, slug)
    until = instant("end", end, sensor) if end else timezone.now()
    since = instant("start", start, sensor) if start else until - timedelta(days=DEFAULT_DAYS)
    if since >= until:
        raise HttpError(400, "start must be before end.")
    following = None
    if resolution == "raw":
        following = get_store().nth(sensor.pk, clock.epoch(since), clock.epoch(until), MOST_POINTS)
        until = clock.moment(following) if following is not None else until
    elif (until - since).total_seconds() / LEAST_STEP[resolution] > MOST_POINTS:
        raise HttpError(400, f"That would be more than {MOST_POINTS:,} points; ask for less or coarser.")
    found = series.load(sensor, since, until, resolution)
    answer = {
        "sensor_id": sensor.slug,
        "resolution": resolution,
        "unit": "Wh",
        "time_zone": sensor.site.time_zone,
        "timestamps": stamps(found.t),
        "energy_wh": [None if v != v else v for v in found.wh.tolist()],
        "readings": found.n.tolist(),
        "next": None if following is None else f"{clock.moment(following):%Y-%m-%dT%H:%M:%SZ}",
    }
    return HttpResponse(msgspec.json.encode(answer), content_type="application/json")


def stamps(seconds: IntArray) -> list[str]:
    """ISO 8601 in UTC."""
    text: list[str] = np.datetime_as_string(seconds.astype("datetime64[s]"), timezone="UTC").tolist()
    return text


def instant(name: str, text: str, sensor: Sensor) -> datetime:
    """An instant of a query; 400 with what is wrong."""
    try:
        if len(text) == len("2026-01-01"):
            found = clock.day_start(date.fromisoformat(text), sensor.site.tz)
        else:
            found = datetime.fromisoformat(text.replace(" ", "+") if "T" in text else text)
            found = found if found.tzinfo else found.replace(tzinfo=sensor.site.tz)
        if not 1970 <= found.year < 2100:
            raise ValueError("outside 1970 to 2100")
    except (ValueError, OverflowError):
        raise HttpError(400, f"{name} “{text[:40]}” is not a date or time such as 2026-03-01.") from None
    return found
