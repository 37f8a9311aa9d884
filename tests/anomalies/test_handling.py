"""What people do about alerts: claims with a history."""

from datetime import timedelta

import pytest

from anomalies import services
from anomalies.handling import HandlingError
from anomalies.models import Alert, AlertEvent

DAY = timedelta(days=1)


def actions(alert):
    return list(alert.events.values_list("action", flat=True))


def test_acknowledged_alert_says_who_and_when(alert, owner, now):
    assert services.acknowledge(alert=alert, by=owner, now=now, note="I am on it")
    event = alert.events.get()
    assert (event.action, event.user, event.at, event.note) == ("acknowledged", owner, now, "I am on it")
    assert alert.acknowledged


def test_second_hand_to_acknowledge_does_not_win(alert, owner, manager, now):
    stale = Alert.objects.get(pk=alert.pk)
    assert services.acknowledge(alert=alert, by=owner, now=now)
    assert not services.acknowledge(alert=stale, by=manager, now=now)
    assert actions(alert) == ["acknowledged"]


def test_resolved_alert_cannot_be_acknowledged_or_snoozed(alert, owner, now):
    services.resolve(alert=alert, by=owner, now=now)
    assert alert.resolved
    assert alert.resolved_at == now
    assert not services.acknowledge(alert=alert, by=owner, now=now)
    assert not services.snooze(alert=alert, by=owner, now=now, until=now + DAY)
    assert not services.resolve(alert=alert, by=owner, now=now)
    assert actions(alert) == ["resolved"]


def test_rules_about_the_same_incident_follow_the_alert_of_the_forest(alert, owner, now):
    services.resolve(alert=alert, by=owner, now=now)
    assert set(Alert.objects.values_list("status", flat=True)) == {"resolved"}
    assert AlertEvent.objects.count() == 3


def test_alert_of_a_rule_goes_alone(alert, owner, now):
    spike = Alert.objects.get(type=Alert.Type.SPIKE)
    services.resolve(alert=spike, by=owner, now=now)
    assert Alert.objects.open().count() == 2


def test_undo_opens_again(alert, owner, now):
    services.resolve(alert=alert, by=owner, now=now)
    assert services.reopen(alert=alert, by=owner, now=now)
    assert (alert.status, alert.resolved_at) == ("open", None)
    assert actions(alert) == ["resolved", "open"]


def test_snoozed_alert_sleeps_and_wakes(alert, owner, now):
    assert services.snooze(alert=alert, by=owner, now=now, until=now + DAY)
    assert alert not in Alert.objects.awake(now)
    assert services.wake(now=now + timedelta(hours=23)) == 0
    assert services.wake(now=now + DAY) >= 1
    alert.refresh_from_db()
    assert alert.status == "open"
    assert alert in Alert.objects.awake(now + DAY)


def test_alert_whose_sleep_is_over_is_awake_before_the_tick(alert, owner, now):
    services.snooze(alert=alert, by=owner, now=now, until=now + DAY)
    assert alert in Alert.objects.awake(now + DAY)


def test_snooze_into_the_past_is_refused(alert, owner, now):
    with pytest.raises(HandlingError, match="time to come"):
        services.snooze(alert=alert, by=owner, now=now, until=now)


def test_verdict_is_kept_once_in_the_history(alert, owner, now):
    services.give_verdict(alert=alert, by=owner, now=now, verdict="expected")
    services.give_verdict(alert=alert, by=owner, now=now, verdict="expected")
    assert alert.verdict == "expected"
    assert actions(alert) == ["expected"]


def test_changed_verdict_is_a_second_line(alert, owner, now):
    services.give_verdict(alert=alert, by=owner, now=now, verdict="expected")
    services.give_verdict(alert=alert, by=owner, now=now, verdict="real")
    assert actions(alert) == ["expected", "real"]


def test_unknown_verdict_is_refused(alert, owner, now):
    with pytest.raises(HandlingError, match="no verdict"):
        services.give_verdict(alert=alert, by=owner, now=now, verdict="maybe")
