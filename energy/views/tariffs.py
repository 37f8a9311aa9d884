"""What a site pays for energy."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from emads.lib import clock
from energy import services
from energy.access import get_own_site, get_site, may_edit, must_be_allowed
from energy.costs import tariff_on
from energy.forms import TariffForm
from energy.models import Tariff


def tariffs(request: HttpRequest, slug: str) -> HttpResponse:
    """All prices of a site, the newest first."""
    site = get_site(request.user, slug)
    prices = list(site.tariffs.order_by("-valid_from"))
    today = clock.today(timezone.now(), site.tz)
    shown = {
        "site": site,
        "tariffs": prices,
        "current": tariff_on(prices, today),
        "may_edit": may_edit(request.user, site),
    }
    return render(request, "energy/tariffs.html", shown)


def create(request: HttpRequest, slug: str) -> HttpResponse:
    """A new price."""
    site = get_own_site(request.user, slug)
    must_be_allowed(request.user, "energy.add_tariff")
    first = clock.today(timezone.now(), site.tz).replace(month=1, day=1)
    form = TariffForm(request.POST or None, site=site, initial={"valid_from": first})
    if form.is_valid():
        services.save_tariff(tariff=form.save(commit=False))
        messages.success(request, "The price is saved. Costs follow it from now on.")
        return redirect("energy:tariffs", site.slug)
    return render(request, "energy/tariff_form.html", {"site": site, "form": form})


def edit(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Correct a price."""
    site = get_own_site(request.user, slug)
    must_be_allowed(request.user, "energy.change_tariff")
    tariff = get_object_or_404(site.tariffs, pk=pk)
    form = TariffForm(request.POST or None, site=site, instance=tariff)
    if form.is_valid():
        services.save_tariff(tariff=form.save(commit=False))
        messages.success(request, "The price is saved.")
        return redirect("energy:tariffs", site.slug)
    tariff = Tariff.objects.get(pk=pk)
    return render(request, "energy/tariff_form.html", {"site": site, "form": form, "tariff": tariff})


@require_POST
def delete(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Take a price away."""
    site = get_own_site(request.user, slug)
    must_be_allowed(request.user, "energy.delete_tariff")
    get_object_or_404(site.tariffs, pk=pk).delete()
    messages.success(request, "The price is deleted.")
    return redirect("energy:tariffs", site.slug)
