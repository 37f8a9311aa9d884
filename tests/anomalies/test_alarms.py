"""Alarms open, last, close, merge and keep to a budget."""

import numpy as np
import pytest

from anomalies.detectors import alarms

NAN = np.nan


def flagged(score, **more):
    return alarms.flag(np.array(score, dtype=float), 2.0, **more).astype(int).tolist()


def test_alarm_opens_at_the_threshold_and_closes_below_nine_tenths():
    assert flagged([1.9, 2.0, 1.85, 1.79, 1.85]) == [0, 1, 1, 0, 0]


def test_hour_not_judged_ends_an_alarm():
    assert flagged([2.5, NAN, 1.9]) == [1, 0, 0]


def test_alarm_that_was_going_goes_on():
    assert flagged([1.85, 1.85, 1.0, 1.85], going=True) == [1, 1, 0, 0]
    assert flagged([1.0, 1.85], going=True) == [0, 0]


def test_held_hours_keep_an_alarm_but_open_none():
    held = np.array([True, True, True, False])
    assert flagged([0.5, 2.5, 0.5, 0.5], held=held) == [0, 1, 1, 0]


def test_cutting_anywhere_gives_the_same_flags():
    score = np.random.default_rng(2).uniform(1.5, 2.2, 300)
    whole = alarms.flag(score, 2.0)
    for cut in (1, 50, 151, 299):
        rest = alarms.flag(score[cut:], 2.0, going=bool(whole[cut - 1]))
        np.testing.assert_array_equal(rest, whole[cut:])


def test_hours_six_apart_are_one_episode_and_seven_apart_are_two():
    flags = np.zeros(30, dtype=bool)
    flags[[3, 9, 16]] = True
    assert alarms.episodes(flags) == [(3, 9), (16, 16)]


def test_no_flag_no_episode():
    assert alarms.episodes(np.zeros(5, dtype=bool)) == []


def test_longest_run_counts_successive_hours():
    hours = 3600 * np.array([1, 2, 3, 7, 8, 20], dtype=np.int64)
    assert alarms.longest_run(hours) == 3
    assert alarms.longest_run(hours[:0]) == 0


def test_threshold_keeps_to_the_budget_on_average():
    rng = np.random.default_rng(4)
    scores = [rng.gamma(1, 0.5, 8766), rng.gamma(1, 0.8, 8766), np.full(100, NAN)]
    threshold = alarms.threshold_for(scores, 2.0)
    realised = np.mean([alarms.alarms_per_month(s, threshold) for s in scores[:2]])
    assert 1.5 < realised <= 2.0


def test_smaller_budget_needs_a_higher_threshold():
    score = [np.random.default_rng(4).gamma(1, 0.5, 8766)]
    assert alarms.threshold_for(score, 0.5) > alarms.threshold_for(score, 4.0)


def test_nothing_judged_has_no_threshold():
    with pytest.raises(ValueError, match="no judged hour"):
        alarms.threshold_for([np.full(5, NAN)], 2.0)
