"""The inbox of alerts: filters, buttons, who may press them."""

import pytest
from django.urls import reverse

from anomalies import services
from anomalies.models import Alert
from tests.factories import make_sensor

INBOX = reverse("anomalies:alerts")
BULK = reverse("anomalies:alerts-bulk")
ACTIONS = ["acknowledge", "resolve", "reopen", "snooze", "verdict"]
FORM = {"verdict": "real"}


def address(action, alert):
    return reverse(f"anomalies:alert-{action}", args=[alert.pk])


def test_everyone_of_the_site_sees_the_alert(alert, owner, viewer, manager, admin, as_user):
    for user in (owner, viewer, manager, admin):
        page = as_user(user).get(INBOX).content.decode()
        assert alert.sensor.name in page
        assert as_user(user).get(alert.get_absolute_url()).status_code == 200


def test_stranger_sees_and_finds_nothing(alert, stranger, as_user):
    client = as_user(stranger)
    page = client.get(INBOX).content.decode()
    assert "No alert so far" in page
    assert alert.message not in page
    assert client.get(alert.get_absolute_url()).status_code == 404


def test_anonymous_is_sent_to_sign_in(alert, as_user):
    client = as_user(None)
    assert client.get(INBOX).status_code == 302
    assert client.get(alert.get_absolute_url()).status_code == 302
    assert client.post(address("resolve", alert)).status_code == 302


@pytest.mark.parametrize("action", ACTIONS)
def test_owner_and_manager_may_handle(alert, owner, manager, as_user, action):
    for user in (owner, manager):
        response = as_user(user).post(address(action, alert), FORM)
        assert (response.status_code, response["Location"]) == (302, INBOX)


@pytest.mark.parametrize("action", ACTIONS)
def test_viewer_and_stranger_may_not_handle(alert, viewer, stranger, as_user, action):
    for user in (viewer, stranger):
        assert as_user(user).post(address(action, alert), FORM).status_code == 404
    alert.refresh_from_db()
    assert (alert.status, alert.verdict) == ("open", "")


def test_role_without_the_permission_is_refused(alert, owner, as_user):
    from django.contrib.auth.models import Group

    Group.objects.get(name="resident").permissions.filter(codename="change_alert").delete()
    assert as_user(owner).post(address("resolve", alert)).status_code == 403


@pytest.mark.parametrize("action", [*ACTIONS, "bulk"])
def test_changes_are_not_made_by_looking(alert, owner, as_user, action):
    url = BULK if action == "bulk" else address(action, alert)
    assert as_user(owner).get(url).status_code == 405


def test_change_needs_the_csrf_token(alert, owner):
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    client.force_login(owner, backend="accounts.backends.RoleBackend")
    assert client.post(address("resolve", alert)).status_code == 403


@pytest.mark.parametrize(
    ("wanted", "got"),
    [
        ("/alerts/?status=all", "/alerts/?status=all"),
        ("https://evil.example/", INBOX),
        ("//evil.example", INBOX),
        ("javascript:alert(1)", INBOX),
        ("", INBOX),
    ],
)
def test_next_stays_on_this_site(alert, owner, as_user, wanted, got):
    response = as_user(owner).post(address("acknowledge", alert), {"next": wanted})
    assert response["Location"] == got


def test_htmx_gets_the_changed_row(alert, owner, as_user):
    response = as_user(owner).post(address("acknowledge", alert), headers={"HX-Request": "true"})
    row = response.content.decode()
    assert response.status_code == 200
    assert f'id="alert-{alert.pk}"' in row
    assert "Acknowledged" in row
    assert "<html" not in row


def test_bad_form_is_a_clear_error(alert, owner, as_user):
    response = as_user(owner).post(address("verdict", alert), {"verdict": "maybe"})
    assert response.status_code == 400
    assert b"maybe" in response.content
    assert as_user(owner).post(address("snooze", alert), {"days": "9999"}).status_code == 400
    assert as_user(owner).post(address("resolve", alert), {"note": "x" * 400}).status_code == 400


def test_resolved_alert_leaves_the_inbox_and_can_be_found(alert, owner, as_user, now):
    services.resolve(alert=alert, by=owner, now=now)
    client = as_user(owner)
    assert alert.message not in client.get(INBOX).content.decode()
    assert "All quiet" in client.get(INBOX).content.decode()
    assert alert.get_absolute_url() in client.get(INBOX + "?status=resolved").content.decode()


@pytest.mark.parametrize(
    ("query", "seen"),
    [
        ("?severity=high", True),
        ("?severity=low", False),
        ("?type=anomaly_isolation_forest", True),
        ("?type=energy_spike", False),
        ("?sensor=home-main", True),
        ("?sensor=other", False),
        ("?site=home", True),
        ("?site=elsewhere", False),
        ("?status=snoozed", False),
        ("?status=all", True),
        ("?severity=nonsense&status=nonsense&type=nonsense", True),
    ],
)
def test_filters_live_in_the_address(alert, owner, as_user, query, seen):
    page = as_user(owner).get(INBOX + query).content.decode()
    assert (f'id="alert-{alert.pk}"' in page) is seen


def test_inbox_tells_an_incident_once(alert, owner, as_user):
    page = as_user(owner).get(INBOX).content.decode()
    assert page.count('id="alert-') == 1
    assert "1 alert to look at" in page


def test_bulk_handles_what_was_chosen(alert, owner, as_user):
    response = as_user(owner).post(BULK, {"action": "acknowledge", "alert": [alert.pk], "next": INBOX})
    alert.refresh_from_db()
    assert response["Location"] == INBOX
    assert alert.acknowledged


def test_bulk_of_a_stranger_changes_nothing(alert, stranger, as_user):
    as_user(stranger).post(BULK, {"action": "resolve", "alert": [alert.pk]})
    alert.refresh_from_db()
    assert alert.status == "open"


@pytest.mark.parametrize(
    "form", [{}, {"action": "resolve"}, {"action": "x", "alert": ["1"]}, {"alert": ["'"]}]
)
def test_incomplete_bulk_says_what_is_missing(alert, owner, as_user, form):
    page = as_user(owner).post(BULK, form, follow=True).content.decode()
    assert "Choose at least one alert" in page


def test_viewer_cannot_bulk(alert, viewer, as_user):
    assert as_user(viewer).post(BULK, {"action": "resolve", "alert": [alert.pk]}).status_code == 403


def test_history_names_the_person(alert, owner, as_user, now):
    services.acknowledge(alert=alert, by=owner, now=now, note="checking the boiler")
    page = as_user(owner).get(alert.get_absolute_url()).content.decode()
    assert "Acknowledged by Olga Example: checking the boiler" in page


def test_viewer_sees_no_buttons(alert, viewer, as_user):
    page = as_user(viewer).get(INBOX).content.decode()
    assert address("resolve", alert) not in page


def test_pages_carry_no_inline_script_or_style(alert, owner, as_user):
    for url in (INBOX, alert.get_absolute_url(), alert.incident.get_absolute_url()):
        page = as_user(owner).get(url).content.decode()
        assert " style=" not in page
        assert "onclick" not in page
        assert "<script>" not in page


def test_inbox_of_many_needs_few_queries(alert, site, owner, as_user, now, django_assert_max_num_queries):
    for number in range(30):
        Alert.objects.create(
            sensor=make_sensor(f"home-{number}", site=site),
            type=Alert.Type.ISOLATION_FOREST,
            severity="low",
            message=f"number {number}",
            timestamp=now,
            energy_wh=1,
            created_at=now,
        )
    client = as_user(owner)
    client.get(INBOX)
    with django_assert_max_num_queries(22):
        client.get(INBOX)
