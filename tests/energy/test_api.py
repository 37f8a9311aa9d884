"""Readings in, series out, over HTTP: exact answers, and nothing of anybody else's."""

import gzip
import json
from datetime import timedelta

import numpy as np
import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import ApiToken, User
from accounts.services import create_token
from energy.settle import settle
from tests.factories import make_sensor, make_site, make_user, put_readings

URL = "/api/v1/readings"
T = 1_700_000_000 - 1_700_000_000 % 86400


@pytest.fixture
def send(owner):
    _, plain = create_token(user=owner, name="meter", scope="ingest", now=timezone.now())

    def sent(body, **more):
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        more.setdefault("HTTP_AUTHORIZATION", f"Bearer {plain}")
        return Client().post(URL, data, content_type="application/json", **more)

    return sent


def row(sensor_id="home-main", timestamp=T, energy_wh=1.5):
    return {"sensor_id": sensor_id, "timestamp": timestamp, "energy_wh": energy_wh}


def held(store, sensor):
    found = store.series(sensor.pk, 0, 1 << 33)
    return list(zip(found.t.tolist(), found.wh.tolist(), strict=True))


def test_rows_are_accepted(send, sensor, store):
    answer = send({"readings": [row(), row(timestamp=T + 900, energy_wh=2)]})
    assert answer.status_code == 200
    assert answer.json() == {
        "accepted": 2,
        "duplicates": 0,
        "conflicts": 0,
        "rejected": [],
        "conflict_rows": [],
    }
    assert held(store, sensor) == [(T, 1.5), (T + 900, 2.0)]


def test_columns_are_accepted(send, sensor, store):
    answer = send(
        {"sensor_id": "home-main", "timestamps": [T, "2023-11-15T00:00:00Z"], "energy_wh": [1, 2.5]}
    )
    assert answer.json()["accepted"] == 2
    assert held(store, sensor) == [(T, 1.0), (1_700_006_400, 2.5)]


def test_columns_may_name_a_sensor_each(send, sensor, site, store):
    other = make_sensor("home-heat", site=site)
    send({"sensor_id": ["home-main", "home-heat"], "timestamps": [T, T], "energy_wh": [1, 2]})
    assert (held(store, sensor), held(store, other)) == ([(T, 1.0)], [(T, 2.0)])


def test_the_same_again_is_a_duplicate_and_another_value_a_conflict(send, sensor):
    send({"readings": [row(), row(timestamp=T + 900)]})
    answer = send({"readings": [row(), row(timestamp=T + 900, energy_wh=9)]}).json()
    assert (answer["accepted"], answer["duplicates"], answer["conflicts"]) == (0, 1, 1)
    assert answer["conflict_rows"] == [
        {
            "index": 1,
            "error": "another value is there for this time: 1.5 Wh is kept, 9 Wh was sent",
        }
    ]


def test_timestamps_may_have_an_offset_and_fractions(send, sensor, store):
    send({"readings": [row(timestamp="2023-11-15T01:00:00.750+01:00"), row(timestamp=T + 900.9)]})
    assert [t for t, _ in held(store, sensor)] == [T + 900, 1_700_006_400]


@pytest.mark.parametrize(
    ("bad", "error"),
    [
        (row(energy_wh="5"), "energy_wh is text"),
        (row(energy_wh=None), "energy_wh is missing"),
        (row(energy_wh=True), "energy_wh is true or false"),
        (row(energy_wh=10**400), "the value is not a finite number"),
        (
            row(timestamp="2023-11-15T00:00:00"),
            "timestamp “2023-11-15T00:00:00” has no offset; add Z or +01:00",
        ),
        (row(timestamp="yesterday"), "timestamp “yesterday” is not ISO 8601"),
        (row(timestamp=T * 1000), "timestamp is not in seconds since 1970 (are these milliseconds?)"),
        (row(timestamp=4_000_000_000), "the timestamp is in the future"),
        (row(timestamp=-1), "the timestamp is before 1970"),
        (row(timestamp=[1]), "timestamp is a list"),
        (row(sensor_id=7), "sensor_id is a number"),
        (row(sensor_id="nobody"), "sensor “nobody” is unknown"),
        ({"sensor_id": "home-main"}, "timestamp is missing"),
        ("hello", "the row is not an object"),
        (None, "the row is not an object"),
    ],
)
def test_a_bad_row_is_rejected_by_index_and_the_others_go_in(send, sensor, bad, error):
    answer = send({"readings": [row(), bad, row(timestamp=T + 900)]})
    assert answer.status_code == 200
    assert answer.json()["accepted"] == 2
    assert answer.json()["rejected"] == [{"index": 1, "error": error}]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b'"text"',
        b"{}",
        b'{"readings": 7}',
        b'{"sensor_id": "home-main", "timestamps": [1], "energy_wh": []}',
        b'{"sensor_id": ["home-main"], "timestamps": [1, 2], "energy_wh": [1, 2]}',
        b'{"readings": [{"energy_wh": NaN}]}',
        b"\xff\xfe\x00",
        b"[" * 100_000,
    ],
)
def test_what_is_no_readings_is_400_with_a_reason(send, body):
    answer = send(body)
    assert answer.status_code == 400
    assert answer.json()["detail"]


def test_a_packed_body_is_unpacked(send, sensor):
    packed = gzip.compress(json.dumps({"readings": [row()]}).encode())
    assert send(packed, HTTP_CONTENT_ENCODING="gzip").json()["accepted"] == 1


@pytest.mark.parametrize(
    ("body", "packing", "status"),
    [
        (b"no gzip", "gzip", 400),
        (gzip.compress(b'{"readings": []}')[:-9], "gzip", 400),
        (b"{}", "br", 400),
        (gzip.compress(b" " * (17 * 1024 * 1024)), "gzip", 413),
        (gzip.compress(b" " * 1024 * 1024) * 17, "gzip", 413),
        (b" " * (16 * 1024 * 1024 + 1), "", 413),
    ],
)
def test_bodies_that_are_damaged_or_too_large_are_refused(send, body, packing, status):
    assert send(body, HTTP_CONTENT_ENCODING=packing).status_code == status


def test_the_bare_name_is_enough_where_there_is_one_site(send, sensor):
    assert send({"readings": [row(sensor_id="main")]}).json()["accepted"] == 1


def test_power_becomes_energy_over_the_interval(send, site, store):
    plug = make_sensor("home-plug", site=site, kind="power", unit="W", interval_s=900)
    send({"readings": [row(sensor_id="home-plug", energy_wh=2000)]})
    assert held(store, plug) == [(T, 500.0)]


def test_power_without_an_interval_is_rejected(send, site):
    make_sensor("home-plug", site=site, kind="power", unit="W")
    assert (
        "has no interval" in send({"readings": [row(sensor_id="home-plug")]}).json()["rejected"][0]["error"]
    )


def test_no_token_is_401(sensor):
    assert Client().post(URL, b"{}", content_type="application/json").status_code == 401


@pytest.mark.parametrize("header", ["Bearer wrong", "Basic abc", "Bearer", ""])
def test_a_wrong_token_is_401(send, header):
    assert send({"readings": []}, HTTP_AUTHORIZATION=header).status_code == 401


def test_an_expired_token_is_401(owner, send):
    ApiToken.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert send({"readings": []}).status_code == 401


@pytest.mark.parametrize("change", [{"is_active": False}, {"status": "pending"}])
def test_tokens_of_people_who_may_not_sign_in_are_401(owner, send, change):
    User.objects.update(**change)
    assert send({"readings": []}).status_code == 401


def test_a_reading_token_does_not_write(owner, sensor, send):
    _, plain = create_token(user=owner, name="", scope="read", now=timezone.now())
    assert send({"readings": [row()]}, HTTP_AUTHORIZATION=f"Token {plain}").status_code == 403


def test_a_stranger_writes_nothing_and_learns_nothing(stranger, sensor, as_user, store):
    answer = as_user(stranger).post(URL, {"readings": [row()]}, content_type="application/json").json()
    assert answer["accepted"] == 0
    assert answer["rejected"] == [{"index": 0, "error": "sensor “home-main” is unknown"}]
    assert held(store, sensor) == []


def test_a_viewer_does_not_write(viewer, sensor, as_user):
    answer = as_user(viewer).post(URL, {"readings": [row()]}, content_type="application/json").json()
    assert answer["accepted"] == 0


def test_a_browser_without_its_csrf_token_does_not_write(owner, sensor):
    client = Client(enforce_csrf_checks=True)
    client.force_login(owner, backend="accounts.backends.RoleBackend")
    assert client.post(URL, b"{}", content_type="application/json").status_code == 403


def test_a_fleet_batch_needs_few_queries(send, site, django_assert_max_num_queries):
    for number in range(30):
        make_sensor(f"home-{number}", site=site)
    rows = [row(sensor_id=f"home-{n}", timestamp=T + 900 * k) for n in range(30) for k in range(20)]
    send({"readings": []})
    with django_assert_max_num_queries(4):
        assert send({"readings": rows}).json()["accepted"] == 600


PATHS = ["/api/v1/sites", "/api/v1/sensors", "/api/v1/sensors/home-main", "/api/v1/sensors/home-main/series"]


@pytest.mark.parametrize("path", PATHS)
def test_nobody_reads_without_signing_in(sensor, path):
    assert Client().get(path).status_code == 401


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("who", ["owner", "viewer", "manager", "admin"])
def test_members_and_admins_read(request, sensor, as_user, path, who):
    assert as_user(request.getfixturevalue(who)).get(path).status_code == 200


@pytest.mark.parametrize("path", PATHS[2:])
def test_a_stranger_gets_404(stranger, sensor, as_user, path):
    assert as_user(stranger).get(path).status_code == 404


def test_lists_hold_what_is_ones_own(stranger, sensor, as_user):
    client = as_user(stranger)
    assert [s["slug"] for s in client.get("/api/v1/sites").json()["items"]] == ["elsewhere"]
    assert client.get("/api/v1/sensors").json() == {"count": 0, "items": []}


def test_lists_come_in_pages(owner, site, as_user, django_assert_max_num_queries):
    for number in range(12):
        make_sensor(f"home-{number:02}", site=site)
    client = as_user(owner)
    with django_assert_max_num_queries(6):
        found = client.get("/api/v1/sensors?limit=5&offset=10").json()
    assert found["count"] == 12
    assert [s["sensor_id"] for s in found["items"]] == ["home-10", "home-11"]


@pytest.mark.parametrize("query", ["limit=0", "limit=9999", "offset=-1", "limit=x"])
def test_a_page_that_makes_no_sense_is_refused(owner, as_user, query):
    assert as_user(owner).get(f"/api/v1/sensors?{query}").status_code in (400, 422)


def test_sensors_say_when_they_were_last_heard(owner, sensor, as_user):
    put_readings(sensor, T, 900, [1.0, 2.0])
    assert as_user(owner).get("/api/v1/sensors/home-main").json()["last_reading"] == "2023-11-14T00:15:00Z"


@pytest.fixture
def ask(owner, as_user):
    def asked(query):
        return as_user(owner).get(f"/api/v1/sensors/home-main/series?{query}")

    return asked


def test_series_of_days_are_in_the_sites_zone(sensor, ask):
    put_readings(sensor, T - 3600, 3600, [1.0, 2.0, np.nan])
    settle()
    found = ask("start=2023-11-14&end=2023-11-16&resolution=day").json()
    assert found["timestamps"] == ["2023-11-13T23:00:00Z", "2023-11-14T23:00:00Z"]
    assert found["energy_wh"] == [3.0, None]
    assert (found["readings"], found["unit"], found["time_zone"]) == ([2, 0], "Wh", "Europe/Berlin")


def test_raw_series_come_in_pages(sensor, ask, monkeypatch):
    monkeypatch.setattr("energy.api.MOST_POINTS", 2)
    put_readings(sensor, T, 900, [1.0, 2.0, 3.0])
    span = "end=2023-11-15T00:00:00%2B01:00&resolution=raw&start="
    first = ask(span + "2023-11-14T00:00:00Z").json()
    second = ask(span + first["next"]).json()
    assert (first["energy_wh"], second["energy_wh"], second["next"]) == ([1.0, 2.0], [3.0], None)


@pytest.mark.parametrize(
    "query",
    [
        "start=banana",
        "start=2023-13-01",
        "start=2023-11-15&end=2023-11-14",
        "start=0001-01-01",
        "end=9999-12-31",
        "resolution=minute",
        "start=1970-01-01&resolution=hour",
    ],
)
def test_a_span_that_makes_no_sense_is_refused_with_a_reason(sensor, ask, query):
    answer = ask(query)
    assert answer.status_code in (400, 422)
    assert answer.json()["detail"]


def test_the_description_and_its_page_are_public(db):
    client = Client()
    paths = client.get("/api/v1/openapi.json").json()["paths"]
    assert {"/api/v1/readings", "/api/v1/sensors/{slug}/series"} <= paths.keys()
    page = client.get("/api/v1/docs")
    assert page.status_code == 200
    assert b"cdn.jsdelivr" not in page.content


def test_a_provider_with_consent_reads_but_does_not_write(site, sensor, as_user):
    provider = make_user("pia", role="provider")
    site.memberships.create(user=provider, access="consent")
    client = as_user(provider)
    assert client.get("/api/v1/sensors/home-main/series").status_code == 200
    assert client.post(URL, {"readings": [row()]}, content_type="application/json").json()["accepted"] == 0


def test_sensors_of_one_site_only(owner, sensor, as_user):
    make_sensor("second-main", site=make_site("second", owner=owner))
    found = as_user(owner).get("/api/v1/sensors?site=second").json()
    assert [s["sensor_id"] for s in found["items"]] == ["second-main"]


def test_what_is_remembered_of_one_person_opens_nothing_to_another(send, sensor, stranger, as_user):
    assert send({"readings": [row()]}).json()["accepted"] == 1
    body = {"readings": [row(timestamp=T + 900)]}
    assert as_user(stranger).post(URL, body, content_type="application/json").json()["accepted"] == 0


def test_who_loses_a_site_stops_writing_to_it(send, sensor, site, monkeypatch):
    monkeypatch.setattr("energy.ingest.pushed.REMEMBERED_S", 0.0)
    assert send({"readings": [row()]}).json()["accepted"] == 1
    site.memberships.all().delete()
    assert send({"readings": [row(timestamp=T + 900)]}).json()["accepted"] == 0


def test_a_new_sensor_is_known_at_once(send, site, sensor):
    body = {"readings": [row(sensor_id="home-new")]}
    assert send(body).json()["accepted"] == 0
    make_sensor("home-new", site=site)
    assert send(body).json()["accepted"] == 1
