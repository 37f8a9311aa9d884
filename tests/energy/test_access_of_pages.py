"""Who sees which energy page: owner, viewer, stranger, anonymous, provider."""

import pytest

from energy.models import Membership, Tariff
from tests.factories import make_user

LOOKING = [
    "/sites/home/",
    "/sites/home/chart.json",
    "/sites/home/tariffs/",
    "/sensors/home-main/",
    "/sensors/home-main/chart.json",
    "/sensors/?site=home",
    "/analytics/?site=home",
    "/analytics/?site=home&sensor=home-main&tab=compare",
    "/analytics/heat.json?site=home",
]
CHANGING = [
    "/sites/home/edit/",
    "/sites/home/connect/",
    "/sites/home/sensors/new/",
    "/sites/home/tariffs/new/",
    "/sites/home/tariffs/{tariff}/",
    "/sensors/home-main/edit/",
    "/sensors/home-main/delete/",
]
LISTS = ["/sites/", "/sensors/", "/analytics/"]


@pytest.fixture
def address(site, sensor):
    tariff = Tariff.objects.create(site=site, valid_from="2026-01-01", price_per_kwh="0.3")
    return lambda path: path.format(tariff=tariff.pk)


@pytest.mark.parametrize("path", LOOKING + CHANGING + LISTS + ["/import/", "/sites/new/"])
def test_the_owner_sees_every_page(path, address, owner, as_user):
    assert as_user(owner).get(address(path)).status_code == 200


@pytest.mark.parametrize("path", LOOKING + LISTS)
def test_a_viewer_may_look(path, address, viewer, as_user):
    assert as_user(viewer).get(address(path)).status_code == 200


@pytest.mark.parametrize("path", CHANGING)
def test_a_viewer_finds_no_page_that_changes_the_site(path, address, viewer, as_user):
    client = as_user(viewer)
    assert client.get(address(path)).status_code == 404
    assert client.post(address(path), {}).status_code == 404


@pytest.mark.parametrize("path", ["/import/", "/sites/new/"])
def test_a_viewer_may_not_import_or_make_a_home(path, address, viewer, as_user):
    assert as_user(viewer).get(path).status_code == 403


@pytest.mark.parametrize("path", LOOKING + CHANGING)
def test_a_stranger_finds_nothing(path, address, stranger, as_user):
    client = as_user(stranger)
    assert client.get(address(path)).status_code == 404
    assert client.post(address(path), {}).status_code == 404


@pytest.mark.parametrize("path", LOOKING + CHANGING + LISTS + ["/import/", "/sites/new/"])
def test_nobody_looks_without_signing_in(path, address, as_user):
    answer = as_user(None).get(address(path))
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/login/")


def test_lists_of_a_stranger_hold_only_their_own(address, stranger, as_user):
    client = as_user(stranger)
    assert b"Elsewhere" in client.get("/sites/").content
    assert b"home-main" not in client.get("/sensors/").content


def test_a_provider_looks_with_consent_and_changes_nothing(address, site, as_user):
    provider = make_user("paul", role="provider")
    Membership.objects.create(site=site, user=provider, access=Membership.Access.CONSENT)
    client = as_user(provider)
    assert client.get("/sites/home/").status_code == 200
    assert client.get("/sites/home/edit/").status_code == 404
    assert client.get("/sites/new/").status_code == 403


def test_a_manager_changes_the_site_they_manage(address, manager, as_user):
    client = as_user(manager)
    assert client.get("/sites/home/edit/").status_code == 200
    assert client.get("/sensors/home-main/delete/").status_code == 200


def test_a_viewer_sees_no_buttons_that_change(address, viewer, as_user):
    page = as_user(viewer).get("/sites/home/").content
    assert b"/sites/home/edit/" not in page
    assert b"/sites/home/connect/" not in page


def test_a_right_taken_from_a_role_is_taken_from_its_people(address, owner, as_user):
    from django.contrib.auth.models import Group

    Group.objects.get(name="resident").permissions.clear()
    client = as_user(owner)
    assert client.get("/sites/home/").status_code == 200
    assert client.get("/sites/home/edit/").status_code == 403
    assert client.get("/sensors/home-main/delete/").status_code == 403
