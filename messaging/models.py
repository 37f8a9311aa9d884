"""What reaches people: notifications, conversations and report subscriptions."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from accounts.models import User


class NotificationQuerySet(models.QuerySet["Notification"]):
    """Reads of notifications."""

    def of(self, user: User) -> "NotificationQuerySet":
        """This person's own."""
        return self.filter(user=user)

    def unread(self) -> "NotificationQuerySet":
        """Not looked at yet."""
        return self.filter(read_at=None)


class Notification(models.Model):
    """One line in one person's inbox. `key` makes it arrive once however often it is sent."""

    class Kind(models.TextChoices):
        ALERT = "alert", "Alert"
        REPORT = "report", "Report"
        ACCOUNT = "account", "Account"
        SYSTEM = "system", "System"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notifications")
    kind = models.CharField(max_length=16, choices=Kind.choices)
    severity = models.CharField(max_length=8, blank=True)
    title = models.CharField(max_length=200)
    body = models.TextField(blank=True)
    link = models.CharField(max_length=300, blank=True)
    key = models.CharField(max_length=120)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="notified_once")]
        indexes = [
            models.Index(fields=["user", "-created_at"]),
            models.Index(fields=["user", "read_at"]),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("messaging:notification", args=[self.pk])

    @property
    def is_unread(self) -> bool:
        """Not looked at yet."""
        return self.read_at is None


class Conversation(models.Model):
    """Messages between people under one subject."""

    subject = models.CharField(max_length=200)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.subject

    def get_absolute_url(self) -> str:
        return reverse("messaging:conversation", args=[self.pk])


class ParticipantQuerySet(models.QuerySet["Participant"]):
    """Reads of a person's places in conversations."""

    def of(self, user: User) -> "ParticipantQuerySet":
        """This person's own."""
        return self.filter(user=user)

    def unread(self) -> "ParticipantQuerySet":
        """Something was written since they last looked."""
        return self.filter(Q(read_at=None) | Q(read_at__lt=F("conversation__updated_at")))


class Participant(models.Model):
    """A person in a conversation, and how far they have read."""

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="participants")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="conversations")
    read_at = models.DateTimeField(null=True, blank=True)

    objects = ParticipantQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["conversation", "user"], name="in_a_conversation_once")
        ]

    def __str__(self) -> str:
        return f"{self.user} in {self.conversation}"

    @property
    def is_unread(self) -> bool:
        """Something was written since this person last looked."""
        return self.read_at is None or self.read_at < self.conversation.updated_at


class Message(models.Model):
    """One message."""

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="messages")
    sender = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    body = models.TextField()
    created_at = models.DateTimeField(db_index=True)

    class Meta:
        ordering = ["created_at", "id"]

    def __str__(self) -> str:
        return self.body[:60]


class Subscription(models.Model):
    """Who wants which report when. `subject` is a site's slug; messaging knows no sites."""

    class Period(models.TextChoices):
        WEEK = "week", "Weekly"
        MONTH = "month", "Monthly"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="subscriptions")
    subject = models.CharField(max_length=64, db_index=True)
    period = models.CharField(max_length=8, choices=Period.choices)
    sent_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "subject", "period"], name="subscribed_once"),
        ]

    def __str__(self) -> str:
        return f"{self.subject} {self.period} for {self.user}"


class ReportFileQuerySet(models.QuerySet["ReportFile"]):
    """Reads of report files. Who may see the site is the caller's rule: messaging knows no sites."""

    def of(self, user: User) -> "ReportFileQuerySet":
        """What this person asked for, and what the schedule made for everyone."""
        return self.filter(Q(user=user) | Q(user=None))

    def unfinished(self) -> "ReportFileQuerySet":
        """Waiting or being made."""
        return self.filter(status__in=[ReportFile.Status.QUEUED, ReportFile.Status.RUNNING])

    def waiting(self, stuck_since: datetime) -> "ReportFileQuerySet":
        """To be made: never begun, or begun so long ago that whoever did is gone."""
        running = Q(status=ReportFile.Status.RUNNING, started_at__lt=stuck_since)
        return self.filter(Q(status=ReportFile.Status.QUEUED) | running)


def report_path(report: "ReportFile", _name: str) -> str:
    """Where a report is kept: under a name nobody can guess."""
    return f"reports/{report.key}.pdf"


class ReportFile(models.Model):
    """A PDF somebody asked for, or the schedule made (no user). The row is the truth."""

    class Status(models.TextChoices):
        QUEUED = "queued", "Waiting"
        RUNNING = "running", "Being made"
        DONE = "done", "Ready"
        FAILED = "failed", "Failed"

    key = models.CharField(max_length=32, unique=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="+"
    )
    subject = models.CharField(max_length=64, db_index=True)
    period = models.CharField(max_length=8, choices=Subscription.Period.choices)
    first_day = models.DateField()
    last_day = models.DateField()
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.QUEUED, db_index=True)
    error = models.TextField(blank=True)
    file = models.FileField(upload_to=report_path, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(db_index=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = ReportFileQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["subject", "period", "first_day"],
                condition=Q(user=None),
                name="scheduled_report_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.subject} {self.first_day} to {self.last_day}"

    @property
    def finished(self) -> bool:
        """Ready or failed: nothing more will come."""
        return self.status in (self.Status.DONE, self.Status.FAILED)
