"""An earlier stretch laid over a later one."""

import numpy as np

from energy.analysis.overlay import laid_over


def test_values_lie_at_the_same_place():
    assert laid_over(np.arange(3), np.arange(3), np.array([1.0, 2.0, 3.0])).tolist() == [1, 2, 3]


def test_a_place_without_an_earlier_value_is_unknown():
    found = laid_over(np.arange(3), np.array([0, 2]), np.array([1.0, np.nan]))
    np.testing.assert_array_equal(found, [1, np.nan, np.nan])


def test_an_hour_shown_twice_gives_its_mean():
    assert laid_over(np.array([2]), np.array([2, 2]), np.array([1.0, 3.0])).tolist() == [2]


def test_places_before_the_beginning_are_left_out():
    found = laid_over(np.array([-1, 0]), np.array([-1, 0]), np.array([9.0, 1.0]))
    np.testing.assert_array_equal(found, [np.nan, 1])


def test_nothing_over_nothing_is_nothing():
    none = np.zeros(0, dtype=np.int64)
    assert laid_over(none, none, np.zeros(0)).shape == (0,)
