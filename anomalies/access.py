"""Guards: the only way a view gets hold of an alert or incident. What is not theirs is 404."""

from dataclasses import dataclass

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from anomalies.models import Alert, Incident
from energy.access import current_site, must_be_allowed
from energy.models import Person, Sensor, Site
from energy.overview import main_meters

HANDLE = "anomalies.change_alert"


def get_incident(user: Person, pk: int) -> Incident:
    """An incident of a site this person may see."""
    return get_object_or_404(Incident.objects.visible_to(user).select_related("sensor__site"), pk=pk)


def get_alert(user: Person, pk: int) -> Alert:
    """An alert of a site this person may see."""
    return get_object_or_404(Alert.objects.visible_to(user).told(), pk=pk)


def get_own_alert(user: Person, pk: int) -> Alert:
    """An alert this person may handle: of a site they may change, if their role allows it."""
    alert = get_object_or_404(Alert.objects.editable_by(user).told(), pk=pk)
    must_be_allowed(user, HANDLE)
    return alert


def may_handle(user: Person, alert: Alert) -> bool:
    """Whether the buttons are shown."""
    return user.has_perm(HANDLE) and Alert.objects.editable_by(user).filter(pk=alert.pk).exists()


@dataclass(frozen=True, slots=True)
class Choice:
    """The site a page is about, its sensors, and the one looked at."""

    site: Site
    sensors: list[Sensor]
    sensor: Sensor


def choice(request: HttpRequest) -> Choice | None:
    """From ?site= and ?sensor=; None for people without a site or a site without a sensor."""
    site = current_site(request)
    sensors = list(site.sensors.select_related("site")) if site else []
    slug = request.GET.get("sensor", "")
    if slug and slug not in {sensor.slug for sensor in sensors}:
        raise Http404("no such sensor")
    if site is None or not sensors:
        return None
    return Choice(site, sensors, next((s for s in sensors if s.slug == slug), main_meters(sensors)[0]))
