"""How good the forecaster is on series in a file: rolling origins over the last 56 days. No database."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from emads.lib.artifacts import ArtifactError
from emads.lib.commands import EmadsCommand
from forecasting import corpus, shipped, trial
from forecasting.forecasters.contract import HORIZON


class Command(EmadsCommand):
    help = (
        "Rolling-origin figures of the forecaster beside repeating last week. "
        "The file has the columns sensor_id, timestamp, energy_wh."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("series", type=Path, help="CSV of readings, plain, .gz or .zip")
        parser.add_argument(
            "--horizon-days", type=int, default=HORIZON, help=f"1 to {HORIZON}, default {HORIZON}"
        )
        parser.add_argument(
            "--model", type=Path, metavar="DIR", help="a trained folder instead of the shipped one"
        )
        self.add_json(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        horizon = options["horizon_days"]
        if not 1 <= horizon <= HORIZON:
            self.wrong_use(f"--horizon-days is 1 to {HORIZON}.")
        try:
            forecaster = shipped.forecaster_in(options["model"]) if options["model"] else shipped.forecaster()
            series = {name: readings.days() for name, readings in corpus.read(options["series"]).items()}
        except (corpus.BadFileError, ArtifactError) as error:
            self.fail(str(error))
        found = trial.figures(*trial.judge(series, forecaster, horizon=horizon))
        if not found["series"]:
            self.fail("No series is long enough: 28 complete days and a week to test are needed.")
        self.say(options, found, _summary(found))


def _summary(found: dict[str, Any]) -> str:
    lstm, naive = found["lstm"], found["seasonal_naive"]
    return (
        f"{found['series']} series, {found['forecasts']} forecasts: MASE {lstm['mase']} (last week again "
        f"{naive['mase']}), MAE ratio {lstm['mae_ratio']}, RMSE ratio {lstm['rmse_ratio']}, 80 % interval "
        f"covers {lstm['coverage_80']}, 95 % {lstm['coverage_95']}; {lstm['series_per_s']} forecasts/s."
    )
