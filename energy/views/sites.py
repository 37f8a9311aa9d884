"""Homes and buildings."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from accounts.access import signed_in
from energy import costs, series, services
from energy.access import SITE_KEY, get_own_site, get_site, may_edit, must_be_allowed
from energy.forms import CURRENCIES, SiteForm, time_zones
from energy.models import Sensor, Site
from energy.overview import main_meters, sensor_rows, site_rows, together
from energy.span import Span, fitting
from energy.usage import figures, words
from energy.usage.read import Usage, pair

A_PAGE = 25
CHOICES = {"time_zones": time_zones, "currencies": CURRENCIES}


def sites(request: HttpRequest) -> HttpResponse:
    """All homes and buildings this person may see."""
    visible = Site.objects.visible_to(request.user)
    page = Paginator(visible, A_PAGE).get_page(request.GET.get("page"))
    rows = site_rows(list(page.object_list), timezone.now())
    may_create = signed_in(request).has_perm("energy.add_site")
    return render(request, "energy/sites.html", {"rows": rows, "page_obj": page, "may_create": may_create})


def site(request: HttpRequest, slug: str) -> HttpResponse:
    """One home: what it uses, its meters, people and price."""
    home = get_site(request.user, slug)
    request.session[SITE_KEY] = home.slug
    now = timezone.now()
    meters = list(Sensor.objects.filter(site=home).select_related("site"))
    rows = sensor_rows(meters, now)
    mains = main_meters(meters)
    days = last_days(home, mains, request)
    usage = Usage(mains, days, now)
    shown = {
        "site": home,
        "rows": rows,
        "standing": together([row.standing for row in rows]),
        "span": days,
        "heading": "" if usage.empty else words.total(usage, pair(usage, usage.over(days.previous))),
        "cost": costs.of_site(home, days.start, days.end, sensors=[m for m in meters if m.parent_id is None]),
        "tariff": costs.tariff_on(home.tariffs.all(), days.last),
        "members": home.memberships.select_related("user").order_by("user__first_name", "user__username"),
        "may_edit": may_edit(request.user, home),
    }
    return render(request, "energy/site.html", shown)


def last_days(home: Site, meters: list[Sensor], request: HttpRequest) -> Span:
    """The span asked for; unasked thirty days, the last ones with readings."""
    known = series.extent(meters) if meters else None
    return fitting(request.GET, home.tz, timezone.now(), "30d", known[1] if known else None)


def chart(request: HttpRequest, slug: str) -> JsonResponse:
    """Energy of the main meters."""
    home = get_site(request.user, slug)
    meters = main_meters(list(Sensor.objects.filter(site=home).select_related("site")))
    usage = Usage(meters, last_days(home, meters, request), timezone.now())
    return JsonResponse(figures.development(usage, figures.fitting_by(usage.span)))


def create(request: HttpRequest) -> HttpResponse:
    """A new home; whoever makes it owns it."""
    user = signed_in(request)
    must_be_allowed(user, "energy.add_site")
    form = SiteForm(request.POST or None, initial={"time_zone": user.time_zone})
    if form.is_valid():
        try:
            home = services.create_site(
                slug=services.propose_site_slug(form.cleaned_data["name"]), owner=user, **form.cleaned_data
            )
        except (ValidationError, IntegrityError):
            form.add_error(None, "Another home took this name in the same moment. Please save again.")
        else:
            messages.success(request, f"{home} is ready. Now bring its readings in.")
            return redirect("energy:connect", home.slug)
    return show_form(request, {"form": form})


def edit(request: HttpRequest, slug: str) -> HttpResponse:
    """Correct what is known of a home."""
    home = get_own_site(request.user, slug)
    must_be_allowed(request.user, "energy.change_site")
    form = SiteForm(request.POST or None, instance=Site.objects.get(pk=home.pk))
    if form.is_valid():
        services.change_site(site=home, **form.cleaned_data)
        messages.success(request, "Saved.")
        return redirect(home)
    return show_form(request, {"form": form, "site": home, "home": home})


def show_form(request: HttpRequest, shown: dict[str, Any]) -> HttpResponse:
    """The form of a home, with the errors it has."""
    return render(request, "energy/site_form.html", {"home": None, **shown, **CHOICES})
