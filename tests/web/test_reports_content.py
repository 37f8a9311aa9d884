"""What a report says, to the watt-hour."""

from datetime import date, timedelta

import numpy as np
import pytest

from anomalies.models import Incident, ScoredDay
from emads.lib import clock
from emads.web.reports import wording
from emads.web.reports.content import latest_with_data, report_on
from emads.web.reports.period import holding
from energy.models import Tariff
from energy.settle import settle
from forecasting.models import Forecast
from tests.conftest import NOW
from tests.factories import make_sensor, make_site, put_readings

FEBRUARY = date(2026, 2, 1)


def plain(text: str) -> str:
    """Thin spaces as spaces."""
    return text.replace("\u202f", " ")


@pytest.fixture
def report(read):
    return report_on(read.site, holding("month", FEBRUARY, read.site.tz), NOW)


def make_incident(sensor, start, energy_wh, expected_wh):
    return Incident.objects.create(
        sensor=sensor,
        start=start,
        end=start + timedelta(hours=2),
        energy_wh=energy_wh,
        expected_wh=expected_wh,
        peak_score=0.9,
        severity="high",
        sentence="Twice the usual.",
    )


def test_the_headline_is_the_answer(report):
    assert plain(wording.headline(report)) == "92.4 kWh in February 2026, about the same a day as January"


def test_a_week_is_compared_with_the_week_before(read):
    tz = read.site.tz
    put_readings(read, clock.epoch(clock.day_start(date(2026, 3, 4), tz)) + 60, 3600, np.full(24, 100.0))
    settle(now=NOW)
    week = report_on(read.site, holding("week", date(2026, 3, 4), tz), NOW)
    assert plain(wording.headline(week)) == (
        "25.5 kWh in the week of 2–8 March 2026, 10 % more than the week before"
    )


def test_a_running_period_says_so_and_compares_like_with_like(read):
    march = report_on(read.site, holding("month", NOW.date(), read.site.tz), NOW)
    assert plain(wording.headline(march)).startswith("31.0 kWh in March 2026 so far, about the same a day")
    assert march.change == pytest.approx(0, abs=0.03)


def test_without_the_month_before_nothing_is_compared(read):
    december = report_on(read.site, holding("month", date(2025, 12, 5), read.site.tz), NOW)
    assert december.change is None


def test_key_figures_carry_units_and_notes(report):
    figures = {one.label: (plain(one.value), plain(one.note)) for one in wording.key_figures(report)}
    assert figures["Average a day"] == ("3.30 kWh", "highest: Sun 1 Feb, 3.30 kWh")
    assert figures["Peak hour"][0] == "1.00 kWh"
    assert figures["Always on"][0] == "100 W"
    assert figures["Unusual events"] == ("0", "")
    assert "Cost" not in figures


def test_cost_counts_the_standing_charge(report, site):
    Tariff.objects.create(
        site=site, valid_from=date(2025, 1, 1), price_per_kwh="0.50", standing_charge_per_day="0.10"
    )
    figures = {one.label: one for one in wording.key_figures(report)}
    assert figures["Cost"] == wording.Figure("Cost", "€49.00", "standing charge included")


def test_incidents_come_costliest_first_with_what_they_cost(report, read):
    Tariff.objects.create(site=read.site, valid_from=date(2025, 1, 1), price_per_kwh="0.50")
    day = clock.day_start(date(2026, 2, 10), read.site.tz)
    make_incident(read, day, 1500, 500)
    make_incident(read, day + timedelta(days=1), 4500, 500)
    make_incident(read, day + timedelta(days=60), 90_000, 500)
    assert [plain(note) for _, note in wording.incident_lines(report)] == [
        "+4.00 kWh, about €2.00",
        "+1.00 kWh, about €0.50",
    ]


def test_more_gas_is_not_priced_as_electricity(report, read):
    Tariff.objects.create(
        site=read.site, valid_from=FEBRUARY - timedelta(days=40), price_per_kwh="0.5", export_price_per_kwh=0
    )
    gas = make_sensor("home-gas", site=read.site, quantity="gas")
    make_incident(gas, clock.day_start(FEBRUARY, read.site.tz), 3000.0, 1000.0)
    again = report_on(read.site, report.period, NOW)
    assert [plain(note) for _, note in wording.incident_lines(again)] == ["+2.00 kWh"]


def test_the_mean_line_knows_the_week_before_the_month(report):
    assert report.mean_wh == pytest.approx(np.full(28, 3300.0))


def test_every_day_stands_in_the_table(report):
    assert len(report.day_rows) == 28
    assert report.day_rows[0] == (FEBRUARY, 3300.0, 1000.0, 24)


def test_the_heat_map_has_a_column_for_each_day(report):
    assert report.heat.shape == (24, 28)
    assert report.heat[19].tolist() == [1000.0] * 28


def test_half_hour_zones_keep_their_days(owner, at_noon):
    site = make_site("delhi", owner=owner, time_zone="Asia/Kolkata")
    sensor = make_sensor("delhi-main", site=site)
    start = clock.epoch(clock.day_start(FEBRUARY, site.tz))
    put_readings(sensor, start, 1800, np.full(48 * 28, 50.0))
    settle(now=NOW)
    report = report_on(site, holding("month", FEBRUARY, site.tz), NOW)
    assert report.home.total_wh == 48 * 28 * 50
    assert report.heat.shape == (24, 28)
    assert len(report.day_rows) == 28


def test_quality_counts_what_was_to_come(read):
    march = report_on(read.site, holding("month", NOW.date(), read.site.tz), NOW)
    [row] = march.quality
    assert (row.readings, row.share) == (9 * 24 + 13, 1.0)


def test_gaps_lower_the_completeness(read):
    extra = make_sensor("home-gappy", site=read.site)
    start = clock.epoch(clock.day_start(FEBRUARY, read.site.tz))
    values = np.full(28 * 24, 5.0)
    values[100:436] = np.nan
    put_readings(extra, start, 3600, values)
    settle(now=NOW)
    report = report_on(read.site, holding("month", FEBRUARY, read.site.tz), NOW)
    rows = {row.sensor.slug: row for row in report.quality}
    assert rows["home-gappy"].share == 0.5
    assert rows["home-gappy"].doubts.gap_hours == 336


def test_judged_hours_are_those_of_the_period(report, read):
    ScoredDay.objects.create(sensor=read, day=FEBRUARY, judged=24, flagged=0)
    ScoredDay.objects.create(sensor=read, day=FEBRUARY - timedelta(days=1), judged=24, flagged=0)
    assert report.home.rate.judged == 24


def test_the_forecast_that_follows_is_told_with_its_range(report, read):
    Forecast.objects.create(
        sensor=read,
        issued_at=NOW,
        first_day=date(2026, 3, 10),
        model="lstm",
        mean_wh=[3300.0] * 7,
        low_wh=[3000.0] * 7,
        high_wh=[3600.0] * 7,
    )
    assert plain(wording.outlook_line(report)).startswith(
        "About 23.1 kWh from 10 Mar to 16 Mar 2026; in 8 of 10"
    )


def test_a_forecast_of_long_after_is_left_out(read):
    Forecast.objects.create(
        sensor=read, issued_at=NOW, first_day=NOW.date(), model="x", mean_wh=[1], low_wh=[1], high_wh=[1]
    )
    january = report_on(read.site, holding("month", date(2026, 1, 5), read.site.tz), NOW)
    assert january.outlook is None


def test_the_last_complete_month_is_reported(read):
    assert latest_with_data(read.site, "month", NOW).first == FEBRUARY


def test_an_old_history_is_reported_by_its_last_whole_month(read):
    later = NOW + timedelta(days=3650)
    assert latest_with_data(read.site, "month", later).first == FEBRUARY
    assert latest_with_data(read.site, "week", later).first == date(2026, 3, 2)


def test_a_meter_that_died_is_reported_up_to_its_end(sensor):
    start = clock.epoch(clock.day_start(date(2026, 2, 10), sensor.site.tz))
    put_readings(sensor, start, 3600, np.full(24 * 5, 100.0))
    settle(now=NOW)
    february = latest_with_data(sensor.site, "month", NOW)
    assert february.first == FEBRUARY
    told = plain(wording.headline(report_on(sensor.site, february, NOW)))
    assert told == "12.0 kWh in February 2026 from 10 February up to 14 February"


def test_a_short_history_of_long_ago_is_reported_in_part(sensor):
    put_readings(sensor, clock.epoch(clock.day_start(date(2020, 5, 5), sensor.site.tz)), 3600, [1.0, 2.0])
    settle(now=NOW)
    assert latest_with_data(sensor.site, "month", NOW).first == date(2020, 5, 1)


def test_a_history_that_just_began_is_reported_as_it_runs(sensor):
    put_readings(sensor, clock.epoch(NOW) - 7200, 3600, [1, 2])
    assert latest_with_data(sensor.site, "month", NOW).first == date(2026, 3, 1)


def test_a_site_without_readings_has_no_report(sensor):
    period = latest_with_data(sensor.site, "week", NOW)
    assert report_on(sensor.site, period, NOW) is None


def test_a_period_without_readings_says_so(read):
    empty = report_on(read.site, holding("month", date(2020, 5, 1), read.site.tz), NOW)
    assert wording.headline(empty) == "No readings in May 2020"
    assert wording.key_figures(empty) == []


def test_alt_texts_say_what_the_pictures_show(report):
    assert wording.daily_alt(report).startswith("Bars of electricity import by day in February 2026. Highest")
    assert "19:00" in wording.heat_alt(report)
    assert "Monday to Friday most between 19:00 and 20:00 (1.00 kWh)" in plain(wording.profile_alt(report))
