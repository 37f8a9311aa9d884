"""The pages of the inbox, for their owner, other people and nobody."""

from datetime import timedelta

import pytest
from django.utils import timezone

from messaging import services
from messaging.models import Conversation, Message, Notification
from messaging.reading import unread_count

INBOX = "/messages/"


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def told(owner, now) -> Notification:
    what = {"kind": "alert", "severity": "high", "title": "Odd use", "body": "Much", "link": "/alerts/"}
    services.notify(users=[owner], key="a", now=now + timedelta(seconds=1), **what)
    return Notification.objects.get()


@pytest.fixture
def talk(owner, manager, now) -> Conversation:
    return services.start_conversation(
        sender=manager, recipients=[owner], subject="Meter exchange", body="On Thursday?", now=now
    )


def test_an_empty_inbox_says_what_will_come(as_user, owner):
    page = as_user(owner).get(INBOX).content.decode()
    assert "Nothing here yet" in page
    assert "Write a message" in page


@pytest.mark.parametrize(
    ("tab", "shown", "hidden"),
    [
        ("all", "Odd use", "No alerts"),
        ("alerts", "Odd use", "Meter exchange"),
        ("conversations", "Meter exchange", "Odd use"),
    ],
)
def test_tabs_show_what_they_say(as_user, owner, told, talk, tab, shown, hidden):
    page = as_user(owner).get(INBOX, {"tab": tab}).content.decode()
    assert shown in page
    assert hidden not in page


def test_an_unknown_tab_or_page_shows_all(as_user, owner, told):
    for query in ("?tab=nonsense", "?page=nonsense", "?page=99", "?page=-1"):
        assert "Odd use" in as_user(owner).get(INBOX + query).content.decode()


def test_newest_first_across_alerts_and_conversations(as_user, owner, manager, told, talk, now):
    titles = [line.title for line in as_user(owner).get(INBOX).context["page_obj"]]
    assert titles == ["Odd use", "Meter exchange"]
    services.reply(conversation=talk, sender=manager, body="Well?", now=now + timedelta(minutes=1))
    titles = [line.title for line in as_user(owner).get(INBOX).context["page_obj"]]
    assert titles == ["Meter exchange", "Odd use"]


def test_others_do_not_see_it(as_user, stranger, told, talk):
    assert "Odd use" not in as_user(stranger).get(INBOX).content.decode()


@pytest.mark.parametrize("who", ["stranger", "viewer", "manager", "admin"])
def test_a_notification_is_its_owners_alone(as_user, request, told, who):
    client = as_user(request.getfixturevalue(who))
    assert client.get(told.get_absolute_url()).status_code == 404
    assert client.post(f"{told.get_absolute_url()}toggle/").status_code == 404
    told.refresh_from_db()
    assert told.is_unread


@pytest.mark.parametrize("who", ["stranger", "viewer", "admin"])
def test_a_conversation_is_for_those_who_take_part(as_user, request, talk, who):
    client = as_user(request.getfixturevalue(who))
    assert client.get(talk.get_absolute_url()).status_code == 404
    assert client.post(talk.get_absolute_url(), {"body": "Hi"}).status_code == 404
    assert client.post(f"{talk.get_absolute_url()}toggle/").status_code == 404
    assert Message.objects.count() == 1


@pytest.mark.parametrize("path", ["notifications/1/", "conversations/1/", "", "new/"])
def test_nobody_sees_nothing(client, told, talk, path):
    assert "login" in client.get(INBOX + path).url


def test_looking_at_a_notification_makes_it_read(as_user, owner, told):
    page = as_user(owner).get(told.get_absolute_url()).content.decode()
    assert 'href="/alerts/"' in page
    told.refresh_from_db()
    assert not told.is_unread


def test_read_and_unread_in_place(as_user, owner, told, talk):
    client = as_user(owner)
    for line in (told, talk):
        assert client.post(f"{line.get_absolute_url()}toggle/").url == INBOX
    assert unread_count(owner) == 0
    for line in (told, talk):
        client.post(f"{line.get_absolute_url()}toggle/")
    assert unread_count(owner) == 2


@pytest.mark.parametrize(
    ("back", "to"),
    [
        ("/messages/?tab=alerts", "/messages/?tab=alerts"),
        ("https://evil.example/", INBOX),
        ("//evil.example", INBOX),
    ],
)
def test_turning_over_goes_back_but_never_to_another_site(as_user, owner, told, back, to):
    assert as_user(owner).post(f"{told.get_absolute_url()}toggle/", {"next": back}).url == to


@pytest.mark.parametrize("path", ["toggle/"])
def test_changes_take_a_post(as_user, owner, told, talk, path):
    client = as_user(owner)
    assert client.get(told.get_absolute_url() + path).status_code == 405
    assert client.get(talk.get_absolute_url() + path).status_code == 405
    assert client.get("/messages/read/").status_code == 405


def test_mark_all_as_read(as_user, owner, told, talk):
    page = as_user(owner).post("/messages/read/", follow=True).content.decode()
    assert "2 marked as read" in page
    assert "You have read everything" in page


def test_answering(as_user, owner, manager, talk):
    client = as_user(owner)
    assert "On Thursday?" in client.get(talk.get_absolute_url()).content.decode()
    assert client.post(talk.get_absolute_url(), {"body": "Yes, at nine."}).url == talk.get_absolute_url()
    assert "Yes, at nine." in as_user(manager).get(talk.get_absolute_url()).content.decode()


def test_an_empty_answer_is_refused(as_user, owner, talk):
    page = as_user(owner).post(talk.get_absolute_url(), {"body": "   "})
    assert page.context["form"].errors
    assert Message.objects.count() == 1


def test_what_people_write_is_text_not_markup(as_user, owner, manager, now):
    evil = "<script>alert(1)</script>"
    talk = services.start_conversation(sender=manager, recipients=[owner], subject=evil, body=evil, now=now)
    client = as_user(owner)
    for path in (INBOX, talk.get_absolute_url()):
        page = client.get(path).content.decode()
        assert evil not in page
        assert "&lt;script&gt;" in page


def test_a_long_conversation_shows_its_end_first(as_user, owner, manager, talk, now):
    for number in range(60):
        services.reply(
            conversation=talk, sender=manager, body=f"word {number}.", now=now + timedelta(minutes=number + 1)
        )
    client = as_user(owner)
    page = client.get(talk.get_absolute_url()).content.decode()
    assert "word 59." in page
    assert "On Thursday?" not in page
    assert "11 older messages" in page
    assert "On Thursday?" in client.get(talk.get_absolute_url() + "?all=1").content.decode()


def test_a_conversation_outlives_who_wrote_in_it(as_user, owner, manager, talk):
    manager.delete()
    assert "Somebody who left" in as_user(owner).get(talk.get_absolute_url()).content.decode()
    assert as_user(owner).get(INBOX).status_code == 200


def test_500_unread_cost_as_little_as_one(as_user, owner, manager, now, django_assert_max_num_queries):
    Notification.objects.bulk_create(
        Notification(user=owner, kind="alert", title=f"Alert {n}", key=str(n), created_at=now)
        for n in range(500)
    )
    for number in range(20):
        services.start_conversation(
            sender=manager, recipients=[owner], subject=f"Talk {number}", body="x", now=now
        )
    client = as_user(owner)
    with django_assert_max_num_queries(16):
        page = client.get(INBOX)
    assert "520 unread" in page.content.decode()
    assert len(page.context["page_obj"].object_list) == 30
    with django_assert_max_num_queries(16):
        client.get(INBOX, {"page": 18})
