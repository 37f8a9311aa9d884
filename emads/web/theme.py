"""The look: the theme switch of the person's menu, the sign of EMADS."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.views.decorators.http import require_POST

from accounts.access import signed_in, way_back
from accounts.models import User


@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Keep a person's choice of theme and bring them back."""
    chosen = request.POST.get("theme", "")
    if chosen in User.Theme.values:
        User.objects.filter(pk=signed_in(request).pk).update(theme=chosen)
    return way_back(request, "/")


@login_not_required
def favicon(_request: HttpRequest) -> HttpResponse:
    """Where browsers look for the sign by themselves."""
    return redirect(static("favicon.svg"))
