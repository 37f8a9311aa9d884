"""Trailing windows leave gaps out and know nothing of the future."""

import numpy as np
import pandas as pd
import pytest

from anomalies.detectors import rolling

SERIES = np.array([1.0, 2.0, np.nan, 4.0, 4.0, 0.0, 7.0, np.nan, np.nan, 3.0])


@pytest.mark.parametrize("width", [1, 3, 6, 24])
def test_mean_equals_pandas(width):
    expected = pd.Series(SERIES).rolling(width, min_periods=1).mean().to_numpy()
    np.testing.assert_allclose(rolling.mean(SERIES, width), expected)


@pytest.mark.parametrize("width", [2, 3, 24])
def test_deviation_equals_pandas(width):
    expected = pd.Series(SERIES).rolling(width, min_periods=2).std().to_numpy()
    np.testing.assert_allclose(rolling.std(SERIES, width), expected, atol=1e-12)


@pytest.mark.parametrize("width", [1, 3, 6])
def test_median_equals_pandas(width):
    expected = pd.Series(SERIES).rolling(width, min_periods=1).median().to_numpy()
    np.testing.assert_allclose(rolling.median(SERIES, width), expected)


@pytest.mark.parametrize("q", [0.0, 0.05, 0.5, 0.95, 1.0])
def test_quantile_of_sorted_rows_equals_numpy(q):
    rows = np.array([[3.0, 1.0, 2.0, np.nan], [5.0, np.nan, np.nan, np.nan], [4.0, 1.0, 9.0, 2.0]])
    np.testing.assert_allclose(
        rolling.sorted_quantile(np.sort(rows, axis=1), q), np.nanquantile(rows, q, axis=1)
    )


def test_quantile_of_nothing_is_unknown():
    assert np.isnan(rolling.sorted_quantile(np.array([[np.nan, np.nan]]), 0.5)).all()


def test_run_length_counts_up_and_starts_anew():
    mask = np.array([1, 1, 0, 1, 1, 1, 0], dtype=bool)
    assert rolling.run_length(mask).tolist() == [1, 2, 0, 1, 2, 3, 0]


def test_short_gap_is_bridged_and_a_long_one_stays():
    gaps = np.array([np.nan, 5.0, np.nan, np.nan, 6.0, np.nan, np.nan, np.nan])
    bridged = rolling.bridge(gaps, 2)
    np.testing.assert_equal(bridged, [np.nan, 5, 5, 5, 6, 6, 6, np.nan])


def test_nothing_in_gives_nothing_out():
    nothing = np.zeros(0)
    assert all(len(f(nothing, 3)) == 0 for f in (rolling.mean, rolling.std, rolling.median, rolling.bridge))
    assert len(rolling.run_length(np.zeros(0, dtype=bool))) == 0
