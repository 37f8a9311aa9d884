"""Pages about oneself."""

import zoneinfo
from datetime import date, datetime, time, timedelta

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts import services
from accounts.access import signed_in
from accounts.forms import PreferencesForm, TokenForm
from accounts.models import User


@login_not_required
def pending(request: HttpRequest) -> HttpResponse:
    """Told kindly: an admin has to say yes first."""
    user = request.user
    if isinstance(user, User) and user.may_sign_in:
        return redirect("/")
    return render(request, "accounts/pending.html")


def preferences(request: HttpRequest) -> HttpResponse:
    """What a person likes, and the keys of their devices."""
    user = signed_in(request)
    form = PreferencesForm(request.POST or None, instance=user)
    if form.is_valid():
        form.save()
        messages.success(request, _("Your preferences are saved."))
        return redirect("accounts:preferences")
    if form.errors:
        user.refresh_from_db()
    return show_preferences(request, form, TokenForm())


@require_POST
@never_cache
def token_create(request: HttpRequest) -> HttpResponse:
    """Make a key and show it this once."""
    user = signed_in(request)
    if not user.has_perm("accounts.add_apitoken"):
        raise PermissionDenied
    form = TokenForm(request.POST)
    if user.tokens.count() >= services.MOST_TOKENS:
        form.add_error(None, _("You have as many tokens as one person may have. Revoke one first."))
    if not form.is_valid():
        return show_preferences(request, PreferencesForm(instance=user), form)
    day = form.cleaned_data["expires_on"]
    token, plain = services.create_token(
        user=user,
        name=form.cleaned_data["name"],
        scope=form.cleaned_data["scope"],
        now=timezone.now(),
        expires_at=end_of(day) if day else None,
    )
    return render(request, "accounts/token_created.html", {"token": token, "plain": plain})


@require_POST
def token_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """A key opens nothing any more."""
    token = get_object_or_404(signed_in(request).tokens, pk=pk)
    services.revoke_token(token=token)
    messages.success(request, _("The token “%(name)s” is revoked.") % {"name": token.name or token.hint})
    return redirect("accounts:preferences")


def show_preferences(request: HttpRequest, form: PreferencesForm, token_form: TokenForm) -> HttpResponse:
    """The page of preferences with both its forms."""
    context = {
        "form": form,
        "token_form": token_form,
        "tokens": signed_in(request).tokens.all(),
        "zones": sorted(zoneinfo.available_timezones()),
    }
    return render(request, "accounts/preferences.html", context)


def end_of(day: date) -> datetime:
    """The first instant after a day of the person's calendar."""
    return datetime.combine(day + timedelta(days=1), time(), timezone.get_current_timezone())
