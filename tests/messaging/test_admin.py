"""The queue of mail in the administration."""

import pytest
from post_office.models import STATUS, Email, Log

from messaging import services
from tests.factories import make_user

LIST = "/admin/post_office/email/"


@pytest.fixture
def anna(db):
    return make_user("anna", role="admin", is_staff=True)


@pytest.fixture
def mail(owner, manager, now) -> Email:
    services.start_conversation(
        sender=manager, recipients=[owner], subject="Keys", body="Under the third stone.", now=now
    )
    sent = Email.objects.get()
    Log.objects.create(email=sent, status=STATUS.failed, message="server asleep", exception_type="OSError")
    return sent


def test_an_admin_sees_where_a_mail_goes_and_why_it_waits_but_not_what_it_says(as_user, anna, mail):
    client = as_user(anna)
    assert "olga@example.org" in client.get(LIST).content.decode()
    page = client.get(f"{LIST}{mail.pk}/change/").content.decode()
    assert "server asleep" in page
    assert "third stone" not in page


def test_nobody_writes_mails_here(as_user, anna):
    assert as_user(anna).get(f"{LIST}add/").status_code == 403


def test_a_mail_given_up_is_tried_again(as_user, anna, mail, now):
    Email.objects.update(status=STATUS.failed, scheduled_time=now)
    as_user(anna).post(LIST, {"action": "try_now", "_selected_action": [mail.pk]})
    mail.refresh_from_db()
    assert (mail.status, mail.scheduled_time) == (STATUS.queued, None)


def test_a_mail_that_went_is_not_sent_again(as_user, anna, mail):
    Email.objects.update(status=STATUS.sent)
    as_user(anna).post(LIST, {"action": "try_now", "_selected_action": [mail.pk]})
    mail.refresh_from_db()
    assert mail.status == STATUS.sent


def test_the_first_page_counts_what_is_stuck(as_user, anna, mail):
    Email.objects.update(status=STATUS.failed)
    assert "Given up" in as_user(anna).get("/admin/").content.decode()


@pytest.mark.parametrize("page", ["attachment", "emailtemplate", "log"])
def test_what_would_show_the_contents_is_not_there(as_user, admin, page):
    assert as_user(admin).get(f"/admin/post_office/{page}/").status_code == 404
