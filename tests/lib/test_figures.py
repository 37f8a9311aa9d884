"""Numbers as people read them."""

from decimal import Decimal

import pytest

from emads.lib import figures

NAN = float("nan")


def plain(text: str) -> str:
    return text.replace(figures.THIN, "_")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (0.0004, "0.0004"),
        (0.0456, "0.0456"),
        (0.5, "0.5"),
        (1, "1.00"),
        (1.234, "1.23"),
        (12.34, "12.3"),
        (123.4, "123"),
        (1234.5, "1_234"),
        (1234567, "1_234_567"),
        (-12.34, "−12.3"),
        (-0.0000001, "0"),
        (9.999, "10.0"),
        (999.6, "1_000"),
        (None, "–"),
        (NAN, "–"),
        (float("inf"), "–"),
    ],
)
def test_three_digits_count_and_whole_digits_are_kept(value, text):
    assert plain(figures.significant(value)) == text


@pytest.mark.parametrize(
    ("wh", "text"),
    [
        (0, "0_kWh"),
        (7, "7.00_Wh"),
        (950, "950_Wh"),
        (1000, "1.00_kWh"),
        (182_400, "182_kWh"),
        (1_234_000, "1_234_kWh"),
        (12_340_000, "12.3_MWh"),
        (-5_000, "−5.00_kWh"),
        (None, "–"),
        (NAN, "–"),
    ],
)
def test_energy_takes_the_unit_of_its_size(wh, text):
    assert plain(figures.energy(wh)) == text


@pytest.mark.parametrize(
    ("watts", "text"), [(0, "0_W"), (85.4, "85.4_W"), (1500, "1.50_kW"), (2_500_000, "2.50_MW"), (NAN, "–")]
)
def test_power_takes_the_unit_of_its_size(watts, text):
    assert plain(figures.power(watts)) == text


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0, "0_%"),
        (0.034, "3.4_%"),
        (0.5, "50_%"),
        (1, "100_%"),
        (0.0004, "0_%"),
        (0.002, "0.2_%"),
        (None, "–"),
    ],
)
def test_shares_are_percentages(share, text):
    assert plain(figures.percent(share)) == text


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        (Decimal("12.345"), "EUR", "€12.35"),
        (Decimal("1234.5"), "GBP", "£1_234.50"),
        (-3, "USD", "−$3.00"),
        (12, "SEK", "12.00_SEK"),
        (Decimal("-0.001"), "EUR", "€0.00"),
        (None, "EUR", "–"),
    ],
)
def test_money_has_its_currency(amount, currency, text):
    assert plain(figures.money(amount, currency)) == text


@pytest.mark.parametrize(
    ("now", "before", "relative"),
    [(90, 100, -0.1), (100, 0, None), (100, NAN, None), (None, 100, None), (0, 100, -1)],
)
def test_change_needs_something_to_compare_with(now, before, relative):
    assert figures.change(now, before) == pytest.approx(relative)


@pytest.mark.parametrize(
    ("relative", "text"),
    [
        (-0.12, "12_% less than last week"),
        (0.08, "8_% more than last week"),
        (0.004, "about the same as last week"),
        (1.5, "2.5 times as much as last week"),
        (2.2, "3.2 times as much as last week"),
        (-1, "100_% less than last week"),
        (None, "–"),
    ],
)
def test_changes_are_said_in_words(relative, text):
    assert plain(figures.compared(relative, "last week")) == text


@pytest.mark.parametrize(
    ("most", "unit"), [(0, "kWh"), (NAN, "kWh"), (500, "Wh"), (5_000, "kWh"), (5e6, "kWh"), (5e7, "MWh")]
)
def test_a_chart_takes_the_unit_of_its_largest_value(most, unit):
    assert figures.scale(most).unit == unit
