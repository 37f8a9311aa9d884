"""What a person's role lets them do."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import Permission
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from accounts.models import User


class RoleBackend(ModelBackend):
    """Permissions come from the group named like the person's role (and from groups an admin added)."""

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> None:  # type: ignore[override]
        """Passwords are allauth's part: asking twice would only double the hashing."""
        return

    def _get_group_permissions(self, user_obj: User) -> QuerySet[Permission]:
        if not user_obj.may_sign_in:
            return Permission.objects.none()
        of_role = Q(group__name=user_obj.role) | Q(group__user=user_obj)
        return Permission.objects.filter(of_role).distinct()
