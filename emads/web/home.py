"""What the first page says about a home: read once, from roll-ups, whatever the length of its history."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cached_property

import numpy as np

from anomalies import reading
from anomalies.reading import Rate
from emads.lib import clock, figures
from emads.web import summary
from emads.web.patterns import Patterns, ending
from emads.web.today import Today, today
from energy import costs, series
from energy.analysis.spark import spark
from energy.models import Sensor, Site
from energy.overview import main_meters
from energy.series import Buckets
from energy.span import Span
from energy.usage.read import energy_of
from forecasting.bill import Month, month
from forecasting.outlook import Outlook, outlook

HOURLY_DAYS = 62  # spans up to here are looked at hour by hour, longer ones day by day


def sensors_of(site: Site) -> list[Sensor]:
    """All its sensors, in one query."""
    sensors = list(site.sensors.all())
    for sensor in sensors:
        sensor.site = site
    return sensors


def latest_span(span: Span, last: datetime) -> Span:
    """As many days as `span` has, up to the day of the last reading."""
    day = clock.today(last, span.tz)
    return ending(Span("custom", day, day, span.tz), span.days)


@dataclass(frozen=True, slots=True)
class Part:
    """A share of what a home used."""

    name: str
    wh: float
    share: float
    sensor: Sensor | None = None

    @property
    def percent(self) -> int:
        """Length of its bar."""
        return round(100 * min(max(self.share, 0), 1))


@dataclass(frozen=True)
class Home:
    """A site over a span, as of `now`. `last` is the time of its last reading."""

    site: Site
    sensors: list[Sensor]
    span: Span
    first: datetime
    last: datetime
    now: datetime
    compare: bool = False  # the main chart shows the stretch before as well

    @property
    def query(self) -> str:
        """What its charts are asked for: this site, these very days."""
        days = f"site={self.site.slug}&range=custom&from={self.span.first}&to={self.span.last}"
        return f"{days}&compare=1" if self.compare else days

    @cached_property
    def mains(self) -> list[Sensor]:
        """What the total is the sum of."""
        return main_meters(self.sensors)

    @property
    def roots(self) -> list[Sensor]:
        """Meters that are no part of another."""
        return [s for s in self.sensors if s.parent_id is None]

    @property
    def hourly(self) -> bool:
        """Whether the span is looked at hour by hour."""
        return self.span.days <= HOURLY_DAYS

    @cached_property
    def fine(self) -> Buckets:
        """Hours or days of the span and of the one before it."""
        whole = Span("custom", self.span.previous.first, self.span.last, self.span.tz)
        return energy_of(self.mains, whole, "hour" if self.hourly else "day")

    @cached_property
    def days(self) -> Buckets:
        """Local days of the span."""
        return energy_of(self.mains, self.span, "day")

    @cached_property
    def until(self) -> int:
        """The instant up to which the span can be judged: its end, or that of the last whole bucket. [s]"""
        last = np.array([clock.epoch(self.last)], dtype=np.int64)
        begun = int(clock.floor(last, "hour" if self.hourly else "day", self.span.tz)[0])
        return min(clock.epoch(self.span.end), begun + clock.HOUR if self.hourly else begun)

    @cached_property
    def current(self) -> summary.Stretch:
        """The span so far."""
        return self._stretch(clock.epoch(self.span.start), self.until)

    @cached_property
    def before(self) -> summary.Stretch:
        """As much of the span before."""
        start = clock.epoch(self.span.previous.start)
        return self._stretch(start, start + self.until - clock.epoch(self.span.start))

    def _stretch(self, start: int, end: int) -> summary.Stretch:
        return summary.stretch(self.fine.t, self.fine.wh, start, end, 24.0 if self.hourly else 1.0)

    @cached_property
    def cost(self) -> Decimal | None:
        """Of the span; None without a tariff."""
        return costs.of_site(self.site, self.span.start, self.span.end, sensors=self.roots)

    @property
    def cost_change(self) -> float | None:
        """Cost of the whole days so far against as many of the span before; None while the first day runs."""
        days = (clock.today(clock.moment(self.until), self.span.tz) - self.span.first).days
        if self.cost is None or days < 1 or not summary.comparable(self.current, self.before):
            return None
        now, before = (
            costs.of_site(self.site, one.start, clock.day_start(end, one.tz), sensors=self.roots)
            for one in (self.span, self.span.previous)
            for end in [one.first + timedelta(days=days)]
        )
        return None if now is None or before is None else figures.change(float(now), float(before))

    @cached_property
    def others(self) -> dict[str, Buckets]:
        """Local days of what else is measured, by the name of the quantity: production, export, gas."""
        rest = [s for s in self.roots if s not in self.mains]
        read = series.load_many(rest, self.span.start, self.span.end, "day") if rest else {}
        return {
            str(name): series.add([read[s.pk] for s in rest if s.get_quantity_display() == name])
            for name in dict.fromkeys(s.get_quantity_display() for s in rest)
        }

    @cached_property
    def rate(self) -> Rate:
        """Unusual hours of all that were judged."""
        return reading.rate(self.mains, self.span)

    @cached_property
    def rate_before(self) -> Rate:
        """The same of the span before."""
        return reading.rate(self.mains, self.span.previous)

    @property
    def path(self) -> str:
        """The days as a small line."""
        return spark(self.days.wh)

    @property
    def running(self) -> bool:
        """Not read to its end yet."""
        return self.until < clock.epoch(self.span.end)

    @property
    def empty(self) -> bool:
        """No reading in the span."""
        return bool(np.isnan(self.days.wh).all())

    @property
    def total_wh(self) -> float:
        """All that was used, exact to the local day. [Wh]"""
        return self.days.total_wh

    @property
    def total_change(self) -> float | None:
        """Against the span before; None if one of them was hardly read."""
        if not summary.comparable(self.current, self.before):
            return None
        return figures.change(self.current.total_wh, self.before.total_wh)

    @property
    def average_change(self) -> float | None:
        """Average against the span before."""
        if not summary.comparable(self.current, self.before):
            return None
        return figures.change(self.current.per_day_wh, self.before.per_day_wh)

    @property
    def peak_change(self) -> float | None:
        """Fullest bucket against the span before."""
        if not summary.comparable(self.current, self.before):
            return None
        return figures.change(self.current.peak_wh, self.before.peak_wh)

    @property
    def peak_at(self) -> datetime | None:
        """When the fullest bucket began."""
        return None if self.current.peak_at is None else clock.moment(self.current.peak_at)

    @cached_property
    def today(self) -> Today | None:
        """Today so far; None without a reading of today."""
        return today(self.mains, self.span.tz, self.last, self.now)

    @property
    def shows_today_alone(self) -> bool:
        """Whether the span is today, so that its total is today so far."""
        return self.span.first == self.span.last == clock.today(self.now, self.span.tz)

    @cached_property
    def outlook(self) -> Outlook | None:
        """The coming days; None without a forecast."""
        return outlook(self.site, self.mains, self.now)

    @cached_property
    def bill(self) -> Month | None:
        """The month that runs with its cost; None without a tariff, a forecast or readings of late."""
        if self.outlook is None or self.outlook.is_old:
            return None
        found = month(self.outlook, list(self.site.tariffs.all()))
        return found if found.cost else None

    @cached_property
    def patterns(self) -> Patterns:
        """When it uses energy."""
        return Patterns(self.mains, self.span, self.first, self.last)

    @cached_property
    def parts(self) -> list[Part]:
        """Sub-meters and the rest, the largest first; empty without sub-meters."""
        keys = {s.pk for s in self.mains}
        below = [s for s in self.sensors if s.parent_id in keys]
        if not below or not self.total_wh > 0:
            return []
        read = series.load_many(below, self.span.start, self.span.end, "day")
        found = [Part(s.name, read[s.pk].total_wh, read[s.pk].total_wh / self.total_wh, s) for s in below]
        rest = self.total_wh - sum(part.wh for part in found)
        found.sort(key=lambda part: -part.wh)
        return [*found, Part("The rest", rest, rest / self.total_wh)] if rest > 0 else found
