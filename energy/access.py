"""Guards: the only way a view gets hold of a site or sensor. What is not theirs is 404."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from energy.models import Person, Sensor, Site

SITE_KEY = "site"
ZERO = "\x00"


def must_be_allowed(user: Person, permission: str) -> None:
    """403 unless the person's role has a permission."""
    if not user.has_perm(permission):
        raise PermissionDenied


def may_edit(user: Person, site: Site) -> bool:
    """Whether this person may change the site."""
    return Site.objects.editable_by(user).filter(pk=site.pk).exists()


def get_site(user: Person, slug: str) -> Site:
    """A site this person may see."""
    if ZERO in slug:  # from a form; PostgreSQL would fail over it
        raise Http404("no such site")
    return get_object_or_404(Site.objects.visible_to(user), slug=slug)


def get_own_site(user: Person, slug: str) -> Site:
    """A site this person may change."""
    return get_object_or_404(Site.objects.editable_by(user), slug=slug)


def get_sensor(user: Person, slug: str) -> Sensor:
    """A sensor this person may see."""
    return get_object_or_404(Sensor.objects.visible_to(user).select_related("site"), slug=slug)


def get_own_sensor(user: Person, slug: str) -> Sensor:
    """A sensor this person may change."""
    return get_object_or_404(Sensor.objects.editable_by(user).select_related("site"), slug=slug)


def current_site(request: HttpRequest) -> Site | None:
    """The site a page is about: ?site=slug, else the one looked at last, else the first; None without any."""
    visible = Site.objects.visible_to(request.user)
    asked = request.GET.get("site")
    if asked:
        site = visible.filter(slug=asked).first()
        if site is None:
            raise Http404("no such site")
        request.session[SITE_KEY] = site.slug
        return site
    return visible.filter(slug=request.session.get(SITE_KEY, "")).first() or visible.first()
