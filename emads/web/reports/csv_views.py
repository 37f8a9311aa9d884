"""Downloads of a range as CSV."""

from typing import Literal, cast

from django.http import Http404, HttpRequest, HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.models import User
from emads.web.home import sensors_of
from emads.web.reports import downloads
from energy.access import current_site
from energy.models import Site
from energy.span import Span, from_query


def _site_and_span(request: HttpRequest) -> tuple[Site, Span]:
    site = current_site(request)
    if site is None:
        raise Http404("no site")
    return site, from_query(
        request.GET, site.tz, timezone.now(), default=cast(User, request.user).default_range
    )


def _csv_name(site: Site, what: str, span: Span) -> str:
    return f"{site.slug}-{what}-{span.first}-{span.last}.csv"


@require_GET
def energy_csv(request: HttpRequest) -> HttpResponseBase:
    """Energy of every sensor of the site, by hour or by day."""
    site, span = _site_and_span(request)
    resolution: Literal["hour", "day"] = "hour" if request.GET.get("resolution") == "hour" else "day"
    rows = downloads.energy_rows(sensors_of(site), span, resolution)
    name = _csv_name(site, f"energy-{resolution}", span)
    return downloads.csv_response(request, name, downloads.ENERGY, rows)


@require_GET
def anomalies_csv(request: HttpRequest) -> HttpResponseBase:
    """Every flagged hour of the site."""
    site, span = _site_and_span(request)
    rows = downloads.anomaly_rows(sensors_of(site), span)
    return downloads.csv_response(request, _csv_name(site, "anomalies", span), downloads.ANOMALIES, rows)


@require_GET
def forecast_csv(request: HttpRequest) -> HttpResponseBase:
    """The forecasts of the site."""
    site, span = _site_and_span(request)
    rows = downloads.forecast_rows(sensors_of(site), span)
    return downloads.csv_response(request, _csv_name(site, "forecast", span), downloads.FORECAST, rows)
