"""prune_readings --older-than DAYS"""

from datetime import timedelta
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from emads.lib.commands import EmadsCommand
from energy.models import Sensor
from energy.services import prune_readings


class Command(EmadsCommand):
    """Drop old readings; their hours, days and months stay."""

    help = "Drop readings older than so many days; hourly, daily and monthly sums stay."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--older-than", type=int, required=True, metavar="DAYS")
        parser.add_argument("--sensor", metavar="SLUG", action="append", help="only these; may be repeated")
        self.add_json(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        if options["older_than"] < 1:
            self.wrong_use("--older-than is a number of days, 1 or more.")
        sensors = Sensor.objects.select_related("site")
        if options["sensor"]:
            sensors = sensors.filter(slug__in=options["sensor"])
        before = timezone.now() - timedelta(days=options["older_than"])
        chosen = list(sensors)
        dropped = sum(
            prune_readings(sensor=sensor, before=before) for sensor in self.progress(chosen, unit=" sensors")
        )
        self.say(
            options,
            {"sensors": len(chosen), "dropped": dropped},
            f"{dropped:,} readings of {len(chosen)} sensors dropped; their sums stay.",
        )
