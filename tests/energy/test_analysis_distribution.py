"""How often how much, and how complete."""

import numpy as np
import pytest

from energy.analysis import distribution, quality
from energy.analysis.quality import Doubts

NAN = float("nan")


@pytest.mark.parametrize(
    ("width", "rounded"), [(0.013, 0.02), (1.0, 1.0), (2.1, 2.5), (26, 50), (99, 100), (7e5, 1e6)]
)
def test_bins_have_round_widths(width, rounded):
    assert distribution.round_width(width) == pytest.approx(rounded)


def test_every_value_is_in_exactly_one_bin():
    values = np.random.default_rng(3).gamma(2, 400, 5000)
    found = distribution.histogram(values)
    assert found.counts.sum() == 5000
    assert len(found.edges) == len(found.counts) + 1
    assert 8 <= len(found.counts) <= 50


def test_gaps_are_not_counted():
    assert distribution.histogram(np.array([1.0, NAN, 2.0, 3.0])).counts.sum() == 3


def test_one_value_makes_one_bin():
    found = distribution.histogram(np.full(9, 4.0))
    assert found.counts.tolist() == [9]
    assert found.edges.tolist() == [3.5, 4.5]


def test_nothing_makes_no_bins():
    assert distribution.histogram(np.array([NAN])).counts.tolist() == []


def test_an_outlier_does_not_make_a_thousand_bins():
    values = np.concatenate([np.random.default_rng(1).normal(10, 1, 5000), [100_000.0]])
    assert len(distribution.histogram(values).counts) <= 50


def test_the_usual_interval_survives_gaps():
    assert quality.usual_interval(np.array([0, 60, 120, 500, 560])) == 60


def test_two_readings_have_no_usual_interval():
    assert quality.usual_interval(np.array([0, 60])) is None


@pytest.mark.parametrize(
    ("readings", "interval", "seconds", "share"),
    [(98, 900, 90_000, 0.98), (100, 900, 90_000, 1.0), (200, 900, 90_000, 1.0), (0, 900, 90_000, 0.0)],
)
def test_completeness_is_a_share_of_what_was_to_come(readings, interval, seconds, share):
    assert quality.completeness(readings, interval, seconds) == pytest.approx(share)


def test_completeness_is_unknown_without_an_interval():
    assert np.isnan(quality.completeness(5, None, 3600))


def test_doubtful_hours_are_counted():
    wh = np.array([NAN, 5, 5, 5, 2, NAN, 0, 0, -1, 7, NAN])
    assert quality.doubts(wh) == Doubts(gap_hours=1, zero_hours=2, negative_hours=1, flat_hours=3)


def test_a_sensor_without_readings_raises_no_doubts():
    assert quality.doubts(np.full(4, NAN)) == Doubts(0, 0, 0, 0)
