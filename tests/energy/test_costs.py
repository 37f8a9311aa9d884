"""What energy costs."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import numpy as np
import pytest

from emads.lib import clock
from energy import costs
from energy.models import Tariff
from tests.factories import make_sensor, put_readings

NAN = float("nan")
FIRST = date(2026, 3, 1)


def days(count: int) -> list[date]:
    return [FIRST + timedelta(days=i) for i in range(count)]


def tariff(price: str, *, begins: date = FIRST, charge: str = "0", export: str = "0") -> Tariff:
    return Tariff(
        valid_from=begins,
        price_per_kwh=Decimal(price),
        standing_charge_per_day=Decimal(charge),
        export_price_per_kwh=Decimal(export),
    )


def test_energy_times_price_plus_the_daily_charge():
    found = costs.cost(days(2), np.array([10_000.0, 5_000.0]), [tariff("0.30", charge="0.45")])
    assert found == Decimal("5.40")


def test_rounding_happens_once_at_the_end_and_half_up():
    # three days of 0.005 would be 0.03 if rounded a day at a time
    assert costs.cost(days(3), np.full(3, 50.0), [tariff("0.1")]) == Decimal("0.02")
    assert costs.cost(days(1), np.array([50.0]), [tariff("0.1")]) == Decimal("0.01")


def test_decimals_stay_exact_over_many_days():
    assert costs.cost(days(1000), np.full(1000, 100.0), [tariff("0.1")]) == Decimal("10.00")


def test_a_new_tariff_holds_from_its_first_day():
    two = [tariff("0.20"), tariff("0.50", begins=FIRST + timedelta(days=1))]
    assert costs.cost(days(2), np.array([1000.0, 1000.0]), two) == Decimal("0.70")


def test_what_is_fed_in_is_paid_at_its_own_price():
    found = costs.cost(days(1), np.array([10_000.0]), [tariff("0.30", export="0.08")], np.array([5_000.0]))
    assert found == Decimal("2.60")


def test_a_sunny_day_may_earn_money():
    found = costs.cost(days(1), np.array([0.0]), [tariff("0.30", export="0.08")], np.array([5_000.0]))
    assert found == Decimal("-0.40")


def test_without_a_tariff_the_cost_is_unknown():
    assert costs.cost(days(1), np.array([1000.0]), []) is None


def test_a_part_of_the_bill_is_not_the_bill():
    late = [tariff("0.30", begins=FIRST + timedelta(days=1))]
    assert costs.cost(days(2), np.array([1000.0, 1000.0]), late) is None


def test_without_a_reading_the_cost_is_unknown():
    assert costs.cost(days(2), np.array([NAN, NAN]), [tariff("0.30", charge="1")]) is None


def test_a_gap_still_owes_the_standing_charge():
    found = costs.cost(days(4), np.array([NAN, 1000.0, NAN, 1000.0]), [tariff("0.30", charge="1")])
    assert found == Decimal("3.60")


def test_each_day_has_its_cost():
    found = costs.daily(days(3), np.array([NAN, 1000.0, 2000.0]), [tariff("0.30", charge="0.1")])
    assert found == [None, Decimal("0.40"), Decimal("0.70")]


def test_the_price_of_an_amount_leaves_the_standing_charge_out():
    assert costs.energy_cost(500.0, [tariff("0.30", charge="1")], FIRST) == Decimal("0.150")


@pytest.mark.parametrize("wh", [NAN, 500.0])
def test_the_price_of_an_amount_is_unknown_before_the_first_tariff(wh):
    assert costs.energy_cost(wh, [tariff("0.30")], FIRST - timedelta(days=1)) is None


def test_the_days_of_a_span_are_local(site):
    start = datetime(2026, 3, 1, 23, tzinfo=UTC)  # midnight in Berlin
    assert costs.local_days(start, start + timedelta(days=2), site) == [date(2026, 3, 2), date(2026, 3, 3)]


def test_a_site_pays_for_its_main_meters_once(site, sensor):
    sub = make_sensor("home-fridge", site=site, parent=sensor)
    sun = make_sensor("home-export", site=site, quantity="export")
    begin = clock.epoch(clock.day_start(FIRST, site.tz))
    for meter, wh in ((sensor, 1000.0), (sub, 400.0), (sun, 500.0)):
        put_readings(meter, begin, 3600, np.full(48, wh))
    priced = tariff("0.30", charge="0.50", export="0.10")
    priced.site = site
    priced.save()
    start = clock.day_start(FIRST, site.tz)
    # 48 kWh at 0.30 minus 24 kWh at 0.10 plus two days at 0.50
    assert costs.of_site(site, start, start + timedelta(days=2)) == Decimal("13.00")


def test_a_site_without_a_tariff_has_no_cost(site, sensor):
    put_readings(sensor, clock.epoch(clock.day_start(FIRST, site.tz)), 3600, np.ones(24))
    start = clock.day_start(FIRST, site.tz)
    assert costs.of_site(site, start, start + timedelta(days=1)) is None
