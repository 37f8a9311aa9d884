"""What a report says, read from roll-ups, incidents and forecasts: for the page's preview and the PDF."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import NamedTuple

import numpy as np

from anomalies.models import Incident
from emads.lib import clock, figures
from emads.lib.arrays import FloatArray
from emads.web import summary
from emads.web.home import Home, Part, sensors_of
from emads.web.reports.period import Kind, Period, holding, latest_complete
from emads.web.reports.quality import Completeness, completeness
from energy import series
from energy.analysis import pattern, trend
from energy.models import Site
from energy.overview import main_meters
from energy.series import Buckets
from energy.span import Span
from energy.usage.read import energy_of
from forecasting.outlook import Outlook

LATE_FORECAST_DAYS = 35  # a forecast that begins later has nothing to do with the period


class DayRow(NamedTuple):
    """A day in numbers. [Wh]"""

    day: date
    wh: float
    peak_wh: float  # of its fullest hour
    readings: int


@dataclass(frozen=True)
class Report:
    """A site in a period, as of `now`. Energy in Wh."""

    home: Home
    period: Period
    now: datetime

    @property
    def site(self) -> Site:
        """Whose report it is."""
        return self.home.site

    @cached_property
    def before(self) -> summary.Stretch:
        """The period before; of a running period, as much of it as has passed."""
        start = clock.epoch(self.period.previous.start)
        until = min(clock.epoch(self.period.start), start + self.home.until - clock.epoch(self.period.start))
        hours = energy_of(self.home.mains, self.period.previous.span, "hour")
        return summary.stretch(hours.t, hours.wh, start, until)

    @property
    def change(self) -> float | None:
        """Use a day against the period before; None if one of them was hardly read."""
        if not summary.comparable(self.home.current, self.before):
            return None
        return figures.change(self.home.current.per_day_wh, self.before.per_day_wh)

    @property
    def empty(self) -> bool:
        """No reading in the period."""
        return self.home.empty

    @property
    def running(self) -> bool:
        """Not over yet."""
        return self.now < self.period.end

    @property
    def days(self) -> Buckets:
        """Local days of the period."""
        return self.home.days

    @property
    def dates(self) -> list[date]:
        """The days as dates."""
        return [self.period.first + timedelta(days=i) for i in range(len(self.days.t))]

    @cached_property
    def hours(self) -> Buckets:
        """Hours of the period."""
        return energy_of(self.home.mains, self.period.span, "hour")

    @cached_property
    def mean_wh(self) -> FloatArray:
        """The 7-day mean of each day, the week before the period taken into account. (n,)"""
        begin = self.period.first - timedelta(days=trend.MEAN_DAYS - 1)
        early = Span("", begin, self.period.last, self.period.tz)
        wh = energy_of(self.home.mains, early, "day").wh
        over = trend.finished(self.days.t, self.days.wh, "day", self.period.tz, clock.epoch(self.now))
        means = trend.trailing_mean(wh)[trend.MEAN_DAYS - 1 :]
        return np.where(np.isnan(over), np.nan, means)

    @property
    def top_day(self) -> tuple[date, float]:
        """The day with the highest use."""
        place = int(np.nanargmax(self.days.wh))
        return self.dates[place], float(self.days.wh[place])

    @cached_property
    def usual_days(self) -> tuple[FloatArray, FloatArray]:
        """Mean of each hour of the day: Monday to Friday, weekend. Two of (24,)"""
        late = pattern.weekday(self.hours.t, self.period.tz) >= 5
        t, wh, tz = self.hours.t, self.hours.wh, self.period.tz
        return pattern.usual_day(t[~late], wh[~late], tz), pattern.usual_day(t[late], wh[late], tz)

    @cached_property
    def incidents(self) -> list[Incident]:
        """What was unusual, the costliest first."""
        found = Incident.objects.filter(
            sensor__in=self.home.sensors, start__lt=self.period.end, end__gt=self.period.start
        )
        found = found.select_related("sensor__site").prefetch_related("sensor__site__tariffs")
        return sorted(found, key=lambda incident: -abs(incident.extra_wh or 0))

    @cached_property
    def outlook(self) -> Outlook | None:
        """The forecast that follows the period, if there is one."""
        found = self.home.outlook
        if found is None or found.first_day <= self.period.first:
            return None
        return found if (found.first_day - self.period.last).days <= LATE_FORECAST_DAYS else None

    @property
    def day_rows(self) -> list[DayRow]:
        """The days that hold readings, for a table."""
        peaks = np.full(len(self.days.t), np.nan)
        places = np.searchsorted(self.days.t, self.hours.t, "right") - 1
        np.fmax.at(peaks, np.maximum(places, 0), self.hours.wh)
        columns = zip(self.dates, self.days.wh.tolist(), peaks.tolist(), self.days.n.tolist(), strict=True)
        return [row for row in map(DayRow._make, columns) if row.readings]

    @property
    def heat(self) -> FloatArray:
        """Mean energy by hour of the day and day. (24, n)"""
        drawn = pattern.heat_map(self.hours.t, self.hours.wh, self.period.tz)
        inside = drawn.days >= clock.day_number(self.period.first)
        return drawn.wh[:, inside][:, : len(self.dates)]

    @property
    def parts(self) -> list[Part]:
        """Sub-meters and the rest."""
        return self.home.parts

    @cached_property
    def quality(self) -> list[Completeness]:
        """How complete the readings of each sensor are."""
        return completeness(self.home.sensors, self.period, self.now)


def report_on(site: Site, period: Period, now: datetime) -> Report | None:
    """The report of a site; None while it has no readings at all."""
    sensors = sensors_of(site)
    known = series.extent(main_meters(sensors)) if sensors else None
    return Report(Home(site, sensors, period.span, *known, now), period, now) if known else None


def latest_with_data(site: Site, kind: Kind, now: datetime) -> Period:
    """The last period that is over; if it holds no reading, the latest that does, whole if it can be."""
    complete = latest_complete(kind, now, site.tz)
    mains = main_meters(sensors_of(site))
    known = series.extent(mains) if mains else None
    if known is None:
        return complete
    first, last = (clock.today(moment, site.tz) for moment in known)
    if first > complete.last:
        return holding(kind, last, site.tz)
    days = energy_of(mains, Span("custom", first, complete.last, site.tz), "day")
    read = ~np.isnan(days.wh)
    newest = first + timedelta(days=int(np.flatnonzero(read)[-1]))
    found = holding(kind, newest, site.tz)
    if found == complete or found.last == newest:
        return found
    start = max(0, (found.previous.first - first).days)
    return found.previous if read[start : max(0, (found.first - first).days)].any() else found
