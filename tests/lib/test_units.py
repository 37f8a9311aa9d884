"""Units are converted once, and never guessed."""

import pytest

from emads.lib.units import IntervalNeeded, UnknownUnit, is_power, to_wh


@pytest.mark.parametrize(
    ("unit", "factor"),
    [("Wh", 1), ("kWh", 1e3), (" KWH ", 1e3), ("MWh", 1e6), ("GJ", 1e6 / 3.6), ("J", 1 / 3600)],
)
def test_energy_has_a_factor(unit, factor):
    assert to_wh(unit) == pytest.approx(factor, rel=1e-15)


def test_power_becomes_energy_over_the_interval():
    assert to_wh("kW", 900) == 250.0
    assert to_wh("W", 3600) == 1.0


def test_power_without_an_interval_is_refused():
    with pytest.raises(IntervalNeeded, match="values in kW need the interval"):
        to_wh("kW")


@pytest.mark.parametrize("unit", ["beers", "", "mWh", "kW/h"])
def test_an_unknown_unit_is_refused(unit):
    with pytest.raises(UnknownUnit):
        to_wh(unit)


def test_power_is_told_from_energy():
    assert is_power("kW")
    assert not is_power("kWh")
