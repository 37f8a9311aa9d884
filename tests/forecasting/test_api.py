"""GET /api/v1/forecasts."""

from datetime import date

import pytest

from tests.factories import make_sensor
from tests.forecasting.test_views import make_forecast

ADDRESS = "/api/v1/forecasts"


def test_the_newest_forecast_of_each_sensor(as_user, owner, sensor):
    make_forecast(sensor, first_day=date(2026, 3, 10))
    item = as_user(owner).get(ADDRESS, {"site": "home"}).json()["items"][0]
    assert (item["sensor_id"], item["site"], item["first_day"]) == ("home-main", "home", "2026-03-10")
    assert item["days"][6] == {
        "date": "2026-03-16",
        "energy_wh": 9000.0,
        "low_wh": 8000.0,
        "high_wh": 11000.0,
    }


def test_an_abstention_has_no_days_but_a_reason(as_user, owner, sensor):
    make_forecast(sensor, mean_wh=[], low_wh=[], high_wh=[], model="", abstained="Too many gaps.")
    item = as_user(owner).get(ADDRESS).json()["items"][0]
    assert (item["days"], item["abstained"]) == ([], "Too many gaps.")


@pytest.mark.parametrize(("person", "count"), [("owner", 1), ("viewer", 1), ("stranger", 0), ("admin", 1)])
def test_everybody_sees_their_own(request, as_user, sensor, person, count):
    make_forecast(sensor)
    assert as_user(request.getfixturevalue(person)).get(ADDRESS).json()["count"] == count


def test_a_site_of_somebody_else_is_not_found(as_user, stranger, sensor):
    assert as_user(stranger).get(ADDRESS, {"site": "home"}).status_code == 404


def test_without_sign_in_there_is_no_answer(as_user, sensor):
    assert as_user(None).get(ADDRESS).status_code == 401


def test_the_number_of_queries_does_not_grow(as_user, owner, site, django_assert_max_num_queries):
    for number in range(10):
        make_forecast(make_sensor(f"home-{number}", site=site))
    client = as_user(owner)
    with django_assert_max_num_queries(7):
        assert len(client.get(ADDRESS).json()["items"]) == 10
