"""The forest as arrays says what scikit-learn says, to the last bit."""

import numpy as np
import pytest
from sklearn.ensemble import IsolationForest

from anomalies.training import _forest, allowance


@pytest.fixture(scope="module")
def rows() -> np.ndarray:
    rng = np.random.default_rng(5)
    return (rng.normal(size=(3000, 6)) * rng.gamma(1, 1, size=(3000, 1))).astype(np.float32)


@pytest.mark.parametrize(("trees", "samples"), [(3, 4), (50, 256), (20, 1024)])
def test_scores_equal_scikit_learn_bit_for_bit(rows, trees, samples):
    trained = IsolationForest(n_estimators=trees, max_samples=samples, random_state=1).fit(rows)
    ours = _forest(trained).score(rows)
    np.testing.assert_array_equal(ours, -trained.score_samples(rows))


def test_values_on_a_threshold_go_the_same_way(rows):
    coarse = np.round(rows * 4) / 4
    trained = IsolationForest(n_estimators=20, max_samples=128, random_state=1).fit(coarse)
    np.testing.assert_array_equal(_forest(trained).score(coarse), -trained.score_samples(coarse))


def test_equal_rows_are_all_equally_strange():
    same = np.ones((50, 3), dtype=np.float32)
    trained = IsolationForest(n_estimators=5, max_samples=16, random_state=1).fit(same)
    assert len(set(_forest(trained).score(same).tolist())) == 1


def test_no_rows_give_no_scores(rows):
    trained = IsolationForest(n_estimators=5, max_samples=16, random_state=1).fit(rows)
    assert _forest(trained).score(rows[:0]).shape == (0,)


def test_allowance_follows_the_paper():
    assert allowance(np.array([1, 2])).tolist() == [0.0, 1.0]
    assert allowance(np.array([256]))[0] == pytest.approx(10.244, abs=1e-3)
