"""What a person may ask of alerts: filters in the address, and what to do with some of them."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from django import forms
from django.http import QueryDict

from anomalies.models import Alert, AlertQuerySet, Severity

WAITING = "todo"
STATUSES = [
    (WAITING, "To do"),
    ("acknowledged", "Acknowledged"),
    ("snoozed", "Snoozed"),
    ("resolved", "Resolved"),
    ("all", "All"),
]
SNOOZES = [("1", "for a day"), ("7", "for a week"), ("30", "for a month")]
ACTIONS = [("acknowledge", "Acknowledge"), ("resolve", "Resolve"), ("snooze", "Snooze for a day")]
MOST_AT_ONCE = 200
KEY = re.compile(r"[0-9]{1,18}")


@dataclass(frozen=True, slots=True)
class Filters:
    """What the inbox shows; nonsense in the address counts as not asked."""

    status: str = WAITING
    severity: str = ""
    type: str = ""
    sensor: str = ""
    site: str = ""

    @classmethod
    def of(cls, query: QueryDict) -> "Filters":
        """From a query string."""

        def one(name: str, allowed: list[str]) -> str:
            value = query.get(name, "")
            return value if value in allowed else ""

        return cls(
            one("status", [key for key, _ in STATUSES]) or WAITING,
            one("severity", Severity.values),
            one("type", Alert.Type.values),
            query.get("sensor", ""),
            query.get("site", ""),
        )

    def of_alerts(self, alerts: AlertQuerySet, now: datetime) -> AlertQuerySet:
        """Those that are wanted; without a type one per incident."""
        if self.status == WAITING:
            alerts = alerts.awake(now)
        elif self.status != "all":
            alerts = alerts.filter(status=self.status)
        if self.severity:
            alerts = alerts.filter(severity=self.severity)
        alerts = alerts.filter(type=self.type) if self.type else alerts.leading()
        if self.sensor:
            alerts = alerts.filter(sensor__slug=self.sensor)
        return alerts.filter(sensor__site__slug=self.site) if self.site else alerts


class NoteForm(forms.Form):
    """A change of an alert, with a word about it."""

    note = forms.CharField(max_length=300, required=False)


class SnoozeForm(NoteForm):
    """For how long it should be out of sight."""

    days = forms.ChoiceField(choices=SNOOZES, required=False)

    def until(self, now: datetime) -> datetime:
        """When it comes back."""
        return now + timedelta(days=int(self.cleaned_data["days"] or 1))


class VerdictForm(NoteForm):
    """What it was."""

    verdict = forms.ChoiceField(choices=Alert.Verdict.choices)


class BulkForm(forms.Form):
    """One action on many alerts."""

    action = forms.ChoiceField(choices=ACTIONS)
    alert = forms.MultipleChoiceField(required=True)

    def __init__(self, data: QueryDict) -> None:
        super().__init__(data)
        chosen = [key for key in data.getlist("alert") if KEY.fullmatch(key)][:MOST_AT_ONCE]
        self.fields["alert"].choices = [(key, key) for key in chosen]  # type: ignore[attr-defined]
