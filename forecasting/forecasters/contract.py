"""What every forecaster agrees on: the window, the horizon, the quantiles."""

from typing import Protocol

from emads.lib.arrays import FloatArray, IntArray

WEEK = 7
HORIZON = 7  # days ahead
WINDOW = 56  # days of history a forecaster sees
QUANTILES = (0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975)
LOW, MEDIAN, HIGH = 1, 3, 5  # the 80 % interval and its middle, as places in QUANTILES
LOWEST, HIGHEST = 0, 6  # the 95 % interval


class Forecaster(Protocol):
    """A way to forecast; `name` is what people read."""

    name: str

    def predict(self, history: FloatArray, weekday: IntArray) -> FloatArray:
        """(n, 56), (n,) -> (n, 7, 7) [Wh]; a row is NaN throughout where the history does not carry it."""
