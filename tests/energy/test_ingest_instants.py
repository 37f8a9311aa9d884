"""Wall clocks on both nights they change."""

from zoneinfo import ZoneInfo

import numpy as np
import pytest

from energy.ingest.instants import Evidence, WallClock, changes_clock

BERLIN = ZoneInfo("Europe/Berlin")


def wall(day: str, *times: str) -> np.ndarray:
    return np.array([np.datetime64(f"{day}T{t}", "s").astype(np.int64) for t in times])


def utc(day: str, *times: str, clock: WallClock | None = None) -> list[str]:
    stamps = wall(day, *times)
    found = (clock or WallClock(BERLIN)).instants(np.zeros(len(stamps), dtype=np.int64), stamps)
    return [str(np.datetime64(int(second), "s"))[11:16] for second in found]


AUTUMN = "2024-10-27"
SPRING = "2024-03-31"


def test_the_second_run_of_the_hour_is_later():
    got = utc(AUTUMN, "01:30", "02:00", "02:30", "02:00", "02:30", "03:00")
    assert got == ["23:30", "00:00", "00:30", "01:00", "01:30", "02:00"]


def test_newest_first_has_the_later_run_first():
    got = utc(AUTUMN, "03:00", "02:30", "02:00", "02:30", "02:00", "01:30")
    assert got == ["02:00", "01:30", "01:00", "00:30", "00:00", "23:30"]


def test_runs_may_be_interleaved():
    got = utc(AUTUMN, "01:30", "02:00", "02:00", "02:30", "02:30", "03:00")
    assert got == ["23:30", "00:00", "01:00", "00:30", "01:30", "02:00"]


def test_a_second_run_with_other_minutes_is_seen_by_going_back():
    got = utc(AUTUMN, "01:30", "02:00", "02:30", "02:15", "02:45", "03:00")
    assert got == ["23:30", "00:00", "00:30", "01:15", "01:45", "02:00"]


def test_an_hour_that_stands_once_is_the_first():
    assert utc(AUTUMN, "01:00", "02:00", "03:00") == ["23:00", "00:00", "02:00"]


def test_the_hour_is_told_apart_over_batches():
    clock = WallClock(BERLIN)
    assert utc(AUTUMN, "01:30", "02:00", "02:30", clock=clock) == ["23:30", "00:00", "00:30"]
    assert utc(AUTUMN, "02:00", "02:30", "03:00", clock=clock) == ["01:00", "01:30", "02:00"]


def test_each_meter_has_its_own_hour():
    stamps = wall(AUTUMN, "02:00", "02:00", "02:00", "02:00")
    found = WallClock(BERLIN).instants(np.array([0, 1, 0, 1]), stamps)
    assert (found - found[0]).tolist() == [0, 0, 3600, 3600]


def test_a_skipped_time_is_read_at_the_old_offset():
    assert utc(SPRING, "01:45", "02:00", "03:15") == ["00:45", "01:00", "01:15"]


def test_a_clock_that_never_changed_keeps_its_offset():
    clock = WallClock(BERLIN, fixed=3600)
    assert utc(SPRING, "01:00", "02:00", "03:00", clock=clock) == ["00:00", "01:00", "02:00"]
    assert utc("2024-07-01", "12:00", clock=clock) == ["11:00"]


def evidence(*batches: np.ndarray, zone: ZoneInfo = BERLIN) -> int | None:
    found = Evidence(zone)
    for batch in batches:
        found.add(np.zeros(len(batch), dtype=np.int64), batch)
    return found.fixed_offset()


def test_readings_in_the_skipped_hour_tell_of_a_clock_without_summer_time():
    assert evidence(wall(SPRING, "01:00", "02:00", "02:30", "03:00", "03:30")) == 3600


def test_the_offset_is_the_one_before_the_change():
    assert (
        evidence(wall("2024-03-10", "01:00", "02:00", "03:00"), zone=ZoneInfo("America/New_York")) == -18_000
    )
    assert (
        evidence(wall("2018-11-04", "00:00", "01:00", "02:00"), zone=ZoneInfo("America/Sao_Paulo")) == -10_800
    )


def test_a_clock_that_jumped_is_left_alone():
    assert evidence(wall(SPRING, "01:00", "03:00", "04:00")) is None


def test_a_night_that_names_the_skipped_hour_instead_of_the_next_is_no_evidence():
    assert evidence(wall(SPRING, "01:00", "02:00", "04:00")) is None


def test_a_doubled_autumn_hour_outweighs_a_slip_in_spring():
    autumn = wall(AUTUMN, "02:00", "02:30", "02:00", "02:30")
    assert evidence(wall(SPRING, "02:00", "03:00"), autumn) is None


@pytest.mark.parametrize(
    ("name", "changes"), [("Europe/Berlin", True), ("UTC", False), ("Asia/Kolkata", False)]
)
def test_zones_that_change_their_clocks_are_known(name, changes):
    assert changes_clock(ZoneInfo(name)) is changes
