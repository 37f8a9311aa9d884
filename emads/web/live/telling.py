"""What each person is told of the news: only of sensors they may see, only of their own inbox."""

import json
from dataclasses import dataclass
from typing import Any

from accounts.models import User
from anomalies.models import Alert
from emads.lib import clock
from emads.web.context import open_alerts
from emads.web.live.cursor import Cursor
from emads.web.live.news import News
from energy.models import Sensor
from messaging.reading import unread_count

TOLD_ALERTS = 3


@dataclass(frozen=True, slots=True)
class Audience:
    """A person and what they may see."""

    user: User
    sensors: dict[int, str]  # key -> slug


def audiences(users: frozenset[int]) -> dict[int, Audience]:
    """Those of these people who may (still) sign in."""
    people = User.objects.active().filter(pk__in=users)
    return {
        user.pk: Audience(user, dict(Sensor.objects.visible_to(user).order_by().values_list("pk", "slug")))
        for user in people
    }


def event(name: str, content: dict[str, Any], cursor: Cursor | None = None) -> bytes:
    """One server-sent event; the last of a batch carries the cursor."""
    place = f"id: {cursor}\n" if cursor else ""
    return f"{place}event: {name}\ndata: {json.dumps(content)}\n\n".encode()


def place(cursor: Cursor) -> bytes:
    """No event, but the page remembers how far it is."""
    return f"id: {cursor}\n\n".encode()


def _alert(alert: Alert, slug: str) -> dict[str, Any]:
    return {
        "id": alert.pk,
        "sensor": slug,
        "severity": alert.severity,
        "message": alert.message,
        "link": alert.get_absolute_url(),
    }


def counts(user: User) -> dict[str, int]:
    """What stands beside the bell and the entries of the navigation."""
    return {"unread": unread_count(user), "open": open_alerts(user)}


def told(news: News, audience: Audience) -> bytes:
    """The events of one batch for one person; empty if nothing concerns them."""
    if news.too_much:
        return event("refresh", counts(audience.user), news.cursor)
    seen = audience.sensors
    parts: list[tuple[str, dict[str, Any]]] = []
    readings = {seen[sensor]: last for sensor, last in news.readings.items() if sensor in seen}
    if readings:
        until = clock.moment(max(readings.values())).isoformat()
        parts.append(("readings", {"sensors": sorted(readings), "until": until}))
    alerts = [_alert(alert, seen[alert.sensor_id]) for alert in news.alerts if alert.sensor_id in seen]
    changed = sorted({seen[sensor] for sensor in news.changed if sensor in seen})
    if alerts or changed:
        content = {"new": len(alerts), "alerts": alerts[:TOLD_ALERTS], "changed": changed}
        parts.append(("alert", content | {"open": open_alerts(audience.user)}))
    if audience.user.pk in news.people:
        parts.append(("message", {"unread": unread_count(audience.user)}))
    ids = [None] * (len(parts) - 1) + [news.cursor]
    return b"".join(event(name, content, at) for (name, content), at in zip(parts, ids, strict=False))
