"""What was unusual: a span of one meter, and one incident."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone

from accounts.access import signed_in
from anomalies import artefact, figures, reading
from anomalies.access import Choice, choice, get_incident, may_handle
from anomalies.costs import extra_cost
from anomalies.models import Anomaly, Incident
from emads.lib import charts
from emads.lib.artifacts import ArtifactError, Card, load_card
from energy import series
from energy.span import Span, fitting

A_PAGE = 25
SAME_KIND = 5


def anomalies(request: HttpRequest) -> HttpResponse:
    """Totals, chart and table of a span of one meter, and what the model is."""
    chosen = choice(request)
    if chosen is None:
        return render(request, "anomalies/anomalies.html", {"choice": None})
    span = _span(request, chosen)
    rates = reading.rates(chosen.sensors, span)
    flagged = Anomaly.objects.filter(
        sensor=chosen.sensor, start__gte=span.start, start__lt=span.end
    ).select_related("incident")
    incidents = Incident.objects.filter(sensor=chosen.sensor, start__lt=span.end, end__gt=span.start)
    shown = {
        "site": chosen.site,
        "choice": chosen,
        "span": span,
        "rate": rates[chosen.sensor.pk],
        "others": [(s, rates[s.pk]) for s in chosen.sensors] if len(chosen.sensors) > 1 else [],
        "incidents": incidents.count(),
        "longest": reading.longest_run(chosen.sensor, span),
        "learning_until": reading.learning_until(chosen.sensor),
        "page_obj": Paginator(flagged, A_PAGE).get_page(request.GET.get("page")),
        "card": card(),
        "now": timezone.now(),
    }
    return render(request, "anomalies/anomalies.html", shown)


def anomalies_chart(request: HttpRequest) -> JsonResponse:
    """Energy over the usual band with the flagged points."""
    chosen = choice(request)
    if chosen is None:
        return JsonResponse({"unit": "", "time_zone": "", "traces": [], "empty": charts.NO_READINGS})
    return JsonResponse(figures.of_span(chosen.sensor, _span(request, chosen)))


def incident(request: HttpRequest, pk: int) -> HttpResponse:
    """One incident: what it was, what speaks for it, what it cost."""
    found = get_incident(request.user, pk)
    alerts = list(found.alerts.all())
    leading = next((alert for alert in alerts if alert.type not in alert.RULES), None)
    earlier = Incident.objects.filter(sensor=found.sensor, start__lt=found.start)
    shown = {
        "incident": found,
        "sensor": found.sensor,
        "site": found.sensor.site,
        "hours": list(found.anomalies.order_by("start")[:A_PAGE]),
        "count": found.anomalies.count(),
        "extra_cost": extra_cost(found),
        "alerts": alerts,
        "alert": leading,
        "may_handle": leading is not None and may_handle(request.user, leading),
        "earlier": earlier[:SAME_KIND],
    }
    return render(request, "anomalies/incident.html", shown)


def incident_chart(request: HttpRequest, pk: int) -> JsonResponse:
    """The incident with two days before and after."""
    return JsonResponse(figures.of_incident(get_incident(request.user, pk)))


def _span(request: HttpRequest, chosen: Choice) -> Span:
    extent = series.extent([chosen.sensor])
    default = signed_in(request).default_range
    return fitting(request.GET, chosen.site.tz, timezone.now(), default, extent[1] if extent else None)


def card() -> Card | None:
    """What the shipped model says about itself; None if it is not installed."""
    try:
        return load_card(artefact.NAME)
    except ArtifactError:
        return None
