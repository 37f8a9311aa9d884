"""A home with readings, at a fixed moment."""

import numpy as np
import pytest
from django.utils import timezone

from emads.lib import clock
from energy import settle
from energy.models import Sensor
from tests.conftest import NOW
from tests.factories import put_readings

DAYS = 70


@pytest.fixture
def at_noon(monkeypatch):
    """It is 10 March 2026, 13:00 in Berlin."""
    monkeypatch.setattr(timezone, "now", lambda: NOW)


@pytest.fixture
def read(sensor, at_noon) -> Sensor:
    """Ten weeks of hours up to noon: 100 Wh, at 19:00 on the wall clock 1 kWh."""
    n = DAYS * 24
    t = clock.epoch(NOW) - clock.HOUR * np.arange(n, 0, -1, dtype=np.int64)
    evening = clock.to_local(t, sensor.site.tz) % clock.DAY == 19 * clock.HOUR
    put_readings(sensor, int(t[0]), clock.HOUR, np.where(evening, 1000.0, 100.0))
    settle.settle(now=NOW)
    return sensor
