"""The inbox of alerts, one alert, and what can be done about it."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.access import signed_in, way_back
from accounts.models import User
from anomalies import services
from anomalies.access import HANDLE, get_alert, get_own_alert, may_handle
from anomalies.costs import extra_cost
from anomalies.forms import ACTIONS, SNOOZES, STATUSES, BulkForm, Filters, NoteForm, SnoozeForm, VerdictForm
from anomalies.models import Alert, Severity
from energy.access import must_be_allowed
from energy.models import Sensor, Site

A_PAGE = 25
MOST_CHOICES = 100
DONE = {"acknowledge": "acknowledged", "resolve": "resolved", "snooze": "snoozed for a day"}


def alerts(request: HttpRequest) -> HttpResponse:
    """What waits for somebody, or whatever the filters in the address ask for."""
    filters, now = Filters.of(request.GET), timezone.now()
    visible = Alert.objects.visible_to(request.user)
    page = Paginator(filters.of_alerts(visible.told(), now), A_PAGE).get_page(request.GET.get("page"))
    editable = Alert.objects.editable_by(request.user).filter(pk__in=[alert.pk for alert in page])
    mine = set(editable.values_list("pk", flat=True)) if request.user.has_perm(HANDLE) else set()
    shown = {
        "filters": filters,
        "page_obj": page,
        "rows": [(alert, alert.pk in mine) for alert in page],
        "may_handle": bool(mine),
        "statuses": STATUSES,
        "severities": Severity.choices,
        "types": Alert.Type.choices,
        "sensors": Sensor.objects.visible_to(request.user).select_related("site")[:MOST_CHOICES],
        "homes": Site.objects.visible_to(request.user)[:MOST_CHOICES],
        "actions": ACTIONS,
        "snoozes": SNOOZES,
        "verdicts": Alert.Verdict.choices,
        "any_at_all": bool(page.paginator.count) or visible.exists(),
    }
    return render(request, "anomalies/alerts.html", shown)


def alert(request: HttpRequest, pk: int) -> HttpResponse:
    """One alert with its history."""
    found = get_alert(request.user, pk)
    shown = {
        "alert": found,
        "sensor": found.sensor,
        "site": found.sensor.site,
        "incident": found.incident,
        "extra_cost": extra_cost(found.incident) if found.incident else None,
        "events": found.events.select_related("user"),
        "companions": found.incident.alerts.exclude(pk=found.pk) if found.incident else [],
        "may_handle": may_handle(request.user, found),
        "snoozes": SNOOZES,
        "verdicts": Alert.Verdict.choices,
    }
    return render(request, "anomalies/alert.html", shown)


@require_POST
def acknowledge(request: HttpRequest, pk: int) -> HttpResponse:
    """Take it up."""
    found, form = get_own_alert(request.user, pk), NoteForm(request.POST)
    if not form.is_valid():
        return HttpResponseBadRequest(form.errors.as_text())
    services.acknowledge(
        alert=found, by=signed_in(request), now=timezone.now(), note=form.cleaned_data["note"]
    )
    return _answer(request, found, "Acknowledged.")


@require_POST
def resolve(request: HttpRequest, pk: int) -> HttpResponse:
    """It is dealt with."""
    found, form = get_own_alert(request.user, pk), NoteForm(request.POST)
    if not form.is_valid():
        return HttpResponseBadRequest(form.errors.as_text())
    services.resolve(alert=found, by=signed_in(request), now=timezone.now(), note=form.cleaned_data["note"])
    return _answer(request, found, "Resolved.")


@require_POST
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """Undo whatever was done."""
    found = get_own_alert(request.user, pk)
    services.reopen(alert=found, by=signed_in(request), now=timezone.now())
    return _answer(request, found, "Open again.")


@require_POST
def snooze(request: HttpRequest, pk: int) -> HttpResponse:
    """Out of sight for a while."""
    found, form, now = get_own_alert(request.user, pk), SnoozeForm(request.POST), timezone.now()
    if not form.is_valid():
        return HttpResponseBadRequest(form.errors.as_text())
    until = form.until(now)
    services.snooze(alert=found, by=signed_in(request), now=now, until=until, note=form.cleaned_data["note"])
    return _answer(request, found, "Snoozed.")


@require_POST
def verdict(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what it was."""
    found, form = get_own_alert(request.user, pk), VerdictForm(request.POST)
    if not form.is_valid():
        return HttpResponseBadRequest(form.errors.as_text())
    services.give_verdict(alert=found, by=signed_in(request), now=timezone.now(), **form.cleaned_data)
    return _answer(request, found, "Thank you, noted.")


Change = Callable[[Alert, User, datetime], bool]
CHANGES: dict[str, Change] = {
    "acknowledge": lambda alert, by, now: services.acknowledge(alert=alert, by=by, now=now),
    "resolve": lambda alert, by, now: services.resolve(alert=alert, by=by, now=now),
    "snooze": lambda alert, by, now: services.snooze(
        alert=alert, by=by, now=now, until=now + timedelta(days=1)
    ),
}


@require_POST
def alerts_bulk(request: HttpRequest) -> HttpResponse:
    """The same for many at once; those of others are left alone."""
    must_be_allowed(request.user, HANDLE)
    form = BulkForm(request.POST)
    if not form.is_valid():
        messages.warning(request, "Choose at least one alert and what to do with it.")
        return _back(request)
    change, now = form.cleaned_data["action"], timezone.now()
    mine = Alert.objects.editable_by(request.user).filter(pk__in=form.cleaned_data["alert"])
    done = sum(CHANGES[change](one, signed_in(request), now) for one in mine)
    messages.success(request, f"{done} alert{'' if done == 1 else 's'} {DONE[change]}.")
    return _back(request)


def _back(request: HttpRequest) -> HttpResponse:
    """Where the person came from."""
    return way_back(request, reverse("anomalies:alerts"))


def _answer(request: HttpRequest, alert: Alert, said: str) -> HttpResponse:
    """The changed row for htmx, else back to where the person came from."""
    if getattr(request, "htmx", False):
        verdicts = Alert.Verdict.choices
        shown = {"alert": alert, "may_handle": True, "snoozes": SNOOZES, "verdicts": verdicts, "said": said}
        return render(request, "anomalies/alert_row.html", shown)
    messages.success(request, said)
    return _back(request)
