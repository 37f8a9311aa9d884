"""Which sensors a page is about; what is not theirs is 404."""

from dataclasses import dataclass

from django.http import Http404, HttpRequest

from energy.access import current_site
from energy.models import Sensor, Site
from energy.overview import main_meters


@dataclass(frozen=True, slots=True)
class Choice:
    """A site, all its sensors, and those that were asked for: one, or the home as a whole."""

    site: Site
    sensors: list[Sensor]
    chosen: list[Sensor]
    slug: str  # of the one sensor, "" for the home


def choice(request: HttpRequest) -> Choice | None:
    """From ?site= and ?sensor=; None for people without a site."""
    site = current_site(request)
    if site is None:
        return None
    sensors = list(site.sensors.all())
    slug = request.GET.get("sensor", "")
    chosen = [s for s in sensors if s.slug == slug] if slug else main_meters(sensors)
    if slug and not chosen:
        raise Http404("no such sensor")
    return Choice(site, sensors, chosen, slug)
