"""Weekly and monthly reports by mail: to whom, when, exactly once, through a real mail server."""

import email
import socket
from collections.abc import Iterator
from datetime import date, timedelta
from email.policy import default
from unittest.mock import Mock

import pytest
from aiosmtpd.controller import Controller
from post_office.models import Email

from emads.lib import clock
from emads.web.reports import schedule
from emads.web.reports.period import latest_complete
from energy.models import Membership
from energy.settle import settle
from messaging import postman
from messaging.models import Notification, ReportFile, Subscription
from tests.conftest import NOW
from tests.factories import make_sensor, make_site, put_readings

MONDAY = NOW - timedelta(days=1)
PDF = b"%PDF-1.7 " + bytes(range(256)) * 100


def render(_report) -> bytes:
    return PDF


@pytest.fixture
def weekly(read, owner) -> Subscription:
    return schedule.subscribe(user=owner, site=read.site, kind="week", now=NOW - timedelta(days=8))


def test_nothing_is_sent_before_a_period_ends(read, owner):
    schedule.subscribe(user=owner, site=read.site, kind="week", now=NOW)
    assert schedule.send_due(render=render, now=NOW) == {}


def test_the_report_of_a_week_that_is_over_is_sent(weekly, owner):
    assert schedule.send_due(render=render, now=NOW) == {"sent": 1}
    [notice] = Notification.objects.filter(user=owner)
    assert notice.title.replace("\u202f", " ").startswith("Home: 23.1 kWh in the week of 2–8 March 2026")
    assert notice.link == f"/reports/{ReportFile.objects.get().key}.pdf"


def test_the_mail_carries_the_pdf(weekly, owner):
    schedule.send_due(render=render, now=NOW)
    [mail] = Email.objects.all()
    [attachment] = mail.attachments.all()
    assert (mail.to, attachment.name, attachment.file.read()) == (
        [owner.email],
        "emads-home-2026-W10.pdf",
        PDF,
    )


def test_it_is_sent_once_however_often_the_clock_ticks(weekly):
    for minute in range(3):
        schedule.send_due(render=render, now=NOW + timedelta(minutes=minute))
    assert (Notification.objects.count(), Email.objects.count()) == (1, 1)


def test_two_workers_at_once_send_it_once(weekly, read):
    period = latest_complete("week", NOW, read.site.tz)
    assert schedule._send(weekly, read.site, period, render, NOW) == "sent"
    assert schedule._send(weekly, read.site, period, render, NOW) == "taken"
    assert Email.objects.count() == 1


def test_a_crash_between_claim_and_mail_loses_nothing(weekly, monkeypatch):
    monkeypatch.setattr(schedule.services, "notify", Mock(side_effect=OSError("disk full")))
    assert schedule.send_due(render=render, now=NOW) == {"failed": 1}
    monkeypatch.undo()
    assert Email.objects.count() == 0
    assert schedule.send_due(render=render, now=NOW) == {"sent": 1}


def test_the_next_week_brings_the_next_report(weekly, read):
    schedule.send_due(render=render, now=NOW)
    put_readings(read, clock.epoch(NOW), clock.HOUR, [100.0] * 24 * 7)
    settle(now=NOW)
    assert schedule.send_due(render=render, now=NOW + timedelta(days=7)) == {"sent": 1}
    assert Email.objects.count() == 2


def test_one_pdf_serves_everybody(weekly, read, viewer):
    schedule.subscribe(user=viewer, site=read.site, kind="week", now=NOW - timedelta(days=8))
    counted = Mock(side_effect=render)
    assert schedule.send_due(render=counted, now=NOW) == {"sent": 2}
    assert counted.call_count == 1


def test_who_may_no_longer_see_the_site_gets_nothing(weekly, owner):
    Membership.objects.filter(user=owner).delete()
    assert schedule.send_due(render=render, now=NOW) == {"ended": 1}
    assert (Email.objects.count(), Subscription.objects.count()) == (0, 0)


def test_who_wants_no_report_mail_finds_it_in_the_inbox(weekly, owner):
    owner.mail_reports = False
    owner.save()
    schedule.send_due(render=render, now=NOW)
    assert (Notification.objects.count(), Email.objects.count()) == (1, 0)


def test_late_data_is_waited_for_two_days(owner, at_noon):
    site = make_site("late", owner=owner)
    sensor = make_sensor("late-main", site=site)
    schedule.subscribe(user=owner, site=site, kind="week", now=NOW - timedelta(days=8))
    start = clock.epoch(clock.day_start(date(2026, 3, 2), site.tz))
    put_readings(sensor, start, clock.HOUR, [100.0] * 24 * 6)
    settle(now=NOW)
    assert schedule.send_due(render=render, now=NOW) == {}
    assert schedule.send_due(render=render, now=NOW + timedelta(days=1)) == {"sent": 1}


def test_a_week_without_readings_is_passed_over(sensor, owner):
    schedule.subscribe(user=owner, site=sensor.site, kind="week", now=NOW - timedelta(days=8))
    later = NOW + timedelta(days=2)
    assert schedule.send_due(render=render, now=later) == {"empty": 1}
    assert schedule.send_due(render=render, now=later) == {}


def test_a_report_that_fails_is_sent_later(weekly):
    broken = Mock(side_effect=RuntimeError("no paper"))
    assert schedule.send_due(render=broken, now=NOW) == {"failed": 1}
    assert schedule.send_due(render=render, now=NOW + timedelta(hours=2)) == {"sent": 1}


def test_unsubscribing_ends_it(weekly, read, owner):
    assert schedule.unsubscribe(user=owner, site=read.site, kind="week")
    assert schedule.send_due(render=render, now=NOW) == {}


def test_subscribing_twice_is_once(weekly, read, owner):
    assert schedule.subscribe(user=owner, site=read.site, kind="week", now=NOW) == weekly


class Postbox:
    """Keeps what arrives."""

    def __init__(self) -> None:
        self.mails = []

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        self.mails.append(email.message_from_bytes(envelope.content, policy=default))
        return "250 OK"


@pytest.fixture
def postbox(settings) -> Iterator[Postbox]:
    box = Postbox()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    settings.POST_OFFICE = settings.POST_OFFICE | {
        "BACKENDS": {"default": "django.core.mail.backends.smtp.EmailBackend"}
    }
    yield box
    controller.stop()


def test_the_pdf_arrives_at_a_mail_server(weekly, owner, postbox):
    schedule.send_due(render=render, now=NOW)
    assert postman.deliver(now=NOW)["sent"] == 1
    [mail] = postbox.mails
    [attachment] = mail.iter_attachments()
    assert (mail["To"], attachment.get_content_type()) == (owner.email, "application/pdf")
    assert attachment.get_content() == PDF
