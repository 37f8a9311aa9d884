"""What detection found, and what people did about it."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.urls import reverse

from anomalies.telling import between
from energy.models import Sensor, ThroughSensorQuerySet


class Severity(models.TextChoices):
    HIGH = "high", "High"
    MEDIUM = "medium", "Medium"
    LOW = "low", "Low"


class DetectionStateQuerySet(models.QuerySet["DetectionState"]):
    """Reads of how far detection has come."""

    def due(self, hour: datetime) -> "DetectionStateQuerySet":
        """Something to judge in the hours before `hour`, longest waiting first."""
        return self.filter(rescore_from__lt=hour).order_by("rescore_from", "pk")


class DetectionState(models.Model):
    """How far detection has come for a sensor, and its usual week."""

    sensor = models.OneToOneField(Sensor, models.CASCADE, related_name="detection")
    scored_until = models.DateTimeField(null=True, blank=True)
    rescore_from = models.DateTimeField(null=True, blank=True, db_index=True)  # readings arrived since then
    arrivals_seen = models.BigIntegerField(default=0, db_index=True)
    profile = models.JSONField(default=dict)  # hour-of-week medians and spreads [Wh]
    profile_at = models.DateTimeField(null=True, blank=True)

    objects = DetectionStateQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.sensor} until {self.scored_until}"


class ScoredDay(models.Model):
    """How many hours of a sensor's local day were judged and how many flagged: its anomaly rate."""

    sensor = models.ForeignKey(Sensor, models.CASCADE, related_name="+")
    day = models.DateField()
    judged = models.PositiveSmallIntegerField()
    flagged = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sensor", "day"], name="scored_day_once")]

    def __str__(self) -> str:
        return f"{self.sensor} {self.day}"


class Incident(models.Model):
    """Neighbouring anomalies told as one story."""

    sensor = models.ForeignKey(Sensor, models.CASCADE, related_name="incidents")
    start = models.DateTimeField()
    end = models.DateTimeField()
    energy_wh = models.FloatField()
    expected_wh = models.FloatField(null=True)
    peak_score = models.FloatField()
    severity = models.CharField(max_length=8, choices=Severity.choices)
    sentence = models.TextField()

    objects = ThroughSensorQuerySet["Incident"].as_manager()

    class Meta:
        ordering = ["-start", "-id"]
        constraints = [models.UniqueConstraint(fields=["sensor", "start"], name="incident_once")]

    def __str__(self) -> str:
        return self.sentence

    def get_absolute_url(self) -> str:
        return reverse("anomalies:incident", args=[self.pk])

    @property
    def extra_wh(self) -> float | None:
        """Energy beyond what was expected; negative where less was used, None where nobody knows. [Wh]"""
        return None if self.expected_wh is None else self.energy_wh - self.expected_wh


class Anomaly(models.Model):
    """One flagged hour."""

    sensor = models.ForeignKey(Sensor, models.CASCADE, related_name="anomalies")
    incident = models.ForeignKey(Incident, models.SET_NULL, null=True, related_name="anomalies")
    start = models.DateTimeField()
    energy_wh = models.FloatField()
    expected_wh = models.FloatField(null=True)
    low_wh = models.FloatField(null=True)
    high_wh = models.FloatField(null=True)
    score = models.FloatField()
    pct_change = models.FloatField(null=True)  # against the hour before
    spike = models.BooleanField(default=False)  # by the rule energy_spike
    reason = models.CharField(max_length=300)

    objects = ThroughSensorQuerySet["Anomaly"].as_manager()

    class Meta:
        ordering = ["-start", "-id"]
        constraints = [models.UniqueConstraint(fields=["sensor", "start"], name="anomaly_once")]

    def __str__(self) -> str:
        return f"{self.sensor} {self.start}: {self.reason}"

    @property
    def usual(self) -> str:
        """The expected band in words."""
        return "–" if self.low_wh is None or self.high_wh is None else between(self.low_wh, self.high_wh)


class AlertQuerySet(ThroughSensorQuerySet["Alert"]):
    """Reads of alerts."""

    def open(self) -> "AlertQuerySet":
        """Not resolved yet."""
        return self.exclude(status=Alert.Status.RESOLVED)

    def unacknowledged(self) -> "AlertQuerySet":
        """Nobody has taken them up."""
        return self.filter(status=Alert.Status.OPEN)

    def awake(self, now: datetime) -> "AlertQuerySet":
        """Wait for somebody: not resolved, and not asleep until later."""
        return self.open().exclude(status=Alert.Status.SNOOZED, snoozed_until__gt=now)

    def leading(self) -> "AlertQuerySet":
        """One per incident: without the alerts by which rules underline what the forest found."""
        return self.exclude(type__in=Alert.RULES, incident__isnull=False)

    def untouched(self) -> "AlertQuerySet":
        """Nobody has done anything with them."""
        return self.filter(status=Alert.Status.OPEN, verdict="", events=None)

    def told(self) -> "AlertQuerySet":
        """With everything a list shows."""
        return self.select_related("sensor__site", "incident")


class Alert(models.Model):
    """Something a person should look at."""

    class Type(models.TextChoices):
        ISOLATION_FOREST = "anomaly_isolation_forest", "Unusual use"
        SPIKE = "energy_spike", "Sudden jump"
        CONSECUTIVE = "consecutive_anomalies", "Unusual for hours"

    RULES = (Type.SPIKE, Type.CONSECUTIVE)

    class Status(models.TextChoices):
        OPEN = "open", "Open"
        ACKNOWLEDGED = "acknowledged", "Acknowledged"
        SNOOZED = "snoozed", "Snoozed"
        RESOLVED = "resolved", "Resolved"

    class Verdict(models.TextChoices):
        REAL = "real", "Real"
        EXPECTED = "expected", "Expected"
        FAULT = "fault", "Sensor fault"
        NOT_USEFUL = "not_useful", "Not useful"

    sensor = models.ForeignKey(Sensor, models.CASCADE, related_name="alerts")
    incident = models.ForeignKey(Incident, models.SET_NULL, null=True, blank=True, related_name="alerts")
    type = models.CharField(max_length=32, choices=Type.choices, db_index=True)
    severity = models.CharField(max_length=8, choices=Severity.choices, db_index=True)
    message = models.TextField()
    timestamp = models.DateTimeField(db_index=True)  # start of the reading it speaks of
    energy_wh = models.FloatField()
    anomaly_score = models.FloatField(null=True, blank=True)
    pct_change = models.FloatField(null=True, blank=True)
    status = models.CharField(max_length=16, choices=Status.choices, default=Status.OPEN, db_index=True)
    snoozed_until = models.DateTimeField(null=True, blank=True)
    verdict = models.CharField(max_length=12, choices=Verdict.choices, blank=True)
    created_at = models.DateTimeField(db_index=True)
    resolved_at = models.DateTimeField(null=True, blank=True)

    objects = AlertQuerySet.as_manager()

    class Meta:
        ordering = ["-timestamp", "-id"]
        constraints = [models.UniqueConstraint(fields=["sensor", "type", "timestamp"], name="alert_once")]

    def __str__(self) -> str:
        return self.message

    def get_absolute_url(self) -> str:
        return reverse("anomalies:alert", args=[self.pk])

    @property
    def resolved(self) -> bool:
        """Dealt with."""
        return self.status == self.Status.RESOLVED

    @property
    def acknowledged(self) -> bool:
        """Somebody has taken it up."""
        return self.status == self.Status.ACKNOWLEDGED


class AlertEvent(models.Model):
    """Who changed an alert, when and to what."""

    alert = models.ForeignKey(Alert, models.CASCADE, related_name="events")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    action = models.CharField(max_length=16)
    note = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.action} {self.at}"
