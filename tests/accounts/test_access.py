"""Who gets in: pages and API, for everyone who should stay out."""

import pytest
from django.test import Client, RequestFactory
from django.utils import timezone
from ninja import NinjaAPI

from accounts.middleware import PersonMiddleware, SignedInMiddleware, zone_of
from accounts.services import disable
from tests.factories import make_user


@pytest.fixture
def pending(db):
    return make_user("nora", status="pending", requested_role="manager")


@pytest.mark.parametrize("path", ["/messages/", "/preferences/", "/messages/notifications/1/", "/admin/"])
def test_nobody_gets_in_without_signing_in(client, db, path):
    response = client.get(path)
    assert response.status_code == 302
    assert "login" in response.url


def test_a_part_of_a_page_sends_the_whole_page_to_sign_in(client, db):
    response = client.get("/messages/", headers={"HX-Request": "true"})
    assert response.headers["HX-Redirect"].startswith("/accounts/login/")


@pytest.mark.parametrize("path", ["/messages/", "/preferences/", "/admin/"])
def test_who_waits_is_turned_away_even_with_a_session(as_user, pending, path):
    response = as_user(pending).get(path)
    assert response.status_code == 302
    assert response.url == "/accounts/pending/"


def test_who_waits_may_see_the_waiting_room_and_leave(as_user, pending):
    client = as_user(pending)
    assert client.get("/accounts/pending/").status_code == 200
    assert client.post("/accounts/logout/").status_code == 302


def test_who_waits_gets_403_from_the_api(as_user, pending):
    response = as_user(pending).get("/api/v1/sites")
    assert response.status_code == 403
    assert "waiting for approval" in response.json()["detail"]


def test_who_may_sign_in_does_not_stay_in_the_waiting_room(as_user, owner):
    assert as_user(owner).get("/accounts/pending/").url == "/"


def test_disabling_ends_open_sessions(as_user, owner, admin):
    client = as_user(owner)
    assert client.get("/preferences/").status_code == 200
    disable(user=owner, by=admin)
    assert "login" in client.get("/preferences/").url


@pytest.mark.parametrize("path", ["/accounts/login/", "/accounts/signup/", "/accounts/pending/"])
def test_the_doors_are_open_to_everyone(client, db, path):
    assert client.get(path).status_code == 200


def test_a_resident_does_not_enter_the_administration(as_user, owner):
    assert as_user(owner).get("/admin/").status_code in (302, 403)
    assert as_user(owner).get("/admin/", follow=True).status_code == 403


def test_a_page_speaks_in_the_persons_time_zone(owner):
    owner.time_zone = "Asia/Kathmandu"
    request = RequestFactory().get("/")
    request.user = owner
    seen = []
    PersonMiddleware(lambda _: seen.append(timezone.get_current_timezone_name()))(request)
    assert seen == ["Asia/Kathmandu"]
    assert timezone.get_current_timezone_name() == "UTC"


@pytest.mark.parametrize("name", ["Mars/Base", "../etc/passwd", ""])
def test_a_zone_that_is_gone_does_not_break_pages(owner, name):
    owner.time_zone = name
    assert str(zone_of(owner)) == "UTC"


@pytest.mark.parametrize("path", ["/api/v1/x", "/write", "/healthz", "/metrics"])
def test_what_has_its_own_guard_is_not_sent_to_sign_in(path):
    request = RequestFactory().get(path)
    assert SignedInMiddleware(lambda _: None).process_view(request, NinjaAPI, (), {}) is None


def test_forged_forms_are_refused(owner):
    client = Client(enforce_csrf_checks=True)
    client.force_login(owner, backend="accounts.backends.RoleBackend")
    assert client.post("/preferences/", {"first_name": "Eve"}).status_code == 403
