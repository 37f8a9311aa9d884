"""Who may come in, and in which language and time zone they are served."""

from collections.abc import Callable

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse


class SignedInMiddleware(LoginRequiredMiddleware):
    """Every page needs a signed-in person unless its view says otherwise."""


class PersonMiddleware:
    """Applies a person's preferences."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)
