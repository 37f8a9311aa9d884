"""The HTTP API of forecasting."""

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router, Schema

from energy.access import get_site
from energy.api import Page, cut
from forecasting.models import Forecast

router = Router(tags=["forecasting"])


class DayOut(Schema):
    """A day to come: as likely above as below `energy_wh`, 8 of 10 times from `low_wh` to `high_wh`."""

    date: date
    energy_wh: float
    low_wh: float
    high_wh: float


class ForecastOut(Schema):
    """The newest forecast of a sensor. `abstained` says why there is none."""

    sensor_id: str
    site: str
    issued_at: datetime
    first_day: date
    model: str
    abstained: str
    days: list[DayOut]


class ForecastsOut(Schema):
    """A page of forecasts."""

    count: int
    items: list[ForecastOut]


@router.get("/forecasts", response=ForecastsOut)
def list_forecasts(request: HttpRequest, page: Query[Page], site: str | None = None) -> dict[str, Any]:
    """The newest forecast of every sensor you may see, of one site or of all."""
    forecasts = Forecast.objects.visible_to(request.user).newest(timezone.now())
    if site is not None:
        forecasts = forecasts.filter(sensor__site=get_site(request.user, site))
    ordered = forecasts.select_related("sensor__site").order_by("sensor__slug")
    return {"count": forecasts.count(), "items": [described(f) for f in ordered[cut(page)]]}


def described(forecast: Forecast) -> dict[str, Any]:
    """A forecast as the API shows it."""
    days = zip(forecast.days, forecast.mean_wh, forecast.low_wh, forecast.high_wh, strict=True)
    return {
        "sensor_id": forecast.sensor.slug,
        "site": forecast.sensor.site.slug,
        "issued_at": forecast.issued_at,
        "first_day": forecast.first_day,
        "model": forecast.model,
        "abstained": forecast.abstained,
        "days": [
            {"date": day, "energy_wh": middle, "low_wh": low, "high_wh": high}
            for day, middle, low, high in days
        ],
    }
