"""A home with 64 days of readings and a night of trouble that has just ended."""

from datetime import datetime, timedelta

import numpy as np
import pytest

from anomalies import services
from anomalies.models import Alert, Incident
from energy.models import Sensor
from tests.anomalies.homes import put_home, usual_home

HOURS = 64 * 24 + 12  # up to the fixture `now`
TROUBLE = slice(HOURS - 14, HOURS - 4)


@pytest.fixture
def wh() -> np.ndarray:
    """The readings of the home, as stored. [Wh]"""
    series = usual_home(65)[:HOURS]
    series[TROUBLE] += 2500
    return series


@pytest.fixture
def home(sensor: Sensor, wh: np.ndarray) -> Sensor:
    """The sensor with its readings."""
    put_home(sensor, wh)
    return sensor


@pytest.fixture
def scanned(home: Sensor, now: datetime) -> Sensor:
    """The same, judged."""
    services.scan_all(now=now)
    return home


@pytest.fixture
def alert(scanned: Sensor) -> Alert:
    """The alert of the forest about the night of trouble."""
    return Alert.objects.get(type=Alert.Type.ISOLATION_FOREST)


@pytest.fixture
def incident(scanned: Sensor) -> Incident:
    return Incident.objects.get()


@pytest.fixture
def begin(now: datetime) -> datetime:
    """When the trouble began."""
    return now - timedelta(hours=14)
