"""The usage pages."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from django.utils import timezone

from emads.lib import clock
from energy.span import Span
from energy.usage import figures, words
from energy.usage.read import Pair, Usage, pair
from tests.energy.test_views_sensors import NONSENSE
from tests.factories import make_sensor, make_site, put_readings

TABS = ["trend", "pattern", "distribution", "compare"]
CHARTS = ["trend", "hours", "weekdays", "weekend", "heat", "distribution", "periods", "meters"]
BERLIN = ZoneInfo("Europe/Berlin")
MARCH = "range=custom&from=2026-03-01&to=2026-03-31"


@pytest.fixture
def march(sensor):
    """March 2026: 1 kWh an hour on weekdays, 2 kWh on weekends; February half as much."""
    start = clock.epoch(clock.day_start(date(2026, 2, 1), BERLIN))
    end = clock.epoch(clock.day_start(date(2026, 4, 1), BERLIN))
    t = np.arange(start, end, 3600)
    weekend = (clock.local_day(t, BERLIN) + 3) % 7 >= 5
    wh = np.where(weekend, 2000.0, 1000.0)
    wh[t < clock.epoch(clock.day_start(date(2026, 3, 1), BERLIN))] /= 2
    put_readings(sensor, start, 3600, wh)
    return sensor


@pytest.mark.parametrize("tab", TABS)
def test_every_tab_shows_an_empty_home(tab, site, owner, as_user):
    page = as_user(owner).get(f"/analytics/?tab={tab}")
    assert page.status_code == 200
    assert "Nothing to analyse yet" in page.content.decode()


@pytest.mark.parametrize("name", CHARTS)
def test_every_chart_of_an_empty_home_says_why_it_is_empty(name, sensor, owner, as_user):
    figure = as_user(owner).get(f"/analytics/{name}.json").json()
    assert figure["traces"] == []
    assert figure["empty"]


def test_a_person_without_a_home_is_told_so(db, as_user):
    from tests.factories import make_user

    client = as_user(make_user("nina"))
    assert "No home to look at yet" in client.get("/analytics/").content.decode()
    assert client.get("/analytics/trend.json").status_code == 404


@pytest.mark.parametrize("query", NONSENSE)
def test_nonsense_in_the_address_does_no_harm(query, march, owner, as_user):
    client = as_user(owner)
    pages = ["/analytics/", *(f"/analytics/{name}.json" for name in CHARTS)]
    assert {client.get(f"{page}?{query}").status_code for page in pages} == {200}


@pytest.mark.parametrize("query", ["sensor=nobody", "other=nobody", "site=nowhere"])
def test_what_is_not_there_is_not_found(query, march, owner, as_user):
    client = as_user(owner)
    assert client.get(f"/analytics/?{query}").status_code == 404
    assert client.get(f"/analytics/trend.json?{query}").status_code == 404


def test_a_chart_nobody_draws_is_not_found(march, owner, as_user):
    assert as_user(owner).get("/analytics/pie.json").status_code == 404


def test_a_meter_of_another_home_is_not_found(march, stranger, owner, as_user):
    make_sensor("elsewhere-main", site=stranger.memberships.get().site)
    assert as_user(owner).get("/analytics/?sensor=elsewhere-main").status_code == 404


@pytest.mark.parametrize("tab", TABS)
def test_a_tab_costs_a_fixed_number_of_queries(tab, march, owner, as_user, django_assert_max_num_queries):
    for number in range(30):
        make_sensor(f"home-{number}", site=march.site)
    client = as_user(owner)
    with django_assert_max_num_queries(12):
        assert client.get(f"/analytics/?tab={tab}&{MARCH}&other=home-main").status_code == 200


def test_headings_answer_questions(march, owner, as_user):
    page = as_user(owner).get(f"/analytics/?tab=pattern&{MARCH}").content.decode().replace("\u202f", " ")
    assert "Weekends use 99 % more than weekdays" in page  # one Sunday has 23 hours
    assert "1.00 kW are always on" in page
    page = as_user(owner).get(f"/analytics/?{MARCH}").content.decode()
    assert "times as much as the 31 days before" in page


def test_weeks_and_months_are_summed(march, owner, as_user):
    client = as_user(owner)
    months = client.get(f"/analytics/trend.json?by=month&{MARCH}").json()["traces"][0]
    assert months["x"] == ["2026-03-01T00:00:00"]
    assert months["y"] == [22 * 24 + (9 * 24 - 1) * 2]
    weeks = client.get(f"/analytics/trend.json?by=week&{MARCH}").json()["traces"][0]
    assert weeks["y"][1] == 5 * 24 + 2 * 2 * 24
    assert weeks["x"][1] == "2026-03-02T00:00:00"


def test_the_seven_day_mean_knows_the_days_before_the_span(march, owner, as_user):
    days = client_figure(as_user(owner), f"trend.json?by=day&{MARCH}")["traces"]
    assert days[1]["role"] == "mean"
    assert days[1]["y"][0] is not None


def client_figure(client, path):
    return client.get(f"/analytics/{path}").json()


def test_the_heat_map_has_24_rows_and_a_column_a_day(march, owner, as_user):
    trace = client_figure(as_user(owner), f"heat.json?{MARCH}")["traces"][0]
    assert (len(trace["z"]), len(trace["z"][0])) == (24, 31)
    assert trace["z"][2][28] is None  # the hour the clock skipped on 29 March
    assert trace["x"][0] == "2026-03-01"


def test_long_spans_show_hours_of_the_week_instead(march, owner, as_user):
    trace = client_figure(as_user(owner), "heat.json?range=custom&from=2025-04-01&to=2026-03-31")["traces"][0]
    assert (len(trace["z"]), trace["x"][0]) == (24, "Monday")


def test_boxes_give_quartiles(march, owner, as_user):
    box = client_figure(as_user(owner), f"hours.json?{MARCH}")["traces"][0]
    assert (box["median"][5], box["q3"][5], box["x"][5]) == (1.0, 2.0, "05:00")


def test_the_distribution_counts_every_hour(march, owner, as_user):
    bars = client_figure(as_user(owner), f"distribution.json?{MARCH}")["traces"][0]
    assert sum(bars["y"]) == 31 * 24 - 1
    bars = client_figure(as_user(owner), f"distribution.json?by=day&{MARCH}")["traces"][0]
    assert sum(bars["y"]) == 31


def test_two_periods_lie_over_each_other(march, owner, as_user):
    figure = client_figure(as_user(owner), f"periods.json?{MARCH}")
    before, now = figure["traces"]
    assert (before["role"], now["role"]) == ("previous", "consumption")
    assert before["x"] == now["x"]
    assert len(now["x"]) == 31
    assert before["y"][3] == 24.0  # 1 February, half of a weekend day


def test_a_year_before_keeps_the_weekdays(march, owner, as_user):
    page = as_user(owner).get(f"/analytics/?tab=compare&with=year&{MARCH}").content.decode()
    assert "Against 2 Mar–1 Apr 2025" in page


def test_meter_against_meter(march, owner, as_user):
    sub = make_sensor("home-sub", site=march.site, parent=march, name="Oven")
    put_readings(sub, clock.epoch(clock.day_start(date(2026, 3, 1), BERLIN)), 3600, np.full(48, 100.0))
    figure = client_figure(as_user(owner), f"meters.json?other=home-sub&{MARCH}")
    assert [trace["name"] for trace in figure["traces"]] == ["home-main", "Oven"]


def test_an_hour_shown_for_years_becomes_what_fits(march, owner, as_user):
    figure = client_figure(as_user(owner), "trend.json?by=hour&range=custom&from=2025-01-01&to=2026-03-31")
    assert len(figure["traces"][0]["x"]) < 100


def test_half_hour_zones_are_compared_day_by_day(owner, as_user):
    site = make_site("delhi", owner=owner, time_zone="Asia/Kolkata")
    meter = make_sensor("delhi-main", site=site)
    start = clock.epoch(clock.day_start(date(2026, 3, 1), site.tz))
    put_readings(meter, start, 1800, np.full(48 * 5, 250.0))
    query = "site=delhi&range=custom&from=2026-03-03&to=2026-03-04"
    figure = client_figure(as_user(owner), f"periods.json?{query}")
    assert set(figure["traces"][1]["y"]) == {0.5}
    assert figure["traces"][0]["y"].count(0.5) >= 46


# --- reading and words --------------------------------------------------------------------------------------


def usage(sensor, first: date, last: date) -> Usage:
    return Usage([sensor], Span("custom", first, last, BERLIN), timezone.now() + timedelta(days=9000))


def test_a_running_day_is_no_part_of_a_comparison(march):
    now = clock.day_start(date(2026, 3, 10), BERLIN) + timedelta(hours=3)
    these = Usage([march], Span("custom", date(2026, 3, 8), date(2026, 3, 12), BERLIN), now)
    found = pair(these, these.over(these.span.previous))
    assert len(found.now_wh) == 2


def test_half_read_stretches_are_not_compared():
    wh = np.array([1.0, np.nan, np.nan, 1.0])
    assert Pair(wh, np.ones(4)).change is None
    assert Pair(np.full(4, 2.0), np.ones(4)).change == 1.0
    assert Pair(np.ones(4), np.full(4, 0.01)).change is None  # zeros of a logger that was off
    assert Pair(np.zeros(0), np.zeros(0)).change is None


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (None, ""),
        (-0.12, ", 12 % less than last week"),
        (0.001, ", about the same as last week"),
        (3.0, ", 4.0 times as much as last week"),
    ],
)
def test_a_comparison_names_what_it_compares_with(change, said):
    assert words.compared(change, "last week").replace("\u202f", " ") == said


def test_words_of_even_use(sensor):
    start = clock.epoch(clock.day_start(date(2026, 3, 2), BERLIN))
    put_readings(sensor, start, 3600, np.full(24 * 14, 500.0))
    found = usage(sensor, date(2026, 3, 2), date(2026, 3, 15))
    assert words.weekend(found) == "Weekends use about as much as weekdays"
    assert words.weekdays(found) == "Every weekday uses about the same"
    assert words.peak(found).startswith("Fullest hour")


def test_a_roof_uses_nothing(site):
    roof = make_sensor("home-roof", site=site, quantity="production")
    start = clock.epoch(clock.day_start(date(2026, 3, 2), BERLIN))
    put_readings(roof, start, 3600, np.tile(np.maximum(0.0, 5 - abs(np.arange(24.0) - 12)), 14))
    found = usage(roof, date(2026, 3, 2), date(2026, 3, 15))
    assert words.hours(found) == "Most comes between 12:00 and 13:00"
    assert words.heat(found) == "Every hour at a glance"
    assert words.weekdays(found) == "Average by weekday"


def test_words_of_nothing(sensor):
    found = usage(sensor, date(2026, 3, 2), date(2026, 3, 15))
    assert words.weekend(found) == "Weekdays against weekends"
    assert words.hours(found) == "Use by hour of the day"
    assert words.spread(found, "hour") == "How much one hour uses"
    assert words.peak(found) == ""
    assert figures.development(found, "day")["traces"] == []
