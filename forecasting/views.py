"""The page "Forecast & bill"."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone

from emads.lib.artifacts import ArtifactError, load_card
from forecasting import bill, charts, reading
from forecasting.access import Choice, choice
from forecasting.outlook import outlook, why_not

CARD = "forecast"


def forecast(request: HttpRequest) -> HttpResponse:
    """The next days of a home or of one sensor, what they cost, how good such forecasts have been."""
    chosen = choice(request)
    if chosen is None:
        return render(request, "forecasting/forecast.html", {"site": None})
    found = outlook(chosen.site, chosen.chosen, timezone.now())
    context = {"site": chosen.site, "choice": chosen, "outlook": found}
    if found is None:
        return render(request, "forecasting/forecast.html", context | {"reasons": reasons(chosen)})
    tariffs = list(chosen.site.tariffs.all())
    context |= {
        "week_cost": bill.week_cost(found, tariffs),
        "month": bill.month(found, tariffs),
        "tariffs": tariffs,
        "scorecards": list(reading.scorecards(found.sensors).values()),
        "card": card(),
    }
    return render(request, "forecasting/forecast.html", context)


def forecast_chart(request: HttpRequest) -> JsonResponse:
    """History and forecast as data."""
    chosen = choice(request)
    found = outlook(chosen.site, chosen.chosen, timezone.now()) if chosen else None
    return JsonResponse(charts.figure(found))


def reasons(chosen: Choice) -> list[tuple[str, str]]:
    """Why each of the sensors has no forecast."""
    found = reading.latest(chosen.chosen, timezone.now())
    return [(s.name, why_not(found.get(s.pk))) for s in chosen.chosen]


def card() -> dict[str, Any] | None:
    """What the shipped model says about itself; None if it is not installed."""
    try:
        return load_card(CARD)
    except ArtifactError:
        return None
