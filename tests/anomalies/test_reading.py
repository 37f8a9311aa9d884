"""What other rooms read of detection."""

from datetime import timedelta

import numpy as np
import pytest

from anomalies import reading, services
from anomalies.models import Alert, Anomaly
from emads.lib import clock
from energy.span import Span
from tests.anomalies.homes import START


@pytest.fixture
def span(now, site):
    today = clock.today(now, site.tz)
    return Span("custom", today - timedelta(days=6), today, site.tz)


def test_rate_counts_flagged_of_judged(scanned, span):
    rate = reading.rate([scanned], span)
    assert rate.flagged == Anomaly.objects.count()
    assert rate.judged == 6 * 24 + 13
    assert rate.share == rate.flagged / rate.judged


def test_rate_before_anything_was_judged_is_unknown(sensor, span):
    assert reading.rate([sensor], span) == reading.Rate(0, 0)
    assert reading.rate([sensor], span).share is None


def test_longest_run_is_within_the_span(scanned, span):
    assert 8 <= reading.longest_run(scanned, span) <= 11
    before = span.moved(-2)
    assert reading.longest_run(scanned, before) == 0


def test_band_lies_around_what_the_home_uses(scanned, wh, now):
    t = START + 3600 * np.arange(1300, 1468, dtype=np.int64)
    band = reading.band(scanned, t)
    inside = (wh[1300:1468] >= band.low) & (wh[1300:1468] <= band.high)
    assert inside.mean() > 0.85
    assert (band.low >= 0).all()


def test_band_of_an_unknown_sensor_is_unknown(sensor):
    band = reading.band(sensor, np.array([START]))
    assert np.isnan(band.expected).all()


def test_band_then_is_what_detection_saw(scanned, begin):
    row = Anomaly.objects.get(start=begin)
    stretch = reading.band_then(scanned, begin - timedelta(hours=3), begin + timedelta(hours=1))
    assert len(stretch.t) == 4
    assert stretch.wh[-1] == pytest.approx(row.energy_wh)
    assert stretch.band.expected[-1] == pytest.approx(row.expected_wh, abs=0.001)
    assert stretch.band.high[-1] == pytest.approx(row.high_wh, abs=0.001)


def test_band_then_is_unknown_while_learning(home):
    start = clock.moment(START)
    stretch = reading.band_then(home, start, start + timedelta(days=20))
    assert np.isnan(stretch.band.high).all()
    assert not np.isnan(stretch.wh).any()


def test_band_then_without_readings_is_empty(sensor, now):
    stretch = reading.band_then(sensor, now - timedelta(days=1), now)
    assert np.isnan(stretch.wh).all()
    assert np.isnan(stretch.band.high).all()


def test_open_alerts_are_one_per_incident(scanned, owner, stranger, site):
    assert Alert.objects.count() == 3
    assert reading.open_alerts(owner, site).count() == 1
    assert reading.open_alerts(owner).count() == 1
    assert reading.open_alerts(stranger).count() == 0


def test_resolved_alerts_are_not_open(alert, owner, site, now):
    services.resolve(alert=alert, by=owner, now=now)
    assert not reading.open_alerts(owner, site).exists()


def test_learning_lasts_28_days(home):
    assert reading.learning_until(home) == clock.moment(START) + timedelta(days=28)
