"""Tips: what each rule finds and saves, what it keeps quiet about, and the page."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from anomalies.models import Incident
from emads.lib import clock
from emads.web import tips
from emads.web.tips import Use
from energy.models import Tariff
from energy.settle import settle
from tests.conftest import NOW
from tests.factories import make_sensor, put_readings

BERLIN = ZoneInfo("Europe/Berlin")
END = 1_773_097_200  # 10 March 2026, 0:00 in Berlin
HOURS = 56 * 24


def use(wh, **more) -> Use:
    wh = np.asarray(wh, dtype=float)
    return Use(END - clock.HOUR * np.arange(len(wh), 0, -1, dtype=np.int64), wh, BERLIN, **more)


def by_hour(**watts) -> np.ndarray:
    """Eight weeks of the same day: `rest` and what is named like h19."""
    day = np.full(24, float(watts.pop("rest")))
    for name, value in watts.items():
        day[int(name[1:])] = value
    return np.tile(day, 56)


def test_even_use_gives_only_the_always_on_tip():
    assert [tip.key for tip in tips.tips(use(np.full(HOURS, 100.0)))] == ["always-on"]


def test_a_fifth_of_what_never_rests_is_saved():
    [tip] = tips.tips(use(np.full(HOURS, 100.0)))
    assert tip.saving_wh == pytest.approx(0.2 * 100 * 24 * 30)
    assert [(one.value, one.unit) for one in tip.evidence] == [(100.0, "power"), (1.0, "percent")]


def test_a_small_standby_is_not_worth_a_tip():
    assert tips.always_on(use(np.full(HOURS, 40.0))) is None


def test_evenings_far_above_the_rest_are_told():
    tip = tips.evening(use(by_hour(rest=100, h17=400, h18=400, h19=400, h20=400, h21=400)))
    assert tip.saving_wh == pytest.approx(0.1 * 300 * 5 * 30)


def test_calm_evenings_are_not():
    assert tips.evening(use(by_hour(rest=100, h19=200))) is None


def test_busy_weekends_are_told():
    day = (clock.local_day(use(np.zeros(HOURS)).t, BERLIN) + 3) % 7
    tip = tips.weekend(use(np.where(day >= 5, 200.0, 100.0)))
    assert tip.saving_wh == pytest.approx(0.5 * 2400 * 30 * 2 / 7)


def test_busy_workdays_are_no_weekend():
    day = (clock.local_day(use(np.zeros(HOURS)).t, BERLIN) + 3) % 7
    assert tips.weekend(use(np.where(day >= 5, 100.0, 200.0))) is None


def test_rising_use_is_told_with_what_going_back_saves():
    tip = tips.rising(use(np.repeat([100.0, 120.0], HOURS // 2)))
    assert tip.saving_wh == pytest.approx(20 * 24 * 30)


def test_a_rise_needs_four_weeks_before_it():
    wh = np.repeat([100.0, 120.0], HOURS // 2)
    wh[: 20 * 24] = np.nan
    assert tips.rising(use(wh)) is None


def test_what_runs_at_night_is_told():
    tip = tips.night(use(by_hour(rest=100, h1=500, h2=500)))
    assert tip.saving_wh == pytest.approx(0.5 * 160 * 5 * 30)


def test_quiet_nights_are_not():
    assert tips.night(use(by_hour(rest=100, h19=900))) is None


def test_incidents_are_told_with_their_energy():
    tip = tips.incidents(use(np.full(HOURS, 100.0), incidents_wh=2800.0, incidents=2))
    assert tip.saving_wh == pytest.approx(3000)


def test_towering_hours_are_told_with_the_highest():
    wh = by_hour(rest=100)
    wh[-30] = 5000.0
    tip = tips.peak(use(wh))
    assert [one.value for one in tip.evidence] == [5000.0, END - 30 * clock.HOUR, 100.0]


def test_the_largest_saving_comes_first_and_seven_are_enough():
    found = tips.tips(use(np.repeat([100.0, 150.0], HOURS // 2), incidents_wh=100.0, incidents=1))
    assert [tip.key for tip in found] == ["rising", "always-on", "incidents"]


def test_severity_is_the_share_of_all_use():
    found = use(np.repeat([100.0, 120.0], HOURS // 2), incidents_wh=100.0, incidents=1)
    told = {tip.key: tips.severity(tip, found.recent.month_wh) for tip in tips.tips(found)}
    assert told == {"rising": "high", "always-on": "high", "incidents": "low"}


def test_too_little_is_said_nothing_about():
    early = use(np.full(10 * 24, 100.0))
    assert (tips.tips(early), tips.days_missing(early)) == ([], 4)


def test_days_full_of_gaps_do_not_count():
    wh = np.full(HOURS, 100.0)
    wh[::2] = np.nan
    assert tips.tips(use(wh)) == []


def test_no_reading_at_all_is_nothing():
    assert tips.tips(use(np.full(HOURS, np.nan))) == []
    assert tips.days_missing(Use(np.zeros(0, dtype=np.int64), np.zeros(0), BERLIN)) == 14


def test_use_of_nothing_has_no_tips():
    assert tips.tips(use(np.zeros(HOURS))) == []


def test_the_page_tells_saving_and_money(as_user, owner, read):
    Tariff.objects.create(site=read.site, valid_from=NOW.date() - timedelta(days=99), price_per_kwh="0.50")
    page = as_user(owner).get("/recommendations/").content.decode()
    assert "Much of your use never rests" in page
    assert "14.4\u202fkWh" in page
    assert "€7.20" in page


def test_the_page_counts_incidents(as_user, owner, read):
    Incident.objects.create(
        sensor=read,
        start=NOW - timedelta(days=2),
        end=NOW,
        energy_wh=3300,
        expected_wh=500,
        peak_score=1,
        severity="low",
        sentence="x",
    )
    page = as_user(owner).get("/recommendations/").content.decode()
    assert "Unusual events took extra energy" in page
    assert "3.00\u202fkWh" in page


def test_a_young_home_hears_how_long_it_takes(as_user, owner, sensor, at_noon):
    put_readings(sensor, clock.epoch(NOW) - 5 * clock.DAY, clock.HOUR, np.full(5 * 24, 100.0))
    settle(now=NOW)
    page = as_user(owner).get("/recommendations/").content.decode()
    assert "Still learning" in page
    assert "10 more full days" in page


def test_homes_without_readings_and_people_without_homes_see_the_way_on(as_user, owner, admin, sensor):
    assert "No readings yet" in as_user(owner).get("/recommendations/").content.decode()
    sensor.site.delete()
    assert "No home yet" in as_user(admin).get("/recommendations/").content.decode()


@pytest.mark.parametrize(("person", "status"), [("owner", 200), ("viewer", 200), ("stranger", 404)])
def test_tips_are_for_people_of_the_home(as_user, read, request, person, status):
    client = as_user(request.getfixturevalue(person))
    assert client.get("/recommendations/?site=home").status_code == status


def test_tips_need_signing_in(as_user, db):
    assert as_user(None).get("/recommendations/").status_code == 302


def test_the_page_asks_few_questions(as_user, owner, read, django_assert_max_num_queries):
    make_sensor("home-oven", site=read.site, parent=read)
    client = as_user(owner)
    with django_assert_max_num_queries(18):
        client.get("/recommendations/")
