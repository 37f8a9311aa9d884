"""Today so far against a usual day at this hour."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

import numpy as np

from emads.lib import clock, figures
from emads.lib.arrays import FloatArray, IntArray
from energy.analysis.pattern import means_by
from energy.models import Sensor
from energy.span import Span
from energy.usage.read import energy_of

WEEKS = 4
LEAST_WEEKS = 2  # one Tuesday is not a usual one


class Compared(NamedTuple):
    """The hours of a day that are over and were read, and the same of a usual day. [Wh], NaN = unknown"""

    wh: float
    usual_wh: float
    until: int  # end of the last of these hours [s]


@dataclass(frozen=True, slots=True)
class Today:
    """What was used today."""

    wh: float
    until: datetime  # up to when it is compared
    change: float | None  # against the same hours of the same weekday; None if nobody knows


def compared(t: IntArray, wh: FloatArray, opening: int, over: int, tz: ZoneInfo) -> Compared:
    """The hours of a day up to `over` against the mean of the same hours of the same weekday before.

    t, wh   : (n,) UTC hours of the weeks before and of the day, NaN = no reading [s], [Wh]
    opening : the instant the day begins [s]
    """
    known, place = ~np.isnan(wh), clock.hour_of_week(t, tz)
    past = known & (t < opening)
    usual = means_by(place[past], wh[past], 168)
    usual[np.bincount(place[past], minlength=168) < LEAST_WEEKS] = np.nan
    now = known & (t >= opening) & (t + clock.HOUR <= over)
    if not now.any():
        return Compared(float("nan"), float("nan"), opening)
    until = int(t[now][-1]) + clock.HOUR
    return Compared(float(wh[now].sum()), float(usual[place[now]].sum()), until)


def today(sensors: Sequence[Sensor], tz: ZoneInfo, last: datetime, now: datetime) -> Today | None:
    """Of sensors together, the last reading of which came at `last`; None without a reading of today."""
    day = clock.today(now, tz)
    span = Span("today", day, day, tz)
    if last < span.start:
        return None
    wh = energy_of(sensors, span, "day").total_wh
    hours = energy_of(sensors, Span("custom", day - timedelta(weeks=WEEKS), day, tz), "hour")
    found = compared(hours.t, hours.wh, clock.epoch(span.start), clock.epoch(now), tz)
    return Today(wh, clock.moment(found.until), figures.change(found.wh, found.usual_wh))
