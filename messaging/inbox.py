"""The inbox: notifications and conversations in one list, newest first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import CharField, OuterRef, QuerySet, Subquery, Value
from django.urls import reverse

from accounts.models import User
from messaging.models import Conversation, Message, Notification, Participant

PAGE_LENGTH = 30
LAST_WORDS = 50
TABS = {"all": "All", "alerts": "Alerts", "conversations": "Conversations"}
ICONS = {
    Notification.Kind.ALERT: "exclamation-triangle",
    Notification.Kind.REPORT: "file-earmark-text",
    Notification.Kind.ACCOUNT: "person",
    Notification.Kind.SYSTEM: "info-circle",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the inbox."""

    icon: str
    title: str
    excerpt: str
    at: datetime
    unread: bool
    url: str
    toggle_url: str
    severity: str = ""
    people: str = ""


def page(user: User, tab: str, number: str | None) -> Page[Any]:
    """One page of a tab; its object_list are Lines. Costs the same however long the inbox is."""
    found = Paginator(places(user, tab), PAGE_LENGTH).get_page(number)
    found.object_list = lines(user, list(found.object_list))  # type: ignore[assignment]
    return found


def places(user: User, tab: str) -> QuerySet[Any, tuple[str, int, datetime]]:
    """(what, id, when) of every line of a tab, newest first."""
    told = Notification.objects.of(user).order_by()
    if tab == "alerts":
        told = told.filter(kind=Notification.Kind.ALERT)
    told_rows = told.annotate(what=Value("told", CharField())).values_list("what", "pk", "created_at")
    talks = Participant.objects.of(user).order_by()
    talk_rows = talks.annotate(what=Value("talk", CharField())).values_list(
        "what", "pk", "conversation__updated_at"
    )
    if tab == "alerts":
        return told_rows.order_by("-created_at", "-pk")
    if tab == "conversations":
        return talk_rows.order_by("-conversation__updated_at", "-pk")
    return told_rows.union(talk_rows, all=True).order_by("-created_at", "-pk")


def lines(user: User, found: Sequence[tuple[str, int, datetime]]) -> list[Line]:
    """The lines of these places, in their order."""
    told = Notification.objects.of(user).in_bulk([pk for what, pk, _ in found if what == "told"])
    last = Message.objects.filter(conversation=OuterRef("conversation")).order_by("-created_at", "-id")
    talks = (
        Participant.objects.of(user)
        .select_related("conversation")
        .prefetch_related("conversation__participants__user")
        .annotate(last_body=Subquery(last.values("body")[:1]))
        .in_bulk([pk for what, pk, _ in found if what == "talk"])
    )
    return [of_notification(told[pk]) if what == "told" else of_place(talks[pk]) for what, pk, _ in found]


def of_notification(told: Notification) -> Line:
    """The line of a notification."""
    return Line(
        icon=ICONS[Notification.Kind(told.kind)],
        title=told.title,
        excerpt=told.body,
        at=told.created_at,
        unread=told.is_unread,
        url=told.get_absolute_url(),
        toggle_url=reverse("messaging:notification-toggle", args=[told.pk]),
        severity=told.severity,
    )


def of_place(place: Any) -> Line:
    """The line of a conversation, as `lines` fetched it."""
    talk = place.conversation
    others = [one.user.full_name for one in talk.participants.all() if one.user_id != place.user_id]
    return Line(
        icon="chat-left-text",
        title=talk.subject,
        excerpt=place.last_body or "",
        at=talk.updated_at,
        unread=place.is_unread,
        url=talk.get_absolute_url(),
        toggle_url=reverse("messaging:conversation-toggle", args=[talk.pk]),
        people=", ".join(others),
    )


def said_in(conversation: Conversation, everything: bool) -> tuple[list[Message], int]:
    """The latest messages, or all, oldest first; and how many older ones are left out."""
    newest_first = conversation.messages.select_related("sender").order_by("-created_at", "-id")
    said = list(newest_first if everything else newest_first[:LAST_WORDS])
    older = conversation.messages.count() - len(said) if len(said) == LAST_WORDS else 0
    return said[::-1], older
