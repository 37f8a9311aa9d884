"""Judging what has come in: once, late, twice, beside itself, and after a crash."""

from datetime import timedelta

import numpy as np
import pytest

from anomalies import alerting, incidents, services
from anomalies.models import Alert, Anomaly, DetectionState, Incident, ScoredDay
from emads.lib import clock
from energy.store import get_store
from tests.anomalies.conftest import HOURS, TROUBLE
from tests.anomalies.homes import START, put_home, usual_home
from tests.factories import make_sensor, put_readings

HOUR = timedelta(hours=1)


def everything():
    """All rows of detection, without their keys."""
    return (
        list(
            Anomaly.objects.order_by("start").values_list("sensor", "start", "energy_wh", "score", "reason")
        ),
        list(
            Incident.objects.order_by("start").values_list("sensor", "start", "end", "sentence", "severity")
        ),
        list(
            Alert.objects.order_by("timestamp", "type").values_list("sensor", "type", "timestamp", "message")
        ),
        list(ScoredDay.objects.order_by("day").values_list("sensor", "day", "judged", "flagged")),
    )


def test_trouble_is_found_and_told(scanned, begin, now):
    incident = Incident.objects.get()
    assert incident.start == begin
    assert incident.end == now - 4 * HOUR
    assert incident.energy_wh == pytest.approx(
        sum(Anomaly.objects.values_list("energy_wh", flat=True)), abs=0.01
    )
    assert incident.expected_wh < incident.energy_wh / 3
    assert "usually" in incident.sentence


def test_alerts_name_the_forest_and_the_rules(scanned, begin):
    types = dict(Alert.objects.values_list("type", "timestamp"))
    assert types == {
        "anomaly_isolation_forest": begin,
        "energy_spike": begin,
        "consecutive_anomalies": begin + HOUR,
    }
    spike = Alert.objects.get(type="energy_spike")
    assert spike.pct_change > 50
    assert spike.severity == "high"


def test_every_flagged_hour_says_why_and_what_was_expected(scanned):
    for row in Anomaly.objects.all():
        assert row.reason
        assert row.low_wh <= row.expected_wh <= row.high_wh < row.energy_wh


def test_days_count_what_was_judged(scanned):
    days = ScoredDay.objects.filter(sensor=scanned)
    assert sum(days.values_list("flagged", flat=True)) == Anomaly.objects.count()
    assert max(days.values_list("judged", flat=True)) == 24
    assert days.first().day >= clock.moment(START).date() + timedelta(days=28)


def test_second_scan_changes_nothing(scanned, now):
    before = everything()
    services.scan_all(now=now)
    services.scan_all(now=now + 5 * timedelta(minutes=1))
    assert everything() == before


def test_judging_again_from_the_start_changes_nothing(scanned, now):
    before = everything()
    services.judge_again(sensors=[scanned], since=clock.moment(START))
    assert services.scan(sensor=scanned, now=now).hours == HOURS
    assert everything() == before


def test_hour_by_hour_gives_the_same_as_all_at_once(sensor, wh, now):
    put_home(sensor, wh[: TROUBLE.start])
    services.scan_all(now=now - 14 * HOUR)
    for at in range(TROUBLE.start, HOURS):
        put_home(sensor, wh[at : at + 1], START + 3600 * at)
        services.scan_all(now=clock.moment(START + 3600 * (at + 1)))
    live = everything()
    Alert.objects.all().delete()
    Incident.objects.all().delete()
    Anomaly.objects.all().delete()
    ScoredDay.objects.all().delete()
    DetectionState.objects.all().delete()
    services.scan_all(now=now)
    assert everything() == live


def test_hour_that_is_not_over_waits(home, now):
    put_readings(home, int(now.timestamp()), 3600, [90_000.0])
    services.scan_all(now=now + 30 * timedelta(minutes=1))
    assert DetectionState.objects.get().scored_until == now
    services.scan_all(now=now + HOUR)
    assert DetectionState.objects.get().scored_until == now + HOUR
    assert Anomaly.objects.filter(start=now).exists()


def test_late_readings_are_judged_after_all(sensor, wh, now, begin):
    early = wh.copy()
    early[TROUBLE] = np.nan
    put_home(sensor, early)
    services.scan_all(now=now)
    assert not Anomaly.objects.exists()
    put_home(sensor, wh[TROUBLE], int(begin.timestamp()))
    services.scan_all(now=now)
    assert Incident.objects.get().start == begin


def test_corrected_readings_take_an_anomaly_back(sensor, wh, now, begin):
    partial = wh.copy()
    put_home(sensor, partial)
    services.scan_all(now=now)
    get_store().delete_sensor(sensor.pk)
    put_home(sensor, usual_home(65)[:HOURS])
    services.judge_again(sensors=[sensor], since=begin)
    services.scan(sensor=sensor, now=now)
    assert not Anomaly.objects.exists()
    assert not Incident.objects.exists()
    assert Alert.objects.filter(incident=None).count() == Alert.objects.count() == 3


def test_half_read_hour_is_not_judged(sensor, now):
    minutes = np.repeat(usual_home(65)[:HOURS] / 4, 4)
    minutes[-3:] = np.nan
    put_readings(sensor, START, 900, minutes)
    services.scan_all(now=now)
    assert not Anomaly.objects.filter(start__gte=now - 2 * HOUR).exists()


def test_crash_while_writing_leaves_nothing_half_done(home, now, monkeypatch):
    def killed(**_):
        raise KeyboardInterrupt

    monkeypatch.setattr(incidents, "write_incidents", killed)
    with pytest.raises(KeyboardInterrupt):
        services.scan_all(now=now)
    assert everything() == ([], [], [], [])
    monkeypatch.undo()
    services.scan_all(now=now)
    crashed = everything()
    services.judge_again(sensors=[home], since=clock.moment(START))
    services.scan(sensor=home, now=now)
    assert everything() == crashed
    assert Incident.objects.count() == 1


def test_crash_while_telling_people_raises_no_silent_alert(home, now, monkeypatch):
    def killed(**_):
        raise KeyboardInterrupt

    monkeypatch.setattr(alerting, "notify", killed)
    with pytest.raises(KeyboardInterrupt):
        services.scan_all(now=now)
    assert not Alert.objects.exists()


def test_readings_that_arrive_meanwhile_are_not_lost(home, now, monkeypatch):
    judge = services.judge

    def slowly(**asked):
        found = judge(**asked)
        put_home(home, np.array([99_000.0]), START + 3600 * 1500)
        services.notice()
        return found

    monkeypatch.setattr(services, "judge", slowly)
    assert services.scan(sensor=home, now=now).waiting == 1
    assert not Anomaly.objects.exists()
    monkeypatch.undo()
    services.scan_all(now=now)
    assert Anomaly.objects.exists()


def test_one_broken_sensor_does_not_stop_the_others(home, site, now, monkeypatch, caplog):
    other = make_sensor("home-other", site=site)
    put_home(other, usual_home(65)[:HOURS])
    judge = services.judge

    def picky(**asked):
        if asked["sensor"].pk == home.pk:
            raise RuntimeError("broken")
        return judge(**asked)

    monkeypatch.setattr(services, "judge", picky)
    total = services.scan_all(now=now)
    assert (total.sensors, total.waiting) == (1, 1)
    assert DetectionState.objects.get(sensor=other).scored_until == now
    assert "home-main" in caplog.text


def test_run_that_is_out_of_time_leaves_the_rest_waiting(home, site, now):
    put_home(make_sensor("home-other", site=site), usual_home(10))
    assert services.scan_all(now=now, most_s=-1).waiting == 2
    assert services.scan_all(now=now).sensors == 2


def test_sensor_whose_arrivals_were_forgotten_is_still_judged(home, now):
    get_store().forget_arrivals(10**9)
    services.scan_all(now=now)
    assert Incident.objects.count() == 1


def test_sensor_without_readings_is_left_alone(sensor, now):
    assert services.scan(sensor=sensor, now=now).sensors == 0
    assert services.scan_all(now=now).sensors == 0


@pytest.mark.parametrize(
    "values",
    [[5.0], [0.0, 0.0, 0.0], [1.0, np.nan, -4.0], [1e12, 0.0, 1e-9]],
)
def test_few_odd_readings_are_no_error_and_no_anomaly(sensor, now, values):
    put_home(sensor, np.array(values))
    services.scan_all(now=now)
    assert not Anomaly.objects.exists()
    assert not ScoredDay.objects.exists()


def test_half_hour_zone_counts_whole_days(sensor, site, wh, now):
    site.time_zone = "Asia/Kolkata"
    site.save()
    put_home(sensor, wh)
    services.scan_all(now=now - 40 * HOUR)
    services.scan_all(now=now)
    assert max(ScoredDay.objects.values_list("judged", flat=True)) == 24
    assert ScoredDay.objects.filter(judged=24).count() >= 30


def test_scan_of_one_new_hour_needs_few_queries(scanned, now, django_assert_max_num_queries):
    put_home(scanned, np.array([300.0]), int(now.timestamp()))
    services.notice()
    with django_assert_max_num_queries(25):
        services.scan(sensor=scanned, now=now + HOUR)
