"""Telling people things: once, where they want it."""

import pytest
from post_office.models import STATUS, Email

from messaging import services
from messaging.models import Conversation, Message, Notification
from messaging.reading import unread_count
from tests.factories import make_user


def tell(users, now, **more) -> int:
    known = {"kind": "alert", "severity": "high", "title": "Twice the usual use", "body": "6.2 kWh"}
    return services.notify(users=users, link="/alerts/1/", key="alert-1", now=now, **known | more)


def test_a_notification_reaches_the_inbox_and_the_mailbox(owner, now):
    assert tell([owner], now) == 1
    told = Notification.objects.get()
    assert (told.user, told.title, told.severity, told.read_at) == (
        owner,
        "Twice the usual use",
        "high",
        None,
    )
    mail = Email.objects.get()
    assert mail.to == ["olga@example.org"]
    assert mail.subject == "[high] Twice the usual use"
    assert "6.2 kWh" in mail.message
    assert "http://127.0.0.1:8000/alerts/1/" in mail.message
    assert 'href="http://127.0.0.1:8000/alerts/1/"' in mail.html_message
    assert mail.status == STATUS.queued
    assert mail.headers["Auto-Submitted"] == "auto-generated"


def test_the_same_thing_is_told_once_per_person(owner, viewer, now):
    assert tell([owner], now) == 1
    assert tell([owner, viewer], now) == 1
    assert tell([owner, viewer], now) == 0
    assert Notification.objects.count() == 2
    assert Email.objects.count() == 2


@pytest.mark.parametrize(("kind", "preference"), [("alert", "mail_alerts"), ("report", "mail_reports")])
def test_who_wants_no_mail_reads_it_in_the_inbox_only(owner, now, kind, preference):
    setattr(owner, preference, False)
    assert tell([owner], now, kind=kind) == 1
    assert Notification.objects.count() == 1
    assert not Email.objects.exists()


def test_what_concerns_the_account_always_goes_by_mail(owner, now):
    owner.mail_alerts = owner.mail_reports = owner.mail_messages = False
    tell([owner], now, kind="account")
    assert Email.objects.count() == 1


@pytest.mark.parametrize("out", [{"is_active": False}, {"status": "pending"}])
def test_who_is_kept_out_gets_no_mail(db, now, out):
    tell([make_user("nora", **out)], now)
    assert not Email.objects.exists()


@pytest.mark.parametrize("link", ["https://evil.example", "//evil.example", "javascript:alert(1)", "/\\evil"])
def test_a_notification_links_to_our_own_pages_only(owner, now, link):
    with pytest.raises(ValueError, match="page of this site"):
        services.notify(users=[owner], kind="alert", title="x", body="", link=link, key="k", now=now)


def test_line_breaks_in_a_title_do_not_reach_the_headers(owner, now):
    tell([owner], now, title="Hello\r\nBcc: all@example.org")
    assert Email.objects.get().subject == "[high] Hello Bcc: all@example.org"
    assert "\n" not in Notification.objects.get().title


def test_a_very_long_title_is_cut(owner, now):
    tell([owner], now, title="x" * 1000)
    assert len(Notification.objects.get().title) == 200


def test_words_are_never_taken_for_a_template_or_markup(owner, now):
    body = "{{ site_url }} {% now 'Y' %} <b>bold</b> & more"
    tell([owner], now, body=body)
    mail = Email.objects.get()
    assert body in mail.message
    assert "<b>" not in mail.html_message
    assert "{{ site_url }}" in mail.html_message


def test_an_unusable_address_does_not_stop_the_others(owner, viewer, now):
    owner.email = "nonsense"
    assert tell([owner, viewer], now) == 2
    assert Email.objects.get().to == ["vera@example.org"]


def test_attachments_go_with_the_mail(owner, now):
    tell([owner], now, kind="report", attachments={"report.pdf": b"%PDF-1.7"})
    attachment = Email.objects.get().attachments.get()
    assert (attachment.name, attachment.mimetype) == ("report.pdf", "application/pdf")
    assert attachment.file.read() == b"%PDF-1.7"


def send(**more):
    context = {
        "title": "Week 10",
        "body": "182 kWh",
        "url": "",
        "severity": "",
        "person": {"full_name": "Anna"},
    }
    return services.mail(to="a@example.org", subject="x", template="notification", context=context, **more)


def test_a_mail_is_queued_each_time(db):
    send()
    send()
    assert Email.objects.count() == 2


def test_admins_hear_once_of_everyone_who_waits(admin, owner, now):
    make_user("nora", status="pending", requested_role="manager")
    assert services.tell_admins_who_waits(now=now) == 1
    assert services.tell_admins_who_waits(now=now) == 0
    told = Notification.objects.get()
    assert told.user == admin
    assert told.title == "Nora Example asks to be manager"
    assert told.link.startswith("/admin/accounts/user/")
    assert Email.objects.get().to == ["ada@example.org"]


def test_without_admins_they_are_told_once_there_is_one(now, db):
    make_user("nora", status="pending", requested_role="manager")
    assert services.tell_admins_who_waits(now=now) == 0
    make_user("ada", role="admin")
    assert services.tell_admins_who_waits(now=now) == 1


def test_nobody_waiting_costs_next_to_nothing(db, now, django_assert_max_num_queries):
    with django_assert_max_num_queries(1):
        services.tell_admins_who_waits(now=now)


def start(sender, recipients, now, subject="Meter exchange", body="On Thursday?") -> Conversation:
    return services.start_conversation(
        sender=sender, recipients=recipients, subject=subject, body=body, now=now
    )


def test_a_conversation_reaches_the_other_and_their_mailbox(owner, manager, now):
    talk = start(manager, [owner], now)
    assert {one.user for one in talk.participants.all()} == {owner, manager}
    assert (unread_count(owner), unread_count(manager)) == (1, 0)
    mail = Email.objects.get()
    assert mail.to == ["olga@example.org"]
    assert mail.subject == "Mona Example: Meter exchange"
    assert "On Thursday?" in mail.message
    assert f"/messages/conversations/{talk.pk}/" in mail.message


def test_an_answer_is_unread_for_the_others(owner, manager, now):
    talk = start(manager, [owner], now)
    services.reply(conversation=talk, sender=owner, body="Yes.", now=now.replace(hour=13))
    assert (unread_count(owner), unread_count(manager)) == (0, 1)
    assert [mail.to for mail in Email.objects.order_by("id")] == [["olga@example.org"], ["mona@example.org"]]


def test_who_wants_no_mail_reads_messages_in_the_inbox_only(owner, manager, now):
    owner.mail_messages = False
    owner.save()
    start(manager, [owner], now)
    assert unread_count(owner) == 1
    assert not Email.objects.exists()


@pytest.mark.parametrize("subject", ["Hello\nBcc: all@example.org", "a\r\nb", "tab\there", "\x00", "  ", ""])
def test_a_subject_is_one_line_of_plain_text(owner, manager, now, subject):
    with pytest.raises(services.MessagingError, match="subject"):
        start(manager, [owner], now, subject=subject)
    assert not Conversation.objects.exists()


def test_an_empty_message_starts_nothing(owner, manager, now):
    with pytest.raises(services.MessagingError, match="Write something"):
        start(manager, [owner], now, body="  \n ")
    assert not Conversation.objects.exists()


def test_nobody_writes_to_themselves_alone(owner, now):
    with pytest.raises(services.MessagingError, match="somebody"):
        start(owner, [owner], now)


def test_only_those_who_take_part_reply(owner, manager, stranger, now):
    talk = start(manager, [owner], now)
    with pytest.raises(services.MessagingError, match="take part"):
        services.reply(conversation=talk, sender=stranger, body="Hi", now=now)
    assert Message.objects.count() == 1


def test_everything_is_read_at_once(owner, manager, now):
    tell([owner], now)
    start(manager, [owner], now)
    assert services.mark_read(user=owner, now=now) == 2
    assert services.mark_read(user=owner, now=now) == 0
    assert unread_count(owner) == 0
