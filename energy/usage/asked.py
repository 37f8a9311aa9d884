"""What the address of a usage page asks about."""

from collections.abc import Container
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlencode

from django.http import Http404, HttpRequest
from django.utils import timezone

from accounts.access import signed_in
from energy import series
from energy.access import current_site
from energy.models import Sensor, Site
from energy.overview import main_meters
from energy.span import Span, fitting
from energy.usage import words
from energy.usage.read import Usage

TABS = {"trend": "Trend", "pattern": "Pattern", "distribution": "Distribution", "compare": "Compare"}
BYS = ("hour", "day", "week", "month")
SAME_WEEKDAYS = timedelta(days=364)  # a year ago, on the same weekdays


@dataclass(frozen=True, slots=True)
class Asked:
    """What a query string asks about."""

    site: Site
    meters: list[Sensor]  # all of the site
    sensor: Sensor | None  # the one chosen; else all main meters
    other: Sensor | None  # to compare with
    usage: Usage
    before: str  # "before" or "year"
    by: str  # size of bars, "" for what fits
    tab: str

    @property
    def rival(self) -> Usage:
        """The same meters over the stretch compared with."""
        span = self.usage.span
        if self.before == "year":
            span = Span("custom", span.first - SAME_WEEKDAYS, span.last - SAME_WEEKDAYS, span.tz)
            return self.usage.over(span)
        return self.usage.over(span.previous)

    @property
    def rival_name(self) -> str:
        """That stretch in words."""
        return (
            "the same weeks a year before"
            if self.before == "year"
            else words.days_before(self.usage.span.days)
        )

    @property
    def said(self) -> dict[str, str]:
        """All that was asked, as the fields of a query string."""
        span = self.usage.span
        days = {"range": span.key}
        if span.key == "custom":
            days |= {"from": str(span.first), "to": str(span.last)}
        chosen = {"sensor": self.sensor, "other": self.other}
        slugs = {name: meter.slug for name, meter in chosen.items() if meter}
        return {"site": self.site.slug, **days, **slugs, "by": self.by, "with": self.before, "tab": self.tab}

    @property
    def query(self) -> str:
        """The query string that brings it back."""
        return urlencode({name: value for name, value in self.said.items() if value})

    @property
    def but_sensor(self) -> dict[str, str]:
        """What the choice of a meter must carry on."""
        return {name: value for name, value in self.said.items() if value and name != "sensor"}

    @property
    def but_other(self) -> dict[str, str]:
        """What the choice of a second meter must carry on."""
        return {name: value for name, value in self.said.items() if value and name != "other"}

    @property
    def other_usage(self) -> Usage:
        """The other meter over the same stretch."""
        return Usage([self.other] if self.other else [], self.usage.span, self.usage.now)


def asked_by(request: HttpRequest) -> Asked | None:
    """Site, meters and span of a request; None for a person without a site. What is not theirs is 404."""
    site = current_site(request)
    if site is None:
        return None
    meters = list(Sensor.objects.filter(site=site).select_related("site"))
    sensor, other = (one_of(meters, request.GET.get(name, "")) for name in ("sensor", "other"))
    shown = [sensor] if sensor else main_meters(meters)
    known = series.extent(shown) if shown else None
    now = timezone.now()
    span = fitting(request.GET, site.tz, now, signed_in(request).default_range, known[1] if known else None)
    before = "year" if request.GET.get("with") == "year" else "before"
    by, tab = (chosen(request, name, from_) for name, from_ in (("by", BYS), ("tab", TABS)))
    return Asked(site, meters, sensor, other, Usage(shown, span, now), before, by, tab or "trend")


def chosen(request: HttpRequest, name: str, among: Container[str]) -> str:
    """A field of the query string; "" for what is not on offer."""
    asked = request.GET.get(name, "")
    return asked if asked in among else ""


def one_of(meters: list[Sensor], slug: str) -> Sensor | None:
    """The meter of that slug; none asked for gives None, one that is not there 404."""
    if not slug:
        return None
    found = next((m for m in meters if m.slug == slug), None)
    if found is None:
        raise Http404("no such sensor")
    return found
