"""The detector that ships: one isolation forest for every sensor, on named evidence and context."""

from dataclasses import dataclass
from datetime import tzinfo

import numpy as np
import numpy.typing as npt

from anomalies.detectors import context, evidence
from anomalies.detectors.evidence import Shape
from anomalies.detectors.forest import Forest
from anomalies.detectors.outage import WINDOW_WEEKS
from anomalies.detectors.tails import Tails
from anomalies.detectors.usual import BACK, RUN_BACK, History, Usual, usual
from emads.lib.arrays import BoolArray, FloatArray, IntArray

ITSELF = 1.5  # spreads from the expected value
DIGITS = 6  # of a score: below that the order of summation shows
MEMORY = (
    BACK + RUN_BACK + WINDOW_WEEKS + 1
) * 168 + evidence.LEAD  # hours before the first judged one that count


@dataclass(frozen=True, slots=True)
class Seen:
    """An hourly series prepared for judging, from index `start` on. Shapes (m,) and (m, columns)."""

    start: int
    usual: Usual
    shape: Shape
    evidence: FloatArray
    features: npt.NDArray[np.float32]
    off: BoolArray  # the sensor has been off for long, though it rarely is


def look(wh: FloatArray, t: IntArray, tz: tzinfo, since: int = 0, first_reading: int | None = None) -> Seen:
    """Evidence and context of the hours from `since` on.

    wh : (n,) energy of each hour, NaN = none [Wh]; t : (n,) complete hourly grid [s].
    first_reading : instant the sensor's history begins, where that is before the series [s]
    Windows reach back before `since`, so the result does not depend on where it is cut, given `MEMORY` hours.
    """
    history = History.of(wh, t, tz)
    start = max(0, since - evidence.LEAD)
    if start >= len(t):
        raise ValueError("nothing to look at")
    with np.errstate(invalid="ignore", divide="ignore"):
        what = usual(history, start, first_reading)
        shaped = evidence.shape(history, what)
        strength = evidence.evidence(what, shaped)
        rows = context.features(history, what, shaped, strength)
    return Seen(start, what, shaped, strength, rows, ~history.taught[start:])


def strange_itself(seen: Seen, rarity: FloatArray) -> BoolArray:
    """Hours whose own reading is out of the ordinary, not only the day behind them. (m,)

    rarity : (m, 9) of each kind of evidence
    """
    runs = seen.shape.runs
    flat = rarity[:, evidence.NAMES.index("flatday")] > 1
    away = np.abs(seen.shape.z) > ITSELF
    itself: BoolArray = away | flat | (runs.stuck >= 3) | (runs.idle > 0) | seen.off
    return itself


@dataclass(frozen=True, slots=True)
class Judgement:
    """What is said of the hours from index `start` on. Shapes (m,).

    score : rarity, -log10 of the share of hours as strange in the fleet; NaN = not judged
    expected, low, high : what is usual [Wh], NaN while nothing is known
    """

    start: int
    score: FloatArray
    each: FloatArray  # rarity of each kind of evidence, of all hours of `seen`
    seen: Seen

    @property
    def alarming(self) -> FloatArray:
        """The score where the hour itself is strange, 0 where it only follows strange ones."""
        itself = strange_itself(self.seen, self.each)[self.start - self.seen.start :]
        return np.where(itself | np.isnan(self.score), self.score, 0.0)

    @property
    def rarity(self) -> FloatArray:
        """Of each kind of evidence. (m, 9)"""
        return self.each[self.start - self.seen.start :]

    @property
    def off(self) -> BoolArray:
        """Hours of an outage: an alarm goes on through them."""
        return self.seen.off[self.start - self.seen.start :]

    @property
    def expected(self) -> FloatArray:
        """Usual energy. [Wh]"""
        return self.seen.usual.expected[self.start - self.seen.start :]

    @property
    def low(self) -> FloatArray:
        """Lower edge of the usual band. [Wh]"""
        return self.seen.usual.band_low[self.start - self.seen.start :]

    @property
    def high(self) -> FloatArray:
        """Upper edge of the usual band. [Wh]"""
        return self.seen.usual.band_high[self.start - self.seen.start :]


@dataclass(frozen=True, slots=True)
class FleetDetector:
    """The forest and what the fleet it was trained on looked like."""

    forest: Forest
    forest_tail: Tails
    evidence_tail: Tails

    def rarities(self, seen: Seen) -> tuple[FloatArray, FloatArray]:
        """Combined rarity (m,) and that of each kind of evidence (m, 9) of prepared hours."""
        isolated = self.forest_tail.of_each(self.forest.score(seen.features)[:, None])[:, 0]
        each = self.evidence_tail.of_each(seen.evidence)
        strongest = np.sort(each, axis=1)[:, -2:].mean(axis=1)
        return np.round(0.5 * isolated + 0.5 * strongest, DIGITS), each

    def score(
        self,
        wh: FloatArray,
        t: IntArray,
        tz: tzinfo,
        since: int = 0,
        first_reading: int | None = None,
    ) -> Judgement:
        """Judge the hours from `since` on. Arguments as `look`."""
        return self.judge(look(wh, t, tz, since, first_reading), since)

    def judge(self, seen: Seen, since: int) -> Judgement:
        """Judge prepared hours; what lies before `since` was only looked at for their sake."""
        rarity, each = self.rarities(seen)
        judged = np.where(seen.usual.judged, rarity, np.nan)
        return Judgement(since, judged[since - seen.start :], each, seen)
