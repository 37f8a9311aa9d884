"""Roles as Django groups: what each may do on a new installation. Admins change it in the administration."""

from typing import Any

from django.apps import AppConfig, apps
from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import Group, Permission

from accounts.models import Role

LOOK = (
    "energy.view_site",
    "energy.view_sensor",
    "energy.view_tariff",
    "anomalies.view_alert",
    "forecasting.view_forecast",
    "messaging.view_notification",
)
WRITE_TO_PEOPLE = ("messaging.add_conversation", "messaging.add_message")
CARE_FOR_A_HOME = (
    "energy.add_site",
    "energy.change_site",
    "energy.add_sensor",
    "energy.change_sensor",
    "energy.delete_sensor",
    "energy.add_tariff",
    "energy.change_tariff",
    "energy.delete_tariff",
    "energy.add_importjob",
    "energy.view_importjob",
    "anomalies.change_alert",
    "messaging.add_subscription",
    "messaging.delete_subscription",
    "accounts.add_apitoken",
    "accounts.delete_apitoken",
)
CARE_FOR_ITS_PEOPLE = ("energy.add_membership", "energy.change_membership", "energy.delete_membership")
EVERYTHING = ("*",)

PERMISSIONS: dict[str, tuple[str, ...]] = {
    Role.RESIDENT: LOOK + WRITE_TO_PEOPLE + CARE_FOR_A_HOME,
    Role.VIEWER: (*LOOK, *WRITE_TO_PEOPLE, "messaging.add_subscription", "messaging.delete_subscription"),
    Role.MANAGER: LOOK + WRITE_TO_PEOPLE + CARE_FOR_A_HOME + CARE_FOR_ITS_PEOPLE,
    Role.PROVIDER: (*LOOK, "accounts.add_apitoken", "accounts.delete_apitoken"),
    Role.ADMIN: EVERYTHING,
}


def permissions_named(names: tuple[str, ...]) -> list[Permission]:
    """The permissions of these names; `*` is all of them."""
    everyone = Permission.objects.select_related("content_type")
    return [
        one
        for one in everyone
        if names == EVERYTHING or f"{one.content_type.app_label}.{one.codename}" in names
    ]


def create_role_groups(sender: AppConfig, using: str, **kwargs: Any) -> None:
    """After migrate: make the groups that are missing. A group that exists is never touched again."""
    missing = [role for role in Role.values if not Group.objects.using(using).filter(name=role).exists()]
    if not missing:
        return
    # This runs before later apps got theirs, and the defaults name permissions of every app.
    for config in apps.get_app_configs():
        create_permissions(config, verbosity=0, using=using)
    for role in missing:
        group = Group.objects.using(using).create(name=role)
        group.permissions.set(permissions_named(PERMISSIONS[role]))
