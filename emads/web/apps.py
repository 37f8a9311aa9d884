"""The pages that combine the apps."""

from django.apps import AppConfig

from emads import checks


class WebConfig(AppConfig):
    name = "emads.web"
    label = "web"

    def ready(self) -> None:
        """Importing them registered the system checks."""
        self.checks = checks
