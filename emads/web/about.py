"""What EMADS is and what it is made of."""

from typing import NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from emads import __version__
from emads.web.context import address


class Section(NamedTuple):
    """A part of EMADS."""

    address: str
    name: str
    icon: str
    text: str


class Library(NamedTuple):
    """Software of others that pages load; its licence lies beside it."""

    name: str
    version: str
    use: str
    licence: str
    path: str


SECTIONS = [
    Section("web:dashboard", "Home", "house", "How a home is doing: what it uses, costs and needs."),
    Section("energy:analytics", "Usage", "bar-chart", "Trends, patterns by hour and weekday, comparisons."),
    Section("anomalies:anomalies", "Anomalies", "diamond", "Hours unlike the usual week, with the reason."),
    Section("anomalies:alerts", "Alerts", "exclamation-triangle", "What to look at, and what became of it."),
    Section(
        "forecasting:forecast", "Forecast & bill", "graph-up-arrow", "The coming days, with their range."
    ),
    Section("web:recommendations", "Tips", "lightbulb", "Ways to save, each with evidence and amount."),
    Section("web:reports", "Reports", "file-earmark-text", "PDF of a week or month, by mail; data as CSV."),
    Section("messaging:inbox", "Messages", "envelope", "Alerts, reports and what people of a home write."),
    Section("energy:import", "Import data", "upload", "Files of meters, previewed before they count."),
    Section("energy:sites", "Homes and meters", "plug", "What is measured where, at which price."),
    Section("accounts:preferences", "Preferences", "person-gear", "Range, theme, mails, keys for devices."),
]
LIBRARIES = [
    Library("Bootstrap", "5.3.8", "layout and forms", "MIT", "vendor/bootstrap-5.3.8/LICENSE"),
    Library("Bootstrap Icons", "1.13.2", "icons", "MIT", "vendor/bootstrap-icons-1.13.2/LICENSE"),
    Library("htmx", "2.0.11", "parts of pages that change", "BSD Zero Clause", "vendor/htmx-2.0.11/LICENSE"),
    Library("plotly.js, cartesian bundle", "4.1.1", "charts", "MIT", "vendor/plotly-cartesian-4.1.1/LICENSE"),
]


def about(request: HttpRequest) -> HttpResponse:
    """What EMADS does, section by section, and what it is made of."""
    sections = [section._replace(address=address(section.address)) for section in SECTIONS]
    shown = {"sections": sections, "libraries": LIBRARIES, "version": __version__}
    return render(request, "web/about.html", shown)
