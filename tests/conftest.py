"""Three people, a site, a sensor and an empty reading store for every test."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.test import Client

from accounts.models import User
from energy.models import Membership, Sensor, Site
from energy.store import get_store
from energy.store.base import ReadingStore
from tests.factories import make_sensor, make_site, make_user

NOW = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture(autouse=True)
def store(tmp_path: Path, settings) -> Iterator[ReadingStore]:
    settings.READINGS_URL = f"sqlite:///{tmp_path}/readings.sqlite3"
    settings.MEDIA_ROOT = tmp_path / "media"
    opened = get_store()
    opened.prepare()
    yield opened
    opened.close()


@pytest.fixture(autouse=True)
def quick_passwords(settings) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def owner(db) -> User:
    return make_user("olga")


@pytest.fixture
def site(owner) -> Site:
    return make_site("home", owner=owner)


@pytest.fixture
def sensor(site) -> Sensor:
    return make_sensor("home-main", site=site)


@pytest.fixture
def viewer(site) -> User:
    """A colleague: may look at the site, not change it."""
    user = make_user("vera", role="viewer")
    Membership.objects.create(site=site, user=user, access=Membership.Access.VIEW)
    return user


@pytest.fixture
def manager(site) -> User:
    user = make_user("mona", role="manager")
    Membership.objects.create(site=site, user=user, access=Membership.Access.MANAGE)
    return user


@pytest.fixture
def stranger(db) -> User:
    """Has a home of their own, nothing to do with this one."""
    user = make_user("sven")
    make_site("elsewhere", owner=user)
    return user


@pytest.fixture
def admin(db) -> User:
    return make_user("ada", role="admin", is_staff=True, is_superuser=True)


@pytest.fixture
def as_user() -> Callable[[User | None], Client]:
    def signed_in(user: User | None) -> Client:
        client = Client()
        if user is not None:
            client.force_login(user, backend="accounts.backends.RoleBackend")
        return client

    return signed_in
