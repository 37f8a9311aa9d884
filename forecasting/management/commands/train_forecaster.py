"""Train the global LSTM that ships in ml_models/forecast."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser
from django.utils import timezone
from tqdm import tqdm

from emads.lib.commands import EmadsCommand
from forecasting import corpus, learning, shipped, trial
from forecasting.forecasters.training import EPOCHS


class Command(EmadsCommand):
    help = (
        "Train the global LSTM on files of readings (columns sensor_id, timestamp, energy_wh). "
        "The last 56 days of each series are held out and measured."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--data", type=Path, nargs="+", metavar="FILE", required=True)
        parser.add_argument("--out", type=Path, metavar="DIR", default=settings.MODELS_DIR / shipped.NAME)
        parser.add_argument("--seeds", type=int, default=3, help="networks whose mean is taken, default 3")
        parser.add_argument("--epochs", type=int, default=EPOCHS)
        parser.add_argument(
            "--skip-unseen", action="store_true", help="do not measure on series left out of training"
        )
        self.add_json(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        epochs, seeds = options["epochs"], options["seeds"]
        folds = 0 if options["skip_unseen"] else learning.FOLDS
        try:
            given = learning.material(options["data"])
            with tqdm(total=(seeds + folds) * epochs, unit="epoch", disable=not self.stderr.isatty()) as bar:
                model = learning.learn(given, seeds=seeds, epochs=epochs, tell=lambda _: bar.update())
                metrics: dict[str, Any] = {"test": self.measured(model, given)}
                if folds:
                    metrics["unseen"] = learning.unseen(given, epochs=epochs, tell=lambda _: bar.update())
        except (corpus.BadFileError, ValueError) as error:
            self.fail(str(error))
        card = learning.write(options["out"], model, given, metrics, now=timezone.now())
        found = metrics["test"]["lstm"]
        self.say(
            options,
            card,
            f"{len(given)} series, {seeds} networks: MAE ratio {found['mae_ratio']}, MASE {found['mase']} "
            f"on the held-out days; written to {options['out']}.",
        )

    @staticmethod
    def measured(model: Any, given: dict[str, learning.Material]) -> dict[str, Any]:
        """Figures on the held-out days, over all series and file by file."""
        verdicts, pace = trial.judge({name: m.days for name, m in given.items()}, model)
        by_file = {
            file: trial.figures({n: v for n, v in verdicts.items() if given[n].file == file}, pace)
            for file in sorted({m.file for m in given.values()})
        }
        return {
            **learning.without_sensors(trial.figures(verdicts, pace)),
            "files": {file: learning.without_sensors(found) for file, found in by_file.items()},
        }
