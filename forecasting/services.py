"""Issuing forecasts. Needs torch: for workers and commands; pages read with forecasting.reading."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

import numpy as np
from django.db import transaction

from emads.lib import clock
from emads.lib.arrays import FloatArray
from energy import series
from energy.models import Sensor, Site
from energy.store import get_store
from forecasting import shipped
from forecasting.choice import Named, earned, ladder
from forecasting.evaluation import Rolling, Score, rolling, score
from forecasting.forecasters.contract import HIGH, LOW, MEDIAN, WEEK
from forecasting.forecasters.days import complete_days, last_days, trim
from forecasting.forecasters.simple import SeasonalNaive, WeekdayMean, WeekMean
from forecasting.models import Forecast, Scorecard

LOOK_BACK = timedelta(days=420)  # a year, the window before it
RETRY = timedelta(minutes=10)
BATCH = 200  # sensors at once: bounds memory


@dataclass(frozen=True, slots=True)
class History:
    """Complete local days of a sensor; `first` counts days since 1970, `wh` is empty without any. [Wh]"""

    sensor: Sensor
    first: int
    wh: FloatArray

    @property
    def next_day(self) -> date:
        """The day after the last complete one."""
        return clock.date_of(self.first + len(self.wh))


def issue(*, site: Site, now: datetime) -> int:
    """Forecast every sensor of a site; how many got one."""
    return _issue(list(Sensor.objects.filter(site=site).select_related("site")), now)


def issue_all(*, now: datetime) -> int:
    """Forecast every sensor there is; how many got one."""
    sensors = Sensor.objects.select_related("site").order_by("site_id", "pk")
    done, batch = 0, list(sensors[:BATCH])
    while batch:
        done += _issue(batch, now)
        last = batch[-1]
        batch = list(sensors.filter(site_id=last.site_id, pk__gt=last.pk)[:BATCH]) or list(
            sensors.filter(site_id__gt=last.site_id)[:BATCH]
        )
    return done


def issue_new(*, now: datetime) -> int:
    """Forecast sensors that have readings but no forecast yet, so that nobody waits for the night."""
    served = Forecast.objects.filter(abstained="").values("sensor")
    tried = Forecast.objects.filter(issued_at__gt=now - RETRY).values("sensor")
    waiting = Sensor.objects.exclude(pk__in=served).exclude(pk__in=tried).select_related("site")
    newest = list(waiting.order_by("-pk")[:BATCH])
    heard = get_store().latest([sensor.pk for sensor in newest])
    sensors = sorted((s for s in newest if s.pk in heard), key=lambda s: (s.site_id, s.pk))
    return _issue(sensors, now) if sensors else 0


def _issue(sensors: Sequence[Sensor], now: datetime) -> int:
    """All windows of all sensors in one batch, then all rows in two statements."""
    histories = _histories(sensors, now)
    tests = [rolling(h.first, h.wh) for h in histories]
    ahead = [_ahead(h) for h in histories]
    named = _forecasts(tests + ahead)
    forecasts, cards = [], []
    for place, history in enumerate(histories):
        test, next_week = named[place], named[len(histories) + place]
        model, found = earned(tests[place], test)
        names = list(next_week)[list(next_week).index(model) :]
        quantiles, chosen = ladder({name: next_week[name] for name in names})
        forecasts.append(_forecast(history, quantiles[0], chosen[0], now))
        if found is not None:
            naive = score(tests[place], _naive(tests[place]))
            cards.append(_scorecard(history.sensor, model, found, naive, now))
    with transaction.atomic():
        _store(forecasts, cards)
    return sum(not f.abstained for f in forecasts)


def _histories(sensors: Sequence[Sensor], now: datetime) -> list[History]:
    """The last year or so of complete days; sensors of a site that end on the same day are read together."""
    latest = get_store().latest([s.pk for s in sensors])

    def last_day(sensor: Sensor) -> tuple[int, date]:
        at = min(clock.moment(latest[sensor.pk].second), now) if sensor.pk in latest else now
        return sensor.site_id, clock.today(at, sensor.site.tz)

    found: list[History] = []
    for (_, end), group in groupby(sorted(sensors, key=last_day), key=last_day):
        found.extend(_load(list(group), end, now))
    return found


def _load(sensors: Sequence[Sensor], last: date, now: datetime) -> list[History]:
    """Sensors of one site that end on a local day; today is not over and does not count."""
    tz = sensors[0].site.tz
    end = clock.day_start(min(last + timedelta(days=1), clock.today(now, tz)), tz)
    start = clock.day_start(last - LOOK_BACK, tz)
    days = series.load_many(sensors, start, end, "day")
    found = []
    for sensor in sensors:
        buckets = days[sensor.pk]
        first = int(clock.local_day(buckets.t[:1], tz)[0]) if len(buckets.t) else 0
        found.append(History(sensor, *trim(first, complete_days(buckets.wh, buckets.n))))
    return found


def _ahead(history: History) -> Rolling:
    """The one window that ends with the last complete day."""
    weekday = np.array([(history.first + len(history.wh) + 3) % WEEK])
    return Rolling(last_days(history.wh)[None], weekday, np.full((1, WEEK), np.nan), float("nan"))


def _forecasts(windows: Sequence[Rolling]) -> list[Named]:
    """Every forecaster's quantiles for every window, best forecaster first."""
    history = np.concatenate([w.history for w in windows])
    weekday = np.concatenate([w.weekday for w in windows])
    cuts = np.cumsum([len(w.weekday) for w in windows])[:-1]
    parts = {
        f.name: np.split(f.predict(history, weekday), cuts)
        for f in (shipped.forecaster(), WeekdayMean(), WeekMean())
    }
    return [{name: split[place] for name, split in parts.items()} for place in range(len(windows))]


def _naive(test: Rolling) -> FloatArray:
    return SeasonalNaive().predict(test.history, test.weekday)


def _forecast(history: History, quantiles: FloatArray, model: str, now: datetime) -> Forecast:
    """The row of a sensor: quantiles (7, 7) by `model`, or the reason why there is none."""
    row = Forecast(sensor=history.sensor, issued_at=now, model=model)
    if not model:
        row.first_day = clock.today(now, history.sensor.site.tz)
        row.abstained = _why_none(history)
        return row
    row.first_day = history.next_day
    row.mean_wh, row.low_wh, row.high_wh = (
        [round(float(v), 1) for v in quantiles[:, place]] for place in (MEDIAN, LOW, HIGH)
    )
    return row


def _why_none(history: History) -> str:
    """What is missing, and until when."""
    if not len(history.wh):
        return "There is no complete day of readings yet."
    started = clock.date_of(history.first)
    if len(history.wh) < WEEK:
        until = started + timedelta(days=WEEK)
        return (
            f"Still learning until {until:%-d %B %Y}: a forecast needs 7 complete days, "
            f"the first was {started:%-d %B %Y}."
        )
    missing = int(np.isnan(last_days(history.wh, length=WEEK)).sum())
    return f"Too many gaps: {missing} of the last 7 days lack readings; a forecast needs 5 complete ones."


def _scorecard(sensor: Sensor, model: str, found: Score, naive: Score, now: datetime) -> Scorecard:
    return Scorecard(
        sensor=sensor,
        computed_at=now,
        days=found.days,
        model=model,
        mae_wh=_known(found.mae_wh),
        rmse_wh=_known(found.rmse_wh),
        mase=_known(found.mase),
        naive_mae_wh=_known(naive.mae_wh),
        naive_rmse_wh=_known(naive.rmse_wh),
        naive_mase=_known(naive.mase),
        coverage_80=_known(found.coverage_80),
    )


def _known(value: float) -> float | None:
    return None if np.isnan(value) else value


def _store(forecasts: list[Forecast], cards: list[Scorecard]) -> None:
    """Insert or overwrite: running again changes nothing."""
    Forecast.objects.bulk_create(
        forecasts,
        update_conflicts=True,
        unique_fields=["sensor", "first_day"],
        update_fields=["issued_at", "model", "mean_wh", "low_wh", "high_wh", "abstained"],
    )
    fields = [f.name for f in Scorecard._meta.concrete_fields if f.name not in ("id", "sensor")]
    Scorecard.objects.bulk_create(
        cards, update_conflicts=True, unique_fields=["sensor"], update_fields=fields
    )
