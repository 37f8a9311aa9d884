"""Pages of homes and buildings, connecting devices, prices."""

import json
import re
from datetime import date

import numpy as np
import pytest
from django.utils import timezone

from accounts.models import ApiToken
from emads.lib import clock
from energy import freshness
from energy.models import Membership, Site, Tariff
from energy.templatetags.meters import count, interval, price
from tests.factories import make_sensor, make_site, put_readings

FIELDS = {"name": "Villa Öl", "time_zone": "Europe/Berlin", "currency": "eur"}


@pytest.fixture
def fed(sensor):
    """Readings of 1 kWh an hour over the last 40 days."""
    hour = clock.epoch(timezone.now()) // 3600 * 3600
    put_readings(sensor, hour - 40 * 86400, 3600, np.full(40 * 24, 1000.0))
    return sensor


def test_the_list_says_what_each_home_uses(fed, owner, as_user):
    page = as_user(owner).get("/sites/").content.decode()
    assert "Live" in page
    assert re.search(r"[\d.]+\u202fkWh", page)
    assert "<path d=" in page


def test_a_person_without_a_home_is_asked_to_make_one(db, as_user):
    from tests.factories import make_user

    page = as_user(make_user("nina")).get("/sites/").content.decode()
    assert "Make your home" in page


def test_the_list_costs_as_many_queries_for_fifty_homes_as_for_two(
    owner, as_user, django_assert_max_num_queries
):
    for number in range(50):
        make_sensor(f"s-{number}", site=make_site(f"home-{number}", owner=owner))
    client = as_user(owner)
    with django_assert_max_num_queries(16):
        page = client.get("/sites/")
    assert page.content.decode().count("<tr>") == 1 + 25


def test_the_page_of_a_home_costs_a_fixed_number_of_queries(
    site, fed, owner, as_user, django_assert_max_num_queries
):
    for number in range(20):
        make_sensor(f"home-{number}", site=site)
    client = as_user(owner)
    with django_assert_max_num_queries(22):
        assert client.get("/sites/home/").status_code == 200


def test_the_page_of_a_home_shows_use_cost_people_and_meters(site, fed, owner, viewer, as_user):
    Tariff.objects.create(site=site, valid_from="2020-01-01", price_per_kwh="0.25")
    page = as_user(owner).get("/sites/home/").content.decode()
    assert "in 30 days" in page
    assert "0.25 EUR" in page.replace("\u202f", " ")
    assert "Vera Example" in page
    assert "home-main" in page
    assert "Live" in page


def test_a_home_with_old_readings_shows_its_last_days(site, sensor, owner, as_user):
    put_readings(sensor, clock.epoch(clock.day_start(date(2014, 1, 1), site.tz)), 3600, np.full(240, 500.0))
    page = as_user(owner).get("/sites/home/").content.decode()
    assert "Jan 2014" in page
    assert "History" in page


def test_an_empty_home_says_how_to_begin(site, owner, as_user):
    page = as_user(owner).get("/sites/home/").content.decode()
    assert "No meter yet" in page
    assert "/sites/home/connect/" in page


def test_the_chart_of_a_home_sums_its_main_meters(site, fed, owner, as_user):
    other = make_sensor("home-garage", site=site)
    make_sensor("home-sub", site=site, parent=fed)
    midnight = clock.epoch(clock.day_start(clock.today(timezone.now(), site.tz), site.tz)) - 2 * 86400
    put_readings(other, midnight, 3600, np.full(24, 500.0))
    figure = as_user(owner).get("/sites/home/chart.json?range=30d").json()
    bars = figure["traces"][0]
    assert figure["unit"] == "kWh"
    assert max(y for y in bars["y"] if y is not None) == 36.0
    assert len(bars["x"]) == 30


def test_whoever_makes_a_home_owns_it(owner, as_user):
    answer = as_user(owner).post("/sites/new/", FIELDS)
    made = Site.objects.get(name="Villa Öl")
    assert answer["Location"] == f"/sites/{made.slug}/connect/"
    assert (made.slug, made.currency) == ("villa-ol", "EUR")
    assert Membership.objects.get(site=made).access == Membership.Access.OWN


def test_two_homes_of_one_name_get_two_addresses(owner, as_user):
    client = as_user(owner)
    client.post("/sites/new/", {**FIELDS, "name": "New"})
    client.post("/sites/new/", {**FIELDS, "name": "New"})
    assert sorted(Site.objects.filter(name="New").values_list("slug", flat=True)) == ["new-2", "new-3"]


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("time_zone", "Middle/Earth", "is not a time zone"),
        ("time_zone", "", "required"),
        ("currency", "Euros", "Three letters"),
        ("name", "", "required"),
        ("floor_area_m2", "-3", "greater than or equal to 1"),
        ("occupants", "many", "whole number"),
    ],
)
def test_a_wrong_field_is_named(field, value, said, owner, as_user):
    before = Site.objects.count()
    answer = as_user(owner).post("/sites/new/", {**FIELDS, field: value})
    assert answer.status_code == 200
    assert said in answer.content.decode()
    assert Site.objects.count() == before


def test_another_time_zone_cuts_the_days_anew(site, fed, owner, as_user, store):
    from energy.settle import settle

    settle()
    as_user(owner).post("/sites/home/edit/", {**FIELDS, "time_zone": "Asia/Kolkata"})
    site.refresh_from_db()
    assert (site.name, site.time_zone, site.slug) == ("Villa Öl", "Asia/Kolkata", "home")
    settle()
    start = clock.epoch(clock.day_start(clock.today(timezone.now(), site.tz), site.tz)) - 5 * 86400
    days = store.rollups([fed.pk], "day", start, start + 1)
    assert days[fed.pk].wh.tolist() == [24_000.0]


def test_a_refused_edit_leaves_the_name_on_the_page(site, owner, as_user):
    page = as_user(owner).post("/sites/home/edit/", {**FIELDS, "name": ""}).content.decode()
    assert "Edit Home" in page


# --- connecting a device ------------------------------------------------------------------------------------


def test_the_token_is_shown_once_and_works_in_the_example(site, sensor, owner, as_user):
    client = as_user(owner)
    page = client.post("/sites/home/connect/", {"name": "Cellar"}).content.decode()
    plain = re.search(r"emads_[\w-]+", page).group()
    assert page.count(plain) == 2
    token = ApiToken.objects.get()
    assert (token.user, token.scope, token.name) == (owner, "ingest", "Cellar")
    assert plain not in client.get("/sites/home/connect/").content.decode()


def test_the_example_of_the_page_is_a_call_that_succeeds(site, sensor, owner, as_user, client):
    page = as_user(owner).post("/sites/home/connect/", {}).content.decode()
    page = page.replace("&quot;", '"').replace("&#x27;", "'")
    plain = re.search(r"Bearer (emads_[\w-]+)", page).group(1)
    body = re.search(r"-d '(\{.*?\})'</code>", page, re.S).group(1)
    answer = client.post(
        "/api/v1/readings",
        json.loads(body),
        content_type="application/json",
        headers={"Authorization": f"Bearer {plain}"},
    )
    assert answer.status_code == 200
    assert answer.json()["accepted"] == 1


def test_nobody_gathers_tokens_without_end(site, owner, as_user):
    from energy.views import devices

    ApiToken.objects.bulk_create(
        ApiToken(user=owner, digest=str(n), hint="x", created_at=timezone.now())
        for n in range(devices.MOST_TOKENS)
    )
    page = as_user(owner).post("/sites/home/connect/", {}).content.decode()
    assert "as many tokens" in page
    assert ApiToken.objects.count() == devices.MOST_TOKENS


def test_the_example_is_for_the_meter_asked_for(site, sensor, owner, as_user):
    make_sensor("home-roof", site=site)
    page = as_user(owner).get("/sites/home/connect/?sensor=home-roof").content.decode()
    assert "&quot;sensor_id&quot;: &quot;home-roof&quot;" in page or '"sensor_id": "home-roof"' in page


# --- prices -------------------------------------------------------------------------------------------------

PRICE = {
    "valid_from": "2026-01-01",
    "price_per_kwh": "0.31234",
    "standing_charge_per_day": "0.4",
    "export_price_per_kwh": "0",
}


def test_a_price_is_set_changed_and_deleted(site, owner, as_user):
    client = as_user(owner)
    assert client.post("/sites/home/tariffs/new/", PRICE)["Location"] == "/sites/home/tariffs/"
    tariff = Tariff.objects.get()
    assert "0.31234 EUR" in client.get("/sites/home/tariffs/").content.decode().replace("\u202f", " ")
    client.post(f"/sites/home/tariffs/{tariff.pk}/", {**PRICE, "price_per_kwh": "0.3"})
    tariff.refresh_from_db()
    assert str(tariff.price_per_kwh) == "0.30000"
    client.post(f"/sites/home/tariffs/{tariff.pk}/delete/")
    assert not Tariff.objects.exists()


def test_a_price_is_deleted_by_post_only(site, owner, as_user):
    tariff = Tariff.objects.create(site=site, valid_from="2026-01-01", price_per_kwh=1)
    assert as_user(owner).get(f"/sites/home/tariffs/{tariff.pk}/delete/").status_code == 405
    assert Tariff.objects.exists()


def test_two_prices_do_not_begin_on_one_day(site, owner, as_user):
    client = as_user(owner)
    client.post("/sites/home/tariffs/new/", PRICE)
    page = client.post("/sites/home/tariffs/new/", PRICE).content.decode()
    assert "from that day on already" in page
    assert Tariff.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("valid_from", "soon"),
        ("price_per_kwh", "cheap"),
        ("price_per_kwh", "1e99"),
        ("price_per_kwh", "NaN"),
        ("standing_charge_per_day", "-1"),
    ],
)
def test_nonsense_is_no_price(field, value, site, owner, as_user):
    answer = as_user(owner).post("/sites/home/tariffs/new/", {**PRICE, field: value})
    assert answer.status_code == 200
    assert not Tariff.objects.exists()


def test_the_price_of_another_home_is_not_found_under_this_one(site, stranger, owner, as_user):
    theirs = Tariff.objects.create(
        site=Site.objects.get(slug="elsewhere"), valid_from="2026-01-01", price_per_kwh=1
    )
    client = as_user(owner)
    assert client.get(f"/sites/home/tariffs/{theirs.pk}/").status_code == 404
    assert client.post(f"/sites/home/tariffs/{theirs.pk}/delete/").status_code == 404
    assert Tariff.objects.exists()


# --- words and judgements -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("hours", "interval_s", "state"),
    [
        (1, 900, "live"),
        (3, 900, "silent"),
        (20, None, "live"),
        (27, None, "silent"),
        (2 * 24, 86400, "live"),
        (24 * 31, 900, "past"),
    ],
)
def test_a_meter_is_silent_after_three_intervals_but_at_least_two_hours(hours, interval_s, state, now):
    from datetime import timedelta

    assert freshness.state(now - timedelta(hours=hours), interval_s, now) == state


def test_a_meter_without_readings_is_new(now):
    assert freshness.state(None, 900, now) == "new"


def test_words_of_numbers():
    assert interval(900) == "15\u202fminutes"
    assert interval(3600) == "1\u202fhour"
    assert interval(None) == "not known"
    assert count(1234567) == "1\u202f234\u202f567"
    tariff = Tariff(price_per_kwh="0.30000")
    assert price(Tariff._meta.get_field("price_per_kwh").to_python(tariff.price_per_kwh), "EUR") == (
        "0.30\u202fEUR"
    )
