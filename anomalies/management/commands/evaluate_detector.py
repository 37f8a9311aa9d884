"""How good the shipped detector is on labelled readings."""

from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.core.management.base import CommandParser

from anomalies import artefact
from emads.lib.artifacts import ArtifactError
from emads.lib.commands import EmadsCommand


class Command(EmadsCommand):
    help = "Judge labelled readings (sensor_id,timestamp,energy_wh,anomaly) as live; needs no database."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("labelled", type=Path, help="a .csv or .csv.gz file")
        parser.add_argument("--budget", type=float, default=2.0, help="alarms a sensor may raise in a month")
        parser.add_argument("--timezone", default="UTC", help="of naive stamps, such as Europe/Berlin")
        parser.add_argument("--out", type=Path, help="a folder with another detector than the shipped one")
        self.add_json(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        from anomalies import evaluation, training  # noqa: PLC0415 heavy: pandas and scikit-learn

        tz = self._zone(options["timezone"])
        try:
            shipped = artefact.load(options["out"]) if options["out"] else artefact.shipped()
            series = training.read_hourly(options["labelled"], tz)
        except (ArtifactError, training.UnreadableTable) as error:
            self.fail(str(error))
        if f"{options['budget']:g}" not in shipped.card["thresholds"]:
            self.wrong_use(f"--budget must be one of {', '.join(shipped.card['thresholds'])}")
        if not series:
            self.fail(f"{options['labelled']}: no readings")
        figures = evaluation.evaluate(series, shipped, options["budget"], tz)
        self.say(options, figures, _summary(figures))

    def _zone(self, name: str) -> ZoneInfo:
        try:
            return ZoneInfo(name)
        except (KeyError, ValueError, OSError):
            self.wrong_use(f"“{name}” is not a time zone; write it like Europe/Berlin.")


def _summary(figures: dict[str, Any]) -> str:
    macro, at = figures["macro"], figures["at_budget"]
    return (
        f"{len(figures['sensors'])} sensors: ROC-AUC {macro['roc_auc']}, PR-AUC {macro['pr_auc']}; "
        f"{at['alarms_per_sensor_month']} alarms per sensor and month, {at['alarm_precision']} of them real, "
        f"{at['event_recall']} of the events found; {figures['readings_per_s']:,} readings/s"
    )
