"""Named evidence: nine scale-free measures of strangeness, each of which can be said in a sentence."""

from dataclasses import dataclass

import numpy as np

from anomalies.detectors import rolling, weeks
from anomalies.detectors.usual import BACK, RUN_BACK, History, Usual, scale_of
from emads.lib.arrays import BoolArray, FloatArray

NAMES = ("level6", "level24", "unusual24", "point", "stuck", "off", "flatday", "persist", "night")
DAY = 24
SAME = 0.002  # of the range: a step smaller than this is no step
LONGEST = RUN_BACK * weeks.HOURS
LEAD = 48  # hours before the first judged one that its windows need


@dataclass(frozen=True, slots=True)
class Shape:
    """What evidence and context are both made of, for the hours of a `Usual`. Shapes (m,).

    z : deviation in spreads; r : deviation in ranges; step_z : jump against the usual jump, in spreads
    flatness : log ratio of the last day's variation to the usual one, negative = flat
    runs : how long the sensor has been idle, low or stuck
    """

    z: FloatArray
    r: FloatArray
    step_z: FloatArray
    flatness: FloatArray
    runs: "Runs"


def _at(history: History, table: FloatArray, start: int) -> FloatArray:
    """What a table of weeks says of each hour from `start` on; its first row is the week of `start`."""
    first = int(history.weeks.week[start])
    return table[history.weeks.week[start:] - first, history.weeks.hour[start:]]


def _usual_of(history: History, values: FloatArray, start: int, back: int) -> FloatArray:
    """Usual value at each hour from `start` on, of any series in step with the history."""
    first = int(history.weeks.week[start])
    return _at(history, weeks.medians(history.lesson(values), first, back), start)


@dataclass(frozen=True, slots=True)
class Runs:
    """Hours in a row, counted over at most `RUN_BACK` weeks. Shapes (m,).

    idle, low : of near-zero and of merely low use, where this hour is normally on
    stuck : of the same value while in use, where this hour usually changes
    stuck_usual : how long such runs usually are at this hour
    """

    idle: FloatArray
    low: FloatArray
    stuck: FloatArray
    stuck_usual: FloatArray


def _runs(history: History, usual: Usual, step: FloatArray) -> Runs:
    """Runs of idle, low and unchanging hours, each hour against the range known in its own week."""
    begin = int(np.searchsorted(history.weeks.week, usual.first_week))
    week = history.weeks.week[begin:] - usual.first_week
    known = usual.ranges
    middle, bottom = np.abs(known.middle)[week], np.maximum(known.low, 0.0)[week]
    y, absent = history.y[begin:], np.isnan(history.y[begin:])
    in_use = y > 0.02 * middle
    same = in_use & (np.abs(step[begin:]) <= SAME * scale_of(known.low, known.middle, known.high)[week])
    stuck = np.minimum(rolling.run_length(same), LONGEST)
    before = np.full(begin, np.nan)
    whole_stuck = np.concatenate([before, stuck])

    def out_of_place(state: BoolArray) -> FloatArray:
        table = history.lesson(np.concatenate([before, np.where(absent, np.nan, state)]))
        often = _at(history, weeks.shares(table, int(history.weeks.week[usual.start]), RUN_BACK), usual.start)
        length = np.minimum(rolling.run_length(state & ~absent), LONGEST)[usual.start - begin :]
        return np.where(np.nan_to_num(often) < 0.5, length, 0.0)

    return Runs(
        out_of_place(~in_use),
        out_of_place(y <= 0.1 * bottom + 0.02 * middle),
        out_of_place(same),
        np.nan_to_num(_usual_of(history, whole_stuck, usual.start, RUN_BACK)),
    )


def shape(history: History, usual: Usual) -> Shape:
    """Deviations, jumps and runs of the hours of `usual`."""
    start, y = usual.start, history.y
    first = int(history.weeks.week[start])
    away = y[start:] - usual.expected
    step = np.concatenate([[np.nan], np.diff(y)])[: len(y)]
    step_table = history.lesson(step)
    centre = weeks.medians(step_table, first, BACK)
    deviation = _at(history, weeks.spreads(step_table, centre, first, BACK), start)
    step_spread = np.where(np.isnan(deviation), usual.scale / 8, deviation) + 0.03 * usual.scale
    variation = rolling.std(y, DAY, least=DAY // 4)
    usual_variation = _usual_of(history, variation, start, BACK)
    return Shape(
        away / usual.spread,
        away / usual.scale,
        (step[start:] - np.nan_to_num(_at(history, centre, start))) / step_spread,
        np.log((variation[start:] + 0.01 * usual.scale) / (usual_variation + 0.01 * usual.scale)),
        _runs(history, usual, step),
    )


def evidence(usual: Usual, shaped: Shape) -> FloatArray:
    """Strength of each kind of evidence, higher is stranger. -> (m, 9) in the order of NAMES, never NaN."""
    z, magnitude = np.clip(shaped.z, -10, 10), np.minimum(np.abs(shaped.z), 10)
    runs = shaped.runs
    at_night = np.where(usual.quiet, np.clip(shaped.z, -8, 8), np.nan)
    columns = (
        np.abs(rolling.median(z, 6)),
        10 * np.abs(rolling.mean(np.clip(shaped.r, -2, 2), DAY, least=6)),
        rolling.mean(np.minimum(magnitude, 6), DAY, least=6),
        np.minimum(np.abs(shaped.z), 30),
        np.where(runs.stuck >= 3, np.log2(1 + runs.stuck) - np.log2(1 + runs.stuck_usual), 0.0),
        np.log2(1 + runs.idle),
        -shaped.flatness,
        rolling.mean(np.where(np.isnan(z), np.nan, magnitude > 2), DAY, least=6),
        np.where(usual.quiet, np.abs(rolling.mean(at_night, 8, least=2)), 0.0),
    )
    strength: FloatArray = np.maximum(np.nan_to_num(np.column_stack(columns)), 0.0)
    return strength
