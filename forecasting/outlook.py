"""What a page says about the days to come: forecasts of sensors together, the history before, the month."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import NamedTuple

import numpy as np

from emads.lib import clock
from emads.lib.arrays import FloatArray
from energy import series
from energy.models import Sensor, Site
from forecasting import reading, totals
from forecasting.models import Forecast
from forecasting.totals import Days, Range

HISTORY_DAYS = 28
MOST_LAG = 2  # days by which a sensor's forecast may begin earlier and still be added
LATE_AFTER, OLD_AFTER = 1, 14  # days without data: said, and said louder


class LeftOut(NamedTuple):
    """A sensor that is not part of the outlook, and why."""

    sensor: Sensor
    reason: str


@dataclass(frozen=True)
class Outlook:
    """The coming days of some sensors of a site, as of `now`."""

    site: Site
    sensors: list[Sensor]
    left_out: list[LeftOut]
    first_day: date
    days: Days
    issued_at: datetime
    models: list[str]
    now: datetime

    @property
    def dates(self) -> list[date]:
        """The days forecast."""
        return [self.first_day + timedelta(days=i) for i in range(len(self.days.middle))]

    @property
    def rows(self) -> list[tuple[date, float, float, float]]:
        """Day, expected, low and high. [Wh]"""
        return list(
            zip(
                self.dates,
                self.days.middle.tolist(),
                self.days.low.tolist(),
                self.days.high.tolist(),
                strict=True,
            )
        )

    @property
    def total(self) -> Range:
        """All days forecast together."""
        return totals.over_days(self.days)

    @property
    def late_days(self) -> int:
        """Days since the last complete one, beyond yesterday."""
        return max(0, (clock.today(self.now, self.site.tz) - self.first_day).days)

    @property
    def last_day(self) -> date:
        """The last complete day."""
        return self.first_day - timedelta(days=1)

    @property
    def is_late(self) -> bool:
        """Whether the days forecast have begun before today."""
        return self.late_days > LATE_AFTER

    @property
    def is_old(self) -> bool:
        """Whether the data ended so long ago that the forecast is of days gone by."""
        return self.late_days > OLD_AFTER

    @property
    def history_first(self) -> date:
        """The first day of the history: four weeks back, or the first of the month."""
        return min(self.first_day.replace(day=1), self.first_day - timedelta(days=HISTORY_DAYS))

    @cached_property
    def history(self) -> FloatArray:
        """Energy of the days from `history_first` up to `first_day`; NaN without readings. [Wh]"""
        start, end = (clock.day_start(day, self.site.tz) for day in (self.history_first, self.first_day))
        return series.add(list(series.load_many(self.sensors, start, end, "day").values())).wh


def outlook(site: Site, sensors: Sequence[Sensor], now: datetime) -> Outlook | None:
    """The newest forecasts of sensors added up; None if none of them has one."""
    found = reading.latest(sensors, now)
    able = [f for f in found.values() if f.mean_wh]
    if not able:
        return None
    first_day = max(f.first_day for f in able)
    taken = [f for f in able if (first_day - f.first_day).days <= MOST_LAG]
    included = {f.sensor_id for f in taken}
    return Outlook(
        site=site,
        sensors=[s for s in sensors if s.pk in included],
        left_out=[LeftOut(s, why_not(found.get(s.pk))) for s in sensors if s.pk not in included],
        first_day=first_day,
        days=_together(taken, first_day),
        issued_at=min(f.issued_at for f in taken),
        models=sorted({f.model for f in taken}),
        now=now,
    )


def why_not(forecast: Forecast | None) -> str:
    """Why a sensor has no forecast for the coming days."""
    if forecast is None:
        return "Its first forecast comes with the next run."
    last = forecast.first_day - timedelta(days=1)
    return forecast.abstained or f"Its last complete day is {last:%-d %B %Y}."


def _together(forecasts: Sequence[Forecast], first_day: date) -> Days:
    """Their sum over the days that all of them have."""
    skips = [(first_day - f.first_day).days for f in forecasts]
    count = min(len(f.mean_wh) - skip for f, skip in zip(forecasts, skips, strict=True))
    parts = [
        Days(*(np.array(wh[skip : skip + count], dtype=float) for wh in (f.mean_wh, f.low_wh, f.high_wh)))
        for f, skip in zip(forecasts, skips, strict=True)
    ]
    return totals.over_sensors(parts)
