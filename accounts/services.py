"""Everything that changes people and their tokens."""

import secrets
from datetime import datetime
from typing import Any

from django.db import transaction
from django.urls import reverse

from accounts.api_auth import digest_of
from accounts.mail import absolute, queue_mail
from accounts.models import APPROVED_ROLES, ApiToken, Role, User

TOKEN_PREFIX = "emads_"  # noqa: S105 - a mark that lets scanners recognise a leaked token, not a secret
HINT_LENGTH = len(TOKEN_PREFIX) + 4
MOST_TOKENS = 50  # of one person
TAKEN_FREELY = (Role.RESIDENT, Role.VIEWER)


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


def register(*, user: User, asked: str) -> User:
    """Save a new person. Roles with power over others are asked for, not taken: an admin decides."""
    user.role = asked if asked in TAKEN_FREELY else Role.RESIDENT
    if asked in APPROVED_ROLES:
        user.requested_role, user.status = asked, User.Status.PENDING
    user.save()
    return user


def approve(*, user: User, by: User, now: datetime, reason: str = "") -> bool:
    """Give a person the role they asked for, and tell them. False if there was nothing to decide."""
    role = user.requested_role or user.role
    with transaction.atomic():
        decided = _decide(
            user=user,
            of=[User.Status.PENDING, User.Status.REJECTED],
            by=by,
            decided_at=now,
            decision_reason=reason,
            status=User.Status.ACTIVE,
            is_active=True,
            role=role,
            is_staff=role == Role.ADMIN or user.is_superuser,
        )
        if decided:
            _tell(user, "approved", reason)
    return decided


def reject(*, user: User, by: User, now: datetime, reason: str = "") -> bool:
    """Refuse a person who waits, and tell them. False if there was nothing to decide."""
    with transaction.atomic():
        decided = _decide(
            user=user,
            of=[User.Status.PENDING],
            by=by,
            decided_at=now,
            decision_reason=reason,
            status=User.Status.REJECTED,
            is_active=False,
        )
        if decided:
            _tell(user, "rejected", reason)
    return decided


def _decide(*, user: User, of: list[str], by: User, **change: Any) -> bool:
    """Make the change if nobody decided before; `user` shows it afterwards."""
    decided = User.objects.filter(pk=user.pk, status__in=of).update(decided_by=by, **change)
    user.refresh_from_db()
    return bool(decided)


def _tell(user: User, template: str, reason: str) -> None:
    role = Role(user.requested_role or user.role).label.lower()
    context = {
        "person": user,
        "role": role,
        "reason": reason,
        "login_url": absolute(reverse("account_login")),
    }
    queue_mail(to=user.email, template=template, context=context)


def disable(*, user: User, by: User) -> bool:
    """Keep a person out: their sessions and tokens end at once. False for oneself or somebody already out."""
    if user.pk == by.pk or (user.is_superuser and not by.is_superuser):
        return False
    changed = User.objects.filter(pk=user.pk, is_active=True).update(is_active=False)
    user.refresh_from_db()
    return bool(changed)


def enable(*, user: User) -> bool:
    """Let a disabled person in again. False for somebody who is not out, or whose request was refused."""
    disabled = User.objects.filter(pk=user.pk, is_active=False).exclude(status=User.Status.REJECTED)
    changed = disabled.update(is_active=True)
    user.refresh_from_db()
    return bool(changed)


def revoke_token(*, token: ApiToken) -> None:
    """The key opens nothing any more."""
    token.delete()
