"""Plain rules, and what they refuse to say."""

import numpy as np

from anomalies.detectors import rules
from anomalies.detectors.outage import outages
from anomalies.detectors.rules import Early
from tests.anomalies.homes import usual_home


def test_first_week_says_nothing_at_all():
    wh = usual_home(7)
    wh[100] = 50_000
    assert not rules.learning(wh).any()


def test_far_more_than_ever_is_said_while_learning():
    wh = usual_home(14)
    wh[200] = 9_000
    assert rules.learning(wh).nonzero()[0].tolist() == [200]
    assert rules.learning(wh)[200] == Early.SPIKE


def test_same_value_for_a_day_is_stuck():
    wh = usual_home(14)
    wh[200:240] = wh[200]
    found = rules.learning(wh)
    assert (found[224:240] == Early.STUCK).all()
    assert not found[:224].any()


def test_nothing_for_half_a_day_is_off_where_that_was_rare():
    wh = usual_home(14)
    wh[200:230] = 0
    found = rules.learning(wh)
    assert (found[211:230] == Early.OFF).all()
    assert not found[:211].any()


def test_meter_that_is_often_idle_is_not_called_off():
    wh = np.where(np.arange(14 * 24) % 48 < 30, 0.0, 900.0)
    assert not rules.learning(wh).any()


def test_few_gappy_constant_and_negative_readings_say_nothing():
    for wh in (
        np.zeros(0),
        np.array([1.0, 2.0, 3.0]),
        np.full(300, np.nan),
        np.full(300, 5.0),
        -usual_home(14),
    ):
        assert not rules.learning(wh).any()


def test_percent_change_is_unknown_after_nothing():
    change = rules.percent_change(np.array([100.0, 150.0, 0.0, 10.0, np.nan, 10.0]))
    np.testing.assert_allclose(change, [np.nan, 50.0, -100.0, np.nan, np.nan, np.nan])


def test_spike_needs_size_as_well_as_percentage():
    scale = np.full(4, 1000.0)
    assert rules.spikes(np.array([10.0, 200.0, 210.0, 900.0]), scale).tolist() == [False, False, False, True]


def test_tiny_meter_never_spikes():
    scale = np.full(3, 1.0)
    assert not rules.spikes(np.array([0.1, 5.0, 0.1]), scale).any()


def test_fall_is_no_spike():
    assert not rules.spikes(np.array([2000.0, 0.0]), np.full(2, 500.0)).any()


def test_outage_begins_after_half_a_day_of_zeros():
    wh = usual_home(30)
    wh[400:500] = 0
    assert np.flatnonzero(outages(wh)).tolist() == list(range(412, 500))


def test_second_outage_soon_after_is_still_one():
    wh = usual_home(60)
    wh[400:900] = 0
    wh[930:990] = 0
    assert outages(wh)[942:990].all()


def test_meter_often_at_zero_has_no_outage():
    wh = np.tile(np.where(np.arange(24) < 20, 0.0, 500.0), 40)
    wh[500:600] = 0
    assert not outages(wh).any()
