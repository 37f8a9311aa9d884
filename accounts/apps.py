"""Django application of accounts."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = "People"

    def ready(self) -> None:
        """Roles have their groups as soon as the tables exist."""
        from accounts.groups import create_role_groups  # noqa: PLC0415 - models load after the app registry

        post_migrate.connect(create_role_groups, sender=self, dispatch_uid="role groups")
