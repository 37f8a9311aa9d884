"""Pages of the inbox."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.access import signed_in, way_back
from messaging import inbox as lists
from messaging import services
from messaging.access import get_notification, get_place
from messaging.forms import ReplyForm
from messaging.models import Notification, Participant
from messaging.reading import unread_count


def inbox(request: HttpRequest) -> HttpResponse:
    """Everything that reached this person."""
    user = signed_in(request)
    tab = request.GET.get("tab", "all")
    tab = tab if tab in lists.TABS else "all"
    page_obj = lists.page(user, tab, request.GET.get("page"))
    context = {"page_obj": page_obj, "tab": tab, "tabs": lists.TABS.items(), "waiting": unread_count(user)}
    return render(request, "messaging/inbox.html", context)


def notification(request: HttpRequest, pk: int) -> HttpResponse:
    """One notification; looking at it makes it read."""
    told = get_notification(signed_in(request), pk)
    services.set_read(line=told, read=True, now=timezone.now())
    return render(request, "messaging/notification.html", {"told": told})


def conversation(request: HttpRequest, pk: int) -> HttpResponse:
    """The messages of a conversation, and a field to answer; looking at it makes it read."""
    user = signed_in(request)
    place = get_place(user, pk)
    may_write = user.has_perm("messaging.add_message")
    if request.method == "POST" and not may_write:
        raise PermissionDenied
    form = ReplyForm(request.POST or None)
    if form.is_valid():
        services.reply(
            conversation=place.conversation, sender=user, body=form.cleaned_data["body"], now=timezone.now()
        )
        messages.success(request, "Your message is sent.")
        return redirect(place.conversation)
    services.set_read(line=place, read=True, now=timezone.now())
    said, older = lists.said_in(place.conversation, everything="all" in request.GET)
    people = [one.user for one in place.conversation.participants.select_related("user")]
    context = {"conversation": place.conversation, "said": said, "older": older, "people": people}
    context["form"] = form if may_write else None
    return render(request, "messaging/conversation.html", context)


@require_POST
def notification_toggle(request: HttpRequest, pk: int) -> HttpResponse:
    """Read becomes unread, unread read."""
    return toggle(request, get_notification(signed_in(request), pk))


@require_POST
def conversation_toggle(request: HttpRequest, pk: int) -> HttpResponse:
    """Read becomes unread, unread read."""
    return toggle(request, get_place(signed_in(request), pk))


@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    """Everything is read."""
    count = services.mark_read(user=signed_in(request), now=timezone.now())
    messages.success(request, f"{count} marked as read." if count else "There was nothing unread.")
    return redirect("messaging:inbox")


def toggle(request: HttpRequest, line: Notification | Participant) -> HttpResponse:
    """Turn a line over and go back to where the person was."""
    services.set_read(line=line, read=line.is_unread, now=timezone.now())
    return way_back(request, reverse("messaging:inbox"))
