"""From a sensor's readings to judged hours. Reads the store, writes nothing."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from anomalies import telling
from anomalies.artefact import Shipped
from anomalies.detectors import alarms, rolling, rules
from anomalies.detectors.fleet import MEMORY, Judgement
from anomalies.detectors.rules import Early
from anomalies.detectors.usual import LEARNING_HOURS
from emads.lib import clock
from emads.lib.arrays import BoolArray, FloatArray, IntArray
from energy import series
from energy.models import Sensor

FULL = 0.8  # share of the usual number of readings from which an hour counts as read
DAY = 24


@dataclass(frozen=True, slots=True)
class Hour:
    """A flagged hour. Energies in Wh, None = nothing is known."""

    start: datetime
    energy_wh: float
    expected_wh: float | None
    low_wh: float | None
    high_wh: float | None
    score: float
    pct_change: float | None
    spike: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Stretch:
    """Hours to judge, [since, until); the sensor's readings go from the hour `first` to before `last`."""

    first: datetime
    since: datetime
    until: datetime
    last: datetime


@dataclass(frozen=True, slots=True)
class Judged:
    """What was found in the hours from `since` until `until`. `t`, `known` and `flags` have shape (m,)."""

    t: IntArray
    known: BoolArray  # judged hours
    flags: BoolArray
    hours: list[Hour]
    profile: dict[str, list[float]]


def complete_hours(wh: FloatArray, n: IntArray) -> FloatArray:
    """Energy per hour, NaN where an hour holds clearly fewer readings than the hours of the week before.

    wh : (m,) energy [Wh]; n : (m,) readings in each hour
    """
    if not len(wh):
        return wh.copy()
    count = np.where(n > 0, n, np.nan).astype(np.float64)
    days = np.concatenate([count, np.full(-len(count) % DAY, np.nan)]).reshape(-1, DAY)
    daily = rolling.sorted_quantile(np.sort(days, axis=1), 0.5)
    before = np.concatenate([daily[:1], rolling.median(daily, 7)[:-1]])
    usual = np.repeat(np.where(np.isnan(before), daily, before), DAY)[: len(wh)]
    with np.errstate(invalid="ignore"):
        return np.where(count >= FULL * usual, wh, np.nan)


def judge(
    *,
    sensor: Sensor,
    stretch: Stretch,
    threshold: float,
    going: bool,
    shipped: Shipped,
) -> Judged:
    """Judge the hours of a stretch. `going`: the hour before it was flagged."""
    first, since, until = clock.epoch(stretch.first), stretch.since, stretch.until
    opened = max(since - timedelta(hours=MEMORY), clock.moment(first))
    buckets = series.load(sensor, opened, until, "hour")
    wh = complete_hours(buckets.wh, buckets.n)
    start = int(np.searchsorted(buckets.t, clock.epoch(since)))
    found = shipped.detector.score(wh, buckets.t, sensor.site.tz, start, first)
    young = (buckets.t < first + LEARNING_HOURS * clock.HOUR)[start:]
    early = np.where(young, rules.learning(wh)[start:], Early.NOTHING)
    strange = alarms.flag(found.alarming, threshold, found.off, going)
    return Judged(
        buckets.t[start:],
        ~np.isnan(found.score),
        strange | (early > 0),
        _hours(wh, buckets.t, start, found, strange, early, threshold),
        {
            "expected": _listed(found.seen.usual.week_expected),
            "spread": _listed(found.seen.usual.week_spread),
        },
    )


def _listed(values: FloatArray) -> list[float]:
    return [] if np.isnan(values).any() else [round(float(v), 2) for v in values]


def _known(value: np.float64 | float) -> float | None:
    return None if np.isnan(value) else round(float(value), 3)


def _hours(
    wh: FloatArray,
    t: IntArray,
    start: int,
    found: Judgement,
    strange: BoolArray,
    early: IntArray,
    threshold: float,
) -> list[Hour]:
    """The flagged hours with their reasons."""
    change = rules.percent_change(wh)
    scale = found.seen.usual.scale[start - found.seen.start :]
    before = np.concatenate([[np.nan], wh])[start : start + len(strange) + 1]
    sudden = rules.spikes(before, np.concatenate([[np.nan], scale]))[1:]
    hours = []
    for i in np.flatnonzero(strange | (early > 0)):
        judged, at = bool(strange[i]), start + int(i)
        hours.append(
            Hour(
                clock.moment(t[at]),
                float(wh[at]),
                _known(found.expected[i]) if judged else None,
                _known(found.low[i]) if judged else None,
                _known(found.high[i]) if judged else None,
                float(found.score[i]) if judged else threshold,
                _known(change[at]),
                bool(sudden[i]) if judged else early[i] == Early.SPIKE,
                telling.reason(found, int(i)) if judged else telling.EARLY_WORDS[Early(int(early[i]))],
            )
        )
    return hours
