"""What the other rooms ask about a person's inbox."""

from accounts.models import User
from messaging.models import Notification, Participant


def unread_count(user: User) -> int:
    """Notifications and conversations this person has not looked at."""
    return Notification.objects.of(user).unread().count() + Participant.objects.of(user).unread().count()
