"""System checks: what `manage.py check` says about this installation before it hurts."""

import os
from typing import Any
from zoneinfo import available_timezones

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register

READING_ENGINES = ("sqlite:///",)


@register(Tags.database)
def store_is_known(**_: Any) -> list[CheckMessage]:
    """READINGS_URL names an engine there is."""
    if settings.READINGS_URL.startswith(READING_ENGINES):
        return []
    engine = settings.READINGS_URL.split(":", 1)[0]
    return [
        Error(
            f"READINGS_URL: there is no reading store for “{engine}”.",
            hint=f"Use one of: {', '.join(READING_ENGINES)}…",
            id="emads.E001",
        )
    ]


@register(Tags.files)
def data_dir_can_be_written(**_: Any) -> list[CheckMessage]:
    """EMADS_DATA_DIR is ours."""
    if os.access(settings.DATA_DIR, os.W_OK | os.X_OK):
        return []
    return [Error(f"EMADS_DATA_DIR {settings.DATA_DIR} cannot be written.", id="emads.E002")]


@register(Tags.compatibility)
def time_zones_are_there(**_: Any) -> list[CheckMessage]:
    """The machine knows time zones."""
    if available_timezones():
        return []
    return [Error("No time zones found.", hint="Install the package tzdata.", id="emads.E003")]


@register(Tags.security, deploy=True)
def mail_leaves_the_house(**_: Any) -> list[CheckMessage]:
    """A live installation sends mail."""
    if settings.EMAIL_URL:
        return []
    return [
        Warning(
            "EMAIL_URL is not set: mails are written to files and reach nobody.",
            hint="EMAIL_URL=smtp+tls://user:password@host:587",
            id="emads.W001",
        )
    ]
