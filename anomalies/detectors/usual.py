"""What an hour should look like, judged by the weeks before it."""

from dataclasses import dataclass
from datetime import tzinfo

import numpy as np

from anomalies.detectors import rolling, weeks
from anomalies.detectors.outage import outages
from anomalies.detectors.weeks import Ranges, Weeks
from emads.lib import clock
from emads.lib.arrays import BoolArray, FloatArray, IntArray

BACK = 52  # weeks a profile remembers
RUN_BACK = 8  # weeks that say how long a flat or idle run usually is
LEARNING_HOURS = 28 * 24
LEAST_SEEN = 21 * 24  # hours known in the weeks before, below which nothing is judged
GAP = 3  # hours a gap may last and still be bridged
LEAST_RANGE_WH = 2.0  # differences of a watt or two are noise whatever the sensor
BAND = 2.0  # spreads either side that count as usual


@dataclass(frozen=True, slots=True)
class History:
    """An hourly series laid out by week. Shapes (n,).

    t : start of each hour, without holes [s]; wh : energy as read, NaN = none [Wh]
    y : the same with short gaps bridged [Wh]; taught : hours that later ones learn from
    """

    t: IntArray
    wh: FloatArray
    y: FloatArray
    taught: BoolArray
    weeks: Weeks

    def lesson(self, values: FloatArray) -> FloatArray:
        """A series in step with this one as a table of weeks, without the hours nobody should learn from."""
        return self.weeks.table(np.where(self.taught, values, np.nan))

    @classmethod
    def of(cls, wh: FloatArray, t: IntArray, tz: tzinfo) -> "History":
        """Lay out a series on a complete hourly grid; ValueError if the grid has holes."""
        if len(t) > 1 and not (np.diff(t) == clock.HOUR).all():
            raise ValueError("the series must be on a complete hourly grid")
        energy = np.asarray(wh, dtype=np.float64)
        taught = ~outages(energy)
        return cls(t, energy, rolling.bridge(energy, GAP), taught, Weeks.of(t, tz))


@dataclass(frozen=True, slots=True)
class Usual:
    """What was usual for the hours from `start` on. Shapes (n - start,), all in Wh.

    expected : median of the hour of the week; spread : its robust deviation with a floor
    scale    : 5 % to 95 % range of all hours; middle, low, high : median and those quantiles
    judged   : enough is known and there is a reading
    quiet    : the hour belongs to the lower 40 % of the usual week
    week_expected, week_spread : (168,) the usual week in force at the end of the series
    ranges   : the weekly figures behind scale, middle, low and high, from week `first_week` on
    """

    start: int
    expected: FloatArray
    spread: FloatArray
    scale: FloatArray
    middle: FloatArray
    low: FloatArray
    high: FloatArray
    judged: BoolArray
    quiet: BoolArray
    week_expected: FloatArray
    week_spread: FloatArray
    ranges: Ranges
    first_week: int

    @property
    def band_low(self) -> FloatArray:
        """Lower edge of the expected band; not below zero where use is not. [Wh]"""
        edge = self.expected - BAND * self.spread
        return np.where(self.low >= 0, np.maximum(edge, 0.0), edge)

    @property
    def band_high(self) -> FloatArray:
        """Upper edge of the expected band. [Wh]"""
        return self.expected + BAND * self.spread


def scale_of(low: FloatArray, middle: FloatArray, high: FloatArray) -> FloatArray:
    """Operating range with a floor, so that flat series do not divide by nothing. [Wh]"""
    return np.maximum(high - low, 0.05 * np.abs(middle) + LEAST_RANGE_WH)


def usual(history: History, start: int = 0, first_reading: int | None = None) -> Usual:
    """What was usual for each hour from index `start` on, from the `BACK` weeks before its week.

    first_reading : instant of the sensor's first reading, if it lies before the series [s]
    """
    place = history.weeks
    first = int(place.week[start])
    first_week = max(0, first - RUN_BACK)
    week, hour = place.week[start:] - first, place.hour[start:]
    as_read = history.lesson(history.wh)
    every = weeks.ranges(history.lesson(history.y), first_week, BACK)
    span = every.since(first - first_week)
    centre = weeks.medians(as_read, first, BACK)
    deviation = weeks.spreads(as_read, centre, first, BACK)
    scale = scale_of(span.low, span.middle, span.high)
    centre = np.where(np.isnan(centre), span.middle[:, None], centre)
    deviation = np.where(np.isnan(deviation), scale[:, None] / 4, deviation) + 0.03 * scale[:, None]
    quiet = centre <= np.quantile(centre, 0.4, axis=1, keepdims=True) if len(centre) else centre > 0
    learnt = history.t[start:] >= _beginning(history, first_reading) + LEARNING_HOURS * clock.HOUR
    seen = weeks.known(as_read, first, BACK)
    known = ~np.isnan(history.wh[start:]) & (seen[week] >= LEAST_SEEN)
    return Usual(
        start,
        centre[week, hour],
        deviation[week, hour],
        scale[week],
        span.middle[week],
        span.low[week],
        span.high[week],
        learnt & known,
        quiet[week, hour],
        centre[-1],
        deviation[-1],
        every,
        first_week,
    )


def _beginning(history: History, first_reading: int | None) -> int:
    """The instant the sensor began to be known. [s]"""
    if first_reading is not None:
        return first_reading // clock.HOUR * clock.HOUR
    known = np.flatnonzero(~np.isnan(history.wh))
    return int(history.t[known[0]]) if len(known) else int(history.t[-1])
