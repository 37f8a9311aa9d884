"""What the schedule does every minute, by hand and to the end."""

from datetime import UTC, datetime
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from anomalies import services
from anomalies.models import DetectionState
from emads.lib import clock
from emads.lib.artifacts import ArtifactError
from emads.lib.commands import EmadsCommand
from energy.models import Sensor


class Command(EmadsCommand):
    help = "Judge the hours that are complete and not judged yet, and those that late readings reached."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--sensor", help="only this sensor id")
        parser.add_argument("--since", help="judge again from this date on, such as 2026-01-31")
        self.add_json(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        sensors = self._sensors(options["sensor"])
        services.notice()
        if options["since"]:
            services.judge_again(sensors=sensors, since=self._day(options["since"]))
        if not options["sensor"]:
            waiting = DetectionState.objects.exclude(rescore_from=None).values_list("sensor", flat=True)
            due = set(waiting)
            sensors = [sensor for sensor in sensors if sensor.pk in due]
        total = services.Scanned()
        for sensor in self.progress(sensors, unit="sensor"):
            try:
                total += services.scan(sensor=sensor, now=timezone.now())
            except ArtifactError as error:
                self.fail(str(error))
        figures = total.as_figures()
        self.say(
            options,
            figures,
            f"{figures['sensors']} sensors, {figures['hours']:,} hours judged, "
            f"{figures['flagged']:,} flagged, {figures['alerts']:,} new alerts",
        )

    def _sensors(self, slug: str | None) -> list[Sensor]:
        sensors = Sensor.objects.select_related("site")
        if slug is None:
            return list(sensors)
        found = list(sensors.filter(slug=slug))
        if not found:
            self.fail(f"there is no sensor {slug}")
        return found

    def _day(self, text: str) -> datetime:
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            self.wrong_use(f"--since: “{text}” is not a date; write it like 2026-01-31")
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return max(moment, clock.moment(0))
