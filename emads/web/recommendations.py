"""Tips: where a home could save, with the numbers behind each."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import formats, timezone
from django.views.decorators.http import require_GET

from anomalies.models import Incident
from emads.lib import clock, figures
from emads.web.home import sensors_of
from emads.web.tips import RECENT_DAYS, Evidence, Tip, Use, days_missing, severity, tips
from energy import costs, series
from energy.access import current_site
from energy.analysis.spark import spark
from energy.models import Sensor, Site
from energy.overview import main_meters
from energy.span import Span
from energy.usage.read import energy_of

WEEKS_READ = 2 * RECENT_DAYS


@dataclass(frozen=True, slots=True)
class Shown:
    """A tip as the page tells it."""

    tip: Tip
    severity: str
    saving: str
    money: str
    share: str
    evidence: list[tuple[str, str]]
    path: str


def use_of(site: Site, sensors: list[Sensor], last: datetime) -> Use:
    """The eight weeks up to the last reading."""
    day = clock.today(last, site.tz)
    span = Span("custom", day - timedelta(days=WEEKS_READ - 1), day, site.tz)
    hours = energy_of(main_meters(sensors), span, "hour")
    until = hours.t <= clock.epoch(last)
    recent = Incident.objects.filter(
        sensor__in=sensors, start__gt=last - timedelta(days=RECENT_DAYS), start__lte=last
    )
    extra = [max(0.0, one.extra_wh or 0.0) for one in recent]
    return Use(hours.t[until], hours.wh[until], site.tz, sum(extra), sum(wh > 0 for wh in extra))


def written(evidence: Evidence, site: Site) -> str:
    """A number as people read it."""
    if evidence.unit == "moment":
        when = clock.moment(evidence.value).astimezone(site.tz)
        return formats.date_format(when, "D j M Y, H:i")
    if evidence.unit == "count":
        return str(int(evidence.value))
    writers = {"energy": figures.energy, "power": figures.power, "percent": figures.percent}
    return writers.get(evidence.unit, figures.significant)(evidence.value)


def _shown(tip: Tip, use: Use, site: Site, last: datetime) -> Shown:
    cost: Decimal | None = costs.energy_cost(tip.saving_wh, site.tariffs.all(), clock.today(last, site.tz))
    return Shown(
        tip,
        severity(tip, use.recent.month_wh),
        figures.energy(tip.saving_wh),
        figures.money(cost, site.currency) if cost is not None else "",
        figures.percent(tip.saving_wh / use.recent.month_wh),
        [(one.label, written(one, site)) for one in tip.evidence],
        spark(tip.shape, width=160, height=40),
    )


@require_GET
def recommendations(request: HttpRequest) -> HttpResponse:
    """At most seven tips, the largest saving first."""
    site = current_site(request)
    if site is None:
        return render(request, "web/recommendations.html", {"site": None})
    prefetch_related_objects([site], "tariffs")
    sensors = sensors_of(site)
    known = series.extent(main_meters(sensors)) if sensors else None
    if known is None:
        return render(request, "web/recommendations.html", {"site": site, "nothing_read": True})
    last = known[1]
    use = use_of(site, sensors, last)
    shown = [_shown(tip, use, site, last) for tip in tips(use)]
    frame = {"site": site, "tips": shown, "missing": days_missing(use), "last": last}
    old = timezone.now() - last > timedelta(days=RECENT_DAYS)
    return render(request, "web/recommendations.html", frame | {"old": old})
