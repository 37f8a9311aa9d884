"""Daily series out of files of readings, for training and evaluation. Needs pandas: commands only."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from emads.lib.arrays import FloatArray, IntArray
from emads.lib.clock import DAY, HOUR
from forecasting.forecasters.days import complete_days, trim

COLUMNS = ("sensor_id", "timestamp", "energy_wh")


class BadFileError(Exception):
    """The file does not hold series of readings; the message says why."""


@dataclass(frozen=True, slots=True)
class Readings:
    """Readings of one sensor, oldest first, each second once: wall-clock seconds (n,), energy (n,) [Wh]."""

    wall: IntArray
    wh: FloatArray

    def days(self, shift_hours: int = 0) -> tuple[int, FloatArray]:
        """Number of the first day since 1970 and the energy of each, NaN where not complete. [Wh]

        `shift_hours` cuts the days that much after midnight.
        """
        day = (self.wall - shift_hours * HOUR) // DAY
        first = int(day[0])
        n = np.bincount(day - first).astype(np.int64)
        wh = np.bincount(day - first, weights=self.wh).astype(np.float64)
        return trim(first, complete_days(wh, n))


def read(path: Path) -> dict[str, Readings]:
    """Every sensor of a file with the columns sensor_id, timestamp, energy_wh (plain, .gz or .zip).

    Timestamps are taken as the wall clock they show; empty energies are left out; of two readings at the same
    time the first counts.
    raises : BadFileError
    """
    try:
        table = pd.read_csv(path, dtype={"sensor_id": str, "timestamp": str})
    except (OSError, ValueError, EOFError) as error:  # pandas' parser errors are ValueErrors
        raise BadFileError(f"{path}: cannot be read as CSV: {error}") from error
    if missing := [c for c in COLUMNS if c not in table]:
        raise BadFileError(f"{path}: no column {', '.join(missing)}")
    wall = pd.to_datetime(table["timestamp"].str.slice(0, 19), format="ISO8601", errors="coerce")
    wh = pd.to_numeric(table["energy_wh"], errors="coerce")
    _refuse(path, table, "timestamp", wall.isna().to_numpy())
    _refuse(path, table, "energy_wh", (wh.isna() & table["energy_wh"].notna()).to_numpy())
    seconds = wall.to_numpy().astype("datetime64[s]").astype(np.int64)
    tidy = pd.DataFrame({"sensor_id": table["sensor_id"], "wall": seconds, "wh": wh.to_numpy(dtype=float)})
    tidy = (
        tidy[np.isfinite(tidy["wh"])]
        .drop_duplicates(["sensor_id", "wall"])
        .sort_values(["sensor_id", "wall"])
    )
    if tidy.empty:
        raise BadFileError(f"{path}: no readings")
    return {
        str(sensor): Readings(rows["wall"].to_numpy(), rows["wh"].to_numpy())
        for sensor, rows in tidy.groupby("sensor_id", sort=False)
    }


def _refuse(path: Path, table: pd.DataFrame, column: str, bad: np.ndarray) -> None:
    """Name the first row that does not parse."""
    if bad.any():
        row = int(np.flatnonzero(bad)[0])
        raise BadFileError(
            f"{path}, line {row + 2}: {column} is {table[column].iloc[row]!r} ({bad.sum()} such rows)"
        )
