"""What EMADS is."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def about(request: HttpRequest) -> HttpResponse:
    """What EMADS does, section by section, and what it is made of."""
    return render(request, "web/about.html", {})
