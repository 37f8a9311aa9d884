"""Everything that changes people and their tokens."""

import secrets
from datetime import datetime

from accounts.api_auth import digest_of
from accounts.models import ApiToken, User

TOKEN_PREFIX = "emads_"  # noqa: S105 - a mark that lets scanners recognise a leaked token, not a secret
HINT_LENGTH = len(TOKEN_PREFIX) + 4


def create_token(
    *, user: User, name: str, scope: str, now: datetime, expires_at: datetime | None = None
) -> tuple[ApiToken, str]:
    """A new key of a device or script, and its plain text, which is shown once and never kept."""
    if scope not in ApiToken.Scope.values:
        raise ValueError(f"“{scope}” is not a scope; choose {' or '.join(ApiToken.Scope.values)}.")
    plain = TOKEN_PREFIX + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        user=user,
        name=name,
        scope=scope,
        digest=digest_of(plain),
        hint=plain[:HINT_LENGTH],
        created_at=now,
        expires_at=expires_at,
    )
    return token, plain
