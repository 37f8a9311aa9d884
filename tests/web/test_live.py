"""The live stream: who hears what, when, and what a page that comes back is told."""

import asyncio
import json
from datetime import timedelta
from itertools import chain, repeat
from unittest.mock import DEFAULT, Mock

import pytest
from django.test import AsyncClient

from anomalies.models import Alert, AlertEvent
from emads.web.live.cursor import Cursor
from emads.web.live.hub import MOST_WAITING, Hub, Listener
from emads.web.live.news import MOST, caught_up, latest, since
from emads.web.live.telling import audiences, told
from emads.web.live.views import stream
from messaging.models import Notification
from tests.factories import make_sensor, make_site, make_user, put_readings

HOUR = 3600
T0 = 1_773_100_800


def make_alert(sensor, now, **more):
    return Alert.objects.create(
        sensor=sensor,
        type=Alert.Type.SPIKE,
        severity="high",
        message="Use doubled",
        timestamp=more.pop("timestamp", now),
        energy_wh=900,
        created_at=now,
        **more,
    )


def make_notice(user, now, key="k"):
    return Notification.objects.create(user=user, kind="alert", title="Look", key=key, created_at=now)


def events(batch: bytes) -> list[tuple[str, dict]]:
    """(name, content) of each event in a batch."""
    found = []
    for block in batch.decode().split("\n\n"):
        lines = dict(line.split(": ", 1) for line in block.splitlines())
        found += [(lines["event"], json.loads(lines["data"]))] if "event" in lines else []
    return found


def heard(user, news) -> list[tuple[str, dict]]:
    return events(told(news, audiences(frozenset({user.pk}))[user.pk]))


def test_a_cursor_survives_being_written():
    cursor = Cursor(1, 22, 3, 4, 555)
    assert Cursor.parse(str(cursor)) == cursor


@pytest.mark.parametrize(
    "text", ["", "12", "a:1,b:2", "a:1,b:2,c:3,n:4,m:x", "a:-1,b:2,c:3,n:4,m:5", "a:1" * 99]
)
def test_foreign_event_ids_are_no_cursor(text):
    assert Cursor.parse(text) is None


def test_nothing_new_is_no_news(sensor):
    put_readings(sensor, T0, HOUR, [1, 2])
    assert not since(latest())


def test_readings_are_told_with_their_sensor_and_last_second(owner, sensor):
    before = latest()
    put_readings(sensor, T0, HOUR, [1, 2, 3])
    assert heard(owner, since(before)) == [
        ("readings", {"sensors": ["home-main"], "until": "2026-03-10T02:00:00+00:00"})
    ]


def test_a_stranger_hears_nothing_of_a_foreign_sensor(stranger, sensor, now):
    before = latest()
    put_readings(sensor, T0, HOUR, [1])
    make_alert(sensor, now)
    assert heard(stranger, since(before)) == []


def test_a_viewer_hears_of_a_new_alert_with_its_link(viewer, sensor, now):
    before = latest()
    alert = make_alert(sensor, now)
    [(name, content)] = heard(viewer, since(before))
    assert (name, content["new"], content["alerts"]) == (
        "alert",
        1,
        [
            {
                "id": alert.pk,
                "sensor": "home-main",
                "severity": "high",
                "message": "Use doubled",
                "link": alert.get_absolute_url(),
            }
        ],
    )


def test_what_somebody_did_about_an_alert_is_told(owner, sensor, now):
    alert = make_alert(sensor, now)
    before = latest()
    AlertEvent.objects.create(alert=alert, user=owner, action="resolve", at=now)
    assert heard(owner, since(before)) == [
        ("alert", {"new": 0, "alerts": [], "changed": ["home-main"], "open": 1})
    ]


def test_the_open_alerts_of_a_person_are_told_with_every_change(owner, stranger, sensor, now):
    before = latest()
    make_alert(sensor, now)
    make_alert(sensor, now, timestamp=now - timedelta(hours=5))
    elsewhere = make_sensor("elsewhere-main", site=stranger.memberships.get().site)
    make_alert(elsewhere, now)
    news = since(before)
    assert [content["open"] for _, content in heard(owner, news)] == [2]
    assert [content["open"] for _, content in heard(stranger, news)] == [1]


def test_a_notification_is_told_to_its_person_alone(owner, viewer, now):
    before = latest()
    make_notice(owner, now)
    assert heard(owner, since(before)) == [("message", {"unread": 1})]
    assert heard(viewer, since(before)) == []


def test_only_the_last_event_of_a_batch_carries_the_cursor(owner, sensor, now):
    before = latest()
    put_readings(sensor, T0, HOUR, [1])
    make_notice(owner, now)
    batch = told(since(before), audiences(frozenset({owner.pk}))[owner.pk]).decode()
    assert batch.count("id: ") == 1
    assert f"id: {latest()}\nevent: message" in batch


def test_too_much_news_become_one_refresh(owner, now):
    before = latest()
    Notification.objects.bulk_create(
        Notification(user=owner, kind="alert", title="x", key=str(n), created_at=now) for n in range(MOST + 1)
    )
    assert heard(owner, since(before)) == [("refresh", {"unread": MOST + 1, "open": 0})]


def test_a_cursor_from_a_lost_database_becomes_a_refresh(owner):
    assert heard(owner, caught_up(Cursor(arrivals=10**6))) == [("refresh", {"unread": 0, "open": 0})]


def test_people_who_may_no_longer_sign_in_are_no_audience(owner):
    owner.is_active = False
    owner.save()
    assert audiences(frozenset({owner.pk})) == {}


def test_who_reads_too_slowly_is_told_to_refresh():
    async def overfill() -> list[bytes | None]:
        listener = Listener(1, Cursor())
        for number in range(MOST_WAITING + 1):
            listener.put(b"batch %d" % number, Cursor(number))
        return [listener.queue.get_nowait() for _ in range(listener.queue.qsize())]

    assert [events(batch) for batch in asyncio.run(overfill())] == [[("refresh", {})]]


async def listen(user, act, every_s=0.02, after=None) -> list[tuple[str, dict]]:
    """What one open page hears when `act` happens after it has opened."""
    hub = Hub(every_s)
    async with hub.listening(user.pk) as listener:
        first = await hub.missed(listener, after)
        await asyncio.to_thread(act)
        return events(first) + events(await asyncio.wait_for(listener.queue.get(), 5))


@pytest.mark.django_db(transaction=True)
def test_an_open_page_hears_of_readings(owner, sensor):
    found = asyncio.run(listen(owner, lambda: put_readings(sensor, T0, HOUR, [1])))
    assert [name for name, _ in found] == ["readings"]


@pytest.mark.django_db(transaction=True)
def test_a_page_that_comes_back_hears_what_it_missed_and_what_comes(owner, sensor):
    before = latest()
    put_readings(sensor, T0, HOUR, [1])
    act = lambda: put_readings(sensor, T0 + 5 * HOUR, HOUR, [2])  # noqa: E731
    found = asyncio.run(listen(owner, act, after=before))
    assert [content["until"] for _, content in found] == [
        "2026-03-10T00:00:00+00:00",
        "2026-03-10T05:00:00+00:00",
    ]


@pytest.mark.django_db(transaction=True)
def test_a_sensor_made_while_the_page_is_open_is_heard_of(owner, site):
    found = asyncio.run(
        listen(owner, lambda: put_readings(make_sensor("home-new", site=site), T0, HOUR, [1]))
    )
    assert found[0][1]["sensors"] == ["home-new"]


@pytest.mark.django_db(transaction=True)
def test_two_hundred_pages_share_one_poll(owner, sensor, monkeypatch):
    polls = []
    monkeypatch.setattr("emads.web.live.hub.since", lambda cursor: polls.append(1) or since(cursor))

    async def crowd() -> int:
        hub = Hub(0.05)

        async def page() -> None:
            async with hub.listening(owner.pk) as listener:
                await asyncio.wait_for(listener.queue.get(), 5)

        pages = [asyncio.create_task(page()) for _ in range(200)]
        await asyncio.sleep(0.12)
        await asyncio.to_thread(put_readings, sensor, T0, HOUR, [1])
        await asyncio.gather(*pages)
        return len(pages)

    assert asyncio.run(crowd()) == 200
    assert len(polls) < 20


@pytest.mark.django_db(transaction=True)
def test_the_poll_ends_with_the_last_page(owner):
    async def come_and_go() -> bool:
        hub = Hub(0.01)
        async with hub.listening(owner.pk):
            pass
        return hub._following is None

    assert asyncio.run(come_and_go())


@pytest.mark.django_db(transaction=True)
def test_a_failed_poll_loses_nothing(owner, sensor, monkeypatch):
    locked_once = Mock(wraps=since, side_effect=chain([RuntimeError("locked")], repeat(DEFAULT)))
    monkeypatch.setattr("emads.web.live.hub.AFTER_TROUBLE_S", 0.01)
    monkeypatch.setattr("emads.web.live.hub.since", locked_once)
    found = asyncio.run(listen(owner, lambda: put_readings(sensor, T0, HOUR, [1])))
    assert [name for name, _ in found] == ["readings"]


@pytest.mark.django_db(transaction=True)
def test_the_stream_begins_with_its_place_and_ends_in_time(owner):
    async def whole() -> list[bytes]:
        return [part async for part in stream(owner.pk, None, lasts_s=0)]

    [first] = asyncio.run(whole())
    assert first.startswith(b"retry: 2000\nid: a:")


def test_anonymous_is_sent_to_the_sign_in(as_user, db):
    assert as_user(None).get("/live/").status_code == 302


def test_a_server_that_cannot_stream_tells_pages_to_stop_asking(as_user, owner):
    assert as_user(owner).get("/live/").status_code == 204


@pytest.mark.django_db(transaction=True)
def test_a_signed_in_page_gets_an_event_stream():
    user = make_user("paul")
    make_site("pauls", owner=user)

    async def ask():
        client = AsyncClient()
        await client.aforce_login(user, backend="accounts.backends.RoleBackend")
        return await client.get("/live/")

    response = asyncio.run(ask())
    assert (response.status_code, response["Content-Type"]) == (200, "text/event-stream")
    response.close()


def test_disabled_people_lose_their_stream(owner):
    async def told_to_go() -> bytes | None:
        hub = Hub()
        listener = Listener(owner.pk, Cursor())
        hub._listeners.add(listener)
        hub._hand_over({}, frozenset({owner.pk}))
        return listener.queue.get_nowait()

    assert asyncio.run(told_to_go()) is None


def test_alerts_beyond_three_are_counted_not_told(owner, sensor, now):
    before = latest()
    for hour in range(5):
        make_alert(sensor, now, timestamp=now - timedelta(hours=hour))
    [(_, content)] = heard(owner, since(before))
    assert (content["new"], len(content["alerts"])) == (5, 3)
