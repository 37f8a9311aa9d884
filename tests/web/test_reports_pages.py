"""The page of reports, its PDFs and subscriptions: who sees what, what a click does."""

from datetime import date
from unittest.mock import Mock

import pytest
from kombu.exceptions import OperationalError

from emads.web.reports import making
from emads.web.reports.period import holding
from energy.models import Membership
from messaging.models import ReportFile, Subscription
from tests.conftest import NOW

PARTS = ("daily.json", "energy.csv", "anomalies.csv", "forecast.csv")


@pytest.fixture(autouse=True)
def task(monkeypatch) -> Mock:
    stand_in = Mock()
    monkeypatch.setattr("emads.web.reports.views.make_report", stand_in)
    return stand_in


@pytest.fixture
def pdf(read, owner) -> ReportFile:
    """The owner's finished PDF of February."""
    february = holding("month", date(2026, 2, 1), read.site.tz)
    row = making.request(user=owner, site=read.site, period=february, now=NOW)
    return making.make(key=row.key, render=lambda _: b"%PDF-1.7 x", now=NOW)


@pytest.fixture
def shared(read) -> ReportFile:
    """The schedule's PDF of February."""
    february = holding("month", date(2026, 2, 1), read.site.tz)
    row = making.scheduled(site=read.site, period=february, now=NOW)
    return making.make(key=row.key, render=lambda _: b"%PDF-1.7 x", now=NOW)


def test_the_preview_tells_the_answer(as_user, owner, read):
    page = as_user(owner).get("/reports/").content.decode()
    assert "92.4\u202fkWh in February 2026, about the same a day as January." in page


def test_another_week_can_be_chosen(as_user, owner, read):
    page = as_user(owner).get("/reports/?period=week&day=2026-01-08").content.decode()
    assert "in the week of 5–11 January 2026" in page


@pytest.mark.parametrize(
    "query", ["?period=decade", "?day=tomorrow", "?period=week&day=0001-01-01", "?day=9999-12-31"]
)
def test_nonsense_shows_a_report_all_the_same(as_user, owner, read, query):
    assert as_user(owner).get(f"/reports/{query}").status_code == 200


def test_a_period_without_readings_says_where_they_are(as_user, owner, read):
    page = as_user(owner).get("/reports/?period=month&day=2020-05-01").content.decode()
    assert "No readings in May 2020." in page
    assert "readings reach from Tue 30 Dec 2025" in page


def test_a_home_without_readings_is_shown_the_way_in(as_user, owner, sensor):
    assert "Nothing to report yet" in as_user(owner).get("/reports/").content.decode()


def test_a_person_without_a_home_is_told_so(as_user, admin):
    assert "No home to report on yet" in as_user(admin).get("/reports/").content.decode()


def test_the_page_asks_few_questions(as_user, owner, read, pdf, shared, django_assert_max_num_queries):
    client = as_user(owner)
    with django_assert_max_num_queries(26):
        client.get("/reports/")


def test_the_chart_has_a_bar_for_each_day(as_user, owner, read):
    figure = as_user(owner).get("/reports/daily.json?period=month&day=2026-02-03").json()
    assert (figure["unit"], figure["traces"][0]["y"]) == ("kWh", [3.3] * 28)


def test_a_chart_of_nothing_says_so(as_user, owner, read):
    figure = as_user(owner).get("/reports/daily.json?period=month&day=2020-05-01").json()
    assert (figure["traces"], figure["empty"]) == ([], "No readings in May 2020.")


def test_asking_for_a_pdf_queues_it_and_wakes_a_worker(as_user, owner, read, task):
    answer = as_user(owner).post("/reports/make/", {"site": "home", "period": "week", "day": "2026-03-04"})
    row = ReportFile.objects.get()
    assert (row.user, row.period, str(row.first_day)) == (owner, "week", "2026-03-02")
    assert answer.url == "/reports/?site=home&period=week&day=2026-03-02#files"
    task.delay.assert_called_once_with(row.key)


def test_a_dead_broker_delays_a_pdf_and_breaks_nothing(as_user, owner, read, task):
    task.delay.side_effect = OperationalError("no broker")
    answer = as_user(owner).post("/reports/make/", {"site": "home", "period": "month", "day": "2026-02-01"})
    assert (answer.status_code, ReportFile.objects.get().status) == (302, "queued")


def test_a_viewer_may_have_a_pdf_made(as_user, viewer, read):
    answer = as_user(viewer).post("/reports/make/", {"site": "home", "period": "month", "day": "2026-02-01"})
    assert answer.status_code == 302


def test_a_stranger_may_not(as_user, stranger, read):
    answer = as_user(stranger).post(
        "/reports/make/", {"site": "home", "period": "month", "day": "2026-02-01"}
    )
    assert (answer.status_code, ReportFile.objects.count()) == (404, 0)


def test_the_row_waits_then_offers_the_download(as_user, owner, read):
    february = holding("month", date(2026, 2, 1), read.site.tz)
    row = making.request(user=owner, site=read.site, period=february, now=NOW)
    client = as_user(owner)
    assert 'hx-trigger="load delay:1s"' in client.get(f"/reports/{row.key}/").content.decode()
    making.make(key=row.key, render=lambda _: b"%PDF", now=NOW)
    page = client.get(f"/reports/{row.key}/").content.decode()
    assert f"/reports/{row.key}.pdf" in page
    assert "hx-trigger" not in page


def test_the_owner_downloads_the_pdf(as_user, owner, pdf):
    answer = as_user(owner).get(f"/reports/{pdf.key}.pdf")
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == 'attachment; filename="emads-home-2026-02.pdf"'
    assert b"".join(answer.streaming_content) == b"%PDF-1.7 x"


@pytest.mark.parametrize("person", ["viewer", "stranger"])
def test_a_pdf_is_for_who_asked(as_user, pdf, request, person):
    client = as_user(request.getfixturevalue(person))
    assert client.get(f"/reports/{pdf.key}.pdf").status_code == 404
    assert client.get(f"/reports/{pdf.key}/").status_code == 404


@pytest.mark.parametrize(("person", "status"), [("owner", 200), ("viewer", 200), ("stranger", 404)])
def test_the_schedules_pdf_is_for_all_of_the_home(as_user, shared, request, person, status):
    client = as_user(request.getfixturevalue(person))
    assert client.get(f"/reports/{shared.key}.pdf").status_code == status


def test_who_left_the_home_loses_its_pdfs(as_user, owner, pdf):
    Membership.objects.filter(user=owner).delete()
    assert as_user(owner).get(f"/reports/{pdf.key}.pdf").status_code == 404


def test_an_unfinished_pdf_cannot_be_downloaded(as_user, owner, read):
    february = holding("month", date(2026, 2, 1), read.site.tz)
    row = making.request(user=owner, site=read.site, period=february, now=NOW)
    assert as_user(owner).get(f"/reports/{row.key}.pdf").status_code == 404


@pytest.mark.parametrize(
    "path", ["", "daily.json", "energy.csv", "anomalies.csv", "forecast.csv", "x.pdf", "x/"]
)
def test_nobody_gets_in_without_signing_in(as_user, db, path):
    assert as_user(None).get(f"/reports/{path}").status_code == 302


@pytest.mark.parametrize("path", ["", *PARTS])
@pytest.mark.parametrize(("person", "status"), [("owner", 200), ("viewer", 200), ("stranger", 404)])
def test_a_home_is_shown_to_its_people_alone(as_user, read, request, path, person, status):
    client = as_user(request.getfixturevalue(person))
    assert client.get(f"/reports/{path}?site=home").status_code == status


def test_a_subscription_comes_and_goes(as_user, viewer, read):
    client = as_user(viewer)
    client.post("/reports/mail/", {"site": "home", "period": "month", "want": "yes"})
    [wish] = Subscription.objects.all()
    assert (wish.user, wish.subject, wish.period) == (viewer, "home", "month")
    client.post("/reports/mail/", {"site": "home", "period": "month", "want": "no"})
    assert not Subscription.objects.exists()


def test_a_stranger_cannot_subscribe(as_user, stranger, read):
    answer = as_user(stranger).post("/reports/mail/", {"site": "home", "period": "month", "want": "yes"})
    assert (answer.status_code, Subscription.objects.count()) == (404, 0)


def test_a_subscription_to_nonsense_is_refused_with_its_reason(as_user, owner, read):
    answer = as_user(owner).post(
        "/reports/mail/", {"site": "home", "period": "year", "want": "yes"}, follow=True
    )
    assert "“year” is no period; use week or month" in answer.content.decode()


def test_changes_need_a_post(as_user, owner, read):
    client = as_user(owner)
    assert client.get("/reports/make/").status_code == 405
    assert client.get("/reports/mail/").status_code == 405
