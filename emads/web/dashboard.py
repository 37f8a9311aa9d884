"""The first page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from energy.access import current_site


def dashboard(request: HttpRequest) -> HttpResponse:
    """How a home is doing."""
    return render(request, "web/dashboard.html", {"site": current_site(request)})
