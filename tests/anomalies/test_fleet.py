"""The shipped detector: looks back only, says what it cannot judge, and never trips over odd input."""

from zoneinfo import ZoneInfo

import numpy as np
import pytest

from anomalies import artefact
from anomalies.detectors import fleet
from anomalies.detectors.context import FEATURES
from anomalies.detectors.evidence import NAMES
from anomalies.detectors.usual import LEARNING_HOURS
from emads.lib import clock
from tests.anomalies.homes import START, stamps, usual_home

BERLIN = ZoneInfo("Europe/Berlin")
DAYS = 120
HOURS = DAYS * 24


@pytest.fixture(scope="module")
def detector():
    return artefact.shipped().detector


@pytest.fixture(scope="module")
def threshold():
    return artefact.shipped().threshold(2.0)


def judged(detector, wh, start=START):
    t = start + 3600 * np.arange(len(wh), dtype=np.int64)
    return detector.score(wh, t, BERLIN)


def test_first_28_days_are_not_judged(detector):
    score = judged(detector, usual_home(DAYS)).score
    assert np.isnan(score[:LEARNING_HOURS]).all()
    assert not np.isnan(score[LEARNING_HOURS + 168 :]).any()


def test_hour_without_a_reading_is_not_judged(detector):
    wh = usual_home(DAYS)
    wh[2000:2003] = np.nan
    score = judged(detector, wh).score
    assert np.isnan(score[2000:2003]).all()
    assert not np.isnan(score[2003:2010]).any()


def test_ordinary_home_is_hardly_ever_flagged(detector, threshold):
    score = judged(detector, usual_home(DAYS)).score
    assert np.nanmean(score > threshold) < 0.002


@pytest.mark.parametrize(
    ("kind", "change"),
    [
        ("off", lambda wh: wh * 0),
        ("left on", lambda wh: wh + 600),
        ("stuck", lambda wh: wh * 0 + wh[0]),
    ],
)
def test_a_day_of_trouble_is_flagged(detector, threshold, kind, change):
    wh = usual_home(DAYS)
    wh[2400:2424] = change(wh[2400:2424])
    score = judged(detector, wh).score
    assert (score[2400:2424] > threshold).any(), kind
    assert not (score[2300:2400] > threshold).any()


def test_what_comes_later_changes_nothing_before(detector):
    wh = usual_home(DAYS)
    other = wh.copy()
    other[2500:] = 9 * other[2500:]
    before, after = judged(detector, wh).score[:2500], judged(detector, other).score[:2500]
    np.testing.assert_array_equal(before, after)


def test_judging_the_end_alone_equals_judging_everything(detector):
    wh = usual_home(DAYS)
    wh[2200:2260] = 0
    wh[1000:1300] = np.nan
    whole = judged(detector, wh)
    for since in (HOURS - 1, HOURS - 30, 2230, 700):
        part = detector.score(wh, stamps(HOURS), BERLIN, since)
        np.testing.assert_array_equal(part.score, whole.score[since:])
        np.testing.assert_array_equal(part.alarming, whole.alarming[since:])
        np.testing.assert_allclose(part.rarity, whole.rarity[since:], atol=1e-9)
        np.testing.assert_allclose(part.expected, whole.expected[since:])


def test_a_window_of_memory_is_enough(detector):
    wh = usual_home(fleet.MEMORY // 24 + 60, seed=3)
    t = stamps(len(wh))
    cut = len(wh) - fleet.MEMORY - 24
    since = len(wh) - 24
    whole = detector.score(wh, t, BERLIN, since)
    part = detector.score(wh[cut:], t[cut:], BERLIN, since - cut, first_reading=START)
    np.testing.assert_array_equal(part.score, whole.score)


@pytest.mark.parametrize(
    ("name", "wh"),
    [
        ("one reading", np.array([5.0])),
        ("three readings", np.array([5.0, 0.0, 7.0])),
        ("all zero", np.zeros(HOURS)),
        ("all missing", np.full(HOURS, np.nan)),
        ("constant", np.full(HOURS, 42.0)),
        ("negative", -usual_home(DAYS)),
        ("both signs", usual_home(DAYS) - 300),
        ("huge", usual_home(DAYS) * 1e12),
        ("tiny", usual_home(DAYS) * 1e-9),
        ("one a day", np.where(np.arange(HOURS) % 24 == 0, 9000.0, np.nan)),
        ("every other hour", np.where(np.arange(HOURS) % 2 == 0, 500.0, np.nan)),
    ],
)
def test_odd_series_give_finite_scores_or_none(detector, name, wh):
    found = judged(detector, wh)
    known = found.score[~np.isnan(found.score)]
    assert found.score.shape == wh.shape, name
    assert np.isfinite(known).all()
    assert np.isfinite(found.seen.features).all()
    assert np.isfinite(found.seen.evidence).all()


@pytest.mark.parametrize("wh", [np.zeros(HOURS), np.full(HOURS, 42.0), usual_home(DAYS) * 1e-9])
def test_series_without_life_raise_nothing(detector, threshold, wh):
    assert not (judged(detector, wh).alarming >= threshold).any()


def test_daily_readings_are_not_judged(detector):
    wh = np.where(np.arange(300 * 24) % 24 == 0, 9000.0, np.nan)
    assert np.isnan(judged(detector, wh).score).all()


def test_after_a_gap_of_a_year_the_meter_is_learnt_anew(detector):
    wh = np.concatenate([usual_home(60), np.full(400 * 24, np.nan), 8 * usual_home(60, seed=2)])
    score = judged(detector, wh).score
    back = 460 * 24
    assert np.isnan(score[back : back + 21 * 24]).all()
    assert not np.isnan(score[-24:]).any()


@pytest.mark.parametrize("begin", [1_772_323_200, 1_790_467_200])  # around the two clock changes of 2026
def test_clock_change_is_no_anomaly(detector, threshold, begin):
    t = begin - 80 * 86400 + 3600 * np.arange(90 * 24 + 800, dtype=np.int64)
    local = np.array([hour % 24 for hour in clock.hour_of_week(t, BERLIN)])
    wh = 500 + 400 * np.sin(2 * np.pi * local / 24) + np.random.default_rng(1).normal(0, 20, len(t))
    found = detector.score(wh, t, BERLIN)
    assert not (found.alarming >= threshold).any()


def test_outage_of_weeks_does_not_become_usual(detector):
    wh = usual_home(150)
    clean = wh.copy()
    wh[60 * 24 : 90 * 24] = 0
    with_outage, without = judged(detector, wh), judged(detector, clean)
    after = slice(95 * 24, 96 * 24)
    np.testing.assert_allclose(with_outage.expected[after], without.expected[after], rtol=0.25)


def test_hour_that_only_follows_strange_ones_does_not_alarm(detector, threshold):
    wh = usual_home(DAYS)
    usual = wh[2412:2424].copy()
    wh[2400:2412] += 2500
    found = judged(detector, wh)
    assert (found.alarming[2400:2412] >= threshold).all()
    assert (wh[2412:2424] == usual).all()
    assert (found.alarming[2413:2424] >= threshold).sum() <= 3


def test_grid_with_a_hole_is_refused(detector):
    t = np.delete(stamps(10), 4)
    with pytest.raises(ValueError, match="complete hourly grid"):
        detector.score(np.ones(9), t, BERLIN)


def test_nothing_to_judge_is_refused(detector):
    with pytest.raises(ValueError, match="nothing to look at"):
        detector.score(np.zeros(0), stamps(0), BERLIN)


def test_names_and_features_are_in_step_with_the_arrays(detector):
    seen = fleet.look(usual_home(40), stamps(960), BERLIN)
    assert seen.evidence.shape[1] == len(NAMES) == 9
    assert seen.features.shape[1] == len(FEATURES) == 18
    assert seen.features.dtype == np.float32
