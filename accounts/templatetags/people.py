"""What the administration's first page tells about people."""

from django import template

from accounts.models import User

register = template.Library()


@register.simple_tag
def people_waiting() -> list[User]:
    """People who wait for an admin's decision, the longest first."""
    return list(User.objects.pending().order_by("date_joined"))
