"""Forecast the next 7 days, as the schedule does nightly."""

from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from emads.lib.commands import EmadsCommand
from energy.models import Site
from forecasting import services


class Command(EmadsCommand):
    help = "Forecast the next 7 days of every sensor, or of one site's."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--site", metavar="SLUG", help="only this site")
        self.add_json(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        if slug := options["site"]:
            site = Site.objects.filter(slug=slug).first() or self.wrong_use(f"There is no site “{slug}”.")
            issued = services.issue(site=site, now=now)
        else:
            issued = services.issue_all(now=now)
        self.say(options, {"issued": issued}, f"{issued} sensors forecast.")
