"""The page of anomalies and that of an incident, by everyone who may come along."""

from datetime import date
from decimal import Decimal

import numpy as np
import pytest
from django.urls import reverse

from anomalies import figures
from anomalies.models import Anomaly, DetectionState
from energy.models import Tariff
from tests.anomalies.homes import put_home, usual_home
from tests.factories import make_sensor

ANOMALIES = reverse("anomalies:anomalies")
MARCH = "?range=custom&from=2026-03-01&to=2026-03-10"


@pytest.fixture
def addresses(incident):
    return [
        reverse("anomalies:incident", args=[incident.pk]),
        reverse("anomalies:incident-chart", args=[incident.pk]),
    ]


def test_owner_colleague_and_manager_see_an_incident(addresses, owner, viewer, manager, admin, as_user):
    for user in (owner, viewer, manager, admin):
        assert [as_user(user).get(url).status_code for url in addresses] == [200, 200]


def test_stranger_finds_no_incident(addresses, stranger, as_user):
    assert [as_user(stranger).get(url).status_code for url in addresses] == [404, 404]


def test_anonymous_is_sent_to_sign_in(addresses, as_user):
    for url in [*addresses, ANOMALIES, reverse("anomalies:anomalies-chart")]:
        assert as_user(None).get(url).status_code == 302


def test_stranger_cannot_ask_for_the_site_or_the_sensor(scanned, stranger, as_user):
    client = as_user(stranger)
    assert client.get(ANOMALIES + "?site=home").status_code == 404
    assert client.get(ANOMALIES + "?sensor=home-main").status_code == 404
    assert client.get(reverse("anomalies:anomalies-chart") + "?site=home").status_code == 404


def test_page_answers_in_its_heading(scanned, owner, as_user):
    page = as_user(owner).get(ANOMALIES + MARCH).content.decode()
    flagged = Anomaly.objects.count()
    assert f"{flagged} unusual hours of 229" in page
    assert "Isolation Forest" in page
    assert "far above what is usual at this hour" in page.lower()


def test_chart_shows_use_band_and_flagged_points(scanned, owner, as_user):
    figure = as_user(owner).get(reverse("anomalies:anomalies-chart") + MARCH).json()
    kinds = {(trace["role"], trace["kind"]): trace for trace in figure["traces"]}
    kinds |= {trace["role"]: trace for trace in figure["traces"]}
    assert set(kinds) >= {"band", "consumption", ("anomaly", "line"), ("anomaly", "points")}
    assert 1 <= len(kinds["anomaly", "points"]["y"]) <= Anomaly.objects.count()
    assert len(kinds["consumption"]["y"]) == len(kinds["band"]["high"]) == 10 * 24
    assert figure["unit"] == "kWh"


def test_year_is_drawn_by_the_day(scanned, owner, as_user):
    address = reverse("anomalies:anomalies-chart") + "?range=custom&from=2025-06-01&to=2026-05-31"
    figure = as_user(owner).get(address).json()
    used = next(trace for trace in figure["traces"] if trace["role"] == "consumption")
    assert len(used["y"]) == 365
    points = next(trace for trace in figure["traces"] if trace["kind"] == "points")
    assert all("unusual hour" in text for text in points["text"])


def test_quiet_days_say_so(scanned, owner, as_user):
    page = as_user(owner).get(ANOMALIES + "?range=custom&from=2026-02-10&to=2026-02-12").content.decode()
    assert "All 72 hours were as usual" in page


def test_days_of_learning_are_not_called_normal(scanned, owner, as_user):
    page = as_user(owner).get(ANOMALIES + "?range=custom&from=2026-01-10&to=2026-01-12").content.decode()
    assert "Nothing to judge in these days" in page


def test_person_without_a_meter_is_helped(stranger, as_user):
    response = as_user(stranger).get(ANOMALIES)
    assert response.status_code == 200
    assert "No meter yet" in response.content.decode()
    assert as_user(stranger).get(reverse("anomalies:anomalies-chart")).json()["traces"] == []


def test_meter_without_readings_is_helped(sensor, owner, as_user):
    assert "No readings yet" in as_user(owner).get(ANOMALIES).content.decode()


def test_young_meter_says_until_when_it_learns(sensor, owner, as_user, now):
    put_home(sensor, usual_home(5), int(now.timestamp()) + 250 * 86400)
    page = as_user(owner).get(ANOMALIES).content.decode()
    assert "still being learnt until" in page or "Nothing to judge" in page


def test_page_works_without_the_shipped_model(scanned, owner, as_user, settings, tmp_path):
    settings.MODELS_DIR = tmp_path
    assert as_user(owner).get(ANOMALIES + MARCH).status_code == 200


def test_nonsense_in_the_address_is_no_error(scanned, owner, as_user):
    for query in ("?range=custom&from=x&to=y", "?page=999", "?page=abc", "?range=%F0%FF"):
        assert as_user(owner).get(ANOMALIES + query).status_code == 200


def test_incident_tells_its_extra_cost(incident, site, owner, as_user):
    Tariff.objects.create(site=site, valid_from=date(2020, 1, 1), price_per_kwh=Decimal("0.30"))
    beyond = (incident.energy_wh - incident.expected_wh) / 1000 * 0.3
    page = as_user(owner).get(incident.get_absolute_url()).content.decode()
    assert f"About €{beyond:.2f} more than usual" in page


def test_verdict_is_offered_to_those_who_may_give_it(incident, owner, viewer, as_user):
    assert "What was it?" in as_user(owner).get(incident.get_absolute_url()).content.decode()
    assert "What was it?" not in as_user(viewer).get(incident.get_absolute_url()).content.decode()


def test_page_of_many_meters_needs_few_queries(scanned, site, owner, as_user, django_assert_max_num_queries):
    for number in range(6):
        make_sensor(f"home-{number}", site=site)
    client = as_user(owner)
    client.get(ANOMALIES + MARCH)
    with django_assert_max_num_queries(24):
        client.get(ANOMALIES + MARCH)


def test_incident_page_needs_few_queries(incident, owner, as_user, django_assert_max_num_queries):
    client = as_user(owner)
    with django_assert_max_num_queries(20):
        client.get(incident.get_absolute_url())


def test_profile_is_kept_for_light_reads(scanned):
    profile = DetectionState.objects.get().profile
    assert len(profile["expected"]) == len(profile["spread"]) == 168


def test_lone_hours_are_all_marked_and_long_runs_at_their_ends():
    strange = np.zeros(1200, dtype=bool)
    strange[[3, 50]] = True
    strange[100:200] = True
    assert figures.marked(strange) == [3, 50, 100, 120, 140, 160, 180, 199]
