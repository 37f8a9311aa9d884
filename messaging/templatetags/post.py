"""Times of the inbox, and what the administration's first page tells about mail."""

from datetime import datetime

from django import template
from django.utils import formats, timezone
from post_office.models import STATUS, Email

register = template.Library()


@register.simple_tag
def mails_stuck() -> dict[str, int]:
    """Mails that did not get through yet, and those given up."""
    return {
        "waiting": Email.objects.filter(status=STATUS.requeued).count(),
        "failed": Email.objects.filter(status=STATUS.failed).count(),
    }


@register.filter
def when(moment: datetime) -> str:
    """As short as it can be said on the person's calendar: 13:05, 10 Mar, 10 Mar 2025."""
    here, today = timezone.localtime(moment), timezone.localdate()
    if here.date() == today:
        return formats.date_format(here, "H:i")
    return formats.date_format(here, "j M" if here.year == today.year else "j M Y")
