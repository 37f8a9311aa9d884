"""Made-up hourly homes with a known oddity."""

import numpy as np

from emads.lib import clock
from energy.models import Sensor
from tests.factories import put_readings

START = 1_767_571_200  # Monday 2026-01-05 00:00 UTC
HOUR = clock.HOUR


def usual_home(days: int, seed: int = 1, noise: float = 0.1) -> np.ndarray:
    """Hourly energy of a home with a daily and weekly rhythm. [Wh]"""
    rng = np.random.default_rng(seed)
    hour = np.arange(days * 24)
    daily = 300 + 250 * np.sin(2 * np.pi * (hour % 24 - 9) / 24)
    weekend = np.where(hour // 24 % 7 >= 5, 1.25, 1.0)
    return np.round(daily * weekend * (1 + noise * rng.standard_normal(len(hour))), 1)


def stamps(hours: int) -> np.ndarray:
    """Hours from START on. [s]"""
    return START + HOUR * np.arange(hours, dtype=np.int64)


def put_home(sensor: Sensor, wh: np.ndarray, start: int = START) -> None:
    """Store an hourly series."""
    put_readings(sensor, start, HOUR, wh)
