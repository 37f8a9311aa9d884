"""The charts of the first page, as data."""

from datetime import date, timedelta

import numpy as np
import plotly.graph_objects as go
import pytest

from anomalies.models import Anomaly
from emads.lib import clock
from energy import settle
from forecasting.models import Forecast
from tests.conftest import NOW
from tests.factories import make_sensor, put_readings

NAMES = ["energy", "daily", "weekday", "heat"]


def chart(client, name: str, query: str = "range=7d") -> dict:
    return client.get(f"/dashboard/{name}.json?site=home&{query}").json()


def by_role(figure: dict) -> dict[str, dict]:
    return {f"{trace['role']} {trace['kind']}": trace for trace in figure["traces"]}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("person", ["owner", "viewer", "manager", "admin"])
def test_people_of_a_home_get_its_charts(name, person, request, read, as_user):
    figure = chart(as_user(request.getfixturevalue(person)), name)
    assert figure["traces"]
    assert figure["unit"] in ("Wh", "kWh")


@pytest.mark.parametrize("name", NAMES)
def test_strangers_get_none(name, stranger, read, as_user):
    assert as_user(stranger).get(f"/dashboard/{name}.json?site=home").status_code == 404


@pytest.mark.parametrize("name", NAMES)
def test_the_signed_out_get_none(name, client, read):
    assert client.get(f"/dashboard/{name}.json?site=home").status_code == 302


@pytest.mark.parametrize("name", NAMES)
def test_a_home_without_readings_has_no_chart(name, owner, site, as_user):
    assert as_user(owner).get(f"/dashboard/{name}.json?site=home").status_code == 404


@pytest.mark.parametrize("name", NAMES)
def test_days_without_readings_say_so(name, owner, read, as_user):
    figure = chart(as_user(owner), name, "range=custom&from=2020-01-01&to=2020-01-03")
    assert figure["traces"] == []
    assert figure["empty"]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "query", ["range=today", "range=7d", "range=year", "range=custom&from=2010-01-01&to=2026-03-10"]
)
def test_no_series_is_longer_than_a_screen_can_show(name, query, owner, read, as_user):
    figure = chart(as_user(owner), name, query)
    assert all(len(trace["y"]) <= 2000 for trace in figure["traces"])


def test_a_week_is_drawn_by_the_hour(owner, read, as_user):
    bars = by_role(chart(as_user(owner), "energy"))["consumption bar"]
    assert len(bars["x"]) == 7 * 24
    assert bars["x"][0] == "2026-03-04T00:00:00"
    assert bars["y"][19] == 1.0
    assert bars["y"][-1] is None


def test_a_month_is_drawn_by_the_day(owner, read, as_user):
    bars = by_role(chart(as_user(owner), "energy", "range=30d"))["consumption bar"]
    assert len(bars["x"]) == 30
    assert bars["y"][0] == 3.3


def test_unusual_hours_are_marked_where_they_are(owner, read, as_user):
    when = clock.moment(clock.epoch(NOW) - 24 * 3600)
    Anomaly.objects.create(sensor=read, start=when, energy_wh=100, score=1, reason="odd")
    point = by_role(chart(as_user(owner), "energy"))["anomaly points"]
    assert point["x"] == ["2026-03-09T13:00:00"]
    assert point["y"] == [0.1]
    assert point["text"] == ["1 unusual hour"]


def test_unusual_hours_of_a_day_are_gathered(owner, read, as_user):
    for hour in (30, 31, 60):
        when = clock.moment(clock.epoch(NOW) - hour * 3600)
        Anomaly.objects.create(sensor=read, start=when, energy_wh=100, score=1, reason="odd")
    point = by_role(chart(as_user(owner), "energy", "range=30d"))["anomaly points"]
    assert point["x"] == ["2026-03-08T00:00:00", "2026-03-09T00:00:00"]
    assert point["text"] == ["1 unusual hour", "2 unusual hours"]


def test_the_forecast_follows_the_days(owner, read, as_user):
    Forecast.objects.create(
        sensor=read,
        issued_at=NOW,
        first_day=date(2026, 3, 11),
        model="lstm",
        mean_wh=[3000, 3100],
        low_wh=[2000, 2100],
        high_wh=[4000, 4100],
    )
    traces = by_role(chart(as_user(owner), "energy", "range=30d"))
    assert traces["forecast line"]["x"] == ["2026-03-11T00:00:00", "2026-03-12T00:00:00"]
    assert traces["forecast line"]["y"] == [3.0, 3.1]
    assert traces["forecast band"]["high"] == [4.0, 4.1]


def test_the_band_of_meters_together_is_narrower_than_their_bands_added(owner, read, as_user):
    annexe = make_sensor("home-annexe", site=read.site)
    for sensor in (read, annexe):
        Forecast.objects.create(
            sensor=sensor,
            issued_at=NOW,
            first_day=date(2026, 3, 11),
            model="lstm",
            mean_wh=[5000],
            low_wh=[4000],
            high_wh=[6000],
        )
    traces = by_role(chart(as_user(owner), "energy", "range=30d"))
    assert traces["forecast line"]["y"] == [10.0]
    assert traces["forecast band"]["low"] == [8.586]
    assert traces["forecast band"]["high"] == [11.414]


def test_a_meter_the_forecast_is_without_is_named(owner, read, as_user):
    make_sensor("home-annexe", site=read.site, name="Annexe")
    Forecast.objects.create(
        sensor=read,
        issued_at=NOW,
        first_day=date(2026, 3, 11),
        model="lstm",
        mean_wh=[5000],
        low_wh=[4000],
        high_wh=[6000],
    )
    figure = chart(as_user(owner), "energy", "range=30d")
    assert figure["note"] == "The forecast is without Annexe. Its first forecast comes with the next run."


def test_the_stretch_before_is_a_pale_line_when_asked_for(owner, read, as_user):
    client = as_user(owner)
    assert "previous line" not in by_role(chart(client, "energy"))
    line = by_role(chart(client, "energy", "range=7d&compare=1"))["previous line"]
    assert (line["name"], line["dash"]) == ("7 days before", "solid")
    assert len(line["x"]) == 7 * 24
    assert (line["y"][19], line["y"][-1]) == (1.0, 0.1)


def test_days_are_laid_over_days(owner, read, as_user):
    line = by_role(chart(as_user(owner), "energy", "range=30d&compare=1"))["previous line"]
    assert line["y"] == [3.3] * 30


def test_a_stretch_before_without_readings_says_so(owner, read, as_user):
    figure = chart(as_user(owner), "energy", "range=custom&from=2025-12-30&to=2026-03-09&compare=1")
    assert "previous line" not in by_role(figure)
    assert figure["note"] == "There are no readings of the 70 days before."


def test_a_forecast_is_not_drawn_beside_days_long_past(owner, read, as_user):
    Forecast.objects.create(
        sensor=read,
        issued_at=NOW,
        first_day=date(2026, 3, 11),
        model="lstm",
        mean_wh=[1],
        low_wh=[1],
        high_wh=[1],
    )
    traces = by_role(chart(as_user(owner), "energy", "range=custom&from=2026-02-01&to=2026-02-20"))
    assert "forecast line" not in traces


def test_an_abstaining_forecast_draws_nothing(owner, read, as_user):
    Forecast.objects.create(
        sensor=read,
        issued_at=NOW,
        first_day=date(2026, 3, 11),
        model="none",
        abstained="three weeks are needed",
    )
    assert "forecast line" not in by_role(chart(as_user(owner), "energy", "range=30d"))


def test_the_roof_is_a_line_over_the_bars(owner, read, as_user):
    roof = make_sensor("home-roof", site=read.site, quantity="production")
    put_readings(roof, clock.epoch(NOW - timedelta(days=3)), 3600, [400.0] * 48)
    settle.settle(now=NOW)
    assert "production line" in by_role(chart(as_user(owner), "energy"))


def test_a_gap_is_a_gap(owner, sensor, at_noon, as_user):
    values = np.full(24 * 6, 100.0)
    values[30:40] = np.nan
    put_readings(sensor, clock.epoch(NOW) - 3600 * len(values), 3600, values)
    settle.settle(now=NOW)
    bars = by_role(chart(as_user(owner), "energy"))["consumption bar"]
    assert bars["y"][13 + 30 : 13 + 40].count(None) >= 10 or bars["y"].count(None) > 10


def test_the_trend_has_five_weeks_and_its_mean(owner, read, as_user):
    traces = by_role(chart(as_user(owner), "daily"))
    assert len(traces["previous bar"]["x"]) == 35
    assert traces["consumption line"]["y"][:-1] == [3.3] * 34


def test_weekdays_run_from_monday_to_sunday(owner, read, as_user):
    bars = by_role(chart(as_user(owner), "weekday"))["consumption bar"]
    assert bars["x"] == ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
    assert bars["y"] == [3.3] * 7


def test_the_heat_map_glows_in_the_evening(owner, read, as_user):
    cells = by_role(chart(as_user(owner), "heat"))["consumption heatmap"]
    assert len(cells["z"]) == len(cells["y"]) == 24
    assert len(cells["z"][0]) == len(cells["x"]) == 28
    assert cells["z"][19][:27] == [1.0] * 27


def test_plotly_accepts_what_is_drawn(owner, read, as_user):
    client = as_user(owner)
    bars = by_role(chart(client, "energy"))["consumption bar"]
    cells = by_role(chart(client, "heat"))["consumption heatmap"]
    drawn = go.Figure(
        [go.Bar(x=bars["x"], y=bars["y"]), go.Heatmap(x=cells["x"], y=cells["y"], z=cells["z"])]
    )
    assert len(drawn.data) == 2


@pytest.mark.parametrize("name", NAMES)
def test_a_chart_costs_few_queries(name, owner, read, as_user, django_assert_max_num_queries):
    client = as_user(owner)
    chart(client, name, "range=30d&compare=1")
    with django_assert_max_num_queries(12):
        chart(client, name, "range=30d&compare=1")
