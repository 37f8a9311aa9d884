"""The HTTP API of alerts."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Literal, TypeVar

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router, Schema
from ninja.errors import HttpError
from pydantic import AwareDatetime, Field, ValidationError

from accounts.access import signed_in
from anomalies import services
from anomalies.access import get_alert, get_own_alert
from anomalies.handling import HandlingError
from anomalies.models import Alert

router = Router(tags=["alerts"])
# What a database can keep: instants far from the ends of the calendar, text without zero bytes.
Moment = Annotated[
    AwareDatetime, Field(ge=datetime(1970, 1, 1, tzinfo=UTC), lt=datetime(2200, 1, 1, tzinfo=UTC))
]
Text = Annotated[str, Field(pattern=r"^[^\x00]*$")]


class AlertOut(Schema):
    """An alert."""

    id: int
    site: str
    sensor_id: str
    type: str
    severity: str
    message: str
    timestamp: datetime
    energy_wh: float
    anomaly_score: float | None
    pct_change: float | None
    status: str
    resolved: bool
    acknowledged: bool
    snoozed_until: datetime | None
    verdict: str
    created_at: datetime
    resolved_at: datetime | None
    incident: int | None


class AlertsOut(Schema):
    """A page of alerts, newest first."""

    count: int
    items: list[AlertOut]


class Wanted(Schema):
    """Which alerts, and which part of the list."""

    status: Literal["open", "acknowledged", "snoozed", "resolved"] | None = None
    severity: Literal["high", "medium", "low"] | None = None
    type: str | None = None
    site: str | None = None
    sensor_id: str | None = None
    start: Moment | None = None
    end: Moment | None = None
    limit: int = Field(100, ge=1, le=1000)
    offset: int = Field(0, ge=0, le=10_000_000)


class Note(Schema):
    """A word about it."""

    note: Text = Field("", max_length=300)


class Snooze(Note):
    """Until when; without it for a day."""

    until: Moment | None = None


class Verdict(Note):
    """What it was: real, expected, fault or not_useful."""

    verdict: Literal["real", "expected", "fault", "not_useful"]


FILTERS = {
    "status": "status",
    "severity": "severity",
    "type": "type",
    "site": "sensor__site__slug",
    "sensor_id": "sensor__slug",
    "start": "timestamp__gte",
    "end": "timestamp__lt",
}


Asked = TypeVar("Asked", bound=Note)


def _asked(request: HttpRequest, schema: type[Asked]) -> Asked:
    """The JSON body of a change; nothing, or a form's empty body, asks for nothing in particular."""
    is_json = request.content_type in ("application/json", "")
    try:
        return schema.model_validate_json(request.body if is_json and request.body.strip() else b"{}")
    except ValidationError as error:
        raise HttpError(422, _reasons(error)) from error


def _reasons(error: ValidationError) -> str:
    """Field and reason of each fault."""
    return "; ".join(f"{'.'.join(map(str, one['loc'])) or 'body'}: {one['msg']}" for one in error.errors())


def _documented(schema: type[Schema]) -> dict[str, Any]:
    """What the API's page says of a body that is read by hand."""
    content = {"application/json": {"schema": schema.model_json_schema()}}
    return {"requestBody": {"content": content, "required": False}}


def _out(alert: Alert) -> dict[str, Any]:
    """An alert as the API shows it."""
    own = {name: getattr(alert, name) for name in AlertOut.model_fields if name not in DERIVED}
    return {
        **own,
        "site": alert.sensor.site.slug,
        "sensor_id": alert.sensor.slug,
        "incident": alert.incident_id,
    }


DERIVED = ("site", "sensor_id", "incident")


@router.get("/alerts", response=AlertsOut)
def alerts(request: HttpRequest, wanted: Query[Wanted]) -> dict[str, Any]:
    """The alerts of the sites the caller may see."""
    asked = {FILTERS[name]: value for name, value in wanted if name in FILTERS and value is not None}
    found = Alert.objects.visible_to(request.user).told().filter(**asked)
    page = found[wanted.offset : wanted.offset + wanted.limit]
    return {"count": found.count(), "items": [_out(alert) for alert in page]}


@router.get("/alerts/{int:pk}", response=AlertOut)
def alert(request: HttpRequest, pk: int) -> dict[str, Any]:
    """One alert."""
    return _out(get_alert(request.user, pk))


@router.post("/alerts/{int:pk}/acknowledge", response=AlertOut, openapi_extra=_documented(Note))
def acknowledge(request: HttpRequest, pk: int) -> dict[str, Any]:
    """Take it up. Asked again it stays as it is."""
    found, note = get_own_alert(request.user, pk), _asked(request, Note).note
    services.acknowledge(alert=found, by=signed_in(request), now=timezone.now(), note=note)
    return _out(found)


@router.post("/alerts/{int:pk}/resolve", response=AlertOut, openapi_extra=_documented(Note))
def resolve(request: HttpRequest, pk: int) -> dict[str, Any]:
    """It is dealt with. Asked again it stays as it is."""
    found, note = get_own_alert(request.user, pk), _asked(request, Note).note
    services.resolve(alert=found, by=signed_in(request), now=timezone.now(), note=note)
    return _out(found)


@router.post("/alerts/{int:pk}/snooze", response=AlertOut, openapi_extra=_documented(Snooze))
def snooze(request: HttpRequest, pk: int) -> dict[str, Any]:
    """Out of sight until later; without `until` for a day."""
    found, asked, now = get_own_alert(request.user, pk), _asked(request, Snooze), timezone.now()
    until = asked.until or now + timedelta(days=1)
    try:
        services.snooze(alert=found, by=signed_in(request), now=now, until=until, note=asked.note)
    except HandlingError as error:
        raise HttpError(400, str(error)) from error
    return _out(found)


@router.post("/alerts/{int:pk}/verdict", response=AlertOut, openapi_extra=_documented(Verdict))
def verdict(request: HttpRequest, pk: int) -> dict[str, Any]:
    """Say what it was."""
    found, asked = get_own_alert(request.user, pk), _asked(request, Verdict)
    said = services.give_verdict(
        alert=found, by=signed_in(request), now=timezone.now(), verdict=asked.verdict, note=asked.note
    )
    return _out(said)
