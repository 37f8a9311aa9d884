"""Guards: whose line of the inbox it is. What is not theirs is 404."""

from django.shortcuts import get_object_or_404

from accounts.models import User
from messaging.models import Notification, Participant


def get_notification(user: User, pk: int) -> Notification:
    """A notification of this person."""
    return get_object_or_404(Notification.objects.of(user), pk=pk)


def get_place(user: User, conversation: int) -> Participant:
    """This person's place in a conversation they take part in."""
    places = Participant.objects.of(user).select_related("conversation")
    return get_object_or_404(places, conversation=conversation)
