"""Who may come in, and in which language and time zone they are served."""

import zoneinfo
from collections.abc import Callable
from typing import Any

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect
from django.utils import timezone, translation
from django_htmx.http import HttpResponseClientRedirect

from accounts.models import User

# They ask for a token, or are for machines; static files are answered before any of this.
API = ("/api/", "/write")
OPEN_PATHS = (*API, "/healthz", "/readyz", "/metrics")
# What a person whom we keep out may still open.
WAITING_ROOM = ("accounts:pending", "account_logout", "account_confirm_email")


class SignedInMiddleware(LoginRequiredMiddleware):
    """Every page needs a signed-in person, unless its view is @login_not_required."""

    def process_view(self, request: HttpRequest, *view: Any) -> HttpResponseBase | None:
        if request.path_info.startswith(OPEN_PATHS):
            return None
        return super().process_view(request, *view)

    def handle_no_permission(self, request: HttpRequest, view_func: Callable[..., Any]) -> Any:
        """To the sign-in page; the whole page goes there even when only a part of it asked."""
        response = super().handle_no_permission(request, view_func)
        if getattr(request, "htmx", False):
            return HttpResponseClientRedirect(response.url)
        return response


class PersonMiddleware:
    """Keeps people out who wait for a decision, and applies the others' language and time zone."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if not isinstance(user, User):
            return self.get_response(request)
        with timezone.override(zone_of(user)), translation.override(user.language):
            return self.get_response(request)

    def process_view(self, request: HttpRequest, *view: Any) -> HttpResponseBase | None:
        """Turn away an authenticated person who may not sign in, however they got their session."""
        user = request.user
        if not isinstance(user, User) or user.may_sign_in:
            return None
        if request.path_info.startswith(API):
            return JsonResponse({"detail": "This account is waiting for approval."}, status=403)
        here = request.resolver_match.view_name if request.resolver_match else ""
        return None if here in WAITING_ROOM else redirect("accounts:pending")


def zone_of(user: User) -> zoneinfo.ZoneInfo:
    """The person's time zone; UTC if it is no longer known."""
    try:
        return zoneinfo.ZoneInfo(user.time_zone)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        return zoneinfo.ZoneInfo("UTC")
