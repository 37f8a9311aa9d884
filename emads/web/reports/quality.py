"""How much of what was to come has come: the small print of a report."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from emads.lib import clock
from emads.web.reports.period import Period
from energy import series
from energy.analysis import quality
from energy.models import Sensor


@dataclass(frozen=True, slots=True)
class Completeness:
    """The readings of one sensor in a period."""

    sensor: Sensor
    readings: int
    share: float  # of those expected; NaN if nobody knows how many
    doubts: quality.Doubts


def interval(sensor: Sensor, per_day: np.ndarray) -> int | None:
    """Seconds between readings: as known for the sensor, else as most days show. per_day : (n,) readings"""
    if sensor.interval_s:
        return sensor.interval_s
    filled = per_day[per_day > 0]
    return round(clock.DAY / float(np.median(filled))) if filled.size else None


def completeness(sensors: Sequence[Sensor], period: Period, now: datetime) -> list[Completeness]:
    """Of each sensor, in the part of the period that is over."""
    days = series.load_many(sensors, period.start, period.end, "day")
    hours = series.load_many(sensors, period.start, period.end, "hour")
    seconds = min(clock.epoch(period.end), clock.epoch(now)) - clock.epoch(period.start)
    return [
        Completeness(
            sensor,
            int(days[sensor.pk].n.sum()),
            quality.completeness(int(days[sensor.pk].n.sum()), interval(sensor, days[sensor.pk].n), seconds),
            quality.doubts(hours[sensor.pk].wh),
        )
        for sensor in sensors
    ]
