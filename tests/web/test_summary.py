"""Sums of a stretch of time."""

import numpy as np
import pytest

from emads.web import summary

NAN = float("nan")
T = 3600 * np.arange(6, dtype=np.int64)
WH = np.array([10.0, 20.0, NAN, 40.0, 50.0, 60.0])


def test_a_stretch_sums_what_begins_inside_it():
    found = summary.stretch(T, WH, 3600, 5 * 3600)
    assert found.total_wh == 110
    assert found.per_day_wh == pytest.approx(110 / 3 * 24)
    assert found.covered == 0.75
    assert (found.peak_at, found.peak_wh) == (4 * 3600, 50)


def test_a_stretch_of_days_averages_days():
    assert summary.stretch(T, WH, 0, 2 * 3600, per_day=1.0).per_day_wh == 15


@pytest.mark.parametrize(("start", "end"), [(7200, 10800), (90000, 99999), (3600, 3600)])
def test_a_stretch_without_a_reading_knows_nothing(start, end):
    found = summary.stretch(T, WH, start, end)
    assert np.isnan(found.total_wh)
    assert found.peak_at is None
    assert found.covered == 0


def test_stretches_that_were_hardly_read_are_not_compared():
    whole = summary.stretch(T, WH, 10800, 21600)
    half = summary.stretch(T, WH, 3600, 10800)
    assert summary.comparable(whole, whole)
    assert not summary.comparable(whole, half)
    assert not summary.comparable(half, whole)
