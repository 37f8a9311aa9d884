"""When a home uses energy: what returns by the hour and the weekday, and where it is heading."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

import numpy as np

from emads.lib import clock
from emads.lib.arrays import FloatArray
from energy.analysis import load, pattern, trend
from energy.models import Sensor
from energy.series import Buckets
from energy.span import Span
from energy.usage.read import energy_of

FEWEST_DAYS = 28  # a week's pattern needs at least this many days
MOST_DAYS = 92
TREND_DAYS = 35


def pattern_span(span: Span) -> Span:
    """The days a pattern is drawn from: those of the span, but four weeks at least, three months at most."""
    return ending(span, min(max(span.days, FEWEST_DAYS), MOST_DAYS))


def ending(span: Span, days: int) -> Span:
    """So many days up to the last of a span."""
    return Span("custom", span.last - timedelta(days=days - 1), span.last, span.tz)


@dataclass(frozen=True)
class Patterns:
    """Sums of sensors together. A day that their `first` or `last` reading cuts does not count."""

    sensors: list[Sensor]
    span: Span
    first: datetime
    last: datetime

    @cached_property
    def days(self) -> Span:
        """The days the patterns are drawn from."""
        return pattern_span(self.span)

    @cached_property
    def hours(self) -> Buckets:
        """Their hours."""
        return energy_of(self.sensors, self.days, "hour")

    @cached_property
    def always_on_w(self) -> float:
        """The load that never rests. [W]"""
        return load.always_on_w(self.hours.t, self.hours.wh, self.span.tz)

    @property
    def always_on_share(self) -> float | None:
        """Its share of all use; None if nobody knows."""
        known = self.hours.wh[~np.isnan(self.hours.wh)]
        mean = float(known.mean()) if known.size else 0.0
        return self.always_on_w / mean if mean > 0 and not np.isnan(self.always_on_w) else None

    @cached_property
    def usual_day(self) -> FloatArray:
        """Mean of each hour of the day. [Wh], (24,)"""
        return pattern.usual_day(self.hours.t, self.hours.wh, self.span.tz)

    @cached_property
    def weekdays(self) -> FloatArray:
        """Mean of Mondays to Sundays, of whole days. [Wh], (7,)"""
        days = energy_of(self.sensors, self.days, "day")
        return pattern.weekday_means(days.t, self._whole(days), self.span.tz)

    @cached_property
    def recent(self) -> Buckets:
        """Days for the trend: the span's, five weeks at least, with the six before them."""
        return energy_of(self.sensors, ending(self.span, max(self.span.days, TREND_DAYS) + 6), "day")

    @cached_property
    def weekly_mean(self) -> FloatArray:
        """Mean of each recent day and the six before it, of whole days. [Wh]"""
        return trend.trailing_mean(self._whole(self.recent))

    def _whole(self, days: Buckets) -> FloatArray:
        hour_over = clock.epoch(self.last) // clock.HOUR * clock.HOUR + clock.HOUR
        done = trend.finished(days.t, days.wh, "day", self.span.tz, hour_over)
        return np.where(days.t >= clock.epoch(self.first), done, np.nan)
