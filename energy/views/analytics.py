"""How energy is used: trend, pattern, distribution, comparison."""

from collections.abc import Callable
from typing import Any, cast

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from energy.access import may_edit
from energy.usage import figures, words
from energy.usage.asked import BYS, TABS, Asked, asked_by
from energy.usage.figures import By
from energy.usage.read import pair

MOST_HOURLY_DAYS = 62


def analytics(request: HttpRequest) -> HttpResponse:
    """One tab of the usage page."""
    asked = asked_by(request)
    if asked is None:
        return render(request, "energy/analytics_empty.html", {"site": None})
    frame = {
        "site": asked.site,
        "asked": asked,
        "usage": asked.usage,
        "span": asked.usage.span,
        "tabs": TABS,
        "may_edit": may_edit(request.user, asked.site),
    }
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
