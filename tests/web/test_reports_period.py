"""Weeks and months on a site's calendar."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from emads.web.reports.period import Period, holding, kind_of, latest_complete

BERLIN = ZoneInfo("Europe/Berlin")


def test_a_week_runs_from_monday_to_sunday():
    week = holding("week", date(2026, 3, 11), BERLIN)
    assert (week.first, week.last) == (date(2026, 3, 9), date(2026, 3, 15))


def test_a_month_ends_on_its_last_day():
    assert holding("month", date(2024, 2, 10), BERLIN).last == date(2024, 2, 29)


def test_the_month_of_the_clock_change_is_an_hour_short():
    march = holding("month", date(2026, 3, 1), BERLIN)
    assert (march.end - march.start).total_seconds() == (31 * 24 - 1) * 3600


def test_a_period_is_over_by_the_clock_of_its_site():
    now = datetime(2026, 3, 31, 22, 30, tzinfo=UTC)  # 1 April, 0:30 in Berlin
    assert latest_complete("month", now, BERLIN).first == date(2026, 3, 1)
    assert latest_complete("month", now, ZoneInfo("UTC")).first == date(2026, 2, 1)


def test_before_january_comes_december():
    assert holding("month", date(2026, 1, 5), BERLIN).previous.first == date(2025, 12, 1)


@pytest.mark.parametrize(
    ("period", "name", "file_name"),
    [
        (Period("month", date(2026, 10, 1), BERLIN), "October 2026", "2026-10"),
        (Period("week", date(2026, 10, 5), BERLIN), "5–11 October 2026", "2026-W41"),
        (Period("week", date(2026, 9, 28), BERLIN), "28 September – 4 October 2026", "2026-W40"),
        (Period("week", date(2025, 12, 29), BERLIN), "29 December 2025 – 4 January 2026", "2026-W01"),
    ],
)
def test_periods_have_names_people_use(period, name, file_name):
    assert (period.name, period.file_name) == (name, file_name)


def test_other_periods_are_refused():
    with pytest.raises(ValueError, match="use week or month"):
        kind_of("year")
