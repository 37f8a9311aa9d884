"""Rarity: the share of the fleet that is at least as strange."""

import numpy as np

from anomalies.detectors.tails import Tails


def test_one_in_a_hundred_reads_as_two():
    seen = np.arange(10_000.0)[:, None]
    tails = Tails.of(seen)
    found = tails.of_each(np.array([[9900.0], [5000.0], [0.0]]))[:, 0]
    np.testing.assert_allclose(found, [2.0, 0.301, 0.0], atol=0.01)


def test_rarity_never_falls_with_the_value():
    seen = np.random.default_rng(1).gamma(1, 1, size=(5000, 2))
    found = Tails.of(seen).of_each(np.linspace(0, 30, 400)[:, None].repeat(2, axis=1))
    assert (np.diff(found, axis=0) >= 0).all()


def test_what_most_show_is_not_rare():
    seen = np.concatenate([np.zeros(990), np.ones(10)])[:, None]
    found = Tails.of(seen).of_each(np.array([[0.0], [1.0]]))[:, 0]
    assert found[0] < 0.01
    assert found[1] == 2.0 or abs(found[1] - 2.0) < 0.01


def test_beyond_everything_seen_is_as_rare_as_it_gets():
    tails = Tails.of(np.arange(1000.0)[:, None])
    assert tails.of_each(np.array([[1e9]]))[0, 0] == tails.rarity.max()


def test_table_is_small_however_much_was_seen():
    assert Tails.of(np.random.default_rng(1).random((100_000, 1))).values.shape[1] <= 400
