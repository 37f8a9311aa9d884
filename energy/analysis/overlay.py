"""An earlier stretch of time laid over a later one."""

import numpy as np

from emads.lib.arrays import FloatArray, IntArray
from energy.analysis.pattern import means_by


def laid_over(place: IntArray, earlier: IntArray, earlier_wh: FloatArray) -> FloatArray:
    """Energy of an earlier stretch at the places of a later one.

    place      : (n,) hours, days or months on the wall clock since the later stretch begins
    earlier    : (m,) the same of the earlier one; places before its beginning (half-hour zones) are left out
    earlier_wh : (m,) its energy, NaN = no reading [Wh]
    returns    : (n,) NaN where nothing was read; the mean where the clock showed an hour twice [Wh]
    """
    inside = earlier >= 0
    room = int(max(place.max(initial=0), earlier.max(initial=0))) + 1
    found = means_by(earlier[inside], earlier_wh[inside], room)
    return np.where(place >= 0, found[np.maximum(place, 0)], np.nan)
