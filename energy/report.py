"""What the page of a meter says about its readings."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

import numpy as np

from emads.lib import clock
from energy import series
from energy.analysis import load, quality
from energy.analysis.load import Peak
from energy.models import Sensor
from energy.overview import Standing
from energy.series import Buckets
from energy.span import Span
from energy.usage.read import PATTERN_DAYS, tail

RAW_DAYS = 2  # up to here the chart shows every reading
LOOK_BACK = timedelta(hours=6)
LONG_FLAT = 6
MANY_ZEROS = 0.3


@dataclass(frozen=True)
class Report:
    """A meter over a span, as of `now`; `known` is the time of its first and of its last reading."""

    sensor: Sensor
    span: Span
    known: tuple[datetime, datetime]
    standing: Standing
    now: datetime

    @cached_property
    def hours(self) -> Buckets:
        """Hours of the last days of the span."""
        span = tail(self.span, PATTERN_DAYS)
        return series.load(self.sensor, span.start, span.end, "hour")

    @cached_property
    def days(self) -> Buckets:
        """Local days of the span."""
        return series.load(self.sensor, self.span.start, self.span.end, "day", self.span.tz)

    @property
    def total_wh(self) -> float | None:
        """Energy of the span; None without a reading."""
        return self.days.total_wh if self.days.n.any() else None

    @property
    def peak(self) -> Peak | None:
        """Its fullest hour."""
        return load.peak(self.hours.t, self.hours.wh)

    @property
    def peak_at(self) -> datetime | None:
        """When that hour began."""
        return clock.moment(self.peak.t) if self.peak else None

    @cached_property
    def interval_s(self) -> int | None:
        """The interval somebody named, else the one the newest readings show. [s]"""
        if self.sensor.interval_s:
            return self.sensor.interval_s
        last = self.known[1]
        recent = series.load(self.sensor, last - LOOK_BACK, last + timedelta(seconds=1), "raw")
        return quality.usual_interval(recent.t)

    @property
    def readings(self) -> int:
        """Number of readings in the span."""
        return int(self.days.n.sum())

    @property
    def complete(self) -> float | None:
        """Share of the readings that came, from the first one ever on; None if nobody knows their number."""
        first = max(self.span.start, self.known[0])
        last = min(self.span.end, self.now)
        share = quality.completeness(self.readings, self.interval_s, int((last - first).total_seconds()))
        return None if np.isnan(share) else share

    @property
    def never_rests(self) -> bool:
        """A home always draws a little; a roof or a washing machine may well do nothing."""
        return self.sensor.quantity == Sensor.Quantity.IMPORT and self.sensor.parent_id is None

    def hints(self) -> Iterator[str]:
        """What may be wrong, in sentences."""
        found = quality.doubts(self.hours.wh)
        if self.standing.is_silent:
            yield f"Silent: the last reading came {self.standing.ago}. Is the device on, and its network?"
        if found.gap_hours:
            have = plural(found.gap_hours, "hour has", "hours have")
            yield f"{found.gap_hours} {have} no reading, in between others."
        if found.flat_hours >= LONG_FLAT:
            yield f"{found.flat_hours} hours in a row are the same: the meter may repeat its last value."
        if found.negative_hours:
            yield (
                f"{found.negative_hours} {plural(found.negative_hours, 'hour is', 'hours are')} negative. "
                "What is fed into the grid belongs to a meter of its own."
            )
        if self.never_rests and found.zero_hours > MANY_ZEROS * max(1, int((self.hours.n > 0).sum())):
            yield f"{found.zero_hours} hours are exactly 0: some devices write 0 for a reading they missed."


def plural(count: int, one: str, many: str) -> str:
    """“1 hour has”, “2 hours have”."""
    return one if count == 1 else many
