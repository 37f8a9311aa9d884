"""Tokens and sessions at the door of the API."""

from datetime import timedelta

import pytest
from django.test import Client, RequestFactory
from django.utils import timezone
from ninja.errors import HttpError

from accounts.api_auth import SessionAuth, TokenAuth
from accounts.models import ApiToken
from accounts.services import create_token, disable, revoke_token

READINGS, SITES = "/api/v1/readings", "/api/v1/sites"


@pytest.fixture
def now():
    return timezone.now()


def ask(method: str, path: str, header: str | None):
    headers = {"Authorization": header} if header is not None else {}
    return TokenAuth()(RequestFactory().generic(method, path, headers=headers))


@pytest.fixture
def ingest(owner, now):
    return create_token(user=owner, name="meter", scope="ingest", now=now)


@pytest.fixture
def read(owner, now):
    return create_token(user=owner, name="script", scope="read", now=now)


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "Token", "TOKEN"])
def test_an_ingest_token_sends_readings(owner, ingest, scheme):
    assert ask("POST", READINGS, f"{scheme} {ingest[1]}") == owner


@pytest.mark.parametrize("path", ["/api/v2/write", "/write", "/api/v1/readings/"])
def test_it_also_writes_the_line_protocol(owner, ingest, path):
    assert ask("POST", path, f"Token {ingest[1]}") == owner


@pytest.mark.parametrize(("method", "path"), [("GET", SITES), ("POST", "/api/v1/alerts/1/resolve")])
def test_an_ingest_token_does_nothing_else(ingest, method, path):
    with pytest.raises(HttpError) as refused:
        ask(method, path, f"Bearer {ingest[1]}")
    assert refused.value.status_code == 403


def test_a_read_token_reads(owner, read):
    assert ask("GET", SITES, f"Bearer {read[1]}") == owner


@pytest.mark.parametrize("path", [READINGS, "/api/v1/alerts/1/resolve"])
def test_a_read_token_changes_nothing(read, path):
    with pytest.raises(HttpError) as refused:
        ask("POST", path, f"Bearer {read[1]}")
    assert refused.value.status_code == 403


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer ", "Bearer nonsense", "Basic abc", "\x00 é"])
def test_anything_else_is_nobody(db, header):
    assert ask("POST", READINGS, header) is None


def test_the_digest_itself_opens_nothing(ingest):
    assert ask("POST", READINGS, f"Bearer {ingest[0].digest}") is None


def test_the_plain_token_is_not_kept(ingest):
    kept = ApiToken.objects.values().get()
    assert ingest[1] not in [str(value) for value in kept.values()]
    assert ingest[1].startswith(kept["hint"])


def test_an_expired_token_opens_nothing(owner, now):
    _, plain = create_token(user=owner, name="", scope="read", now=now, expires_at=now - timedelta(seconds=1))
    assert ask("GET", SITES, f"Bearer {plain}") is None


def test_a_token_with_days_left_opens(owner, now):
    _, plain = create_token(user=owner, name="", scope="read", now=now, expires_at=now + timedelta(days=1))
    assert ask("GET", SITES, f"Bearer {plain}") == owner


def test_a_revoked_token_opens_nothing(read):
    revoke_token(token=read[0])
    assert ask("GET", SITES, f"Bearer {read[1]}") is None


def test_a_disabled_owners_token_opens_nothing(owner, admin, read):
    disable(user=owner, by=admin)
    assert ask("GET", SITES, f"Bearer {read[1]}") is None


def test_a_waiting_owners_token_opens_nothing(owner, read):
    owner.status = "pending"
    owner.save()
    assert ask("GET", SITES, f"Bearer {read[1]}") is None


def test_use_is_noted_at_most_once_a_minute(read, django_assert_num_queries):
    ask("GET", SITES, f"Bearer {read[1]}")
    first = ApiToken.objects.get().last_used_at
    assert first is not None
    with django_assert_num_queries(1):
        ask("GET", SITES, f"Bearer {read[1]}")
    assert ApiToken.objects.get().last_used_at == first


def test_an_unknown_scope_is_refused(owner, now):
    with pytest.raises(ValueError, match="not a scope"):
        create_token(user=owner, name="", scope="all", now=now)


def session(method: str, user, **more):
    request = RequestFactory(**more).generic(method, SITES)
    request.user = user
    return SessionAuth()(request)


def test_the_signed_in_browser_reads(owner):
    assert session("GET", owner) == owner


def test_the_browser_needs_its_csrf_token_to_change_things(owner):
    with pytest.raises(HttpError) as refused:
        session("POST", owner)
    assert refused.value.status_code == 403


def test_nobody_is_401_not_a_csrf_error(client):
    request = RequestFactory().post(READINGS)
    request.user = Client().request().wsgi_request.user
    assert SessionAuth()(request) is None


def test_who_waits_is_nobody(owner):
    owner.status = "pending"
    assert session("GET", owner) is None
