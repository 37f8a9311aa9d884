"""Sites, sensors, tariffs and import jobs. Readings live in energy.store, not here."""

import zoneinfo
from typing import Self, TypeVar

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse

from accounts.models import User

Person = User | AnonymousUser
Row = TypeVar("Row", bound=models.Model)


def valid_time_zone(name: str) -> None:
    """Refuse what is not an IANA time zone."""
    if name not in zoneinfo.available_timezones():
        raise ValidationError(f"“{name}” is not a time zone; write it like Europe/Berlin.")


class SiteQuerySet(models.QuerySet["Site"]):
    """Reads of sites; whatever a person reaches starts with visible_to."""

    def visible_to(self, user: Person) -> "SiteQuerySet":
        """Sites this person may see."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if user.is_admin:
            return self
        return self.filter(pk__in=Membership.objects.filter(user=user).values("site"))

    def editable_by(self, user: Person) -> "SiteQuerySet":
        """Sites this person may change: add sensors, import, handle alerts."""
        if not user.is_authenticated or not user.is_active or user.role in ("viewer", "provider"):
            return self.none()
        if user.is_admin:
            return self
        mine = Membership.objects.filter(user=user, access__in=Membership.EDITING)
        return self.filter(pk__in=mine.values("site"))


class Site(models.Model):
    """A home or building."""

    slug = models.SlugField(max_length=64, unique=True)
    name = models.CharField(max_length=120)
    time_zone = models.CharField(max_length=64, validators=[valid_time_zone])
    currency = models.CharField(max_length=3, default="EUR")
    floor_area_m2 = models.FloatField(null=True, blank=True)
    occupants = models.PositiveSmallIntegerField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = SiteQuerySet.as_manager()

    class Meta:
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("energy:site", args=[self.slug])

    @property
    def tz(self) -> zoneinfo.ZoneInfo:
        """The zone its days and months are cut in."""
        return zoneinfo.ZoneInfo(self.time_zone)


class Membership(models.Model):
    """What a person is to a site."""

    class Access(models.TextChoices):
        OWN = "own", "Lives here"
        VIEW = "view", "May look"
        MANAGE = "manage", "Manages it"
        CONSENT = "consent", "Has the resident's consent"

    EDITING = (Access.OWN, Access.MANAGE)

    site = models.ForeignKey(Site, models.CASCADE, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships")
    access = models.CharField(max_length=8, choices=Access.choices, default=Access.OWN)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["site", "user"], name="member_once")]

    def __str__(self) -> str:
        return f"{self.user} {self.access} {self.site}"


class SensorQuerySet(models.QuerySet["Sensor"]):
    """Reads of sensors."""

    def visible_to(self, user: Person) -> "SensorQuerySet":
        """Sensors of the sites this person may see."""
        return self.filter(site__in=Site.objects.visible_to(user))

    def editable_by(self, user: Person) -> "SensorQuerySet":
        """Sensors this person may change or write readings to."""
        return self.filter(site__in=Site.objects.editable_by(user))

    def mains(self) -> "SensorQuerySet":
        """Sensors that are no sub-meter of another."""
        return self.filter(parent=None)

    def consumption(self) -> "SensorQuerySet":
        """Electricity drawn from the grid."""
        return self.filter(quantity=Sensor.Quantity.IMPORT)


class Sensor(models.Model):
    """A meter or device. `slug` is the public sensor_id."""

    class Quantity(models.TextChoices):
        IMPORT = "import", "Electricity import"
        EXPORT = "export", "Electricity export"
        PRODUCTION = "production", "Electricity production"
        GAS = "gas", "Gas"
        HEAT = "heat", "Heat"

    class Kind(models.TextChoices):
        INTERVAL = "interval", "Energy per interval"
        COUNTER = "counter", "Cumulative register"
        POWER = "power", "Power"

    class Unit(models.TextChoices):
        WH = "Wh", "Wh"
        KWH = "kWh", "kWh"
        MWH = "MWh", "MWh"
        W = "W", "W"
        KW = "kW", "kW"

    site = models.ForeignKey(Site, models.CASCADE, related_name="sensors")
    slug = models.SlugField("sensor id", max_length=96, unique=True)
    name = models.CharField(max_length=120)
    quantity = models.CharField(max_length=12, choices=Quantity.choices, default=Quantity.IMPORT)
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.INTERVAL)
    unit = models.CharField(max_length=4, choices=Unit.choices, default=Unit.WH)
    interval_s = models.PositiveIntegerField("expected interval [s]", null=True, blank=True)
    parent = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="submeters")
    make = models.CharField(max_length=80, blank=True)
    model = models.CharField(max_length=80, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = SensorQuerySet.as_manager()

    class Meta:
        ordering = ["site__name", "name", "id"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("energy:sensor", args=[self.slug])


class ThroughSensorQuerySet(models.QuerySet[Row]):
    """Reads of rows that belong to a sensor: base of the later apps' QuerySets."""

    def visible_to(self, user: Person) -> Self:
        """Rows of the sites this person may see."""
        return self.filter(sensor__site__in=Site.objects.visible_to(user))

    def editable_by(self, user: Person) -> Self:
        """Rows of the sites this person may change."""
        return self.filter(sensor__site__in=Site.objects.editable_by(user))


class Tariff(models.Model):
    """Price of electricity at a site from a date on."""

    site = models.ForeignKey(Site, models.CASCADE, related_name="tariffs")
    valid_from = models.DateField()
    price_per_kwh = models.DecimalField(max_digits=9, decimal_places=5)
    export_price_per_kwh = models.DecimalField(max_digits=9, decimal_places=5, default=0)
    standing_charge_per_day = models.DecimalField(max_digits=9, decimal_places=5, default=0)

    class Meta:
        ordering = ["site", "valid_from"]
        constraints = [models.UniqueConstraint(fields=["site", "valid_from"], name="one_tariff_a_day")]

    def __str__(self) -> str:
        return f"{self.price_per_kwh} {self.site.currency}/kWh from {self.valid_from}"


class ImportJobQuerySet(models.QuerySet["ImportJob"]):
    """Reads of import jobs."""

    def visible_to(self, user: Person) -> "ImportJobQuerySet":
        """Imports of the sites this person may change."""
        return self.filter(site__in=Site.objects.editable_by(user))

    def unfinished(self) -> "ImportJobQuerySet":
        """Queued or running."""
        return self.filter(status__in=[ImportJob.Status.QUEUED, ImportJob.Status.RUNNING])


def import_path(job: "ImportJob", _name: str) -> str:
    """Where an upload is kept: never under the name its sender chose."""
    return f"imports/{job.key}"


class ImportJob(models.Model):
    """A file on its way into the store. The row is the truth; tasks only take it up."""

    class Status(models.TextChoices):
        PREVIEW = "preview", "Waiting for your word"
        QUEUED = "queued", "Waiting"
        RUNNING = "running", "Running"
        DONE = "done", "Done"
        FAILED = "failed", "Failed"

    key = models.CharField(max_length=32, unique=True)
    site = models.ForeignKey(Site, models.CASCADE, related_name="imports")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    file = models.FileField(upload_to=import_path)
    file_name = models.CharField(max_length=200)
    options = models.JSONField(default=dict)
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.PREVIEW, db_index=True)
    bytes_total = models.BigIntegerField(default=0)
    bytes_done = models.BigIntegerField(default=0)
    receipt = models.JSONField(default=dict)
    error = models.TextField(blank=True)
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    beat_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = ImportJobQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return self.file_name

    def get_absolute_url(self) -> str:
        return reverse("energy:import-job", args=[self.key])

    @property
    def percent(self) -> int:
        """How far it is, 0 to 100."""
        return min(100, 100 * self.bytes_done // self.bytes_total) if self.bytes_total else 0
