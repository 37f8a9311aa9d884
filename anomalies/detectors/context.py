"""What the Isolation Forest looks at: the evidence, compressed, and the hour in its context."""

import numpy as np
import numpy.typing as npt

from anomalies.detectors.evidence import NAMES, Shape
from anomalies.detectors.usual import History, Usual
from emads.lib.arrays import FloatArray

CONTEXT = ("z", "residual", "lag24", "lag168", "step", "flatness", "low_run", "below", "above")
FEATURES = tuple(f"sqrt_{name}" for name in NAMES) + CONTEXT


def _signed_log(values: FloatArray, most: float) -> FloatArray:
    squeezed: FloatArray = np.sign(values) * np.log1p(np.minimum(np.abs(values), most))
    return squeezed


def _lag(history: History, usual: Usual, hours: int) -> FloatArray:
    """Difference to `hours` ago in ranges; 0 where that is unknown."""
    before = np.concatenate([np.full(hours, np.nan), history.y])[: len(history.y)]
    change: FloatArray = np.clip((history.y - before)[usual.start :] / usual.scale, -3, 3)
    return change


def features(history: History, usual: Usual, shaped: Shape, strength: FloatArray) -> npt.NDArray[np.float32]:
    """Input of the forest. strength : (m, 9) evidence. -> (m, 18) in the order of FEATURES, never NaN."""
    y = history.y[usual.start :]
    columns = (
        _signed_log(shaped.z, 30),
        np.clip(shaped.r, -3, 3),
        _lag(history, usual, 24),
        _lag(history, usual, 168),
        _signed_log(shaped.step_z, 50),
        np.clip(shaped.flatness, -4, 4),
        np.log1p(shaped.runs.low),
        np.clip((usual.low - y) / usual.scale, 0, 3),
        np.clip((y - usual.high) / usual.scale, 0, 3),
    )
    rows: npt.NDArray[np.float32] = np.column_stack([np.sqrt(strength), *columns]).astype(np.float32)
    return np.nan_to_num(rows)
