"""What every page's frame needs."""

from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from accounts.models import Role, User
from anomalies.reading import open_alerts as open_alerts_of
from energy.access import SITE_KEY
from energy.models import Site
from messaging.reading import unread_count

MOST_SITES = 50
THEMES = [("auto", "Auto"), ("light", "Light"), ("dark", "Dark")]


@dataclass(frozen=True, slots=True)
class Entry:
    """A way to a page."""

    name: str  # of its address
    label: str
    icon: str
    short: str = ""  # on the bar of a phone
    url: str = ""
    active: bool = False
    counts: str = ""  # what stands beside it, under the name the live stream tells it by
    badge: int = 0
    badge_text: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Entries that belong together."""

    entries: list[Entry]
    foot: bool = False


DAILY = [
    Entry("web:dashboard", "Home", "house", "Home"),
    Entry("energy:analytics", "Usage", "bar-chart", "Usage"),
    Entry("anomalies:anomalies", "Anomalies", "diamond"),
    Entry("anomalies:alerts", "Alerts", "exclamation-triangle", "Alerts", counts="alerts"),
    Entry("forecasting:forecast", "Forecast & bill", "graph-up-arrow", "Forecast"),
    Entry("web:recommendations", "Tips", "lightbulb"),
    Entry("web:reports", "Reports", "file-earmark-text"),
    Entry("messaging:inbox", "Messages", "envelope", counts="unread"),
]
ABOUT = Entry("web:about", "About", "info-circle")
ADMINISTRATION = Entry("admin:index", "Administration", "sliders")
IMPORT = Entry("energy:import", "Import data", "upload")


def entries_for(user: User) -> list[list[Entry]]:
    """The navigation of a role, group by group."""
    homes = "Buildings" if user.role in (Role.MANAGER, Role.PROVIDER) or user.is_admin else "Homes & meters"
    places = [Entry("energy:sites", homes, "buildings" if homes == "Buildings" else "plug")]
    if user.role not in (Role.VIEWER, Role.PROVIDER):
        places.append(IMPORT)
    if user.is_staff:
        places.append(ADMINISTRATION)
    return [DAILY, places, [ABOUT]]


def address(name: str) -> str:
    """The address of a page; empty if the page is not there."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def shown(entry: Entry, path: str, badges: dict[str, tuple[int, str]]) -> Entry | None:
    """An entry with its address and whether the person is there."""
    url = address(entry.name)
    if not url:
        return None
    active = path == url if url == "/" else path.startswith(url)
    count, text = badges.get(entry.counts, (0, ""))
    return replace(entry, url=url, active=active, badge=count, badge_text=text)


def open_alerts(user: User) -> int:
    """Alerts nobody has taken up."""
    return open_alerts_of(user).unacknowledged().count()


def initials(user: User) -> str:
    """Two letters that stand for a person."""
    letters = f"{user.first_name[:1]}{user.last_name[:1]}" or user.username[:2]
    return letters.upper()


def frame(request: HttpRequest) -> dict[str, Any]:
    """Navigation, the sites to switch between, unread counts."""
    user = getattr(request, "user", None)
    if not isinstance(user, User) or request.path.startswith("/admin/"):
        return {}
    sites = list(Site.objects.visible_to(user)[:MOST_SITES])
    wanted = request.session.get(SITE_KEY)
    unread = unread_count(user)
    badges = {
        "alerts": (open_alerts(user), "open alerts"),
        "unread": (unread, "unread"),
    }
    groups = [
        [one for entry in group if (one := shown(entry, request.path, badges))] for group in entries_for(user)
    ]
    return {
        "nav": [Group(group, foot=number == 2) for number, group in enumerate(groups)],
        "tabs": [entry for entry in groups[0] if entry.short],
        "sites": sites,
        "site": next((one for one in sites if one.slug == wanted), sites[0] if sites else None),
        "switch_url": request.path if any(e.active and e.name in FOLLOWS_SITE for e in groups[0]) else "/",
        "unread": unread,
        "initials": initials(user),
        "themes": THEMES,
        "inbox_url": address("messaging:inbox") or "/",
        "sites_url": address("energy:sites"),
        "preferences_url": address("accounts:preferences"),
    }


FOLLOWS_SITE = {entry.name for entry in DAILY} - {"messaging:inbox"}
