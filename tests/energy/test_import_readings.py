"""The command, as scripts use it."""

import io
import json

import pytest
from django.core.management import CommandError, call_command

from energy.models import Sensor
from energy.store import get_store
from tests.energy.ingest_files import lines, put
from tests.factories import make_sensor, make_site

pytestmark = pytest.mark.django_db
KEYS = {
    "format",
    "accepted",
    "duplicates",
    "conflicts",
    "rejected",
    "total_kwh",
    "first",
    "last",
    "sensors",
    "errors",
}


def call(*args, **options) -> str:
    out = io.StringIO()
    call_command("import_readings", *map(str, args), stdout=out, **options)
    return out.getvalue()


def figures(*args) -> dict:
    return json.loads(call(*args, "--json"))


def refusal(*args) -> tuple[int, str]:
    with pytest.raises(CommandError) as stopped:
        call(*args)
    return stopped.value.returncode, str(stopped.value)


def test_the_figures_have_the_keys_that_stay(tmp_path, sensor):
    got = figures(put(tmp_path, "a.csv.gz", lines(4)), "--sensor", "home-main", "--timezone", "UTC")
    assert got.keys() >= KEYS
    assert got["sensors"] == {"home-main": {"accepted": 4, "total_kwh": 0.01}}
    assert (got["first"], got["last"]) == ("2024-03-01T00:00:00+00:00", "2024-03-01T00:45:00+00:00")
    assert (got["accepted"], got["total_kwh"], got["errors"]) == (4, 0.01, [])


def test_again_is_all_duplicates(tmp_path, sensor):
    path = put(tmp_path, "a.csv", lines(4))
    call(path, "--site", "home")
    got = figures(path, "--site", "home")
    assert (got["accepted"], got["duplicates"], got["total_kwh"]) == (0, 4, 0.01)
    assert got["sensors"] == {"home-main": {"accepted": 0, "total_kwh": 0.01}}


def test_the_sites_zone_holds_where_none_is_said(tmp_path, sensor):
    assert figures(put(tmp_path, "a.csv", lines(4)), "--site", "home")["first"] == "2024-02-29T23:00:00+00:00"


def test_roll_ups_stand_afterwards(tmp_path, sensor):
    call(put(tmp_path, "a.csv", lines(500)), "--site", "home")
    assert get_store().dirty_sensors() == []
    months = get_store().rollups([sensor.pk], "month", 0, 1 << 33)[sensor.pk]
    assert months.wh.tolist() == [125_250.0]


def test_several_files_count_together(tmp_path, sensor):
    one, two = put(tmp_path, "a.csv", lines(4)), put(tmp_path, "b.csv", lines(6) + "x,y\n")
    got = figures(one, two, "--site", "home")
    assert (got["accepted"], got["duplicates"], got["rejected"]) == (6, 4, 1)
    assert got["total_kwh"] == 0.021
    assert got["sensors"]["home-main"] == {"accepted": 6, "total_kwh": 0.021}
    assert (got["errors"][0]["file"], got["errors"][0]["line"]) == (str(two.name), 8)


def test_a_rehearsal_writes_nothing(tmp_path, site):
    text = call(put(tmp_path, "a.csv", lines(4)), "--site", "home", "--dry-run")
    assert text.startswith("Would be: 4 accepted, 0 duplicates, 0 conflicts, 0 rejected; 0.010 kWh")
    assert not Sensor.objects.exists()


def test_replace_takes_the_files_value(tmp_path, sensor):
    call(put(tmp_path, "a.csv", "timestamp,wh\n2024-03-01,1\n"), "--site", "home")
    other = put(tmp_path, "b.csv", "timestamp,wh\n2024-03-01,2\n")
    assert figures(other, "--site", "home")["conflicts"] == 1
    assert figures(other, "--site", "home", "--replace")["accepted"] == 1
    assert get_store().series(sensor.pk, 0, 1 << 33).wh.tolist() == [2.0]


def test_a_file_may_name_its_sensors_itself(tmp_path, sensor):
    path = put(tmp_path, "a.csv", "timestamp,sensor_id,wh\n2024-03-01 00:00,home-main,5\n")
    assert figures(path)["sensors"] == {"home-main": {"accepted": 1, "total_kwh": 0.005}}


def test_broken_rows_are_listed_and_the_rest_is_kept(tmp_path, sensor):
    got = figures(put(tmp_path, "a.csv", lines(3) + "x,1\n"), "--site", "home")
    assert (got["accepted"], got["rejected"]) == (3, 1)
    assert got["errors"] == [{"line": 5, "reason": "timestamp: “x” is not a date or time"}]
    assert "line 5: timestamp: “x” is not a date or time" in call(
        put(tmp_path, "a.csv", lines(3) + "x,1\n"), "--site", "home"
    )


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ([], "--site SLUG or --sensor SLUG"),
        (["--site", "nowhere"], "no site “nowhere”"),
        (["--sensor", "nothing"], "no sensor “nothing”"),
        (["--site", "home", "--sensor", "theirs-main"], "no sensor “theirs-main” at home"),
        (["--site", "home", "--timezone", "Europe/Berln"], "“Europe/Berln” is not a time zone"),
        (["--site", "home", "--unit", "beers"], "unit “beers” is unknown"),
    ],
)
def test_wrong_use_is_status_2_and_says_what(tmp_path, sensor, options, reason):
    make_sensor("theirs-main", site=make_site("theirs"))
    status, text = refusal(put(tmp_path, "a.csv", lines(3)), *options)
    assert status == 2
    assert reason in text


@pytest.mark.parametrize(
    ("content", "option"),
    [
        ("date,wh\n01/02/2024,1\n01/03/2024,2\n", "--dates"),
        ("time,sensor,value\n2024-01-01 00:00,new,1\n", "--unit"),
        ("time\twh\n2024-01-01 00:00\t1,234\n", "--decimal"),
    ],
)
def test_an_open_question_is_status_2_and_names_the_option(tmp_path, site, content, option):
    status, text = refusal(put(tmp_path, "a.csv", content), "--site", "home")
    assert (status, option in text, "a.csv" in text) == (2, True, True)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "The file is empty"),
        (b"\x89PNG\r\n\x1a\n" + bytes(99), "PNG picture"),
        (b"hello\n", "No table of readings"),
        (b"timestamp,wh\nyesterday,5\n", "No table of readings"),
    ],
)
def test_a_file_that_cannot_be_read_is_status_1_and_a_sentence(tmp_path, sensor, content, reason):
    status, text = refusal(put(tmp_path, "renamed.csv", content), "--site", "home")
    assert (status, reason in text, "renamed.csv" in text) == (1, True, True)


def test_a_missing_file_is_status_1(tmp_path, sensor):
    status, text = refusal(tmp_path / "nowhere.csv", "--site", "home")
    assert (status, "no such file" in text) == (1, True)


def test_nothing_but_rejected_rows_is_status_1(tmp_path, sensor):
    status, text = refusal(put(tmp_path, "a.csv", "timestamp,wh\n2050-01-01,5\n"), "--site", "home")
    assert (status, "line 2: the timestamp is in the future" in text) == (1, True)
