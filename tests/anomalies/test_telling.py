"""Incidents in words."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from anomalies.telling import Story, between, sentence, usual_range, when

BERLIN = ZoneInfo("Europe/Berlin")
SUNDAY = datetime(2026, 3, 8, 13, 0, tzinfo=UTC)


def story(**more):
    told = {
        "start": SUNDAY,
        "end": SUNDAY + timedelta(hours=8),
        "hours": 8,
        "energy_wh": 400.0,
        "low_wh": 5100.0,
        "high_wh": 6000.0,
        "reason": "off for 9 h while normally on",
        "one_in": 800,
    }
    return Story(**(told | more))


def said(**more):
    return sentence(story(**more), BERLIN).replace("\u202f", " ")


def test_sentence_says_when_how_much_why_and_how_rare():
    assert said() == (
        "Sunday 8 Mar, 14:00–22:00: 400 Wh, usually 5.10–6.00 kWh; "
        "off for 9 h while normally on; rarer than 1 in 800 h."
    )


def test_gaps_within_an_incident_are_said():
    assert "400 Wh in 5 of these 8 h" in said(hours=5)


def test_learning_incident_knows_neither_range_nor_rarity():
    assert said(low_wh=None, high_wh=None, one_in=None) == (
        "Sunday 8 Mar, 14:00–22:00: 400 Wh; off for 9 h while normally on."
    )


def test_large_numbers_have_thin_spaces():
    assert "1 in 600 000 h" in said(one_in=600_000)


@pytest.mark.parametrize(
    ("hours", "text"),
    [
        (1, "Sunday 8 Mar, 14:00–15:00"),
        (10, "Sunday 8 Mar, 14:00–24:00"),
        (11, "Sunday 8 Mar, 14:00 to Monday 9 Mar, 01:00"),
        (24 * 30, "Sunday 8 Mar, 14:00 to Tuesday 7 Apr, 15:00"),
    ],
)
def test_stretch_is_told_on_the_wall_clock(hours, text):
    assert when(SUNDAY, SUNDAY + timedelta(hours=hours), BERLIN) == text


def test_range_says_its_unit_once():
    assert between(5100, 6000).replace("\u202f", " ") == "5.10–6.00 kWh"
    assert between(900, 6000).replace("\u202f", " ") == "900 Wh–6.00 kWh"
    assert between(0, 6000).replace("\u202f", " ") == "0–6.00 kWh"
    assert between(50, 50).replace("\u202f", " ") == "50.0 Wh"


def test_usual_range_of_one_hour_is_its_band():
    assert usual_range([100.0], [130.0], floor=True) == (70.0, 130.0)


def test_usual_range_of_hours_is_narrower_than_the_sum_of_bands():
    low, high = usual_range([100.0] * 4, [130.0] * 4, floor=True)
    assert 400 - 120 < low < 400 < high < 400 + 120


def test_usual_range_does_not_fall_below_zero_where_use_does_not():
    assert usual_range([10.0], [100.0], floor=True)[0] == 0.0
    assert usual_range([10.0], [100.0], floor=False)[0] == -80.0


def test_usual_range_is_unknown_where_an_hour_was_not_judged():
    assert usual_range([10.0, None], [20.0, None], floor=True) is None
