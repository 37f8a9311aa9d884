"""Tiny lines."""

import numpy as np
import pytest

from energy.analysis.spark import spark

NAN = float("nan")


def test_a_line_goes_from_left_to_right_and_up():
    assert spark(np.array([0.0, 10.0])) == "M0.0 23.0L100.0 1.0"


def test_a_gap_lifts_the_pen():
    assert spark(np.array([1.0, NAN, 1.0, 1.0])).count("M") == 2


@pytest.mark.parametrize("values", [[], [1.0], [NAN, NAN], [NAN, 3.0]])
def test_one_value_is_no_line(values):
    assert spark(np.array(values)) == ""


def test_even_zeros_have_a_line():
    assert spark(np.zeros(3)).startswith("M0.0 23.0")
