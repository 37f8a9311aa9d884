"""What happened after a cursor. Blocking reads: they run in the hub's thread, never in the event loop."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Max, Model, QuerySet

from anomalies.models import Alert, AlertEvent
from emads.web.live.cursor import Cursor
from energy.store import get_store
from messaging.models import Message, Notification

MOST = 500  # rows of a kind told one by one; beyond, the page is told to refresh


@dataclass(frozen=True, slots=True)
class News:
    """Everything new, before anyone's rights are looked at."""

    cursor: Cursor
    readings: dict[int, int] = field(default_factory=dict)  # sensor -> newest touched second
    alerts: list[Alert] = field(default_factory=list)  # newest first
    changed: set[int] = field(default_factory=set)  # sensors with alerts that people handled
    people: set[int] = field(default_factory=set)  # users with something new in their inbox
    too_much: bool = False  # some rows were left out: everybody refreshes

    @property
    def sensors(self) -> set[int]:
        """Every sensor spoken of."""
        return {*self.readings, *self.changed, *(alert.sensor_id for alert in self.alerts)}

    def __bool__(self) -> bool:
        return bool(self.too_much or self.sensors or self.people)


def _newest(model: type[Model]) -> int:
    return int(model._default_manager.aggregate(newest=Max("pk"))["newest"] or 0)


def _rows(rows: QuerySet[Any], whom: str) -> list[tuple[int, int]]:
    """(key, whom it concerns) of new rows, oldest first."""
    return list(rows.order_by("pk").exclude(**{whom: None}).values_list("pk", whom)[: MOST + 1])


def latest() -> Cursor:
    """Where everything stands now."""
    return Cursor(
        get_store().last_arrival(),
        *(_newest(model) for model in (Alert, AlertEvent, Notification, Message)),
    )


def since(cursor: Cursor) -> News:
    """What came after a cursor. One from a database that is gone, or too old, gives `too_much`."""
    arrivals = get_store().arrivals(cursor.arrivals, MOST + 1)
    alerts = list(Alert.objects.filter(pk__gt=cursor.alerts).order_by("-pk")[: MOST + 1])
    changes = _rows(AlertEvent.objects.filter(pk__gt=cursor.changes), "alert__sensor")
    notices = _rows(Notification.objects.filter(pk__gt=cursor.notices), "user")
    messages = _rows(Message.objects.filter(pk__gt=cursor.messages), "conversation__participants__user")
    found = (arrivals, alerts, changes, notices, messages)
    if any(len(rows) > MOST for rows in found):
        return News(latest(), too_much=True)
    readings: defaultdict[int, int] = defaultdict(int)
    for arrival in arrivals:
        readings[arrival.sensor] = max(readings[arrival.sensor], arrival.last)
    newest = (
        arrivals[-1].id if arrivals else 0,
        alerts[0].pk if alerts else 0,
        *(max((pk for pk, _ in rows), default=0) for rows in (changes, notices, messages)),
    )
    return News(
        Cursor(*map(max, cursor, newest)),
        readings=dict(readings),
        alerts=alerts,
        changed={sensor for _, sensor in changes},
        people={user for _, user in (*notices, *messages)},
    )


def caught_up(cursor: Cursor) -> News:
    """The same for a page that comes back, perhaps from a time before the data was restored."""
    now = latest()
    return News(now, too_much=True) if cursor.goes_beyond(now) else since(cursor)
