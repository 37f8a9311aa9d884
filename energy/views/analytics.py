"""How energy is used: trend, pattern, distribution, comparison."""

from collections.abc import Callable, Container
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, cast
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone

from accounts.access import signed_in
from energy import series
from energy.access import current_site
from energy.models import Sensor, Site
from energy.overview import main_meters
from energy.span import Span, fitting
from energy.usage import figures, words
from energy.usage.figures import By
from energy.usage.read import Usage, pair

TABS = {"trend": "Trend", "pattern": "Pattern", "distribution": "Distribution", "compare": "Compare"}
BYS = ("hour", "day", "week", "month")
MOST_HOURLY_DAYS = 62
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


def analytics(request: HttpRequest) -> HttpResponse:
    """One tab of the usage page."""
    asked = asked_by(request)
    if asked is None:
        return render(request, "energy/analytics_empty.html", {"site": None})
    frame = {"site": asked.site, "asked": asked, "usage": asked.usage, "span": asked.usage.span, "tabs": TABS}
    said = SAYS[asked.tab](asked) if asked.meters else {}
    return render(request, f"energy/analytics_{asked.tab}.html", frame | said)


def bars(asked: Asked) -> By:
    """The size of bars: the one asked for, unless it would be thousands."""
    fitting_one = figures.fitting_by(asked.usage.span)
    if asked.by == "hour" and asked.usage.span.days > MOST_HOURLY_DAYS:
        return fitting_one
    return cast(By, asked.by) if asked.by else fitting_one


def of_one(asked: Asked) -> By:
    """What the distribution counts."""
    return "day" if asked.by == "day" else "hour"


def trend_says(asked: Asked) -> dict[str, Any]:
    """Headings of the trend."""
    usage = asked.usage
    total = words.total(usage, pair(usage, usage.over(usage.span.previous)))
    bys = [by for by in BYS if by != "hour" or usage.span.days <= MOST_HOURLY_DAYS]
    return {"bys": bys, "by": bars(asked), "total": total, "peak": words.peak(usage)}


def pattern_says(asked: Asked) -> dict[str, Any]:
    """Headings of the pattern."""
    usage = asked.usage
    by_weekday = usage.span.days > figures.HEAT_DAYS
    said = {name: getattr(words, name)(usage) for name in ("hours", "weekdays", "weekend", "heat")}
    return {
        **said,
        "heat_lead": "Mean of every hour of the week" if by_weekday else "Every hour of every day",
    }


def distribution_says(asked: Asked) -> dict[str, Any]:
    """Headings of the distribution."""
    return {"by": of_one(asked), "spread": words.spread(asked.usage, of_one(asked))}


def compare_says(asked: Asked) -> dict[str, Any]:
    """Headings of the comparison."""
    periods = words.periods(pair(asked.usage, asked.rival), asked.rival_name)
    meters = words.meters(asked.usage, asked.other_usage) if asked.other else ""
    return {"periods": periods, "meters": meters}


SAYS: dict[str, Callable[[Asked], dict[str, Any]]] = {
    "trend": trend_says,
    "pattern": pattern_says,
    "distribution": distribution_says,
    "compare": compare_says,
}


def chart(request: HttpRequest, name: str) -> JsonResponse:
    """One chart of the usage page."""
    asked = asked_by(request)
    if asked is None or name not in DRAWS:
        raise Http404("no such chart")
    return JsonResponse(DRAWS[name](asked))


DRAWS: dict[str, Callable[[Asked], figures.Figure]] = {
    "trend": lambda asked: figures.development(asked.usage, bars(asked)),
    "hours": lambda asked: figures.hours(asked.usage),
    "weekdays": lambda asked: figures.weekdays(asked.usage),
    "weekend": lambda asked: figures.weekend(asked.usage),
    "heat": lambda asked: figures.heat(asked.usage),
    "distribution": lambda asked: figures.spread(asked.usage, of_one(asked)),
    "periods": lambda asked: figures.periods(asked.usage, asked.rival, asked.rival_name.capitalize()),
    "meters": lambda asked: figures.meters(asked.usage, asked.other_usage),
}
