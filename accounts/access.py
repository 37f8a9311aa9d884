"""Guards about people."""

from django.http import HttpRequest, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme

from accounts.models import User


def signed_in(request: HttpRequest) -> User:
    """The person; the middleware let nobody else through to a view."""
    assert isinstance(request.user, User)
    return request.user


def way_back(request: HttpRequest, otherwise: str) -> HttpResponseRedirect:
    """To the page that the form names as `next`, if it is one of ours; else to `otherwise`, a path."""
    wanted = request.POST.get("next", "")
    ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return HttpResponseRedirect(
        wanted if ours and wanted.startswith("/") and len(wanted) <= 2000 else otherwise
    )
