"""Time across zones and clock changes, against the standard library hour by hour."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from emads.lib import clock

BERLIN = ZoneInfo("Europe/Berlin")
KOLKATA = ZoneInfo("Asia/Kolkata")
LORD_HOWE = ZoneInfo("Australia/Lord_Howe")
NEW_YORK = ZoneInfo("America/New_York")
APIA = ZoneInfo("Pacific/Apia")
KATHMANDU = ZoneInfo("Asia/Kathmandu")
CASABLANCA = ZoneInfo("Africa/Casablanca")
ZONES = [BERLIN, KOLKATA, LORD_HOWE, NEW_YORK, APIA, KATHMANDU, CASABLANCA, ZoneInfo("UTC")]


def at(text: str) -> int:
    return clock.epoch(datetime.fromisoformat(text))


def seconds(*texts: str) -> np.ndarray:
    return np.array([at(text) for text in texts], dtype=np.int64)


def wall(*texts: str) -> np.ndarray:
    return seconds(*(f"{text}+00:00" for text in texts))


def test_a_naive_datetime_has_no_instant():
    with pytest.raises(ValueError, match="naive"):
        clock.epoch(datetime(2026, 3, 1))  # noqa: DTZ001


def test_an_instant_comes_back_as_it_went():
    assert clock.moment(clock.epoch(datetime(2026, 3, 1, 4, 5, 6, tzinfo=BERLIN))) == datetime(
        2026, 3, 1, 3, 5, 6, tzinfo=UTC
    )


@pytest.mark.parametrize("tz", ZONES, ids=str)
def test_wall_clock_agrees_with_the_standard_library_every_half_hour_of_years(tz):
    t = np.arange(at("2010-12-30T00:00+00:00"), at("2013-01-03T00:00+00:00"), 1800, dtype=np.int64)
    plain = [int(datetime.fromtimestamp(s, tz).replace(tzinfo=UTC).timestamp()) for s in t.tolist()]
    assert clock.to_local(t, tz).tolist() == plain


@pytest.mark.parametrize("tz", ZONES, ids=str)
def test_every_instant_is_one_of_the_meanings_of_its_wall_clock(tz):
    t = np.arange(at("2025-01-01T00:00+00:00"), at("2027-01-01T00:00+00:00"), 1800, dtype=np.int64)
    meant = clock.from_local(clock.to_local(t, tz), tz)
    assert not meant.missing.any()
    assert ((meant.first == t) | (meant.second == t)).all()
    assert (meant.first <= meant.second).all()


def test_one_array_may_span_decades():
    t = seconds("1985-07-01T00:00+00:00", "2035-01-01T00:00+00:00")
    assert (clock.to_local(t, BERLIN) - t).tolist() == [7200, 3600]


def test_nothing_in_gives_nothing_out():
    empty = np.zeros(0, dtype=np.int64)
    assert clock.to_local(empty, BERLIN).size == 0
    assert [part.size for part in clock.from_local(empty, BERLIN)] == [0, 0, 0]


def test_the_hour_that_comes_twice_has_two_meanings_an_hour_apart():
    meant = clock.from_local(wall("2026-10-25T02:30"), BERLIN)
    assert meant.first.tolist() == [at("2026-10-25T02:30+02:00")]
    assert meant.second.tolist() == [at("2026-10-25T02:30+01:00")]


def test_around_the_hour_that_comes_twice_there_is_one_meaning():
    meant = clock.from_local(wall("2026-10-25T01:59:59", "2026-10-25T03:00"), BERLIN)
    assert meant.first.tolist() == meant.second.tolist()


def test_the_hour_that_never_was_is_missing():
    meant = clock.from_local(wall("2026-03-29T01:59", "2026-03-29T02:30", "2026-03-29T03:00"), BERLIN)
    assert meant.missing.tolist() == [False, True, False]
    assert meant.first[1] == at("2026-03-29T02:30+01:00")


def test_lord_howe_repeats_only_half_an_hour():
    meant = clock.from_local(wall("2026-04-05T01:29", "2026-04-05T01:30", "2026-04-05T02:00"), LORD_HOWE)
    assert (meant.second - meant.first).tolist() == [0, 1800, 0]


def test_lord_howe_skips_only_half_an_hour():
    meant = clock.from_local(wall("2026-10-04T01:59", "2026-10-04T02:15", "2026-10-04T02:30"), LORD_HOWE)
    assert meant.missing.tolist() == [False, True, False]


def test_hours_are_utc_hours_even_where_the_wall_clock_is_half_an_hour_off():
    t = seconds("2026-03-01T05:45+05:30")
    assert clock.floor(t, "hour", KOLKATA).tolist() == [at("2026-03-01T00:00+00:00")]


@pytest.mark.parametrize(
    ("tz", "instant", "day", "month"),
    [
        (BERLIN, "2026-03-29T03:30+02:00", "2026-03-29T00:00+01:00", "2026-03-01T00:00+01:00"),
        (BERLIN, "2026-10-25T23:59+01:00", "2026-10-25T00:00+02:00", "2026-10-01T00:00+02:00"),
        (KOLKATA, "2026-03-01T00:10+05:30", "2026-03-01T00:00+05:30", "2026-03-01T00:00+05:30"),
        (LORD_HOWE, "2026-04-05T12:00+10:30", "2026-04-05T00:00+11:00", "2026-04-01T00:00+11:00"),
        (NEW_YORK, "2026-01-01T01:00-05:00", "2026-01-01T00:00-05:00", "2026-01-01T00:00-05:00"),
    ],
)
def test_days_and_months_begin_at_local_midnight(tz, instant, day, month):
    assert clock.floor(seconds(instant), "day", tz).tolist() == [at(day)]
    assert clock.floor(seconds(instant), "month", tz).tolist() == [at(month)]


@pytest.mark.parametrize(
    ("tz", "day", "hours"),
    [
        (BERLIN, date(2026, 3, 29), 23),
        (BERLIN, date(2026, 10, 25), 25),
        (BERLIN, date(2026, 6, 1), 24),
        (KOLKATA, date(2026, 3, 29), 24),
        (LORD_HOWE, date(2026, 4, 5), 24.5),
        (LORD_HOWE, date(2026, 10, 4), 23.5),
        (NEW_YORK, date(2026, 11, 1), 25),
    ],
)
def test_days_are_as_long_as_the_clock_makes_them(tz, day, hours):
    start = clock.epoch(clock.day_start(day, tz))
    end = clock.epoch(clock.day_start(day + timedelta(days=1), tz))
    assert end - start == hours * 3600
    assert clock.edges(start, end, "day", tz).tolist() == [start, end]


@pytest.mark.parametrize(
    ("zone", "year"),
    [("Africa/Cairo", 2024), ("America/Havana", 2024), ("America/Sao_Paulo", 2017), ("Asia/Beirut", 2024)],
)
def test_a_day_begins_with_its_first_instant_where_the_clock_changes_at_midnight(zone, year):
    tz = ZoneInfo(zone)
    t = np.arange(at(f"{year}-01-01T12:00+00:00"), at(f"{year + 1}-01-01T00:00+00:00"), 1800, dtype=np.int64)
    dates = [datetime.fromtimestamp(s, tz).date() for s in t.tolist()]
    first: dict[date, int] = {}
    for day, second in zip(dates, t.tolist(), strict=True):
        first.setdefault(day, second)
    begun = clock.floor(t, "day", tz)
    later = [i for i, day in enumerate(dates) if day != dates[0]]
    assert [int(begun[i]) for i in later] == [first[dates[i]] for i in later]


def test_a_zone_may_drop_a_whole_day():
    start, end = at("2011-12-29T00:00-10:00"), at("2011-12-31T12:00+14:00")
    edges = clock.edges(start, end, "day", APIA)
    assert clock.floor(np.arange(start, end, 1800, dtype=np.int64), "day", APIA).min() == start
    assert (np.diff(edges) >= 0).all()


def test_edges_enclose_every_bucket_that_is_touched():
    edges = clock.edges(at("2026-03-28T23:00+01:00"), at("2026-03-30T00:00:01+02:00"), "day", BERLIN)
    assert (
        edges.tolist()
        == seconds(
            "2026-03-28T00:00+01:00",
            "2026-03-29T00:00+01:00",
            "2026-03-30T00:00+02:00",
            "2026-03-31T00:00+02:00",
        ).tolist()
    )


def test_the_end_is_exclusive():
    midnight = at("2026-03-02T00:00+01:00")
    assert clock.edges(at("2026-03-01T00:00+01:00"), midnight, "day", BERLIN)[-1] == midnight
    assert len(clock.edges(0, 7200, "hour", BERLIN)) == 3
    assert len(clock.edges(0, 7201, "hour", BERLIN)) == 4


def test_no_time_has_no_edges():
    assert clock.edges(100, 100, "day", BERLIN).size == 0
    assert clock.edges(200, 100, "hour", BERLIN).size == 0


def test_months_go_over_the_turn_of_the_year():
    edges = clock.edges(at("2025-11-15T00:00+01:00"), at("2026-02-01T00:00+01:00"), "month", BERLIN)
    assert (
        edges.tolist()
        == seconds(
            "2025-11-01T00:00+01:00",
            "2025-12-01T00:00+01:00",
            "2026-01-01T00:00+01:00",
            "2026-02-01T00:00+01:00",
        ).tolist()
    )


@pytest.mark.parametrize("tz", [BERLIN, KOLKATA, LORD_HOWE, NEW_YORK], ids=str)
@pytest.mark.parametrize("unit", ["hour", "day", "month"])
def test_floor_and_edges_agree(tz, unit):
    start, end = at("2026-01-01T00:00+00:00"), at("2027-01-01T00:00+00:00")
    t = np.arange(start, end, 1800, dtype=np.int64)
    edges = clock.edges(start, end, unit, tz)
    assert clock.floor(t, unit, tz).tolist() == edges[np.searchsorted(edges, t, "right") - 1].tolist()


def test_hours_of_the_week_start_on_monday_midnight():
    t = seconds("2026-03-09T00:00+01:00", "2026-03-08T23:59+01:00", "2026-03-29T03:00+02:00")
    assert clock.hour_of_week(t, BERLIN).tolist() == [0, 167, 6 * 24 + 3]


def test_local_days_are_counted_on_the_wall_calendar():
    t = seconds("1970-01-01T00:00+05:30", "1970-01-01T23:59+05:30", "1970-01-02T00:00+05:30")
    assert clock.local_day(t, KOLKATA).tolist() == [0, 0, 1]


def test_a_month_begins_at_its_first_midnight():
    assert clock.month_start(date(2026, 10, 31), BERLIN) == datetime(2026, 9, 30, 22, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "following"),
    [
        (date(2026, 1, 31), date(2026, 2, 1)),
        (date(2026, 12, 1), date(2027, 1, 1)),
        (date(2028, 2, 29), date(2028, 3, 1)),
    ],
)
def test_the_next_month_follows(day, following):
    assert clock.next_month(day) == following


def test_today_depends_on_where_one_is():
    now = datetime(2026, 3, 1, 20, tzinfo=UTC)
    assert clock.today(now, KOLKATA) == date(2026, 3, 2)
    assert clock.today(now, NEW_YORK) == date(2026, 3, 1)


def test_it_is_quick_over_years_of_minutes():
    t = np.arange(0, 700_000 * 60, 60, dtype=np.int64) + at("2013-10-01T00:00+00:00")
    began = datetime.now(UTC)
    clock.floor(t, "day", BERLIN)
    assert datetime.now(UTC) - began < timedelta(seconds=1.5)
