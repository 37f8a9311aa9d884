"""The first page."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from anomalies.models import Alert, Severity
from emads.lib import clock, figures
from energy import settle
from energy.models import Membership, Tariff
from forecasting.models import Forecast
from tests.conftest import NOW
from tests.factories import make_sensor, make_site, make_user, put_readings


def text(response) -> str:
    return response.content.decode().replace(figures.THIN, " ")


def make_alert(sensor, **more) -> Alert:
    more.setdefault("severity", Severity.HIGH)
    more.setdefault("timestamp", NOW - timedelta(days=1))
    more.setdefault("message", "Three times the usual")
    return Alert.objects.create(sensor=sensor, type=Alert.Type.SPIKE, energy_wh=3000, created_at=NOW, **more)


@pytest.mark.parametrize("person", ["owner", "viewer", "manager", "admin"])
def test_people_of_a_home_see_its_numbers(person, request, read, as_user):
    page = as_user(request.getfixturevalue(person)).get("/?range=7d&site=home")
    assert page.status_code == 200
    assert "21.1 kWh</strong> in the last 7 days" in text(page)
    assert "about the same as the 7 days before" in text(page)


def test_a_stranger_does_not_find_the_home(stranger, read, as_user):
    assert as_user(stranger).get("/?site=home").status_code == 404


def test_a_stranger_sees_their_own_home_instead(stranger, read, as_user):
    assert "Elsewhere" in text(as_user(stranger).get("/"))


def test_the_signed_out_are_asked_to_sign_in(client, read):
    assert client.get("/").url == "/accounts/login/?next=/"


def test_someone_without_a_home_is_told_what_to_do(db, as_user):
    page = text(as_user(make_user("nils")).get("/"))
    assert "Create your home" in page
    assert "Wait for an invitation" in page


def test_a_viewer_without_a_home_can_only_wait(db, as_user):
    page = text(as_user(make_user("vic", role="viewer")).get("/"))
    assert "Create your home" not in page
    assert "Wait for an invitation" in page


def test_a_new_home_offers_the_ways_to_get_data_in(owner, site, as_user):
    page = text(as_user(owner).get("/"))
    assert "Import a file" in page
    assert "Connect a device" in page


def test_a_viewer_of_a_new_home_waits(viewer, site, as_user):
    page = text(as_user(viewer).get("/"))
    assert "Waiting for the first reading" in page
    assert "Connect a device" not in page


def test_old_data_is_shown_over_its_last_days(owner, sensor, at_noon, as_user):
    put_readings(sensor, clock.epoch(NOW - timedelta(days=900)), 3600, [100.0] * 24 * 40)
    settle.settle(now=NOW)
    page = text(as_user(owner).get("/"))
    assert "Latest data: Mon 1 Nov 2023, 12:00" in page or "Latest data: " in page
    assert "30 days up to then" in page
    assert "from 3 Oct to 1 Nov 2023" in page


def test_days_without_readings_offer_the_latest_ones(owner, read, as_user):
    page = text(as_user(owner).get("/?range=custom&from=2020-01-01&to=2020-01-05"))
    assert "No readings in these days" in page
    assert "?range=custom&amp;from=2026-03-06&amp;to=2026-03-10" in page


@pytest.mark.parametrize(
    "query",
    ["range=nonsense", "range=custom&from=2026-13-99&to=x", "range=custom", "range=custom&from=9999-12-31"],
)
def test_nonsense_in_the_address_shows_the_usual_days(owner, read, as_user, query):
    assert as_user(owner).get(f"/?{query}").status_code == 200


def test_all_is_quiet_without_alerts(owner, read, as_user):
    assert "All quiet." in text(as_user(owner).get("/"))


def test_an_open_alert_comes_first_and_can_be_handled(owner, read, as_user):
    make_alert(read)
    page = text(as_user(owner).get("/"))
    assert "Three times the usual" in page
    assert "1 alert needs attention" in page
    assert "Acknowledge" in page
    assert "All quiet." not in page


def test_a_viewer_sees_alerts_but_no_buttons(viewer, read, as_user):
    make_alert(read)
    page = text(as_user(viewer).get("/"))
    assert "Three times the usual" in page
    assert "Acknowledge" not in page


def test_resolved_alerts_and_those_of_other_homes_are_not_shown(owner, read, as_user):
    make_alert(read, status=Alert.Status.RESOLVED, message="Long over")
    second = make_site("second", owner=owner)
    make_alert(make_sensor("second-main", site=second), message="Next door")
    page = text(as_user(owner).get("/?site=home"))
    assert "Long over" not in page
    assert "Next door" not in page


def test_the_gravest_alert_is_told_first(owner, read, as_user):
    make_alert(read, severity=Severity.LOW, message="A little odd")
    make_alert(read, severity=Severity.HIGH, message="Very odd", timestamp=NOW - timedelta(days=3))
    page = text(as_user(owner).get("/"))
    assert page.index("Very odd") < page.index("A little odd")


def test_cost_appears_with_a_tariff(owner, read, as_user):
    assert "Cost" not in text(as_user(owner).get("/"))
    Tariff.objects.create(
        site=read.site, valid_from=(NOW - timedelta(days=400)).date(), price_per_kwh=Decimal("0.30")
    )
    assert "€6.33" in text(as_user(owner).get("/?range=7d"))


def make_forecast(sensor, **more) -> Forecast:
    given = {
        "issued_at": NOW,
        "first_day": date(2026, 3, 10),
        "model": "lstm",
        "mean_wh": [3000.0] * 7,
        "low_wh": [2000.0] * 7,
        "high_wh": [4000.0] * 7,
    }
    return Forecast.objects.create(sensor=sensor, **(given | more))


def make_tariff(site) -> Tariff:
    return Tariff.objects.create(site=site, valid_from=date(2020, 1, 1), price_per_kwh=Decimal("0.30"))


def test_the_bill_of_the_month_is_the_one_of_the_forecast_page(owner, read, as_user):
    make_tariff(read.site)
    make_forecast(read)
    client = as_user(owner)
    card = client.get("/?site=home").context["home"].bill.cost
    assert card == client.get("/forecast/?site=home").context["month"].cost
    page = text(client.get("/?site=home"))
    assert f"€{card.amount}" in page
    assert f"March, likely €{card.low} to €{card.high}" in page
    assert 'href="/forecast/?site=home"' in page


def test_a_meter_the_bill_is_without_is_named(owner, read, as_user):
    make_tariff(read.site)
    make_forecast(read)
    make_sensor("home-annexe", site=read.site, name="Annexe")
    assert ", without Annexe" in text(as_user(owner).get("/"))


def test_there_is_no_bill_without_a_tariff(owner, read, as_user):
    make_forecast(read)
    assert "Projected bill" not in text(as_user(owner).get("/"))


def test_there_is_no_bill_without_a_forecast(owner, read, as_user):
    make_tariff(read.site)
    assert "Projected bill" not in text(as_user(owner).get("/"))


def test_there_is_no_bill_of_a_month_long_gone(owner, read, as_user):
    make_tariff(read.site)
    make_forecast(read, first_day=date(2026, 1, 10))
    assert "Projected bill" not in text(as_user(owner).get("/"))


def test_today_is_compared_with_a_usual_day_at_this_hour(owner, read, as_user):
    page = text(as_user(owner).get("/?range=30d"))
    assert "Today so far" in page
    assert "a usual Tuesday by 13:00" in page
    assert "Total" in page


def test_today_alone_is_told_once(owner, read, as_user):
    page = text(as_user(owner).get("/?range=today"))
    assert "Today so far" in page
    assert "Total" not in page


def test_a_home_that_was_not_read_today_has_no_today(owner, sensor, at_noon, as_user):
    put_readings(sensor, clock.epoch(NOW - timedelta(days=20)), 3600, [100.0] * 240)
    assert "Today so far" not in text(as_user(owner).get("/?range=30d"))


def test_the_page_names_its_meters_as_the_live_stream_does(owner, read, as_user):
    assert 'data-sensors="home-main "' in text(as_user(owner).get("/"))


def test_the_stretch_before_is_kept_in_the_address_of_the_main_chart(owner, read, as_user):
    assert "&amp;compare=1" in text(as_user(owner).get("/?range=7d&compare=1"))
    assert "&amp;compare=1" not in text(as_user(owner).get("/?range=7d")).partition('id="energy"')[0][-200:]


def test_sub_meters_say_where_it_goes(owner, read, as_user):
    kitchen = make_sensor("home-kitchen", site=read.site, name="Kitchen", parent=read)
    put_readings(kitchen, clock.epoch(NOW - timedelta(days=20)), 3600, [50.0] * 480)
    settle.settle(now=NOW)
    page = text(as_user(owner).get("/?range=7d"))
    assert "Kitchen used 37 %" in page
    assert "The rest" in page


def test_the_page_costs_few_queries(owner, read, as_user, django_assert_max_num_queries):
    make_alert(read)
    make_tariff(read.site)
    make_forecast(read)
    Membership.objects.create(site=make_site("second"), user=owner)
    client = as_user(owner)
    client.get("/")
    with django_assert_max_num_queries(18):
        client.get("/")
