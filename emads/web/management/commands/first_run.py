"""What `make run` does before it starts for the first time."""

from typing import Any

from django.conf import settings
from django.core.management import call_command

from accounts.models import User
from emads.lib.commands import EmadsCommand


class Command(EmadsCommand):
    help = "With DEBUG and nobody registered yet: make the demonstration. Otherwise nothing."

    def handle(self, *_args: Any, **_options: Any) -> None:
        if User.objects.exists():
            return
        if settings.DEBUG:
            self.stdout.write("First start: making demo homes …")
            call_command("seed_demo")
        else:
            self.stdout.write(
                "Nobody is registered yet. Make an admin:  .venv/bin/python manage.py createsuperuser"
            )
