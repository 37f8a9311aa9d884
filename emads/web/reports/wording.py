"""The sentences of a report. Plain text: templates escape it."""

from typing import NamedTuple

import numpy as np
from django.utils import formats

from anomalies.costs import extra_cost
from anomalies.models import Incident
from emads.lib import figures
from emads.web.reports.content import Report
from emads.web.wording import always_on_note

MOST_INCIDENTS = 12


class Figure(NamedTuple):
    """A key figure: what, how much, and what it rests on."""

    label: str
    value: str
    note: str = ""


def compared(report: Report) -> str:
    """12 % less a day than September; empty if there is nothing to compare with."""
    change = report.change
    if change is None:
        return ""
    rate = " a day" if report.period.kind == "month" else ""  # months are not equally long
    return f"{figures.delta(change)}{rate} {figures.joiner(change)} {report.period.spoken_previous}"


def headline(report: Report) -> str:
    """The answer: 182 kWh in October 2026, 12 % less a day than September."""
    if report.empty:
        return f"No readings {report.period.spoken}"
    total = figures.energy(report.home.total_wh)
    against = compared(report)
    return f"{total} {report.period.spoken}{part(report)}" + (f", {against}" if against else "")


def part(report: Report) -> str:
    """What to add where a period is not over, or readings begin or end within it."""
    if report.running:
        return " so far"
    first, last = (report.dates[place] for place in np.flatnonzero(report.days.n)[[0, -1]])
    since = f" from {formats.date_format(first, 'j F')}" if first > report.period.first else ""
    until = f" up to {formats.date_format(last, 'j F')}" if last < report.period.last else ""
    return since + until


def title(report: Report) -> str:
    """Of the document and the mail."""
    return f"{report.site.name}: energy report {report.period.name}"


def key_figures(report: Report) -> list[Figure]:
    """Total, average, peak, always on, cost, unusual use."""
    home, tz = report.home, report.period.tz
    if report.empty:
        return []
    day, wh = report.top_day
    peak_at = formats.date_format(home.peak_at.astimezone(tz), "D j M, H:i") if home.peak_at else ""
    found = [
        Figure("Total", figures.energy(home.total_wh), compared(report)),
        Figure(
            "Average a day",
            figures.energy(home.current.per_day_wh),
            f"highest: {formats.date_format(day, 'D j M')}, {figures.energy(wh)}",
        ),
        Figure("Peak hour", figures.energy(home.current.peak_wh), peak_at),
        Figure("Always on", figures.power(home.patterns.always_on_w), always_on_note(home)),
    ]
    if home.cost is not None:
        found.append(Figure("Cost", figures.money(home.cost, report.site.currency), cost_note(report)))
    extra = sum(max(0.0, one.extra_wh or 0.0) for one in report.incidents)
    note = f"{figures.energy(extra)} more than usual" if extra else ""
    found.append(Figure("Unusual events", str(len(report.incidents)), note))
    return found


def summary(report: Report) -> str:
    """The key figures as lines of text, for the mail that carries the PDF."""
    lines = [
        f"{one.label}: {one.value}" + (f" ({one.note})" if one.note else "") for one in key_figures(report)
    ]
    return "\n".join([f"Your energy report of {report.period.name} is ready.", "", *lines])


def cost_note(report: Report) -> str:
    """What the cost holds."""
    charge = any(tariff.standing_charge_per_day for tariff in report.site.tariffs.all())
    return "standing charge included" if charge else ""


def incident_note(incident: Incident, report: Report) -> str:
    """What an incident is about in energy and money: +3.2 kWh, about €1.09."""
    extra = incident.extra_wh
    if extra is None:
        return ""
    sign = "+" if extra > 0 else ""
    money = extra_cost(incident) if extra > 0 else None
    amount = f", about {figures.money(money, report.site.currency)}" if money is not None else ""
    return f"{sign}{figures.energy(extra)}{amount}"


def incident_lines(report: Report) -> list[tuple[Incident, str]]:
    """The costliest incidents and their notes, the costliest first."""
    return [(incident, incident_note(incident, report)) for incident in report.incidents[:MOST_INCIDENTS]]


def outlook_line(report: Report) -> str:
    """What is expected: About 45.2 kWh from 1 to 7 November, most likely between 40 and 51 kWh."""
    found = report.outlook
    if found is None:
        return ""
    total = found.total
    first, last = found.dates[0], found.dates[-1]
    days = f"{formats.date_format(first, 'j M')} to {formats.date_format(last, 'j M Y')}"
    return (
        f"About {figures.energy(total.wh)} from {days}; in 8 of 10 cases between "
        f"{figures.energy(total.low_wh)} and {figures.energy(total.high_wh)}"
    )


def daily_alt(report: Report) -> str:
    """The daily chart in words, for who cannot see it."""
    what = report.home.mains[0].get_quantity_display().lower()
    low = int(np.nanargmin(report.days.wh))
    ends = (("Highest", *report.top_day), ("lowest", report.dates[low], float(report.days.wh[low])))
    told = [f"{name}: {figures.energy(wh)} on {formats.date_format(day, 'l j F')}" for name, day, wh in ends]
    return f"Bars of {what} by day {report.period.spoken}. {'; '.join(told)}."


def heat_alt(report: Report) -> str:
    """The heat map in words."""
    weekday, weekend = report.usual_days
    hours = np.where(np.isnan(weekday), weekend, weekday)
    if np.isnan(hours).all():
        return "Use by hour and day."
    top = int(np.nanargmax(hours))
    return f"Use by hour of the day and day. On average the hour from {top}:00 uses the most."


def profile_alt(report: Report) -> str:
    """The usual day in words."""
    parts = []
    for name, hours in zip(("Monday to Friday", "at the weekend"), report.usual_days, strict=True):
        if not np.isnan(hours).all():
            top = int(np.nanargmax(hours))
            parts.append(
                f"{name} most between {top}:00 and {top + 1}:00 ({figures.energy(float(hours[top]))})"
            )
    return f"Mean use of each hour of the day: {'; '.join(parts)}."
