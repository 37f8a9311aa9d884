"""From readings to a trained, measured artefact. Needs torch and pandas: commands only."""

import json
import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import torch

from emads.lib import artifacts
from emads.lib.arrays import FloatArray
from forecasting import shipped, trial
from forecasting.corpus import read
from forecasting.evaluation import TEST_DAYS
from forecasting.forecasters.contract import HORIZON, QUANTILES, WINDOW
from forecasting.forecasters.lstm import GlobalLSTM
from forecasting.forecasters.scaling import STEPS
from forecasting.forecasters.training import EPOCHS, Tell, train, windows
from forecasting.trial import Daily

SHIFTS = (0, 8, 16)  # hours: the same readings cut into days three ways
SOURCES = "sources.json"  # licences of the training data, beside the card
FOLDS = 3
NOTES = [
    "The last 56 days of every series took no part in training; the figures under “test” are of these days.",
    "“unseen” leaves whole homes out of training: three folds, one network each.",
    "The margin by which a simple forecast must win before it serves instead, and the correlation of days "
    "behind the range of a week, were chosen on the test days: “served” flatters a little.",
]


@dataclass(frozen=True, slots=True)
class Material:
    """One series to learn from: its days, and the same readings with days that begin later."""

    file: str
    days: Daily
    shifted: tuple[Daily, ...] = ()

    def until_test(self) -> list[Daily]:
        """Without the test days; a day of zeros throughout is an outage and teaches nothing."""
        first, wh = self.days
        end = first + len(wh) - TEST_DAYS
        # A shifted day reaches into the next one.
        cut = [(self.days, end), *((daily, end - 1) for daily in self.shifted)]
        return [(start, _lit(values[: max(0, stop - start)])) for (start, values), stop in cut]


def _lit(wh: FloatArray) -> FloatArray:
    return np.where(wh == 0, np.nan, wh)


def material(files: Sequence[Path]) -> dict[str, Material]:
    """The series of files; BadFileError if one cannot be read."""
    found = {}
    for file in files:
        for name, readings in read(file).items():
            days, *shifted = (readings.days(shift) for shift in SHIFTS)
            if len(days[1]) >= WINDOW + HORIZON:
                found[name] = Material(file.name, days, tuple(shifted))
    return found


def learn(
    given: Mapping[str, Material],
    *,
    seeds: int,
    epochs: int = EPOCHS,
    tell: Tell = None,
) -> GlobalLSTM:
    """The mean of `seeds` networks, trained on all but the test days; ValueError without a long series."""
    cut = windows([daily for m in given.values() for daily in m.until_test()])
    return GlobalLSTM([train(cut, seed=seed, epochs=epochs, tell=tell) for seed in range(seeds)])


def unseen(given: Mapping[str, Material], *, epochs: int = EPOCHS, tell: Tell = None) -> Any:
    """Figures on homes that took no part in training: three folds, one network each."""
    homes, verdicts, pace = sorted({home(name) for name in given}), {}, 0.0
    for fold in range(FOLDS):
        held = [name for name in given if home(name) in homes[fold::FOLDS]]
        rest = {name: given[name] for name in given if name not in held}
        found, pace = trial.judge(
            {n: given[n].days for n in held}, learn(rest, seeds=1, epochs=epochs, tell=tell)
        )
        verdicts.update(found)
    return without_sensors(trial.figures(verdicts, pace))


def home(name: str) -> str:
    """What a sensor belongs to by its name: a home's other meters must not give it away."""
    return name.rpartition("_")[0] or name


def without_sensors(figures: dict[str, Any]) -> dict[str, Any]:
    """The figures over all series alone."""
    return {key: value for key, value in figures.items() if key != "sensors"}


def write(
    folder: Path, model: GlobalLSTM, given: Mapping[str, Material], metrics: dict[str, Any], *, now: datetime
) -> dict[str, Any]:
    """Weights and card into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    model.save(folder / shipped.WEIGHTS)
    card = {
        "name": shipped.NAME,
        "title": "Global LSTM, daily energy, 7 days ahead",
        "description": (
            f"One small neural network for every meter. It reads the last {STEPS} days, compares them with "
            "the same weekdays of the four weeks before and says by how much each of the next 7 days will "
            "differ, with the range in which 8 of 10 days fall. It knows weekdays and recent level; it does "
            "not know the weather, holidays or your plans."
        ),
        "trained_at": now.isoformat(timespec="seconds"),
        "data": _data(folder, given),
        "features": {
            "window_days": WINDOW,
            "read_days": STEPS,
            "horizon_days": HORIZON,
            "quantiles": list(QUANTILES),
            "scaling": "residual to the 4-week same-weekday mean in units of the window's weekly error",
        },
        "networks": len(model.networks),
        "parameters": sum(p.numel() for p in model.networks[0].parameters()),
        "metrics": metrics,
        "notes": NOTES,
        "versions": {
            "python": platform.python_version(),
            "torch": str(torch.__version__),
            "numpy": np.__version__,
        },
    }
    return artifacts.write_card(folder, card, [shipped.WEIGHTS])


def _data(folder: Path, given: Mapping[str, Material]) -> list[dict[str, Any]]:
    """What it learnt from, with licences where sources.json in the folder names them."""
    known = json.loads((folder / SOURCES).read_text()) if (folder / SOURCES).exists() else {}
    files = sorted({m.file for m in given.values()})
    return [
        {
            "file": file,
            "series": sum(m.file == file for m in given.values()),
            "days": sum(len(m.days[1]) - TEST_DAYS for m in given.values() if m.file == file),
            **known.get(file, {"licence": "not stated"}),
        }
        for file in files
    ]
