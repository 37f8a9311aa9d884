"""Issuing: what is stored, when nothing can be said, and that it can be done again."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from emads.lib import clock
from forecasting import services
from forecasting.models import Forecast, Scorecard
from tests.factories import make_sensor, make_site, put_readings
from tests.forecasting.series import drifting_days, weekly_days

NOW = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")


def put_days(sensor, wh, *, until: date = date(2026, 3, 10), tz=BERLIN) -> None:
    """Hourly readings of whole local days that end the day before `until`."""
    for back, day_wh in enumerate(reversed(wh), start=1):
        day = until - timedelta(days=back)
        start, end = (clock.epoch(clock.day_start(d, tz)) for d in (day, day + timedelta(days=1)))
        hours = (end - start) // 3600
        put_readings(sensor, start, 3600, np.full(hours, day_wh / hours))


def test_a_sensor_gets_the_next_seven_days_with_a_band(sensor, site):
    put_days(sensor, drifting_days(120))
    assert services.issue(site=site, now=NOW) == 1
    found = Forecast.objects.get()
    assert found.first_day == date(2026, 3, 10)
    assert found.model == "global LSTM"
    assert len(found.mean_wh) == len(found.low_wh) == len(found.high_wh) == 7
    assert all(
        low < mean < high for low, mean, high in zip(found.low_wh, found.mean_wh, found.high_wh, strict=True)
    )


def test_today_is_not_over_and_does_not_count(sensor, site):
    put_days(sensor, weekly_days(60))
    put_readings(sensor, clock.epoch(clock.day_start(date(2026, 3, 10), BERLIN)), 3600, np.full(12, 9e9))
    services.issue(site=site, now=NOW)
    assert max(Forecast.objects.get().mean_wh) < 1e6


def test_issuing_twice_a_day_changes_the_row_and_adds_none(sensor, site):
    put_days(sensor, weekly_days(120))
    services.issue(site=site, now=NOW)
    first = Forecast.objects.get()
    services.issue(site=site, now=NOW + timedelta(hours=1))
    again = Forecast.objects.get()
    assert (again.pk, again.mean_wh) == (first.pk, first.mean_wh)
    assert again.issued_at == NOW + timedelta(hours=1)
    assert Scorecard.objects.count() == 1


def test_the_next_day_adds_a_row(sensor, site):
    put_days(sensor, weekly_days(61), until=date(2026, 3, 11))
    services.issue(site=site, now=NOW)
    services.issue(site=site, now=NOW + timedelta(days=1))
    assert [f.first_day.day for f in Forecast.objects.order_by("first_day")] == [10, 11]


def test_a_month_of_history_is_forecast_by_its_weekdays(sensor, site):
    put_days(sensor, weekly_days(28))
    services.issue(site=site, now=NOW)
    assert Forecast.objects.get().model == "same-weekday mean of 4 weeks"
    assert not Scorecard.objects.exists()


def test_a_week_of_history_is_forecast_by_its_mean(sensor, site):
    put_days(sensor, np.full(7, 6000.0))
    services.issue(site=site, now=NOW)
    found = Forecast.objects.get()
    assert found.model == "mean of the last 7 days"
    assert found.mean_wh == [6000.0] * 7


def test_less_than_a_week_abstains_and_says_until_when(sensor, site):
    put_days(sensor, np.full(3, 6000.0))
    assert services.issue(site=site, now=NOW) == 0
    found = Forecast.objects.get()
    assert (found.model, found.mean_wh) == ("", [])
    assert "Still learning until 14 March 2026" in found.abstained


def test_a_sensor_without_readings_says_so(sensor, site):
    services.issue(site=site, now=NOW)
    assert Forecast.objects.get().abstained == "There is no complete day of readings yet."


def test_a_week_full_of_gaps_abstains_with_the_reason(sensor, site):
    days = weekly_days(30)
    put_days(sensor, days[:20], until=date(2026, 2, 10))
    put_days(sensor, days[:1])
    services.issue(site=site, now=NOW)
    assert "6 of the last 7 days lack readings" in Forecast.objects.get().abstained


def test_a_few_missing_days_do_not_stop_the_model(sensor, site):
    days = drifting_days(120)
    put_days(sensor, days[:100], until=date(2026, 3, 10) - timedelta(days=20))
    put_days(sensor, days[102:])
    services.issue(site=site, now=NOW)
    assert Forecast.objects.get().model == "global LSTM"


def test_old_data_is_forecast_from_its_end(sensor, site):
    put_days(sensor, weekly_days(100), until=date(2015, 2, 1))
    services.issue(site=site, now=NOW)
    assert Forecast.objects.get().first_day == date(2015, 2, 1)


def test_zeros_and_constants_are_forecast_as_they_are(site):
    still, steady = make_sensor("home-still", site=site), make_sensor("home-steady", site=site)
    put_days(still, np.zeros(80))
    put_days(steady, np.full(80, 4000.0))
    services.issue(site=site, now=NOW)
    assert max(Forecast.objects.get(sensor=still).high_wh) == 0
    assert np.abs(np.array(Forecast.objects.get(sensor=steady).mean_wh) / 4000 - 1).max() < 0.02
    card = Scorecard.objects.get(sensor=steady)
    assert card.naive_mae_wh == 0
    assert card.mase is None
    assert card.gain is None


@pytest.mark.parametrize(
    ("zone", "until"), [("Europe/Berlin", date(2026, 4, 6)), ("America/New_York", date(2025, 11, 10))]
)
def test_days_of_the_clock_change_are_complete(owner, zone, until):
    site = make_site("dst", owner=owner, time_zone=zone)
    sensor = make_sensor("dst-main", site=site)
    put_days(sensor, np.full(56, 2400.0), until=until, tz=ZoneInfo(zone))
    services.issue(site=site, now=datetime(2026, 5, 1, tzinfo=UTC))
    assert Forecast.objects.get().first_day == until
    assert Scorecard.objects.get().days == 28  # four origins of a week, no day missing


def test_the_scorecard_stands_beside_last_week_again(sensor, site):
    put_days(sensor, weekly_days(200, noise=2000))
    services.issue(site=site, now=NOW)
    card = Scorecard.objects.get()
    assert card.days == 56
    assert card.mae_wh < card.naive_mae_wh
    assert card.rmse_wh < card.naive_rmse_wh
    assert card.mase < card.naive_mase
    assert 0.5 < card.coverage_80 <= 1
    assert card.gain == pytest.approx(card.mae_wh / card.naive_mae_wh - 1)


def test_where_the_model_loses_clearly_the_simple_forecast_serves(sensor, site, monkeypatch):
    class Wrong:
        name = "global LSTM"

        def predict(self, history, weekday):
            return np.full((len(history), 7, 7), 1.0)

    monkeypatch.setattr(services.shipped, "forecaster", Wrong)
    put_days(sensor, weekly_days(200))
    services.issue(site=site, now=NOW)
    assert Forecast.objects.get().model == "same-weekday mean of 4 weeks"
    assert Scorecard.objects.get().model == "same-weekday mean of 4 weeks"


def test_all_sites_are_forecast_whatever_their_number(owner, monkeypatch):
    monkeypatch.setattr(services, "BATCH", 2)
    for slug in ("a", "b", "c"):
        site = make_site(slug, owner=owner)
        for name in ("one", "two"):
            put_days(make_sensor(f"{slug}-{name}", site=site), np.full(8, 1000.0))
    put_days(make_sensor("c-three", site=site), np.full(8, 1000.0))
    assert services.issue_all(now=NOW) == 7
    assert Forecast.objects.count() == 7


def test_the_number_of_queries_does_not_grow_with_the_sensors(site, django_assert_max_num_queries):
    for number in range(12):
        put_days(make_sensor(f"home-{number}", site=site), np.full(8, 1000.0))
    with django_assert_max_num_queries(6):
        services.issue(site=site, now=NOW)


def test_a_new_import_does_not_wait_for_the_night(sensor, site):
    make_sensor("home-empty", site=site)
    put_days(sensor, weekly_days(60))
    assert services.issue_new(now=NOW) == 1
    assert Forecast.objects.get().sensor == sensor
    assert services.issue_new(now=NOW + timedelta(minutes=1)) == 0


def test_what_could_not_be_forecast_is_tried_again_a_while_later(sensor, site):
    put_days(sensor, weekly_days(3))
    assert services.issue_new(now=NOW) == 0
    put_days(sensor, weekly_days(60), until=date(2026, 3, 7))
    assert services.issue_new(now=NOW + timedelta(minutes=5)) == 0
    assert services.issue_new(now=NOW + timedelta(minutes=11)) == 1
