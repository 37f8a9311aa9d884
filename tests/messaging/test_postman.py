"""Mail on its way: a real SMTP server, alive, dead and back again."""

import email
import socket
from collections.abc import Iterator
from datetime import timedelta
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from django.core.management import call_command
from django.utils import timezone
from post_office.models import STATUS, Attachment, Email, Log

from messaging import postman, services, tasks
from tests.factories import make_user


class Postbox:
    """Keeps what arrives; refuses on demand."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.refusals: dict[str, str] = {}

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        if address in self.refusals:
            return self.refusals[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        self.mails.append(email.message_from_bytes(envelope.content, policy=default))
        return "250 OK"


@pytest.fixture
def postbox() -> Postbox:
    return Postbox()


@pytest.fixture
def server(postbox, settings) -> Iterator[Controller]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(postbox, hostname="127.0.0.1", port=port)
    controller.start()
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    use_smtp(settings)
    yield controller
    controller.stop()


def use_smtp(settings, retry: timedelta = timedelta(0)) -> None:
    settings.POST_OFFICE = settings.POST_OFFICE | {
        "BACKENDS": {"default": "django.core.mail.backends.smtp.EmailBackend"},
        "RETRY_INTERVAL": retry,
    }


@pytest.fixture
def now():
    return timezone.now()


def tell(user, now, key="k", **more) -> None:
    what = {"kind": "report", "title": "Wöchentlich: 182 kWh", "body": "Zwölf % weniger."}
    services.notify(users=[user], key=key, now=now, **what, link="/reports/", **more)


def test_text_html_and_attachment_arrive(owner, server, postbox, now):
    tell(owner, now, attachments={"report.pdf": b"%PDF-1.7 \x00\xff"})
    assert postman.deliver(now=now) == {"sent": 1}
    (mail,) = postbox.mails
    assert mail["To"] == "olga@example.org"
    assert mail["From"] == "EMADS <emads@localhost>"
    assert mail["Subject"] == "Wöchentlich: 182 kWh"
    assert "Zwölf % weniger." in mail.get_body(("plain",)).get_content()
    assert "Zwölf % weniger." in mail.get_body(("html",)).get_content()
    (pdf,) = mail.iter_attachments()
    assert (pdf.get_filename(), pdf.get_content_type()) == ("report.pdf", "application/pdf")
    assert pdf.get_content() == b"%PDF-1.7 \x00\xff"


def test_what_is_sent_is_not_sent_again(owner, server, postbox, now):
    tell(owner, now)
    postman.deliver(now=now)
    assert postman.deliver(now=now) == {}
    assert len(postbox.mails) == 1


def test_a_dead_server_loses_nothing(owner, viewer, server, postbox, settings, now):
    alive, settings.EMAIL_PORT = settings.EMAIL_PORT, 1
    tell(owner, now)
    tell(viewer, now)
    assert postman.deliver(now=now) == {"waiting": 2}
    assert set(Email.objects.values_list("status", "number_of_retries")) == {(STATUS.requeued, 1)}
    assert Log.objects.count() == 2
    settings.EMAIL_PORT = alive
    assert postman.deliver(now=now) == {"sent": 2}
    assert postman.deliver(now=now) == {}
    assert sorted(mail["To"] for mail in postbox.mails) == ["olga@example.org", "vera@example.org"]


def test_the_next_try_waits_for_its_time(owner, server, postbox, settings, now):
    use_smtp(settings, retry=timedelta(minutes=5))
    alive, settings.EMAIL_PORT = settings.EMAIL_PORT, 1
    tell(owner, now)
    postman.deliver(now=now)
    settings.EMAIL_PORT = alive
    assert postman.deliver(now=now) == {}
    Email.objects.update(scheduled_time=now - timedelta(seconds=1))
    assert postman.deliver(now=now) == {"sent": 1}


def test_a_dead_weekend_is_not_given_up(owner, server, settings, now):
    settings.EMAIL_PORT = 1
    tell(owner, now)
    Email.objects.update(created=now - timedelta(days=3), number_of_retries=900)
    assert postman.deliver(now=now) == {"waiting": 1}


def test_two_dead_weeks_are_given_up_and_seen(owner, server, settings, now):
    settings.EMAIL_PORT = 1
    tell(owner, now)
    Email.objects.update(created=now - timedelta(days=15))
    assert postman.deliver(now=now) == {"failed": 1}
    assert Email.objects.get().status == STATUS.failed


def test_an_address_refused_for_good_is_given_up_the_others_get_theirs(owner, viewer, server, postbox, now):
    postbox.refusals["olga@example.org"] = "550 No such user"
    tell(owner, now)
    tell(viewer, now)
    assert postman.deliver(now=now) == {"failed": 1, "sent": 1}
    assert [mail["To"] for mail in postbox.mails] == ["vera@example.org"]
    assert "No such user" in Log.objects.get().message


def test_an_address_refused_for_now_is_tried_again(owner, server, postbox, now):
    postbox.refusals["olga@example.org"] = "451 Try later"
    tell(owner, now)
    assert postman.deliver(now=now) == {"waiting": 1}
    postbox.refusals.clear()
    assert postman.deliver(now=now) == {"sent": 1}


def test_a_mail_another_process_took_is_left_to_it(owner, server, postbox, now):
    tell(owner, now)
    mine, theirs = Email.objects.get(), Email.objects.get()
    assert postman.claim(theirs, now)
    assert not postman.claim(mine, now)
    assert postman.deliver(now=now) == {}


def test_a_mail_whose_process_died_is_taken_up_again(owner, server, postbox, now):
    tell(owner, now)
    postman.claim(Email.objects.get(), now - timedelta(hours=1))
    assert postman.deliver(now=now) == {"sent": 1}


def test_the_task_tells_admins_and_sends(admin, server, postbox):
    make_user("nora", status="pending", requested_role="manager")
    tasks.send_mail()
    assert [mail["Subject"] for mail in postbox.mails] == ["Nora Example asks to be manager"]


def test_an_empty_queue_costs_one_query(db, now, django_assert_num_queries):
    with django_assert_num_queries(1):
        postman.deliver(now=now)


def test_without_a_server_each_mail_becomes_a_file(owner, viewer, settings, tmp_path, now):
    settings.EMAIL_FILE_PATH = str(tmp_path / "mails")
    tell(owner, now)
    tell(viewer, now)
    assert postman.deliver(now=now) == {"sent": 2}
    files = sorted(Path(settings.EMAIL_FILE_PATH).iterdir())
    assert [file.suffix for file in files] == [".eml", ".eml"]
    read = [email.message_from_bytes(file.read_bytes(), policy=default)["To"] for file in files]
    assert read == ["olga@example.org", "vera@example.org"]


def test_the_librarys_own_command_works_on_the_same_queue(owner, server, postbox, now):
    tell(owner, now)
    call_command("send_queued_mail", processes=1, log_level=1)
    assert len(postbox.mails) == 1


def test_old_mails_are_forgotten_with_their_attachments(owner, viewer, now):
    tell(owner, now, attachments={"report.pdf": b"x"})
    Email.objects.update(created=now - timedelta(days=31))
    tell(viewer, now)
    assert postman.forget_old(now=now) == 1
    assert Email.objects.get().to == ["vera@example.org"]
    assert not Attachment.objects.exists()
    assert tasks.forget_old_mail() == "0 mails deleted"
