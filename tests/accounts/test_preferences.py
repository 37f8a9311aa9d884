"""The page of preferences."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import ApiToken
from accounts.services import create_token

PAGE, NEW = "/preferences/", "/preferences/tokens/new/"
GOOD = {
    "first_name": "Olga",
    "last_name": "Sommer",
    "default_range": "7d",
    "anomaly_sensitivity": "keen",
    "theme": "dark",
    "language": "en",
    "time_zone": "europe/berlin",
    "mail_messages": "on",
}


def test_preferences_are_saved(as_user, owner):
    client = as_user(owner)
    assert client.get(PAGE).status_code == 200
    response = client.post(PAGE, GOOD, follow=True)
    assert "Your preferences are saved." in response.content.decode()
    owner.refresh_from_db()
    assert (owner.default_range, owner.anomaly_sensitivity, owner.theme) == ("7d", "keen", "dark")
    assert owner.time_zone == "Europe/Berlin"
    assert (owner.mail_alerts, owner.mail_messages, owner.mail_reports) == (False, True, False)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("time_zone", "Mars/Base"),
        ("time_zone", "../../etc"),
        ("language", "xx"),
        ("default_range", "century"),
        ("anomaly_sensitivity", "panic"),
        ("theme", "pink"),
    ],
)
def test_what_makes_no_sense_is_named(as_user, owner, field, value):
    page = as_user(owner).post(PAGE, GOOD | {field: value})
    assert page.status_code == 200
    assert field in page.context["form"].errors
    owner.refresh_from_db()
    assert owner.theme == "auto"


def test_nothing_else_can_be_changed_here(as_user, owner):
    as_user(owner).post(PAGE, GOOD | {"role": "admin", "is_staff": "on", "email": "x@example.org"})
    owner.refresh_from_db()
    assert (owner.role, owner.is_staff, owner.email) == ("resident", False, "olga@example.org")


def test_a_token_is_shown_once(as_user, owner):
    client = as_user(owner)
    page = client.post(NEW, {"name": "Home Assistant", "scope": "ingest"})
    token = ApiToken.objects.get()
    assert (token.user, token.scope, token.expires_at) == (owner, "ingest", None)
    assert page.context["plain"] in page.content.decode()
    assert "no-store" in page.headers["Cache-Control"]
    again = client.get(PAGE).content.decode()
    assert "Home Assistant" in again
    assert page.context["plain"] not in again


def test_a_token_may_end_with_a_day(as_user, owner):
    owner.time_zone = "Europe/Berlin"
    owner.save()
    as_user(owner).post(NEW, {"name": "x", "scope": "read", "expires_on": "2099-07-31"})
    assert ApiToken.objects.get().expires_at.isoformat() == "2099-07-31T22:00:00+00:00"


@pytest.mark.parametrize(
    "change", [{"expires_on": "2001-01-01"}, {"expires_on": "soon"}, {"scope": "all"}, {"name": ""}]
)
def test_a_token_that_makes_no_sense_is_refused(as_user, owner, change):
    page = as_user(owner).post(NEW, {"name": "x", "scope": "read"} | change)
    assert page.status_code == 200
    assert page.context["token_form"].errors
    assert not ApiToken.objects.exists()


def test_there_is_an_end_to_tokens(as_user, owner, now):
    for number in range(50):
        create_token(user=owner, name=str(number), scope="read", now=now)
    page = as_user(owner).post(NEW, {"name": "x", "scope": "read"})
    assert "as many tokens" in page.content.decode()
    assert ApiToken.objects.count() == 50


def test_a_viewer_makes_no_tokens(as_user, viewer):
    assert as_user(viewer).post(NEW, {"name": "x", "scope": "read"}).status_code == 403


def test_tokens_are_made_by_post(as_user, owner):
    assert as_user(owner).get(NEW).status_code == 405


def test_a_token_is_revoked_by_its_owner(as_user, owner, now):
    token, _ = create_token(user=owner, name="meter", scope="read", now=now)
    assert as_user(owner).post(f"/preferences/tokens/{token.pk}/revoke/").url == PAGE
    assert not ApiToken.objects.exists()


@pytest.mark.parametrize("who", ["stranger", "admin", "viewer"])
def test_nobody_else_revokes_it_here(as_user, request, owner, now, who):
    token, _ = create_token(user=owner, name="meter", scope="read", now=now)
    client = as_user(request.getfixturevalue(who))
    assert client.post(f"/preferences/tokens/{token.pk}/revoke/").status_code == 404
    assert ApiToken.objects.exists()


def test_the_page_costs_the_same_with_many_tokens(as_user, owner, django_assert_max_num_queries):
    for number in range(40):
        create_token(user=owner, name=str(number), scope="read", now=timezone.now() - timedelta(days=number))
    client = as_user(owner)
    with django_assert_max_num_queries(12):
        client.get(PAGE)
