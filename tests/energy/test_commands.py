"""Commands for scripts: what they do, say and refuse."""

import io
import json
from datetime import UTC, datetime

import numpy as np
import pyarrow.parquet
import pytest
from django.core.management import CommandError, call_command

from energy import series
from energy.models import Membership, Sensor, Site
from energy.settle import settle
from tests.factories import make_sensor, put_readings

T = int(datetime(2026, 3, 1, tzinfo=UTC).timestamp())


def run(*args, **options):
    out = io.StringIO()
    call_command(*args, stdout=out, **options)
    return out.getvalue()


def refusal(*args, **options):
    with pytest.raises(CommandError) as caught:
        run(*args, **options)
    return caught.value.returncode, str(caught.value)


def test_create_site_makes_a_site_with_its_owner(owner):
    assert run("create_site", "elm-5", "--timezone", "Europe/Oslo", "--owner", "olga", "--name", "Elm 5") == (
        "Site elm-5 (Europe/Oslo) created.\n"
    )
    site = Site.objects.get(slug="elm-5")
    assert (site.name, site.time_zone) == ("Elm 5", "Europe/Oslo")
    assert Membership.objects.get(site=site, user=owner).access == "own"


def test_create_site_again_is_harmless(site):
    assert "was there already" in run("create_site", "home", "--timezone", "Europe/Berlin")


@pytest.mark.parametrize(
    ("args", "reason"),
    [
        (["new-home", "--timezone", "Mars/Base"], "“Mars/Base” is not a time zone"),
        (["new home", "--timezone", "UTC"], "slug"),
        (["new-home", "--timezone", "UTC", "--owner", "nobody"], "nobody is called “nobody”"),
        (["home", "--timezone", "UTC"], "home is there already, in Europe/Berlin"),
    ],
)
def test_create_site_refuses_what_makes_no_sense(site, args, reason):
    status, text = refusal("create_site", *args)
    assert status == 2
    assert reason in text
    assert Site.objects.count() == 1


def test_create_sensor_makes_a_sensor(site):
    run("create_sensor", "home-solar", "--site", "home", "--quantity", "production", "--interval", "900")
    sensor = Sensor.objects.get(slug="home-solar")
    assert (sensor.site, sensor.name, sensor.quantity, sensor.interval_s) == (
        site,
        "solar",
        "production",
        900,
    )


def test_create_sensor_again_is_harmless(sensor):
    assert "was there already" in run("create_sensor", "home-main", site="home")


@pytest.mark.parametrize(
    ("args", "reason"),
    [
        (["x", "--site", "nowhere"], "there is no site “nowhere”"),
        (["home-main", "--site", "elsewhere"], "is there already, at home"),
        (["x", "--site", "home", "--parent", "gone"], "there is no sensor “gone” at home"),
        (["a b", "--site", "home"], "slug"),
    ],
)
def test_create_sensor_refuses_what_makes_no_sense(sensor, stranger, args, reason):
    status, text = refusal("create_sensor", *args)
    assert status == 2
    assert reason in text


def test_export_writes_exact_values(sensor):
    put_readings(sensor, T, 900, [0.1, 0.2 + 0.1])
    assert run("export_readings", "--sensor", "home-main") == (
        "sensor_id,timestamp,energy_wh\n"
        "home-main,2026-03-01T00:00:00Z,0.1\n"
        "home-main,2026-03-01T00:15:00Z,0.30000000000000004\n"
    )


def test_export_of_days_leaves_gaps_empty(sensor):
    put_readings(sensor, T, 3600, [1.0] * 23 + [np.nan] * 24 + [2.0])
    out = run("export_readings", "--sensor", "home-main", "--resolution", "day")
    assert [line.split(",")[2] for line in out.splitlines()[1:]] == ["23.0", "", "2.0"]


@pytest.mark.parametrize("resolution", ["hour", "day", "month"])
def test_long_exports_have_every_bucket_once(sensor, resolution):
    put_readings(sensor, T, 6 * 3600, np.ones(4 * 400))
    settle()
    lines = run("export_readings", "--sensor", "home-main", "--resolution", resolution).splitlines()[1:]
    stamps = [line.split(",")[1] for line in lines]
    assert stamps == sorted(set(stamps))
    assert sum(float(line.split(",")[2] or 0) for line in lines) == 1600.0


def test_export_as_parquet_keeps_types_and_values(sensor):
    put_readings(sensor, T, 900, [0.1, 0.3])
    wanted = io.TextIOWrapper(io.BytesIO())
    call_command("export_readings", "--sensor", "home-main", "--format", "parquet", stdout=wanted)
    table = pyarrow.parquet.read_table(io.BytesIO(wanted.buffer.getvalue()))
    assert table.column_names == ["sensor_id", "timestamp", "energy_wh"]
    assert table["energy_wh"].to_pylist() == [0.1, 0.3]
    assert table["timestamp"].to_pylist()[0] == datetime.fromtimestamp(T, UTC)


def test_export_of_an_empty_sensor_is_a_header(sensor):
    assert run("export_readings", "--sensor", "home-main") == "sensor_id,timestamp,energy_wh\n"


@pytest.mark.parametrize("args", [["--sensor", "gone"], ["--sensor", "home-main", "--start", "soon"]])
def test_export_refuses_what_makes_no_sense(sensor, args):
    assert refusal("export_readings", *args)[0] == 2


def test_rebuild_makes_rollups_anew(sensor, store):
    put_readings(sensor, T, 900, np.ones(8))
    settle()
    rows = store.rollups([sensor.pk], "hour", 0, 1 << 33)[sensor.pk]
    rows.wh[:] = 7.0
    store.put_rollups(sensor.pk, "hour", 0, 1 << 33, rows)
    assert json.loads(run("rebuild_rollups", "--json")) == {"sensors": 1, "hours": 2}
    found = series.load(sensor, datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 3, 1, 2, tzinfo=UTC), "hour")
    assert found.wh.tolist() == [4.0, 4.0]


def test_prune_drops_old_readings(sensor, store):
    put_readings(sensor, T - 900 * 86400, 900, np.ones(4))
    assert json.loads(run("prune_readings", "--older-than", "365", "--json")) == {"sensors": 1, "dropped": 4}
    assert len(store.series(sensor.pk, 0, 1 << 33).t) == 0


def test_prune_of_nothing_named_is_refused(sensor):
    assert refusal("prune_readings", "--older-than", "0")[0] == 2


def test_rebuild_of_an_unknown_sensor_is_refused(db):
    assert refusal("rebuild_rollups", "--sensor", "gone") == (2, "there is no sensor gone.")


def test_migrate_prepares_the_store(db, settings, tmp_path):
    settings.READINGS_URL = f"sqlite:///{tmp_path}/deep/er/readings.sqlite3"
    run("migrate", verbosity=0)
    assert (tmp_path / "deep/er/readings.sqlite3").exists()


def test_export_of_a_counter_is_energy(site):
    meter = make_sensor("home-meter", site=site, kind="counter")
    put_readings(meter, T, 900, [100.0, 110.0, 130.0])
    lines = run("export_readings", "--sensor", "home-meter").splitlines()
    assert [line.rpartition(",")[2] for line in lines[1:]] == ["10.0", "20.0"]
