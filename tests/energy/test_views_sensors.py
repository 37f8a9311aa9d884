"""Pages of meters."""

import numpy as np
import pytest
from django.utils import timezone

from emads.lib import clock
from energy.models import Sensor
from tests.factories import make_sensor, make_site, put_readings

FIELDS = {"name": "Heat pump", "slug": "", "quantity": "import", "kind": "interval", "unit": "kWh"}


@pytest.fixture
def hour() -> int:
    """The last full hour. [s]"""
    return clock.epoch(timezone.now()) // 3600 * 3600


def test_the_list_is_filtered_by_home(sensor, owner, as_user):
    make_sensor("cabin-main", site=make_site("cabin", owner=owner))
    client = as_user(owner)
    assert b"cabin-main" in client.get("/sensors/").content
    page = client.get("/sensors/?site=home").content
    assert b"home-main" in page
    assert b"cabin-main" not in page


def test_the_list_of_a_hundred_meters_costs_a_fixed_number_of_queries(
    site, owner, as_user, django_assert_max_num_queries
):
    for number in range(100):
        make_sensor(f"home-{number}", site=site)
    client = as_user(owner)
    with django_assert_max_num_queries(16):
        page = client.get("/sensors/")
    assert page.content.decode().count("<code>home-") == 50


@pytest.mark.parametrize("query", ["page=0", "page=abc", "page=99999", "site="])
def test_nonsense_in_the_address_of_the_list_does_no_harm(query, sensor, owner, as_user):
    assert as_user(owner).get(f"/sensors/?{query}").status_code == 200


def test_a_silent_meter_is_marked(sensor, hour, owner, as_user):
    sensor.interval_s = 900
    sensor.save()
    put_readings(sensor, hour - 10 * 3600, 900, np.full(8, 100.0))
    client = as_user(owner)
    assert "Silent" in client.get("/sensors/").content.decode()
    assert "Is the device on" in client.get("/sensors/home-main/").content.decode()


def test_the_page_says_how_complete_readings_are(sensor, hour, owner, as_user):
    sensor.interval_s = 3600
    sensor.save()
    wh = np.full(24 * 20, 500.0)
    wh[100:148] = np.nan
    put_readings(sensor, hour - 24 * 20 * 3600, 3600, wh)
    page = as_user(owner).get("/sensors/home-main/?range=30d").content.decode().replace("\u202f", " ")
    assert "216 kWh" in page
    assert "90 %" in page
    assert "48 hours have no reading" in page


def test_the_page_costs_no_more_with_ten_times_the_history(
    sensor, hour, owner, as_user, django_assert_max_num_queries
):
    from energy.settle import settle

    put_readings(sensor, hour - 400 * 86400, 3600, np.full(400 * 24, 500.0))
    settle()
    client = as_user(owner)
    with django_assert_max_num_queries(14):
        assert client.get("/sensors/home-main/?range=30d").status_code == 200


def test_a_meter_without_readings_says_so(sensor, owner, as_user):
    page = as_user(owner).get("/sensors/home-main/").content.decode()
    assert "No readings yet" in page
    assert as_user(owner).get("/sensors/home-main/chart.json").json()["empty"]


def test_two_days_show_every_reading(sensor, hour, owner, as_user):
    put_readings(sensor, hour - 3600, 60, np.arange(60.0))
    figure = as_user(owner).get("/sensors/home-main/chart.json?range=today").json()
    day_began = clock.epoch(clock.day_start(clock.today(timezone.now(), sensor.site.tz), sensor.site.tz))
    expected = sum(1 for n in range(60) if hour - 3600 + 60 * n >= day_began)
    assert figure["unit"] == "Wh"
    assert sum(len(trace["y"]) for trace in figure["traces"]) == expected


@pytest.mark.parametrize(
    ("query", "first"),
    [("range=7d", 7), ("range=custom&from=2025-01-01&to=2025-12-31", 53)],
)
def test_bars_fit_the_span(query, first, sensor, owner, as_user):
    put_readings(sensor, clock.epoch(timezone.now()) - 86400 * 700, 86400, np.full(700, 9.0))
    figure = as_user(owner).get(f"/sensors/home-main/chart.json?{query}").json()
    assert len(figure["traces"][0]["x"]) == first


def test_what_is_produced_has_its_own_colour(site, hour, owner, as_user):
    roof = make_sensor("home-roof", site=site, quantity="production")
    put_readings(roof, hour - 86400 * 9, 3600, np.full(200, 9.0))
    figure = as_user(owner).get("/sensors/home-roof/chart.json?range=30d").json()
    assert figure["traces"][0]["role"] == "production"


NONSENSE = [
    "range=custom",
    "range=custom&from=2026-13-45&to=x",
    "range=custom&from=2099-01-01&to=2099-12-31",
    "range=custom&from=9999-12-31&to=9999-12-31",
    "range=custom&from=1970-01-02&to=2099-12-31",
    "range=custom&from=2026-03-10&to=2026-03-01",
    "range=%EF%BF%BF&by=zzz&tab=../../etc/passwd",
]


@pytest.mark.parametrize("query", NONSENSE)
def test_nonsense_ranges_do_no_harm(query, sensor, hour, owner, as_user):
    put_readings(sensor, hour - 86400, 3600, np.full(24, 9.0))
    client = as_user(owner)
    pages = [f"/{page}/{part}" for page in ("sensors/home-main", "sites/home") for part in ("", "chart.json")]
    assert {client.get(f"{page}?{query}").status_code for page in pages} == {200}


# --- forms --------------------------------------------------------------------------------------------------


def test_the_sensor_id_is_proposed_from_home_and_name(site, owner, as_user):
    answer = as_user(owner).post("/sites/home/sensors/new/", FIELDS)
    made = Sensor.objects.get()
    assert answer["Location"] == "/sensors/home-heat-pump/"
    assert (made.slug, made.unit, made.interval_s) == ("home-heat-pump", "kWh", None)


def test_an_id_belongs_to_one_meter(sensor, owner, as_user):
    page = as_user(owner).post("/sites/home/sensors/new/", {**FIELDS, "slug": "home-main"}).content.decode()
    assert "already exists" in page
    assert Sensor.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("unit", "W", "unit of power"),
        ("kind", "power", "Power comes in W or kW"),
        ("kind", "guess", "valid choice"),
        ("slug", "not a slug!", "valid"),
        ("interval_s", "-5", "valid choice"),
        ("name", "", "required"),
    ],
)
def test_a_wrong_field_is_named(field, value, said, site, owner, as_user):
    answer = as_user(owner).post("/sites/home/sensors/new/", {**FIELDS, field: value})
    assert answer.status_code == 200
    assert said in answer.content.decode()
    assert not Sensor.objects.exists()


def test_a_meter_of_another_home_is_no_parent(site, stranger, owner, as_user):
    theirs = make_sensor("elsewhere-main", site=stranger.memberships.get().site)
    page = as_user(owner).post("/sites/home/sensors/new/", {**FIELDS, "parent": theirs.pk}).content.decode()
    assert "valid choice" in page
    assert not Sensor.objects.filter(site=site).exists()


def test_no_meter_is_below_itself(site, sensor, owner, as_user):
    sub = make_sensor("home-sub", site=site, parent=sensor)
    answer = as_user(owner).post("/sensors/home-main/edit/", {**FIELDS, "parent": sub.pk})
    assert "valid choice" in answer.content.decode()
    sensor.refresh_from_db()
    assert sensor.parent is None


def test_a_meter_is_changed_but_keeps_its_id(sensor, owner, as_user):
    given = {**FIELDS, "slug": "another", "interval_s": "900", "make": "Shelly"}
    assert as_user(owner).post("/sensors/home-main/edit/", given)["Location"] == "/sensors/home-main/"
    sensor.refresh_from_db()
    assert (sensor.slug, sensor.name, sensor.interval_s, sensor.make) == (
        "home-main",
        "Heat pump",
        900,
        "Shelly",
    )


def test_an_odd_interval_survives_an_edit(sensor, owner, as_user):
    Sensor.objects.update(interval_s=7)
    as_user(owner).post("/sensors/home-main/edit/", {**FIELDS, "interval_s": "7"})
    sensor.refresh_from_db()
    assert sensor.interval_s == 7


def test_another_kind_reads_the_readings_anew(sensor, hour, owner, as_user, store):
    from energy.settle import settle

    put_readings(sensor, hour - 7200, 600, np.arange(12) * 100.0)
    settle()
    as_user(owner).post("/sensors/home-main/edit/", {**FIELDS, "kind": "counter"})
    settle()
    whole = store.rollups([sensor.pk], "hour", hour - 7200, hour)[sensor.pk]
    assert whole.wh.sum() == 1100.0


@pytest.mark.django_db(transaction=True)
def test_a_meter_goes_with_all_its_readings_once_its_id_is_typed(sensor, hour, owner, as_user, store):
    put_readings(sensor, hour - 7200, 600, np.arange(12.0))
    key = sensor.pk
    answer = as_user(owner).post("/sensors/home-main/delete/", {"slug": "home-main"})
    assert answer["Location"] == "/sites/home/"
    assert not Sensor.objects.exists()
    assert store.span([key]) is None


@pytest.mark.parametrize("typed", ["", "home", "HOME-MAIN"])
def test_without_its_id_nothing_is_deleted(typed, sensor, hour, owner, as_user, store):
    put_readings(sensor, hour - 7200, 600, np.arange(12.0))
    page = as_user(owner).post("/sensors/home-main/delete/", {"slug": typed}).content.decode()
    assert "Nothing was deleted" in page
    assert Sensor.objects.exists()
    assert store.span([sensor.pk]) is not None
