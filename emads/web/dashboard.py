"""The first page: how a home is doing."""

from typing import Any

from django.db.models import Case, Value, When, prefetch_related_objects
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from accounts.access import signed_in
from accounts.models import User
from anomalies import reading
from anomalies.models import Severity
from emads.web.home import Home, latest_span, sensors_of
from emads.web.wording import words
from energy import series
from energy.access import current_site, may_edit
from energy.models import Site
from energy.span import fitting

MOST_ALERTS = 4
GRAVEST_FIRST = Case(
    *(When(severity=value, then=Value(place)) for place, value in enumerate(Severity.values)),
    default=Value(len(Severity.values)),
)


def home_of(request: HttpRequest, site: Site) -> Home | None:
    """The numbers of a site over the span asked for; None while it has no readings.

    Without a span asked for, a home whose readings ended before the usual one is shown over its last days.
    """
    prefetch_related_objects([site], "tariffs")
    sensors = sensors_of(site)
    known = series.extent(sensors) if sensors else None
    if known is None:
        return None
    now = timezone.now()
    span = fitting(request.GET, site.tz, now, signed_in(request).default_range, known[1])
    return Home(site, sensors, span, known[0], known[1], now, compare=request.GET.get("compare") == "1")


def attention(user: User, site: Site) -> dict[str, Any]:
    """The open alerts of a site, the gravest first."""
    alerts = reading.open_alerts(user, site).awake(timezone.now())
    gravest = alerts.order_by(GRAVEST_FIRST, "-timestamp", "-pk")
    return {"alerts": list(gravest[:MOST_ALERTS]), "alerts_open": alerts.count()}


def dashboard(request: HttpRequest) -> HttpResponse:
    """The current home over the span asked for; what to do next where there is none yet."""
    site = current_site(request)
    if site is None:
        return render(request, "web/dashboard_no_site.html", {"site": None})
    frame = {"site": site, "may_edit": may_edit(signed_in(request), site)}
    home = home_of(request, site)
    if home is None:
        return render(request, "web/dashboard_new.html", frame)
    latest = home.span.key == "custom" and "range" not in request.GET
    numbers = {
        "home": home,
        "span": home.span,
        "latest": latest,
        "compare": home.compare,
        "last_days": latest_span(home.span, home.last),
    }
    alerts = attention(signed_in(request), site)
    return render(request, "web/dashboard.html", frame | numbers | words(home) | alerts)


def home_or_404(request: HttpRequest) -> Home:
    """The same numbers for a chart."""
    site = current_site(request)
    home = home_of(request, site) if site else None
    if home is None:
        raise Http404("no readings")
    return home
