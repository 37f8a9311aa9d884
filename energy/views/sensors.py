"""Meters and devices."""

from datetime import datetime

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from accounts.access import signed_in
from emads.lib import charts
from energy import series, services
from energy.access import get_own_sensor, get_own_site, get_sensor, get_site, may_edit, must_be_allowed
from energy.forms import SensorForm
from energy.models import Sensor, Site
from energy.overview import sensor_rows, standings
from energy.report import RAW_DAYS, Report
from energy.span import Span, fitting
from energy.usage import figures
from energy.usage.read import Usage

A_PAGE = 50


def sensors(request: HttpRequest) -> HttpResponse:
    """All meters this person may see, or those of one site."""
    found = Sensor.objects.visible_to(request.user).select_related("site")
    asked = request.GET.get("site", "")
    of_site = get_site(request.user, asked) if asked else None
    if of_site:
        found = found.filter(site=of_site)
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    shown = {
        "rows": sensor_rows(list(page.object_list), timezone.now()),
        "page_obj": page,
        "of_site": of_site,
        "choices": Site.objects.visible_to(request.user)[:100],
    }
    return render(request, "energy/sensors.html", shown)


def sensor(request: HttpRequest, slug: str) -> HttpResponse:
    """One meter over the span asked for."""
    meter = get_sensor(request.user, slug)
    now = timezone.now()
    known = series.extent([meter])
    span = span_of(request, meter, known[1] if known else None)
    standing = standings([meter], now)[meter.pk]
    shown = {
        "site": meter.site,
        "sensor": meter,
        "standing": standing,
        "span": span,
        "report": Report(meter, span, known, standing, now) if known else None,
        "submeters": meter.submeters.all(),
        "may_edit": may_edit(request.user, meter.site),
    }
    return render(request, "energy/sensor.html", shown)


def span_of(request: HttpRequest, meter: Sensor, last: datetime | None) -> Span:
    """The span asked for, else the person's own, moved to where the readings are."""
    default = signed_in(request).default_range
    return fitting(request.GET, meter.site.tz, timezone.now(), default, last)


def chart(request: HttpRequest, slug: str) -> JsonResponse:
    """Every reading over two days, else bars that fit."""
    meter = get_sensor(request.user, slug)
    span = span_of(request, meter, None)
    if span.days > RAW_DAYS:
        usage = Usage([meter], span, timezone.now())
        return JsonResponse(figures.development(usage, figures.fitting_by(span)))
    raw = series.load(meter, span.start, span.end, "raw")
    line = charts.over_time("Each reading", figures.role_of([meter]), "line", raw.t, raw.wh, span.tz)
    return JsonResponse(charts.figure([line], "Wh", time_zone=str(span.tz), empty=charts.NO_READINGS))


def create(request: HttpRequest, slug: str) -> HttpResponse:
    """A new meter of a site."""
    site = get_own_site(request.user, slug)
    must_be_allowed(request.user, "energy.add_sensor")
    form = SensorForm(request.POST or None, site=site)
    if form.is_valid():
        try:
            meter = services.create_sensor(site=site, **form.cleaned_data)
        except (ValidationError, IntegrityError):
            form.add_error("slug", "This id has just been taken. Choose another one.")
        else:
            messages.success(request, f"{meter} is ready. Its sensor id is {meter.slug}.")
            return redirect(meter)
    return render(request, "energy/sensor_form.html", {"site": site, "form": form})


def edit(request: HttpRequest, slug: str) -> HttpResponse:
    """Correct what is known of a meter."""
    meter = get_own_sensor(request.user, slug)
    must_be_allowed(request.user, "energy.change_sensor")
    form = SensorForm(request.POST or None, instance=get_own_sensor(request.user, slug), site=meter.site)
    if form.is_valid():
        services.change_sensor(sensor=meter, **form.cleaned_data)
        messages.success(request, "Saved.")
        return redirect(meter)
    return render(request, "energy/sensor_form.html", {"site": meter.site, "sensor": meter, "form": form})


def delete(request: HttpRequest, slug: str) -> HttpResponse:
    """Delete a meter and all its readings, once somebody typed its id."""
    meter = get_own_sensor(request.user, slug)
    must_be_allowed(request.user, "energy.delete_sensor")
    typed = request.POST.get("slug", "").strip()
    if request.method == "POST" and typed == meter.slug:
        services.delete_sensor(sensor=meter)
        messages.success(request, f"{meter.name} and its readings are deleted.")
        return redirect("energy:site", meter.site.slug)
    shown = {
        "site": meter.site,
        "sensor": meter,
        "known": series.extent([meter]),
        "wrong": request.method == "POST",
    }
    return render(request, "energy/sensor_delete.html", shown)
