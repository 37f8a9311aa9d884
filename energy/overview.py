"""What lists of sites and sensors say about each: read from roll-ups in a fixed number of queries."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.timesince import timesince

from energy import series
from energy.analysis.spark import spark
from energy.freshness import State, state
from energy.models import Sensor, Site
from energy.series import Buckets
from energy.store import get_store

SPARK_DAYS = 30
MOMENT = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Standing:
    """When a meter, or any of several, last reported."""

    last: datetime | None
    state: State
    ago: str = ""
    value_wh: float | None = None  # the newest value; a counter's register

    @property
    def is_silent(self) -> bool:
        """Should report but does not."""
        return self.state == "silent"


def ago(last: datetime, now: datetime) -> str:
    """“3 minutes ago”, in one unit."""
    return "just now" if now - last < timedelta(minutes=1) else f"{timesince(last, now, depth=1)} ago"


def standings(sensors: Sequence[Sensor], now: datetime) -> dict[int, Standing]:
    """The standing of each sensor, under its primary key."""
    latest = get_store().latest([s.pk for s in sensors])
    found = {}
    for sensor in sensors:
        newest = latest.get(sensor.pk)
        last = datetime.fromtimestamp(newest.second, now.tzinfo) if newest else None
        found[sensor.pk] = Standing(
            last,
            state(last, sensor.interval_s, now),
            ago(last, now) if last else "",
            newest.value if newest else None,
        )
    return found


def together(standings: Sequence[Standing]) -> Standing:
    """The standing of a site: its newest reading; silent if a meter that should report does not."""
    reported = [(s.last, s.state, s.ago) for s in standings if s.last]
    if not reported:
        return Standing(None, "new")
    last, newest, spoken = max(reported)
    return Standing(last, "silent" if any(s.is_silent for s in standings) else newest, spoken)


def main_meters(sensors: Sequence[Sensor]) -> list[Sensor]:
    """The meters a site's use is the sum of: electricity drawn, or else whatever it measures first."""
    mains = [s for s in sensors if s.parent_id is None] or list(sensors)
    drawn = [s for s in mains if s.quantity == Sensor.Quantity.IMPORT]
    return drawn or [s for s in mains if s.quantity == mains[0].quantity]


@dataclass(frozen=True, slots=True)
class SiteRow:
    """A line of the list of sites."""

    site: Site
    sensors: int
    standing: Standing
    today_wh: float | None
    month_wh: float | None
    path: str  # spark line of the last days


def site_rows(sites: Sequence[Site], now: datetime) -> list[SiteRow]:
    """A line for each site, in the order given."""
    sensors = list(Sensor.objects.filter(site__in=sites).select_related("site"))
    standing = standings(sensors, now)
    days = series.load_many(sensors, now - timedelta(days=SPARK_DAYS - 1), now + MOMENT, "day")
    months = series.load_many(sensors, now, now + MOMENT, "month")
    rows = []
    for site in sites:
        own = [s for s in sensors if s.site_id == site.pk]
        mains = main_meters(own)
        daily = series.add([days[s.pk] for s in mains])
        rows.append(
            SiteRow(
                site,
                len(own),
                together([standing[s.pk] for s in own]),
                last_wh(daily),
                last_wh(series.add([months[s.pk] for s in mains])),
                spark(daily.wh),
            )
        )
    return rows


def last_wh(buckets: Buckets) -> float | None:
    """Energy of the newest bucket; None without a reading."""
    return float(buckets.wh[-1]) if len(buckets.n) and buckets.n[-1] else None


@dataclass(frozen=True, slots=True)
class SensorRow:
    """A line of a list of sensors."""

    sensor: Sensor
    standing: Standing
    path: str = ""


def sensor_rows(sensors: Sequence[Sensor], now: datetime) -> list[SensorRow]:
    """A line for each sensor, in the order given, with its last days."""
    standing = standings(sensors, now)
    days = series.load_many(sensors, now - timedelta(days=SPARK_DAYS - 1), now + MOMENT, "day")
    return [SensorRow(s, standing[s.pk], spark(days[s.pk].wh)) for s in sensors]
