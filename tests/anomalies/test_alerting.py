"""Alerts: within a budget, once, to those who live there or manage."""

from datetime import timedelta

import numpy as np
import pytest

from anomalies import services
from anomalies.alerting import HISTORY, HISTORY_MOST, drafts
from anomalies.models import Alert, Anomaly, Incident
from messaging.models import Notification
from tests.anomalies.conftest import HOURS
from tests.anomalies.homes import START, put_home, usual_home

FOREST = Alert.Type.ISOLATION_FOREST


def trouble_every(days: int, length: int) -> np.ndarray:
    """A home in which something is left on for three hours every few days."""
    series = usual_home(length)
    for at in range(30 * 24 + 5, length * 24 - 3, days * 24):
        series[at : at + 3] += 3000
    return series


def test_owner_and_manager_are_told_once(scanned, owner, manager, now):
    services.judge_again(sensors=[scanned], since=now - timedelta(days=3))
    services.scan(sensor=scanned, now=now)
    told = Notification.objects.filter(kind="alert")
    assert told.filter(user=owner).count() == 1


def test_manager_is_told_and_viewer_and_stranger_are_not(owner, manager, viewer, stranger, home, now):
    services.scan_all(now=now)
    told = Notification.objects.filter(kind="alert")
    assert {one.user for one in told} == {owner, manager}
    assert told.first().link == Alert.objects.get(type=FOREST).get_absolute_url()


def test_history_alerts_but_tells_nobody(sensor, now):
    put_home(sensor, trouble_every(4, 60), START - 200 * 86400)
    services.scan_all(now=now)
    assert Incident.objects.count() >= 5
    assert Alert.objects.filter(type=FOREST).count() >= 2
    assert not Notification.objects.exists()


def test_history_keeps_to_the_budget_of_each_month(sensor, now):
    put_home(sensor, trouble_every(3, 200), START - 300 * 86400)
    services.scan_all(now=now)
    months = [int(at.timestamp()) // (30 * 86400) for at in alert_times()]
    assert max(months.count(month) for month in months) == 2
    assert len(months) <= HISTORY_MOST


def alert_times():
    return Alert.objects.filter(type=FOREST).values_list("timestamp", flat=True)


def test_history_that_arrives_in_pieces_alerts_like_history_in_one(sensor, now):
    series, begin = trouble_every(3, 160), START - 300 * 86400
    for at in range(0, len(series), 20 * 24):
        put_home(sensor, series[at : at + 20 * 24], begin + 3600 * at)
        services.scan_all(now=now)
    in_pieces = set(alert_times())
    Alert.objects.all().delete()
    services.judge_again(sensors=[sensor], since=now - timedelta(days=400))
    services.scan(sensor=sensor, now=now)
    assert set(alert_times()) == in_pieces


def test_history_alert_somebody_handled_is_never_withdrawn(sensor, owner, now):
    series, begin = trouble_every(3, 160), START - 300 * 86400
    put_home(sensor, series[: 60 * 24], begin)
    services.scan_all(now=now)
    kept = list(Alert.objects.filter(type=FOREST))
    for alert in kept:
        services.acknowledge(alert=alert, by=owner, now=now)
    series[60 * 24 :] *= 1.0
    put_home(sensor, series[60 * 24 :], begin + 60 * 86400)
    services.scan_all(now=now)
    assert Alert.objects.filter(pk__in=[alert.pk for alert in kept]).count() == len(kept)


def test_living_sensor_cannot_flood(sensor, now):
    series = usual_home(65)[:HOURS]
    for at in range(HOURS - 6 * 24, HOURS - 3, 9):
        series[at : at + 2] += 500
    put_home(sensor, series)
    services.scan_all(now=now)
    living = Alert.objects.filter(type=FOREST, timestamp__gt=now - HISTORY).exclude(severity="high")
    assert living.count() <= 4


@pytest.mark.parametrize(("kind", "budget"), [("calm", 1.0), ("normal", 2.0), ("keen", 4.0)])
def test_keenest_owner_sets_the_budget(sensor, owner, viewer, kind, budget):
    owner.anomaly_sensitivity = kind
    owner.save()
    viewer.anomaly_sensitivity = "keen"
    viewer.save()
    assert services.budget_of(sensor) == budget


def test_site_without_owner_has_the_normal_budget(sensor, owner):
    owner.memberships.all().delete()
    assert services.budget_of(sensor) == 2.0


def test_resolved_alert_keeps_its_words_while_the_incident_grows(scanned, alert, owner, now):
    services.resolve(alert=alert, by=owner, now=now)
    words = alert.message
    put_home(scanned, np.array([4000.0, 4000.0]), int(now.timestamp()))
    services.scan_all(now=now + timedelta(hours=2))
    alert.refresh_from_db()
    assert (alert.message, alert.status) == (words, "resolved")
    assert Alert.objects.filter(type=FOREST).count() == 1


def test_open_alert_follows_its_incident(scanned, alert, now):
    words = alert.message
    put_home(scanned, np.array([4000.0, 4000.0]), int(now.timestamp()))
    services.scan_all(now=now + timedelta(hours=2))
    alert.refresh_from_db()
    assert alert.message != words
    assert alert.message == alert.incident.sentence


def test_two_flagged_hours_apart_are_not_in_a_row(incident):
    rows = list(Anomaly.objects.order_by("start"))
    keep = [rows[0].pk, rows[3].pk]
    Anomaly.objects.exclude(pk__in=keep).delete()
    assert Alert.Type.CONSECUTIVE not in {draft.type for draft in drafts(incident)}


def test_incident_without_hours_has_no_alert(incident):
    Anomaly.objects.all().delete()
    assert drafts(incident) == []
