"""A home with one of everything, and a person of every kind: for tests that knock at every door."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from django.core.files.base import ContentFile
from django.http import HttpResponseBase
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from accounts.models import User
from accounts.services import create_token
from anomalies.models import Alert, Anomaly, Incident
from emads.lib import clock
from energy import settle
from energy.imports import rejected_path, start_import
from energy.ingest.base import Options
from energy.models import Membership, Sensor, Site, Tariff
from forecasting.models import Forecast
from messaging.models import Conversation, Message, Notification, Participant, ReportFile, Subscription
from tests.factories import make_sensor, make_site, make_user, put_readings

NOW = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
FILE = b"timestamp,energy_wh\n2026-03-01T00:00:00Z,100\n2026-03-01T01:00:00Z,120\nnonsense,1\n"
OURS = ("accounts", "messaging", "energy", "forecasting", "anomalies", "web", "api-1")
EVERYBODY = ("anonymous", "owner", "viewer", "manager", "provider", "stranger", "pending", "disabled")


@dataclass(frozen=True, slots=True)
class World:
    """People by what they are to the home, and what stands in the place of {…} in a path."""

    people: dict[str, User | None]
    names: dict[str, Any]

    def client(self, who: str, **more: Any) -> Client:
        """The browser of one of them."""
        client, person = Client(**more), self.people[who]
        if person is not None:
            client.force_login(person, backend="accounts.backends.RoleBackend")
        return client

    def path(self, template: str) -> str:
        """A path with the home's own objects."""
        return template.format(**self.names)

    def filled(self, value: Any) -> Any:
        """The same for a field of a form; what is no text stays."""
        return self.path(value) if isinstance(value, str) else value


def drained(answer: HttpResponseBase) -> bytes:
    """All of an answer, also of one that is sent bit by bit."""
    return b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]


def routes() -> dict[str, str]:
    """Every address there is, by the name of its view; those of the administration left out."""
    found: dict[str, str] = {}

    def walk(resolver: URLResolver, path: str, space: str) -> None:
        for entry in resolver.url_patterns:
            if isinstance(entry, URLResolver):
                within = f"{space}{entry.namespace}:" if entry.namespace else space
                walk(entry, path + str(entry.pattern), within)
            elif isinstance(entry, URLPattern) and not space.startswith("admin:"):
                found[f"{space}{entry.name}"] = path + str(entry.pattern)

    walk(get_resolver(), "/", "")
    return found


def make_world() -> World:
    """The home, its people and its things. Call it with the clock at NOW."""
    people = _people()
    home = make_site("home", owner=people["owner"])
    access = Membership.Access
    for who, kind in (
        ("viewer", access.VIEW),
        ("manager", access.MANAGE),
        ("provider", access.CONSENT),
        ("pending", access.OWN),
        ("disabled", access.OWN),
    ):
        Membership.objects.create(site=home, user=people[who], access=kind)
    elsewhere = make_site("elsewhere", owner=people["stranger"])
    main = make_sensor("home-main", site=home, interval_s=3600)
    make_sensor("home-pump", site=home, parent=main)
    other = make_sensor("elsewhere-main", site=elsewhere, interval_s=3600)
    for meter in (main, other):
        put_readings(meter, clock.epoch(NOW) - 72 * 3600, 3600, np.full(72, 100.0))
    settle.settle(now=NOW)
    owner, manager = people["owner"], people["manager"]
    assert owner is not None
    assert manager is not None
    return World(people, {"site": "home", "sensor": "home-main", **_things(home, main, owner, manager)})


def _people() -> dict[str, User | None]:
    return {
        "anonymous": None,
        "owner": make_user("olga"),
        "viewer": make_user("vera", role="viewer"),
        "manager": make_user("mona", role="manager"),
        "provider": make_user("paul", role="provider"),
        "stranger": make_user("sven"),
        "pending": make_user("nora", status="pending", requested_role="manager"),
        "disabled": make_user("dora", is_active=False),
    }


def _things(home: Site, main: Sensor, owner: User, manager: User) -> dict[str, Any]:
    """One of everything that hangs on a home or a person."""
    incident = Incident.objects.create(
        sensor=main,
        start=NOW - timedelta(hours=20),
        end=NOW - timedelta(hours=19),
        energy_wh=900,
        expected_wh=100,
        peak_score=0.9,
        severity="high",
        sentence="Far above what is usual at this hour.",
    )
    Anomaly.objects.create(
        sensor=main, incident=incident, start=incident.start, energy_wh=900, score=0.9, reason="far above"
    )
    alert = Alert.objects.create(
        sensor=main,
        incident=incident,
        type=Alert.Type.ISOLATION_FOREST,
        severity="high",
        message="Far above what is usual.",
        timestamp=incident.start,
        energy_wh=900,
        created_at=NOW,
    )
    Forecast.objects.create(
        sensor=main,
        issued_at=NOW,
        first_day=NOW.date(),
        model="lstm",
        mean_wh=[2400.0] * 7,
        low_wh=[2000.0] * 7,
        high_wh=[3000.0] * 7,
    )
    tariff = Tariff.objects.create(site=home, valid_from="2026-01-01", price_per_kwh="0.3")
    told = Notification.objects.create(user=owner, kind="alert", title="Look", key="k", created_at=NOW)
    talk = Conversation.objects.create(subject="The lift", created_at=NOW, updated_at=NOW)
    for person in (owner, manager):
        Participant.objects.create(conversation=talk, user=person)
    Message.objects.create(conversation=talk, sender=manager, body="It works again.", created_at=NOW)
    Subscription.objects.create(user=owner, subject=home.slug, period="week", sent_until=NOW)
    token, _ = create_token(user=owner, name="meter", scope="ingest", now=NOW)
    return {
        "incident": incident.pk,
        "alert": alert.pk,
        "tariff": tariff.pk,
        "told": told.pk,
        "talk": talk.pk,
        "token": token.pk,
        "job": _import(home, owner),
        "report": _report(home),
    }


def _import(home: Site, owner: User) -> str:
    """An upload that waits for a word, with a rejected row of an earlier look."""
    upload = ContentFile(FILE, "meter.csv")
    job = start_import(
        site=home, user=owner, upload=upload, file_name="meter.csv", options=Options(), now=NOW
    )
    Path(rejected_path(job)).write_text("4,no time\n")
    return job.key


def _report(home: Site) -> str:
    """A PDF that the schedule made."""
    row = ReportFile(
        key="0" * 32,
        subject=home.slug,
        period="week",
        first_day=date(2026, 3, 2),
        last_day=date(2026, 3, 8),
        status=ReportFile.Status.DONE,
        created_at=NOW,
    )
    row.file.save("", ContentFile(b"%PDF-1.7"), save=False)
    row.save()
    return row.key
