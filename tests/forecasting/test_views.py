"""The page and its chart: who sees what, and what it says."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from emads.lib import clock
from energy.models import Tariff
from forecasting.models import Forecast, Scorecard
from tests.factories import make_sensor, make_site, put_readings

PAGE, CHART = reverse("forecasting:forecast"), reverse("forecasting:forecast-chart")


def make_forecast(sensor, **more) -> Forecast:
    now = timezone.now()
    given = {
        "issued_at": now - timedelta(hours=1),
        "first_day": clock.today(now, sensor.site.tz),
        "model": "global LSTM",
        "mean_wh": [9000.0] * 7,
        "low_wh": [8000.0] * 7,
        "high_wh": [11_000.0] * 7,
    }
    return Forecast.objects.create(sensor=sensor, **(given | more))


@pytest.fixture
def forecast(sensor) -> Forecast:
    return make_forecast(sensor)


@pytest.mark.parametrize(
    ("person", "status"), [("owner", 200), ("viewer", 200), ("stranger", 404), ("admin", 200)]
)
@pytest.mark.parametrize("address", [PAGE, CHART])
def test_only_people_of_the_site_see_its_forecast(request, as_user, forecast, person, status, address):
    client = as_user(request.getfixturevalue(person))
    assert client.get(address, {"site": "home"}).status_code == status
    assert client.get(address, {"site": "home", "sensor": "home-main"}).status_code == status


@pytest.mark.parametrize("address", [PAGE, CHART])
def test_nobody_sees_it_signed_out(as_user, forecast, address):
    answer = as_user(None).get(address, {"site": "home"})
    assert answer.status_code == 302
    assert "/accounts/login/" in answer["Location"]


def test_a_stranger_sees_nothing_of_it_on_their_own_page(as_user, stranger, forecast):
    assert b"home-main" not in as_user(stranger).get(PAGE).content


def test_a_sensor_of_another_site_is_not_found(as_user, owner, site, stranger):
    make_sensor("elsewhere-main", site=stranger.memberships.get().site)
    assert as_user(owner).get(PAGE, {"site": "home", "sensor": "elsewhere-main"}).status_code == 404


def test_the_heading_answers(as_user, owner, forecast):
    page = as_user(owner).get(PAGE).content.decode().replace("\u202f", " ")
    assert "About 63.0 kWh in the next 7 days" in page
    assert "Likely 58.1 kWh to 72.8 kWh" in page


def test_the_page_costs_what_the_tariff_says(as_user, owner, site, forecast):
    Tariff.objects.create(site=site, valid_from=date(2020, 1, 1), price_per_kwh=Decimal("0.50"))
    page = as_user(owner).get(PAGE).content.decode()
    assert "€31.50" in page
    assert "will cost about" in page


def test_without_a_tariff_the_page_speaks_of_energy(as_user, owner, forecast):
    page = as_user(owner).get(PAGE).content.decode()
    assert "Add a tariff" in page
    assert "€" not in page


def test_the_scorecard_is_told_in_words_and_figures(as_user, owner, sensor, forecast):
    Scorecard.objects.create(
        sensor=sensor,
        computed_at=timezone.now(),
        days=56,
        model="global LSTM",
        mae_wh=800,
        rmse_wh=1000,
        mase=0.8,
        naive_mae_wh=1000,
        naive_rmse_wh=1300,
        naive_mase=1.0,
        coverage_80=0.79,
    )
    page = as_user(owner).get(PAGE).content.decode().replace("\u202f", " ")
    assert "20 % less than if it had repeated the week before" in page
    assert "79 % of the days fell into the band" in page
    assert "MASE" in page


def test_an_abstention_says_why(as_user, owner, sensor):
    make_forecast(
        sensor, mean_wh=[], low_wh=[], high_wh=[], model="", abstained="Still learning until 14 March."
    )
    assert b"Still learning until 14 March." in as_user(owner).get(PAGE).content


def test_before_the_first_run_the_page_says_when_it_comes(as_user, owner, sensor):
    assert b"Its first forecast comes with the next run." in as_user(owner).get(PAGE).content


def test_a_site_without_meters_and_a_person_without_sites_get_a_page(as_user, owner, site, db):
    from tests.factories import make_user

    assert b"No meter yet" in as_user(owner).get(PAGE).content
    assert b"No home yet" in as_user(make_user("nora")).get(PAGE).content


def test_old_data_is_said_to_be_old(as_user, owner, sensor):
    make_forecast(sensor, first_day=date(2015, 2, 1))
    page = as_user(owner).get(PAGE).content.decode()
    assert "The last complete day of readings is Sat 31 Jan 2015" in page
    assert "from Sun 1 Feb 2015" in page


def test_main_meters_add_up_and_a_dead_one_is_named(as_user, owner, site, sensor, forecast):
    make_forecast(make_sensor("home-second", site=site))
    make_forecast(make_sensor("home-dead", site=site, name="Cellar"), first_day=date(2024, 5, 1))
    page = as_user(owner).get(PAGE).content.decode().replace("\u202f", " ")
    assert "About 126 kWh" in page
    assert "Cellar</strong>: Its last complete day is 30 April 2024." in page


def test_submeters_and_production_are_not_added(as_user, owner, site, sensor, forecast):
    make_forecast(make_sensor("home-fridge", site=site, parent=sensor))
    make_forecast(make_sensor("home-pv", site=site, quantity="production"))
    assert "About 63.0" in as_user(owner).get(PAGE).content.decode()


def test_the_newest_forecast_is_shown(as_user, owner, sensor, forecast):
    now = timezone.now()
    make_forecast(sensor, first_day=date(2020, 1, 1), issued_at=now - timedelta(days=400), mean_wh=[1.0] * 7)
    make_forecast(sensor, first_day=date(2040, 1, 1), issued_at=now + timedelta(days=9), mean_wh=[1.0] * 7)
    assert "About 63.0" in as_user(owner).get(PAGE).content.decode()


def test_the_chart_has_history_forecast_and_band(as_user, owner, sensor, forecast):
    start = clock.day_start(forecast.first_day - timedelta(days=10), sensor.site.tz)
    put_readings(sensor, clock.epoch(start), 3600, [500.0] * 240)
    figure = as_user(owner).get(CHART).json()
    assert [t["role"] for t in figure["traces"]] == ["consumption", "forecast", "forecast"]
    assert (figure["unit"], figure["time_zone"]) == ("kWh", "Europe/Berlin")
    assert len(figure["traces"][0]["x"]) == 28
    assert figure["traces"][0]["y"][-2] == 12.0
    assert figure["traces"][1]["y"] == [9.0] * 7
    assert figure["traces"][2]["high"] == [11.0] * 7


def test_the_chart_without_a_forecast_says_so(as_user, owner, sensor):
    assert as_user(owner).get(CHART).json()["empty"] == "No forecast yet."


def test_the_month_adds_what_was_used_to_what_comes(as_user, owner, site, sensor):
    today = date(2026, 2, 15)
    start = clock.day_start(date(2026, 1, 18), site.tz)
    put_readings(sensor, clock.epoch(start), 3600, [1000.0] * 24 * 28)
    make_forecast(
        sensor, first_day=today, mean_wh=[24_000.0] * 7, low_wh=[20_000.0] * 7, high_wh=[30_000.0] * 7
    )
    month = as_user(owner).get(PAGE).context["month"]
    assert (month.used_wh, month.used_days, month.left_days) == (14 * 24_000, 14, 14)
    assert month.expected.wh == 28 * 24_000
    assert month.expected.low_wh < month.expected.wh < month.expected.high_wh
    assert month.cost is None


def test_the_page_asks_few_questions_however_many_meters(as_user, owner, site, django_assert_max_num_queries):
    for number in range(15):
        sensor = make_sensor(f"home-{number}", site=site)
        make_forecast(sensor)
        Scorecard.objects.create(
            sensor=sensor, computed_at=datetime(2026, 1, 1, tzinfo=UTC), days=0, model="x"
        )
    client = as_user(owner)
    with django_assert_max_num_queries(16):
        assert client.get(PAGE).status_code == 200


def test_the_site_last_looked_at_is_kept(as_user, owner, sensor, forecast):
    make_site("a-second-home", owner=owner)
    client = as_user(owner)
    client.get(PAGE, {"site": "home"})
    assert "About 63.0" in client.get(PAGE).content.decode()
