"""Energy of one or several meters over a span, read once from roll-ups; what the usage pages draw from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

import numpy as np

from emads.lib import clock
from emads.lib.arrays import FloatArray
from energy import series
from energy.analysis import pattern, trend
from energy.analysis.pattern import Weekend
from energy.models import Sensor
from energy.series import Buckets, Grid
from energy.span import Span

PATTERN_DAYS = 400  # a pattern over more than a year says nothing new
GIVING = (Sensor.Quantity.EXPORT, Sensor.Quantity.PRODUCTION)
LEAST_COVERED = 0.8  # of both stretches, to compare them
UNBELIEVABLE = 20  # times as much: one of the two was not measured, whatever its zeros say


def energy_of(sensors: Sequence[Sensor], span: Span, unit: Grid) -> Buckets:
    """Energy of meters together on a complete grid."""
    return series.add(list(series.load_many(sensors, span.start, span.end, unit, span.tz).values()))


def tail(span: Span, most: int) -> Span:
    """The last days of a span."""
    return Span("custom", max(span.first, span.last - timedelta(days=most - 1)), span.last, span.tz)


@dataclass(frozen=True)
class Usage:
    """Meters of one zone over a span, as of `now`."""

    sensors: list[Sensor]
    span: Span
    now: datetime

    @property
    def now_s(self) -> int:
        """The instant it is. [s]"""
        return clock.epoch(self.now)

    @cached_property
    def days(self) -> Buckets:
        """Local days of the span."""
        return energy_of(self.sensors, self.span, "day")

    @cached_property
    def whole_days(self) -> FloatArray:
        """Energy of the days that are over. (n,) [Wh]"""
        return trend.finished(self.days.t, self.days.wh, "day", self.span.tz, self.now_s)

    @cached_property
    def pattern_span(self) -> Span:
        """The days that patterns are drawn from."""
        return tail(self.span, PATTERN_DAYS)

    @cached_property
    def hours(self) -> Buckets:
        """UTC hours of the days that patterns are drawn from."""
        return energy_of(self.sensors, self.pattern_span, "hour")

    @cached_property
    def whole_hours(self) -> FloatArray:
        """Energy of the hours that are over. (n,) [Wh]"""
        return trend.finished(self.hours.t, self.hours.wh, "hour", self.span.tz, self.now_s)

    @cached_property
    def empty(self) -> bool:
        """Not a single reading in the span."""
        return bool(np.isnan(self.days.wh).all())

    @property
    def gives(self) -> bool:
        """Measures what a place gives, not what it takes: a roof, or what is fed into the grid."""
        return bool(self.sensors) and self.sensors[0].quantity in GIVING

    @cached_property
    def weekend(self) -> Weekend:
        """Weekday against weekend."""
        return pattern.weekend(self.days.t, self.whole_days, self.span.tz)

    def over(self, span: Span) -> "Usage":
        """The same meters over another span."""
        return Usage(self.sensors, span, self.now)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two stretches of days laid over each other, up to where both were read. All shapes (n,)."""

    now_wh: FloatArray
    before_wh: FloatArray

    @property
    def comparable(self) -> bool:
        """Both were read on most days of the common stretch."""
        known = ~np.isnan(self.now_wh), ~np.isnan(self.before_wh)
        return bool(len(self.now_wh) and min(float(k.mean()) for k in known) >= LEAST_COVERED)

    @property
    def change(self) -> float | None:
        """By how much the mean day differs; None if they cannot be compared."""
        if not self.comparable:
            return None
        now, before = float(np.nanmean(self.now_wh)), float(np.nanmean(self.before_wh))
        believable = before > 0 and now < UNBELIEVABLE * before
        return now / before - 1 if believable else None


def pair(now: Usage, before: Usage) -> Pair:
    """Whole days of two spans, side by side from their first day on, up to the last day both can have."""
    length = min(len(now.whole_days), len(before.whole_days))
    known = np.flatnonzero(~np.isnan(now.whole_days[:length]))
    length = int(known[-1]) + 1 if known.size else 0
    return Pair(now.whole_days[:length], before.whole_days[:length])
