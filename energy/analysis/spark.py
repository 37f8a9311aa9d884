"""A tiny line for cards and tables."""

import numpy as np

from emads.lib.arrays import FloatArray


def spark(values: FloatArray, width: int = 100, height: int = 24) -> str:
    """The SVG path of a small line over values, from 0 up, broken at NaN.

    values  : (n,) any unit
    returns : "" with fewer than two values
    """
    known = ~np.isnan(values)
    if known.sum() < 2:
        return ""
    low, high = min(0.0, float(np.nanmin(values))), max(0.0, float(np.nanmax(values)))
    x = np.linspace(0, width, len(values))
    y = height - 1 - (np.where(known, values, 0.0) - low) / ((high - low) or 1.0) * (height - 2)
    return "".join(
        f"{'L' if i and known[i - 1] else 'M'}{x[i]:.1f} {y[i]:.1f}" for i in np.flatnonzero(known)
    )
