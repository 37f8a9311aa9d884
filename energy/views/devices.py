"""Connecting a device: what to send where, and its key."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache

from accounts.access import signed_in
from accounts.models import ApiToken
from accounts.services import MOST_TOKENS, create_token
from energy.access import ZERO, get_own_site, must_be_allowed
from energy.models import Sensor


@never_cache
def connect(request: HttpRequest, slug: str) -> HttpResponse:
    """Ways to bring readings in. A POST makes a key, shown this once."""
    site = get_own_site(request.user, slug)
    user = signed_in(request)
    plain, full = "", False
    if request.method == "POST":
        must_be_allowed(user, "accounts.add_apitoken")
        full = user.tokens.count() >= MOST_TOKENS
        if not full:
            name = (
                request.POST.get("name", "").replace(ZERO, "").strip()[:80] or f"Device at {site.name}"[:80]
            )
            _, plain = create_token(user=user, name=name, scope=ApiToken.Scope.INGEST, now=timezone.now())
    sensors = sorted(Sensor.objects.filter(site=site), key=lambda s: s.parent_id is not None)
    shown = {
        "site": site,
        "sensors": sensors,
        "sensor": next((s for s in sensors if s.slug == request.GET.get("sensor")), None)
        or next(iter(sensors), None),
        "token": plain,
        "full": full,
        "address": settings.SITE_URL,
        "now": timezone.now().replace(second=0, microsecond=0),
    }
    return render(request, "energy/connect.html", shown)
