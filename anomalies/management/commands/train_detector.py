"""Train the shipped detector anew."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from anomalies import artefact
from emads.lib import artifacts
from emads.lib.clock import UTC_ZONE
from emads.lib.commands import EmadsCommand


class Command(EmadsCommand):
    help = "Fit the isolation forest on hourly energy of many sensors, without labels; write it and its card."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--data", type=Path, nargs="+", required=True, help="sensor_id,timestamp,energy_wh"
        )
        parser.add_argument("--out", type=Path, help="folder to write to; default: the shipped one")
        parser.add_argument("--skip", default=r"_pv$", help="leave out sensors whose id matches this pattern")
        parser.add_argument("--seed", type=int, default=0)
        parser.add_argument("--labelled", type=Path, help="labelled readings to measure it on, for the card")
        self.add_json(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        from anomalies import training  # noqa: PLC0415 heavy: pandas and scikit-learn

        try:
            skip = re.compile(options["skip"])
        except re.error as error:
            self.wrong_use(f"--skip: {error}")
        used: list[training.Source] = []
        try:
            trained = training.train(self._fleet(options["data"], skip, used), options["seed"])
        except (training.UnreadableTable, ValueError) as error:
            self.fail(str(error))
        folder = options["out"] or artifacts.directory(artefact.NAME)
        about = training.about(trained, used, options["seed"])
        card = artefact.save(folder, trained.detector, trained.score_tail, about, datetime.now(UTC))
        if options["labelled"]:
            card = self._measure(folder, card, options["labelled"])
        self.say(
            options, card, f"{trained.hours:,} hours of {sum(s.sensors for s in used)} sensors -> {folder}"
        )

    def _fleet(self, files: list[Path], skip: re.Pattern[str], used: list[Any]) -> Iterator[Any]:
        from anomalies import training  # noqa: PLC0415 heavy

        for path in self.progress(files, unit="file"):
            series = {k: s for k, s in training.read_hourly(path, UTC_ZONE).items() if not skip.search(k)}
            used.append(training.source_of(path, series))
            for one in series.values():
                yield training.prepare(one, UTC_ZONE)

    def _measure(self, folder: Path, card: artifacts.Card, labelled: Path) -> artifacts.Card:
        from anomalies import evaluation, training  # noqa: PLC0415 heavy

        shipped, series = artefact.load(folder), training.read_hourly(labelled, UTC_ZONE)
        figures = evaluation.evaluate(series, shipped, artefact.SENSITIVITIES["normal"], UTC_ZONE)
        kept = ("mode", "budget", "macro", "pooled", "at_budget", "readings")
        measured = {"labelled": labelled.name, **{key: figures[key] for key in kept}}
        return artifacts.write_card(folder, {**card, "metrics": measured}, [artefact.FILE])
