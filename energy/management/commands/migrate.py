"""migrate, which prepares the reading store too."""

from typing import Any

from django.core.management.commands.migrate import Command as Migrate

from energy.store import get_store


class Command(Migrate):
    """Django's migrate, then the tables of the reading store."""

    help = "Update the database schema and prepare the reading store."

    def handle(self, *args: Any, **options: Any) -> None:
        super().handle(*args, **options)
        if not (options["plan"] or options["check_unapplied"]):
            get_store().prepare()
