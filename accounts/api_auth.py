"""Who calls the API: a token in the Authorization header, or the browser session."""

from datetime import timedelta
from hashlib import sha256

from django.db.models import Q
from django.http import HttpRequest, HttpResponseForbidden
from django.middleware.csrf import CsrfViewMiddleware
from django.utils import timezone
from ninja.errors import HttpError
from ninja.security.base import AuthBase

from accounts.models import ApiToken, User

SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
# The only calls an ingest token opens; everything else needs the read scope and only reads.
INGEST_PATHS = ("/api/v1/readings", "/api/v2/write", "/write")
USE_NOTED_EVERY = timedelta(minutes=1)


def digest_of(plain: str) -> str:
    """What is kept of a token."""
    return sha256(plain.encode()).hexdigest()


def scope_needed(request: HttpRequest) -> str | None:
    """The scope a call asks of a token; None where no token is enough."""
    if request.path_info.rstrip("/") in INGEST_PATHS and request.method == "POST":
        return ApiToken.Scope.INGEST
    return ApiToken.Scope.READ if request.method in SAFE_METHODS else None


class TokenAuth(AuthBase):
    """`Authorization: Bearer …` or `Token …`. Sets request.user to the token's owner and returns them."""

    openapi_type = "http"
    openapi_scheme = "bearer"

    def __call__(self, request: HttpRequest) -> User | None:
        scheme, _, plain = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() not in ("bearer", "token") or not plain.strip():
            return None
        now = timezone.now()
        found = ApiToken.objects.usable(now).select_related("user").filter(digest=digest_of(plain.strip()))
        token = found.first()
        if token is None:
            return None
        if token.scope != scope_needed(request):
            raise HttpError(403, f"This token may only {token.get_scope_display().lower()}.")
        unnoted = Q(last_used_at=None) | Q(last_used_at__lt=now - USE_NOTED_EVERY)
        if token.last_used_at is None or token.last_used_at < now - USE_NOTED_EVERY:
            ApiToken.objects.filter(unnoted, pk=token.pk).update(last_used_at=now)
        request.user = token.user
        return token.user


class CsrfCheck(CsrfViewMiddleware):
    """Django's check; the API says in its own words that it failed."""

    def _reject(self, request: HttpRequest, reason: str) -> HttpResponseForbidden:
        return HttpResponseForbidden(reason)


def is_forged(request: HttpRequest) -> bool:
    """Whether a change comes without the token that only our pages know."""
    check = CsrfCheck(HttpResponseForbidden)
    request.csrf_processing_done = False  # type: ignore[attr-defined]  # ninja's views are exempt from the middleware
    check.process_request(request)
    return check.process_view(request, HttpResponseForbidden, (), {}) is not None


class SessionAuth(AuthBase):
    """The signed-in browser; changes need the CSRF token as on any page."""

    openapi_type = "apiKey"
    openapi_in = "cookie"
    openapi_name = "sessionid"

    def __call__(self, request: HttpRequest) -> User | None:
        """The person, or nobody; asked before the CSRF token, so that a stranger gets 401."""
        user = request.user
        if not isinstance(user, User) or not user.may_sign_in:
            return None
        if request.method not in SAFE_METHODS and is_forged(request):
            raise HttpError(403, "The CSRF token is missing or wrong.")
        return user


auth = [TokenAuth(), SessionAuth()]
