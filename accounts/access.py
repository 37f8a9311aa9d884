"""Guards about people."""

from django.http import HttpRequest

from accounts.models import User


def signed_in(request: HttpRequest) -> User:
    """The person; the middleware let nobody else through to a view."""
    assert isinstance(request.user, User)
    return request.user
