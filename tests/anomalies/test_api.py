"""Alerts over HTTP."""

import pytest

from accounts.models import ApiToken
from anomalies.models import Alert
from energy.models import Membership

ALERTS = "/api/v1/alerts"
JSON = "application/json"


def test_owner_lists_their_alerts(alert, owner, as_user):
    answer = as_user(owner).get(ALERTS).json()
    assert answer["count"] == 3
    first = next(one for one in answer["items"] if one["id"] == alert.pk)
    assert first["site"] == "home"
    assert first["sensor_id"] == "home-main"
    assert first["type"] == "anomaly_isolation_forest"
    assert (first["status"], first["resolved"], first["severity"]) == ("open", False, "high")
    assert first["pct_change"] > 50
    assert first["incident"] == alert.incident_id


def test_stranger_lists_nothing_and_finds_nothing(alert, stranger, as_user):
    client = as_user(stranger)
    assert client.get(ALERTS).json() == {"count": 0, "items": []}
    assert client.get(f"{ALERTS}/{alert.pk}").status_code == 404
    for action in ("acknowledge", "resolve", "snooze"):
        assert client.post(f"{ALERTS}/{alert.pk}/{action}").status_code == 404
    body = {"verdict": "real"}
    assert client.post(f"{ALERTS}/{alert.pk}/verdict", body, content_type=JSON).status_code == 404


def test_anonymous_gets_401(alert, as_user):
    assert as_user(None).get(ALERTS).status_code == 401
    assert as_user(None).post(f"{ALERTS}/{alert.pk}/resolve").status_code == 401


def test_viewer_reads_but_does_not_handle(alert, viewer, as_user):
    assert as_user(viewer).get(f"{ALERTS}/{alert.pk}").json()["id"] == alert.pk
    assert as_user(viewer).post(f"{ALERTS}/{alert.pk}/resolve").status_code == 404


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("?status=open", 3),
        ("?status=resolved", 0),
        ("?severity=high", 3),
        ("?type=energy_spike", 1),
        ("?site=home", 3),
        ("?site=elsewhere", 0),
        ("?sensor_id=home-main", 3),
        ("?start=2026-03-10T00:00:00Z", 0),
        ("?end=2026-03-10T00:00:00Z", 3),
    ],
)
def test_list_is_filtered(alert, owner, as_user, query, count):
    assert as_user(owner).get(ALERTS + query).json()["count"] == count


def test_list_is_cut_into_pages(alert, owner, as_user):
    answer = as_user(owner).get(ALERTS + "?limit=2&offset=2").json()
    assert (answer["count"], len(answer["items"])) == (3, 1)


@pytest.mark.parametrize("query", ["?limit=0", "?limit=99999", "?offset=-1", "?status=x", "?start=yesterday"])
def test_nonsense_is_refused_with_a_reason(alert, owner, as_user, query):
    response = as_user(owner).get(ALERTS + query)
    assert response.status_code == 422
    assert response.json()["detail"]


def test_handling_answers_with_the_alert(alert, owner, as_user):
    client = as_user(owner)
    assert client.post(f"{ALERTS}/{alert.pk}/acknowledge").json()["status"] == "acknowledged"
    assert client.post(f"{ALERTS}/{alert.pk}/snooze").json()["status"] == "snoozed"
    note = {"note": "the oven"}
    resolved = client.post(f"{ALERTS}/{alert.pk}/resolve", note, content_type=JSON).json()
    assert (resolved["status"], resolved["resolved"]) == ("resolved", True)
    assert alert.events.last().note == "the oven"


def test_verdict_is_noted_and_nonsense_refused(alert, owner, as_user):
    client, url = as_user(owner), f"{ALERTS}/{alert.pk}/verdict"
    assert client.post(url, {"verdict": "fault"}, content_type=JSON).json()["verdict"] == "fault"
    assert client.post(url, {"verdict": "maybe"}, content_type=JSON).status_code == 422


def test_snooze_into_the_past_is_a_clear_error(alert, owner, as_user):
    body = {"until": "2020-01-01T00:00:00Z"}
    response = as_user(owner).post(f"{ALERTS}/{alert.pk}/snooze", body, content_type=JSON)
    assert response.status_code == 400
    assert "time to come" in response.json()["detail"]


def test_read_token_lists_and_changes_nothing(alert, owner, as_user, now):
    from accounts.api_auth import digest_of

    ApiToken.objects.create(user=owner, scope="read", digest=digest_of("key"), hint="key", created_at=now)
    headers = {"Authorization": "Bearer key"}
    assert as_user(None).get(ALERTS, headers=headers).json()["count"] == 3
    assert as_user(None).post(f"{ALERTS}/{alert.pk}/resolve", headers=headers).status_code == 403


def test_former_member_sees_nothing(alert, owner, as_user):
    Membership.objects.filter(user=owner).delete()
    assert as_user(owner).get(ALERTS).json()["count"] == 0


def test_list_needs_few_queries(alert, owner, as_user, django_assert_max_num_queries):
    client = as_user(owner)
    with django_assert_max_num_queries(7):
        client.get(ALERTS)
    assert Alert.objects.count() == 3
