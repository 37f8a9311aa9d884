"""rebuild_rollups"""

from typing import Any

from django.core.management.base import CommandParser

from emads.lib.commands import EmadsCommand
from energy.models import Sensor
from energy.services import rebuild_rollups
from energy.settle import settle


class Command(EmadsCommand):
    """Make hours, days and months anew from the readings."""

    help = "Make the hourly, daily and monthly roll-ups anew from the readings."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--sensor", metavar="SLUG", action="append", help="only these; may be repeated")
        self.add_json(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        sensors = Sensor.objects.select_related("site")
        if options["sensor"]:
            sensors = sensors.filter(slug__in=options["sensor"])
            unknown = set(options["sensor"]) - set(sensors.values_list("slug", flat=True))
            if unknown:
                self.wrong_use(f"there is no sensor {', '.join(sorted(unknown))}.")
        chosen, hours = list(sensors), 0
        for sensor in self.progress(chosen, unit=" sensors"):
            rebuild_rollups(sensors=[sensor])
            hours += settle(sensors=[sensor])
        self.say(
            options,
            {"sensors": len(chosen), "hours": hours},
            f"Roll-ups of {len(chosen)} sensors made anew: {hours:,} hours.",
        )
