"""CSV of a range: exact numbers, gaps as gaps, streamed, harmless in a spreadsheet."""

import asyncio
import csv
import io
from datetime import date, timedelta

import numpy as np
import pytest
from django.test import AsyncClient

from anomalies.models import Anomaly
from emads.lib import clock
from energy.settle import settle
from forecasting.models import Forecast
from tests.conftest import NOW
from tests.factories import make_sensor, make_site, put_readings

RANGE = "range=custom&from=2026-02-01&to=2026-02-28"


def table(answer) -> list[list[str]]:
    return list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode())))


def test_energy_by_day_is_exact(as_user, owner, read):
    rows = table(as_user(owner).get(f"/reports/energy.csv?{RANGE}&resolution=day"))
    assert rows[0] == ["sensor_id", "start", "energy_wh", "readings"]
    assert rows[1] == ["home-main", "2026-02-01T00:00:00+01:00", "3300.0", "24"]
    assert (len(rows), sum(float(row[2]) for row in rows[1:])) == (29, 28 * 3300)


def test_energy_by_hour_names_the_offset(as_user, owner, read):
    rows = table(as_user(owner).get(f"/reports/energy.csv?{RANGE}&resolution=hour"))
    assert len(rows) == 1 + 28 * 24
    assert rows[20] == ["home-main", "2026-02-01T19:00:00+01:00", "1000.0", "1"]


def test_a_century_asked_for_gives_what_there_is(as_user, owner, read):
    rows = table(as_user(owner).get("/reports/energy.csv?range=custom&from=1980-01-01&to=2090-01-01"))
    assert len(rows) == 1 + 71
    assert len({row[1] for row in rows}) == 72


def test_gaps_are_empty_not_zero(as_user, owner, sensor, at_noon):
    start = clock.epoch(clock.day_start(date(2026, 2, 1), sensor.site.tz))
    put_readings(sensor, start, clock.HOUR, [1.0, np.nan, 3.0])
    settle(now=NOW)
    rows = table(as_user(owner).get(f"/reports/energy.csv?{RANGE}&resolution=hour"))
    assert [row[2:] for row in rows[1:]] == [["1.0", "1"], ["", "0"], ["3.0", "1"]]


def test_the_file_has_a_name_of_its_own(as_user, owner, read):
    answer = as_user(owner).get(f"/reports/energy.csv?{RANGE}")
    assert answer["Content-Disposition"] == 'attachment; filename="home-energy-day-2026-02-01-2026-02-28.csv"'


def test_a_home_without_readings_gives_the_header(as_user, owner, sensor):
    assert len(table(as_user(owner).get("/reports/energy.csv"))) == 1


def test_formulas_are_defused(as_user, owner, read):
    Anomaly.objects.create(
        sensor=read, start=NOW - timedelta(hours=2), energy_wh=9, score=0.7, reason="=HYPERLINK(1)"
    )
    rows = table(as_user(owner).get("/reports/anomalies.csv"))
    assert rows[1] == [
        "home-main",
        "2026-03-10T11:00:00+01:00",
        "9.0",
        "",
        "",
        "",
        "0.7",
        "",
        "'=HYPERLINK(1)",
    ]


def test_forecasts_have_a_row_for_each_day(as_user, owner, read):
    Forecast.objects.create(
        sensor=read,
        issued_at=NOW,
        first_day=date(2026, 3, 10),
        model="lstm",
        mean_wh=[1, 2],
        low_wh=[0.5, 1],
        high_wh=[2, 3.25],
    )
    rows = table(as_user(owner).get("/reports/forecast.csv"))
    assert [row[3:] for row in rows[1:]] == [
        ["2026-03-10", "1", "0.5", "2"],
        ["2026-03-11", "2", "1", "3.25"],
    ]


def test_many_sensors_stay_apart(as_user, owner, read):
    put_readings(make_sensor("home-oven", site=read.site), clock.epoch(NOW) - 7200, 3600, [5.0, 6.0])
    settle(now=NOW)
    rows = table(as_user(owner).get("/reports/energy.csv?resolution=day&range=today"))
    assert {row[0]: row[2] for row in rows[1:]} == {"home-main": "1300.0", "home-oven": "11.0"}


@pytest.mark.django_db(transaction=True)
def test_it_streams_under_asgi_too(owner):
    sensor = make_sensor("far-main", site=make_site("far", owner=owner))
    put_readings(sensor, clock.epoch(NOW) - 7200, 3600, [5.0, 6.0])

    async def ask() -> bytes:
        client = AsyncClient()
        await client.aforce_login(owner, backend="accounts.backends.RoleBackend")
        answer = await client.get(
            "/reports/energy.csv?site=far&resolution=day&range=custom&from=2026-03-10&to=2026-03-10"
        )
        return b"".join([part async for part in answer.streaming_content])

    assert asyncio.run(ask()).decode().splitlines()[1] == "far-main,2026-03-10T00:00:00+01:00,11.0,2"
