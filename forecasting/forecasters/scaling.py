"""Double scaling: a home and a tower block look alike to the network.

What it sees and says is a residual to the 4-week same-weekday mean, in units of the window's weekly error.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from emads.lib.arrays import FloatArray, IntArray
from forecasting.forecasters.contract import HORIZON, WEEK

Float32 = npt.NDArray[np.float32]
STEPS = 28  # days the LSTM reads; the statistics look at the whole window
LIMIT = 8.0  # residuals are clipped here
SMALLEST_UNIT = 0.02
STEP_FEATURES = 10
TARGET_FEATURES = 26


@dataclass(frozen=True, slots=True)
class Scaled:
    """Inputs of the network for n windows.

    scale   : (n, 1) mean day of the last 28 [Wh]
    unit    : (n,) the window's weekly error, in scales
    base    : (n, 7) same-weekday mean of 4 weeks, in scales
    steps   : (n, 28, 10) the days read one after another
    targets : (n, 7, 26) what is known about each day to forecast
    """

    scale: FloatArray
    unit: Float32
    base: Float32
    steps: Float32
    targets: Float32


def scaled(history: FloatArray, weekday: IntArray) -> Scaled:
    """Inputs of complete windows. (n, 56) without NaN [Wh], (n,) -> Scaled"""
    n, length = history.shape
    size = np.abs(history)
    scale = size[:, -STEPS:].mean(1, keepdims=True) + 1e-3 * size.max(1, keepdims=True) + 1e-6
    x = history / scale
    weeks = x.reshape(n, length // WEEK, WEEK)
    base = weeks[:, -4:].mean(1)
    change = x[:, WEEK:] - x[:, :-WEEK]
    unit = np.maximum(np.abs(change).mean(1), SMALLEST_UNIT)
    u = unit[:, None]
    residual = (x - np.tile(base, (1, length // WEEK))) / u
    lagged = np.concatenate([np.zeros((n, WEEK)), change], 1) / u
    days = np.clip(np.stack([residual, lagged, (x - 1) / u], -1), -LIMIT, LIMIT) / 2
    calendar = np.eye(WEEK)[(weekday[:, None] + np.arange(-length, 0)) % WEEK]
    steps = np.concatenate([days, calendar], -1)[:, -STEPS:]
    targets = _targets(weeks, base, residual, unit, weekday)
    return Scaled(scale, _f32(unit), _f32(base), _f32(steps), _f32(np.clip(targets, -LIMIT, LIMIT) / 2))


def _targets(
    weeks: FloatArray, base: FloatArray, residual: FloatArray, unit: FloatArray, weekday: IntArray
) -> FloatArray:
    """Per day to forecast: its weekday's past, the calendar, the horizon, the recent level. (n, 7, 26)"""
    n, u = len(weeks), unit[:, None]
    past = np.stack(
        [
            (weeks[:, -1] - base) / u,
            (weeks.mean(1) - base) / u,
            (np.median(weeks, 1) - base) / u,
            weeks[:, -4:].std(1) / u,
            (base - base.mean(1, keepdims=True)) / u,
        ],
        -1,
    )
    level = np.stack(
        [
            residual[:, -7:].mean(1),
            residual[:, -3:].mean(1),
            residual[:, -1],
            residual[:, -14:-7].mean(1),
            residual[:, -2],
            np.log(unit),
            np.abs(residual[:, -STEPS:]).mean(1),
        ],
        1,
    )
    calendar = np.eye(WEEK)[(weekday[:, None] + np.arange(HORIZON)) % WEEK]
    ahead = np.broadcast_to(np.eye(HORIZON), (n, HORIZON, HORIZON))
    return np.concatenate([past, calendar, ahead, np.repeat(level[:, None], HORIZON, 1)], -1)


def _f32(values: FloatArray) -> Float32:
    return values.astype(np.float32)
