"""Everything that reaches people: notifications, mails, conversations."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction
from django.urls import reverse
from post_office.models import Email

from accounts.mail import absolute, one_line, queue_mail
from accounts.models import User
from messaging.models import (
    Conversation,
    Message,
    Notification,
    Participant,
    ReportFile,
    Subscription,
)

TITLE_LENGTH = 200
# The preference that says whether a notification of this kind also goes out as mail; the others always do.
MAIL_PREFERENCE = {Notification.Kind.ALERT: "mail_alerts", Notification.Kind.REPORT: "mail_reports"}


class MessagingError(Exception):
    """What was asked for cannot be sent; the text says why, to the person."""


def notify(
    *,
    users: Iterable[User],
    kind: str,
    severity: str = "",
    title: str,
    body: str,
    link: str,
    key: str,
    now: datetime,
    attachments: Mapping[str, bytes] | None = None,
) -> int:
    """Tell people something once per `key`: a line in their inbox, and a mail if they want those.

    `link` is a path of this site or empty. Returns how many people had not been told before.
    """
    if link and (not link.startswith("/") or link.startswith(("//", "/\\"))):
        raise ValueError(f"a notification links to a page of this site, not to {link!r}")
    told = {"kind": kind, "severity": severity, "title": one_line(title), "body": body, "link": link}
    count = 0
    for user in users:
        with transaction.atomic():
            _, new = Notification.objects.get_or_create(
                user=user, key=key, defaults={**told, "created_at": now}
            )
            if not new:
                continue
            count += 1
            if user.may_sign_in and wants_mail(user, kind):
                context = {**told, "person": user, "url": absolute(link)}
                queue_mail(to=user.email, template="notification", context=context, attachments=attachments)
    return count


def tell_admins_who_waits(*, now: datetime) -> int:
    """Every person who waits for approval is announced to the admins, once. Returns how many were new."""
    waiting = {f"approval-{person.pk}-{person.requested_role}": person for person in User.objects.pending()}
    told = Notification.objects.filter(key__in=waiting).values_list("key", flat=True).distinct()
    for key in told:
        del waiting[key]
    admins = list(User.objects.admins()) if waiting else []
    for key, person in waiting.items():
        notify(
            users=admins,
            kind=Notification.Kind.ACCOUNT,
            title=f"{person.full_name} asks to be {person.get_requested_role_display().lower()}",
            body=f"{person.full_name} ({person.username}, {person.email}) waits for your decision.",
            link=reverse("admin:accounts_user_change", args=[person.pk]),
            key=key,
            now=now,
        )
    return len(waiting) if admins else 0


def wants_mail(user: User, kind: str) -> bool:
    """Whether a notification of this kind also goes to the person's mailbox."""
    preference = MAIL_PREFERENCE.get(Notification.Kind(kind))
    return True if preference is None else bool(getattr(user, preference))


def mail(
    *,
    to: str,
    subject: str,
    template: str,
    context: Mapping[str, Any],
    attachments: Mapping[str, bytes] | None = None,
) -> Email | None:
    """Queue one mail (text + HTML) of templates/mail/<template>/.

    `subject` reaches the templates as `subject`. `attachments` are contents by file name. None if not queued.
    """
    return queue_mail(
        to=to, template=template, context={"subject": subject, **context}, attachments=attachments
    )


def start_conversation(
    *, sender: User, recipients: Iterable[User], subject: str, body: str, now: datetime
) -> Conversation:
    """Open a conversation with its first message. Who may write to whom is the caller's rule."""
    if any(not character.isprintable() for character in subject):
        raise MessagingError("The subject is one line of plain text.")
    if not subject.strip():
        raise MessagingError("Give the message a subject.")
    people = {user.pk: user for user in recipients if user.pk != sender.pk}
    if not people:
        raise MessagingError("Choose somebody to write to.")
    with transaction.atomic():
        conversation = Conversation.objects.create(
            subject=subject.strip()[:TITLE_LENGTH], created_at=now, updated_at=now
        )
        rows = [Participant(conversation=conversation, user=user) for user in (sender, *people.values())]
        Participant.objects.bulk_create(rows)
        reply(conversation=conversation, sender=sender, body=body, now=now)
    return conversation


def reply(*, conversation: Conversation, sender: User, body: str, now: datetime) -> Message:
    """Add a message; the others see it as unread and get a mail if they want those."""
    if not body.strip():
        raise MessagingError("Write something first.")
    with transaction.atomic():
        message = Message.objects.create(
            conversation=conversation, sender=sender, body=body.strip(), created_at=now
        )
        Conversation.objects.filter(pk=conversation.pk).update(updated_at=now)
        if not conversation.participants.filter(user=sender).update(read_at=now):
            raise MessagingError("Only people who take part may reply.")
        others = User.objects.active().filter(conversations__conversation=conversation, mail_messages=True)
        for person in others.exclude(pk=sender.pk):
            context = {"person": person, "sender": sender, "conversation": conversation, "message": message}
            context["url"] = absolute(conversation.get_absolute_url())
            queue_mail(to=person.email, template="message", context=context)
    return message


def mark_read(*, user: User, now: datetime) -> int:
    """Everything in a person's inbox is read. Returns how many were not."""
    with transaction.atomic():
        lines = Notification.objects.of(user).unread().update(read_at=now)
        return lines + Participant.objects.of(user).unread().update(read_at=now)


def set_read(*, line: Notification | Participant, read: bool, now: datetime) -> None:
    """One line of the inbox is read, or unread again."""
    type(line).objects.filter(pk=line.pk).update(read_at=now if read else None)


def forget_subject(*, subject: str) -> None:
    """Delete the reports about something that is gone, and who wanted them."""
    Subscription.objects.filter(subject=subject).delete()
    for report in ReportFile.objects.filter(subject=subject):
        report.delete()
        if report.file:
            transaction.on_commit(partial(report.file.delete, save=False))
