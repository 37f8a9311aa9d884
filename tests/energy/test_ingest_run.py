"""A file into the store: sensors, units, clocks, counts."""

import io

import pytest

from energy.ingest.base import MissingOption, Options, UnreadableFile
from energy.ingest.run import Run
from energy.ingest.source import Source
from energy.models import Sensor
from energy.store import get_store
from tests.energy.ingest_files import at, lines
from tests.factories import make_sensor, make_site

pytestmark = pytest.mark.django_db
FAR = 1 << 33


def load(site, now, text, *, dry=False, job="", **said):
    run = Run(Source(io.BytesIO(text.encode())), Options(**said), site, now, job=job, dry=dry)
    list(run.work())
    return run.ledger


def stored(sensor) -> list[tuple[int, float]]:
    series = get_store().series(sensor.pk, 0, FAR)
    return list(zip(series.t.tolist(), series.wh.tolist(), strict=True))


def test_readings_arrive_in_utc_and_wh(site, sensor, now):
    run = load(site, now, "timestamp,kwh\n2024-03-01 00:00,1.5\n2024-03-01 01:00,2\n", sensor="home-main")
    assert stored(sensor) == [(at("2024-02-29 23:00"), 1500.0), (at("2024-03-01 00:00"), 2000.0)]
    assert run.figures()["total_kwh"] == 3.5
    assert run.figures()["first"] == "2024-02-29T23:00:00+00:00"


def test_again_everything_is_a_duplicate(site, sensor, now):
    load(site, now, lines(500))
    run = load(site, now, lines(500))
    assert (run.accepted, run.duplicates, run.conflicts) == (0, 500, 0)
    assert run.figures()["total_kwh"] == sum(range(501)) / 1000


def test_another_value_is_a_conflict_and_the_first_stays(site, sensor, now):
    load(site, now, "timestamp,wh\n2024-03-01T00:00Z,5\n")
    run = load(site, now, "timestamp,wh\n2024-03-01T00:00Z,6\n2024-03-01T01:00Z,7\n")
    assert (run.accepted, run.duplicates, run.conflicts) == (1, 0, 1)
    assert stored(sensor)[0][1] == 5.0
    assert run.figures()["total_kwh"] == 0.007
    assert [row.line for row in run.errors] == [2]


def test_replace_takes_the_new_value(site, sensor, now):
    load(site, now, "timestamp,wh\n2024-03-01T00:00Z,5\n")
    load(site, now, "timestamp,wh\n2024-03-01T00:00Z,6\n", replace=True)
    assert stored(sensor)[0][1] == 6.0


def test_a_reading_twice_in_a_file_counts_once(site, sensor, now):
    text = "timestamp,wh\n" + "2024-03-01T00:00Z,5\n" * 3
    run = load(site, now, text)
    assert (run.accepted, run.duplicates, run.figures()["total_kwh"]) == (1, 2, 0.005)


def test_a_reading_again_far_below_counts_once(site, sensor, now, monkeypatch):
    monkeypatch.setattr("energy.ingest.run.ROWS", 100)
    monkeypatch.setattr("energy.ingest.source.CHUNK", 4000)
    body = lines(1000)
    run = load(site, now, body + body.partition("\n")[2])
    assert (run.accepted, run.duplicates) == (1000, 1000)
    assert run.figures()["total_kwh"] == 500.5


def test_power_becomes_energy_over_the_step_of_the_file(site, sensor, now):
    load(site, now, "timestamp,power (kW)\n2024-03-01T00:00Z,2\n2024-03-01T00:15Z,4\n", sensor="home-main")
    assert [wh for _, wh in stored(sensor)] == [500.0, 1000.0]


def test_power_becomes_energy_over_the_interval_of_the_sensor(site, now):
    sensor = make_sensor("home-heat-pump", site=site, kind="power", unit="W", interval_s=60)
    load(
        site, now, "timestamp,value\n2024-03-01T00:00Z,600\n2024-03-01T00:15Z,1200\n", sensor="home-heat-pump"
    )
    assert [wh for _, wh in stored(sensor)] == [10.0, 20.0]


def test_one_reading_of_power_says_nothing_without_an_interval(site, sensor, now):
    run = load(site, now, "timestamp,power (W)\n2024-03-01T00:00Z,600\n", sensor="home-main")
    assert run.accepted == 0
    assert "set the expected interval of home-main" in run.errors[0].reason


def test_a_register_is_kept_as_it_is_and_its_energy_is_the_difference(site, now):
    sensor = make_sensor("home-meter", site=site, kind="counter", unit="kWh")
    text = "timestamp,reading kWh\n2024-03-01T00:00Z,100\n2024-03-01T01:00Z,100.5\n2024-03-01T02:00Z,102\n"
    run = load(site, now, text, sensor="home-meter")
    assert [wh for _, wh in stored(sensor)] == [100_000.0, 100_500.0, 102_000.0]
    assert run.figures()["total_kwh"] == 2.0


def test_stamps_at_the_end_of_intervals_are_moved_to_their_start(site, sensor, now):
    text = "timestamp,wh\n2024-03-01T00:30Z,5\n2024-03-01T01:00Z,6\n"
    load(site, now, text, stamp="end")
    assert [second for second, _ in stored(sensor)] == [at("2024-03-01 00:00"), at("2024-03-01 00:30")]


def test_an_unknown_unit_is_the_sensors(site, now):
    sensor = make_sensor("home-x", site=site, unit="kWh")
    run = load(site, now, "timestamp,value\n2024-03-01T00:00Z,2\n", sensor="home-x")
    assert stored(sensor) == [(at("2024-03-01 00:00"), 2000.0)]
    assert "kWh was taken from home-x" in run.notes[-1]


def test_nobody_knows_the_unit_of_a_new_meter(site, now):
    with pytest.raises(MissingOption, match="--unit"):
        load(site, now, "timestamp,sensor,value\n2024-03-01T00:00Z,a,2\n")
    assert not Sensor.objects.exists()


def test_a_person_says_the_unit(site, sensor, now):
    load(site, now, "timestamp,value\n2024-03-01T00:00Z,2\n", unit="kWh")
    assert stored(sensor)[0][1] == 2000.0


@pytest.mark.parametrize("name", ["home-fridge", "fridge", "Fridge", "The Fridge"])
def test_a_meter_is_found_by_id_bare_name_or_name(site, now, name):
    sensor = make_sensor("home-fridge", site=site, name="The fridge")
    load(site, now, f"timestamp,sensor,wh\n2024-03-01T00:00Z,{name},2\n")
    assert len(stored(sensor)) == 1
    assert Sensor.objects.count() == 1


def test_a_meter_of_another_site_is_never_written(site, now):
    theirs = make_sensor("theirs-main", site=make_site("theirs"))
    load(site, now, "timestamp,sensor,wh\n2024-03-01T00:00Z,theirs-main,2\n")
    assert stored(theirs) == []
    assert Sensor.objects.get(site=site).slug == "home-theirs-main"


def test_new_meters_are_made_as_the_file_describes_them(site, now):
    text = "timestamp,PV power (kW),Gas kWh\n2024-03-01T00:00Z,1,5\n2024-03-01T00:30Z,1,5\n"
    load(site, now, text)
    made = Sensor.objects.order_by("slug").values_list(
        "slug", "name", "quantity", "kind", "unit", "interval_s"
    )
    assert list(made) == [("home-gas", "Gas", "gas", "interval", "kWh", 1800)]
    load(site, now, "timestamp,PV power (kW)\n2024-03-01T00:00Z,1\n2024-03-01T00:30Z,1\n")
    pv = Sensor.objects.get(slug="home-pv-power")
    assert (pv.quantity, pv.kind, pv.unit, pv.interval_s) == ("production", "power", "kW", 1800)


def test_another_meter_in_a_file_for_one_sensor_is_rejected(site, sensor, now):
    text = "timestamp,sensor,wh\n2024-03-01T00:00Z,a,1\n2024-03-01T00:00Z,b,2\n2024-03-01T01:00Z,a,3\n"
    run = load(site, now, text, sensor="home-main")
    assert [wh for _, wh in stored(sensor)] == [1.0, 3.0]
    assert [row.line for row in run.errors] == [3]
    assert "another meter" in run.errors[0].reason


def test_a_rehearsal_writes_nothing_and_says_the_same(site, now):
    text = "timestamp,sensor,wh\n2024-03-01T00:00Z,a,1\n2024-03-01T00:00Z,b,2\n2024-03-01T00:00Z,a,9\nx,a,3\n"
    dry = load(site, now, text, dry=True).figures()
    assert not Sensor.objects.exists()
    wet = load(site, now, text).figures()
    dry["errors"], wet["errors"] = (
        [row["line"] for row in dry["errors"]],
        [row["line"] for row in wet["errors"]],
    )
    assert dry == wet
    assert wet["conflicts"] == 1


def test_a_rehearsal_knows_what_is_there(site, sensor, now):
    load(site, now, lines(10))
    dry = load(site, now, lines(20), dry=True)
    assert (dry.accepted, dry.duplicates, dry.conflicts) == (10, 10, 0)


def test_the_future_is_rejected(site, sensor, now):
    run = load(site, now, "timestamp,wh\n2024-03-01T00:00Z,2\n2046-03-01T00:00Z,2\n")
    assert (run.accepted, run.rejected) == (1, 1)
    assert run.errors == [(3, "the timestamp is in the future")]


def test_an_unknown_time_zone_is_named(site, now):
    with pytest.raises(UnreadableFile, match="“Europe/Berln” is not a time zone"):
        load(site, now, lines(3), time_zone="Europe/Berln")


def test_both_clock_nights_keep_every_reading(site, sensor, now):
    autumn = [f"2024-10-27 {h:02d}:{m:02d},1" for h in (0, 1, 2, 2, 3) for m in (0, 30)]
    spring = [f"2024-03-31 {h:02d}:{m:02d},1" for h in (0, 1, 3, 4) for m in (0, 30)]
    run = load(site, now, "timestamp,wh\n" + "\n".join(spring + autumn))
    assert (run.accepted, run.duplicates, run.conflicts) == (18, 0, 0)
    seconds = [second for second, _ in stored(sensor)]
    assert seconds[:8] == [at("2024-03-30 23:00") + 1800 * i for i in range(8)]
    assert seconds[8:] == [at("2024-10-26 22:00") + 1800 * i for i in range(10)]


def test_ends_of_intervals_as_clocks_show_them_keep_every_reading(site, sensor, now):
    spring = [f"2024-03-31 {h:02d}:00,1" for h in (1, 3, 4)]
    autumn = [f"2024-10-27 {h:02d}:00,1" for h in (1, 2, 2, 3)]
    run = load(site, now, "timestamp,wh\n" + "\n".join(spring + autumn), stamp="end")
    assert (run.accepted, run.conflicts) == (7, 0)
    seconds = [second for second, _ in stored(sensor)]
    assert seconds[:3] == [at("2024-03-30 23:00") + 3600 * i for i in range(3)]
    assert seconds[3:] == [at("2024-10-26 22:00") + 3600 * i for i in range(4)]


def test_ends_of_intervals_as_start_plus_an_hour_keep_every_reading(site, sensor, now):
    spring = [f"2024-03-31 {h:02d}:00,1" for h in (1, 2, 4)]
    autumn = [f"2024-10-27 {h:02d}:00,1" for h in (1, 2, 3, 3, 4)]
    run = load(site, now, "timestamp,wh\n" + "\n".join(spring + autumn), stamp="end")
    assert (run.accepted, run.conflicts) == (8, 0)
    seconds = [second for second, _ in stored(sensor)]
    assert seconds[:3] == [at("2024-03-30 23:00") + 3600 * i for i in range(3)]
    assert seconds[3:] == [at("2024-10-26 22:00") + 3600 * i for i in range(5)]


def test_a_clock_without_summer_time_loses_no_reading_and_is_told_of(site, sensor, now):
    run = load(site, now, lines(24 * 365, start="2024-01-01T00:00", minutes=60))
    assert run.accepted == 24 * 365
    assert "did not change to summer time (on 2024-03-31" in run.notes[0]
    assert "UTC+01:00 all year" in run.notes[0]
    assert stored(sensor)[24 * 180][0] == at("2024-06-28 23:00")


def test_a_file_of_rejected_rows_only_is_told_row_by_row(site, now):
    run = load(
        site,
        now,
        "timestamp,sensor,wh\n2024-03-01T00:00Z,a,x1\n2024-03-01T00:00Z,a,x2\n",
    )
    assert (run.accepted, run.rejected) == (0, 2)


def test_batches_that_were_kept_before_a_crash_are_counted_once(site, sensor, now, monkeypatch):
    monkeypatch.setattr("energy.ingest.run.ROWS", 100)
    monkeypatch.setattr("energy.ingest.source.CHUNK", 4000)
    first = Run(Source(io.BytesIO(lines(3000).encode())), Options(time_zone="UTC"), site, now, job="k")
    steps = first.work()
    for _ in range(5):
        next(steps)
    assert 0 < first.ledger.accepted < 3000
    steps.close()
    again = load(site, now, lines(3000), job="k", time_zone="UTC")
    assert (again.accepted, again.duplicates) == (3000, 0)
    assert again.figures()["total_kwh"] == sum(range(3001)) / 1000
    assert len(stored(sensor)) == 3000


SUBMETERS = "time,meter,wh\n" + "".join(
    f"2024-03-01T00:00Z,{name},5\n" for name in ("mains", "sub1", "boiler")
)


def test_a_sub_meter_counts_once_where_the_names_say_what_it_is_part_of(site, now):
    run = load(site, now, SUBMETERS)
    parents = {s.name: s.parent and s.parent.name for s in Sensor.objects.filter(site=site)}
    assert parents == {"mains": None, "sub1": "mains", "boiler": None}
    assert any("sub1" in note and "home-mains" in note for note in run.notes)


def test_without_one_main_meter_nobody_guesses(site, now):
    load(site, now, SUBMETERS.replace("boiler", "total"))
    load(site, now, "time,meter,wh\n2024-03-01T00:00Z,sub2,5\n")
    assert Sensor.objects.get(site=site, name="sub2").parent is None


@pytest.mark.parametrize("name", ["substation", "sub1", "subscriber 4", "mainsail"])
def test_a_new_meter_alone_has_no_parent(site, now, name):
    load(site, now, SUBMETERS.replace("sub1", name).replace("mains", "left"))
    assert not Sensor.objects.filter(site=site).exclude(parent=None).exists()
