"""Pages about oneself."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


@login_not_required
def pending(request: HttpRequest) -> HttpResponse:
    """Told kindly: an admin has to say yes first."""
    return render(request, "accounts/pending.html")


def preferences(request: HttpRequest) -> HttpResponse:
    """What a person likes."""
    return render(request, "accounts/preferences.html")


def token_create(request: HttpRequest) -> HttpResponse:
    """Make a token."""
    return render(request, "accounts/preferences.html")


def token_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Revoke a token."""
    return render(request, "accounts/preferences.html")
