"""Made-up homes that behave like real ones: for the demo and for benchmarks. Pure, same on every call.

A day of a home depends on nothing but its seed and the date, so a demo can be continued quarter by quarter.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import tzinfo

import numpy as np

from emads.lib import clock
from emads.lib.arrays import FloatArray, IntArray

QUARTER = 900
QUARTERS = 96
HOURS = np.arange(QUARTERS) / 4
WEEKEND = (5, 6)


@dataclass(frozen=True, slots=True)
class Home:
    """What makes one home different from the next. Power in W."""

    seed: int
    base_w: float = 140
    evening_w: float = 700
    morning_w: float = 350
    heating_w: float = 0
    solar_wp: float = 0


def _rng(home: Home, part: int, day: int) -> np.random.Generator:
    return np.random.default_rng([home.seed, part, day])


def _bump(centre: float, width: float) -> FloatArray:
    """A rise and fall around an hour, 1 at its top. (96,)"""
    found: FloatArray = np.exp(-0.5 * ((HOURS - centre) / width) ** 2)
    return found


def _winter(day: int) -> float:
    """1 in mid-January, 0 in mid-July."""
    return float(0.5 + 0.5 * np.cos(2 * np.pi * ((day % 365.25) - 15) / 365.25))


def household(home: Home, day: int) -> FloatArray:
    """Lights, cooking, fridge, screens and washing of a local day. (96,) [W]"""
    rng = _rng(home, 1, day)
    weekend = (day + 3) % 7 in WEEKEND
    busy = rng.lognormal(0, 0.18)
    wake = rng.normal(9.0 if weekend else 6.8, 0.4)
    load = home.base_w * (1 + 0.25 * (rng.random(QUARTERS) < 0.35))
    load += home.morning_w * busy * _bump(wake, 0.8)
    load += home.evening_w * busy * _bump(rng.normal(19.3, 0.5), 1.9) * (1 + 0.25 * _winter(day))
    load += (0.35 if weekend else 0.12) * home.evening_w * _bump(13, 2.5)
    if rng.random() < (0.6 if weekend else 0.3):
        start = int(rng.integers(36, 80))
        load[start : start + 6] += rng.uniform(500, 1900)
    found: FloatArray = load * rng.lognormal(0, 0.12, QUARTERS)
    return found


def heat_pump(home: Home, day: int) -> FloatArray:
    """Heating and hot water of a local day. (96,) [W]"""
    rng = _rng(home, 2, day)
    cold = 0.3 + 0.35 * _winter(day) + rng.normal(0, 0.03)
    cycling = 0.8 + 0.2 * (np.sin(2 * np.pi * HOURS / 1.5 + rng.uniform(0, 6)) > 0.1)
    night = 1 - 0.35 * _bump(2, 3)
    hot_water = 1.2 * _bump(5.5, 0.4)
    found: FloatArray = (
        home.heating_w * (cold * cycling * night + 0.6 * hot_water) * rng.lognormal(0, 0.06, QUARTERS)
    )
    return found


def solar(home: Home, day: int) -> FloatArray:
    """Output of a roof of a local day. (96,) [W]"""
    rng = _rng(home, 3, day)
    length = 16.5 - 8.5 * _winter(day)
    height = np.clip(np.cos((HOURS - 12.6) / length * np.pi), 0, None) ** 1.3
    clouds = np.clip(rng.beta(2.2, 1.4) + 0.15 * rng.standard_normal(QUARTERS), 0.05, 1)
    found: FloatArray = home.solar_wp * (0.95 - 0.55 * _winter(day)) * height * clouds
    return found


def trouble(day: int, today: int) -> tuple[str, slice, float] | None:
    """What goes wrong on a few days before today: (what, quarters of the day, W)."""
    events = {
        3: ("left on overnight", slice(2, 26), 1400.0),
        16: ("outage", slice(34, 58), 0.0),
        38: ("guests", slice(60, 96), 2600.0),
        61: ("left on overnight", slice(0, 24), 900.0),
    }
    return events.get(today - day)


def energy(
    day_of: Callable[[int], FloatArray], start: int, end: int, tz: tzinfo
) -> tuple[IntArray, FloatArray]:
    """Energy of quarters that begin in [start, end): instants (n,) [s], (n,) [Wh].

    day_of : local day since 1970 -> (96,) power [W]; days of 23 or 25 hours follow the wall clock
    """
    seconds = np.arange(start - start % QUARTER, end, QUARTER, dtype=np.int64)
    seconds = seconds[seconds >= start]
    wall = clock.to_local(seconds, tz)
    days, back = np.unique(wall // clock.DAY, return_inverse=True)
    table = np.array([day_of(int(day)) for day in days]).reshape(-1, QUARTERS)
    return seconds, np.round(table[back, wall % clock.DAY // QUARTER] / 4, 1)
