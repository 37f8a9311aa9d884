"""The queue of outgoing mail: one mail is one row, written in the transaction of what it tells about."""

import mimetypes
from collections.abc import Mapping
from email.utils import make_msgid
from typing import Any
from urllib.parse import urlsplit

import structlog
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.template import Context
from django.template.loader import get_template, render_to_string
from post_office.models import PRIORITY, STATUS, Email
from post_office.utils import create_attachments

log = structlog.get_logger()
SUBJECT_LENGTH = 200


def plain_text(template: str, context: Mapping[str, Any]) -> str:
    """A text template: nothing is escaped, because nothing here is HTML."""
    rendered: str = get_template(template).template.render(Context(dict(context), autoescape=False))  # type: ignore[attr-defined]
    return rendered.strip()


def one_line(text: str) -> str:
    """Text without line breaks, so that nobody writes headers of their own into a mail."""
    return " ".join(text.split())[:SUBJECT_LENGTH]


def absolute(path: str) -> str:
    """The full address of a page of this installation."""
    return settings.SITE_URL + path if path.startswith("/") else path


def queue_mail(
    *,
    to: str,
    template: str,
    context: Mapping[str, Any],
    attachments: Mapping[str, bytes] | None = None,
) -> Email | None:
    """Queue one mail of templates/mail/<template>/ (subject.txt, body.txt, body.html).

    Bodies are rendered here and stored as they are: post_office's own sending functions would render a
    person's words as a template once more. None if the address is unusable.
    """
    known = {"site_url": settings.SITE_URL, **context}
    subject = one_line(plain_text(f"mail/{template}/subject.txt", known))
    known["subject"] = subject
    email = Email(
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[to],
        subject=subject,
        message=plain_text(f"mail/{template}/body.txt", known),
        html_message=render_to_string(f"mail/{template}/body.html", known),
        status=STATUS.queued,
        priority=PRIORITY.medium,
        message_id=make_msgid(domain=urlsplit(settings.SITE_URL).hostname),
        headers={"Auto-Submitted": "auto-generated"},
    )
    try:
        email.save()
    except ValidationError as error:
        log.warning("mail not queued", template=template, reason=error.messages)
        return None
    if attachments:
        files = {name: _file(name, content) for name, content in attachments.items()}
        email.attachments.add(*create_attachments(files))
    return email


def _file(name: str, content: bytes) -> dict[str, Any]:
    mimetype = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return {"file": ContentFile(content), "mimetype": mimetype}
