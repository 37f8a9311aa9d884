"""Plain makers of test rows."""

from typing import Any

import numpy as np

from accounts.models import User
from energy.models import Membership, Sensor, Site
from energy.store import get_store
from energy.store.base import Batch


def make_user(username: str, **more: Any) -> User:
    more.setdefault("email", f"{username}@example.org")
    more.setdefault("first_name", username.capitalize())
    more.setdefault("last_name", "Example")
    return User.objects.create_user(username, password="correct-horse-9", **more)


def make_site(slug: str, *, owner: User | None = None, time_zone: str = "Europe/Berlin", **more: Any) -> Site:
    site = Site.objects.create(
        slug=slug, name=more.pop("name", slug.capitalize()), time_zone=time_zone, **more
    )
    if owner is not None:
        Membership.objects.create(site=site, user=owner, access=Membership.Access.OWN)
    return site


def make_sensor(slug: str, *, site: Site, **more: Any) -> Sensor:
    return Sensor.objects.create(slug=slug, site=site, name=more.pop("name", slug), **more)


def put_readings(sensor: Sensor, start: int, step: int, values: Any) -> None:
    """Store Wh values from an instant on, `step` seconds apart; NaN leaves a gap."""
    wh = np.asarray(values, dtype=float)
    seconds = start + step * np.arange(len(wh), dtype=np.int64)
    kept = ~np.isnan(wh)
    counters = frozenset({sensor.pk}) if sensor.kind == Sensor.Kind.COUNTER else frozenset()
    get_store().append(
        Batch(np.full(kept.sum(), sensor.pk, dtype=np.int64), seconds[kept], wh[kept], counters)
    )
