"""People, what they may do, and the keys of their devices."""

from datetime import datetime

from django.contrib.auth.models import AbstractUser
from django.contrib.auth.models import UserManager as DjangoUserManager
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower


class Role(models.TextChoices):
    """Roles; each has a Django group of the same name that carries its permissions."""

    RESIDENT = "resident", "Resident"
    VIEWER = "viewer", "Viewer"
    MANAGER = "manager", "Manager"
    PROVIDER = "provider", "Provider"
    ADMIN = "admin", "Admin"


APPROVED_ROLES = (Role.MANAGER, Role.PROVIDER, Role.ADMIN)


class UserQuerySet(models.QuerySet["User"]):
    """Reads of people."""

    def active(self) -> "UserQuerySet":
        """People who may sign in."""
        return self.filter(is_active=True, status=User.Status.ACTIVE)

    def pending(self) -> "UserQuerySet":
        """People who wait for an admin's decision."""
        return self.filter(status=User.Status.PENDING)

    def admins(self) -> "UserQuerySet":
        """People who decide about others."""
        return self.active().filter(Q(is_superuser=True) | Q(role=Role.ADMIN))


class UserManager(DjangoUserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]
    """create_user and the reads above."""

    @classmethod
    def normalize_email(cls, email: str | None) -> str:
        """E-mail addresses are kept in lower case, so that a person has one however it is typed."""
        return str(super().normalize_email(email)).strip().lower()


class User(AbstractUser):
    """A person."""

    class Status(models.TextChoices):
        ACTIVE = "active", "Active"
        PENDING = "pending", "Waiting for approval"
        REJECTED = "rejected", "Rejected"

    class Theme(models.TextChoices):
        AUTO = "auto", "Follow the device"
        LIGHT = "light", "Light"
        DARK = "dark", "Dark"

    class Range(models.TextChoices):
        TODAY = "today", "Today"
        WEEK = "7d", "7 days"
        MONTH = "30d", "30 days"
        THIS_MONTH = "month", "This month"
        THIS_YEAR = "year", "This year"

    class Sensitivity(models.TextChoices):
        CALM = "calm", "Calm: only what stands out clearly"
        NORMAL = "normal", "Normal"
        KEEN = "keen", "Keen: small oddities too"

    email = models.EmailField("e-mail address", unique=True)
    role = models.CharField(max_length=16, choices=Role.choices, default=Role.RESIDENT, db_index=True)
    requested_role = models.CharField(max_length=16, choices=Role.choices, blank=True)
    status = models.CharField(max_length=16, choices=Status.choices, default=Status.ACTIVE, db_index=True)
    decided_by = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    decision_reason = models.CharField(max_length=300, blank=True)

    default_range = models.CharField(max_length=8, choices=Range.choices, default=Range.MONTH)
    anomaly_sensitivity = models.CharField(
        max_length=8, choices=Sensitivity.choices, default=Sensitivity.NORMAL
    )
    theme = models.CharField(max_length=8, choices=Theme.choices, default=Theme.AUTO)
    language = models.CharField(max_length=8, default="en")
    time_zone = models.CharField(max_length=64, default="UTC")
    mail_alerts = models.BooleanField("alerts by mail", default=True)
    mail_messages = models.BooleanField("messages by mail", default=True)
    mail_reports = models.BooleanField("reports by mail", default=True)

    objects = UserManager()  # type: ignore[misc]

    class Meta(AbstractUser.Meta):
        constraints = [
            models.UniqueConstraint(Lower("username"), name="username_once_whatever_its_case"),
            models.UniqueConstraint(Lower("email"), name="email_once_whatever_its_case"),
        ]
        permissions = [("approve_user", "Can approve or reject people")]
        verbose_name = "person"
        verbose_name_plural = "people"

    @property
    def is_admin(self) -> bool:
        """Sees every site."""
        return self.is_superuser or self.role == Role.ADMIN

    @property
    def may_sign_in(self) -> bool:
        """Neither disabled nor waiting for a decision."""
        return self.is_active and self.status == self.Status.ACTIVE

    @property
    def full_name(self) -> str:
        """First and last name, else the username."""
        return self.get_full_name() or self.username


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    """Reads of tokens."""

    def usable(self, now: datetime) -> "ApiTokenQuerySet":
        """Not expired, and their owner may sign in."""
        alive = Q(expires_at=None) | Q(expires_at__gt=now)
        return self.filter(alive, user__is_active=True, user__status=User.Status.ACTIVE)


class ApiToken(models.Model):
    """A device's or script's key. Only its hash is kept."""

    class Scope(models.TextChoices):
        INGEST = "ingest", "Send readings"
        READ = "read", "Read"

    user = models.ForeignKey(User, models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=80, blank=True)
    scope = models.CharField(max_length=8, choices=Scope.choices, default=Scope.INGEST)
    digest = models.CharField(max_length=64, unique=True)
    hint = models.CharField(max_length=12)
    created_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        verbose_name = "API token"

    def __str__(self) -> str:
        return f"{self.hint}… ({self.scope})"
