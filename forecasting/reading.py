"""Reads of stored forecasts. Light: pages import it."""

from collections.abc import Iterable
from datetime import datetime

from energy.models import Sensor
from forecasting.models import Forecast, Scorecard


def latest(sensors: Iterable[Sensor], now: datetime) -> dict[int, Forecast]:
    """The newest forecast of each sensor as of `now`, abstentions too, under the sensor's primary key."""
    return {f.sensor_id: f for f in Forecast.objects.filter(sensor__in=list(sensors)).newest(now)}


def scorecards(sensors: Iterable[Sensor]) -> dict[int, Scorecard]:
    """How forecasts of sensors did, under the sensor's primary key."""
    return {
        card.sensor_id: card
        for card in Scorecard.objects.filter(sensor__in=list(sensors)).select_related("sensor")
    }
