"""The trained forecaster in ml_models/. Needs torch: only workers and commands import it."""

from functools import cache
from pathlib import Path

from emads.lib import artifacts
from forecasting.forecasters.lstm import GlobalLSTM

NAME, WEIGHTS = "forecast", "lstm.pt"


@cache
def forecaster() -> GlobalLSTM:
    """Loaded once a process, its checksum verified."""
    return GlobalLSTM.load(artifacts.verified_path(NAME, WEIGHTS))


def forecaster_in(folder: Path) -> GlobalLSTM:
    """One that was trained into a folder."""
    return GlobalLSTM.load(artifacts.verified_file(folder, WEIGHTS))
