"""A report as PDF. Heavy (matplotlib, WeasyPrint): only tasks and commands import it."""

from django.conf import settings
from django.template.loader import render_to_string

import emads
from emads.lib import figures, palette, pdf, plots
from emads.web.reports import wording
from emads.web.reports.content import Report

STYLE = settings.BASE_DIR / "templates" / "report" / "report.css"
TOKENS = settings.BASE_DIR / "static" / "css" / "tokens.css"
LETTER_CURRENCIES = ("USD", "CAD")  # of countries whose paper is Letter, not A4


def pictures(report: Report, colours: plots.Colours) -> dict[str, str]:
    """The charts as SVG, by name."""
    day = figures.scale(max(report.days.wh[report.days.n > 0]))
    hour = figures.scale(max(report.hours.wh[report.hours.n > 0]))
    weekday, weekend = report.usual_days
    found = {
        "daily": plots.daily(
            report.dates, report.days.wh / day.wh, report.mean_wh / day.wh, day.unit, colours
        ),
        "heat": plots.heat(report.dates, report.heat / hour.wh, hour.unit, colours),
        "profile": plots.profile(weekday / hour.wh, weekend / hour.wh, hour.unit, colours),
    }
    if report.outlook:
        ahead = report.outlook.days
        scale = figures.scale(float(ahead.high.max()))
        found["outlook"] = plots.expected(
            report.outlook.dates,
            ahead.middle / scale.wh,
            ahead.low / scale.wh,
            ahead.high / scale.wh,
            scale.unit,
            colours,
        )
    return found


def page_style(report: Report, colours: plots.Colours) -> str:
    """The print style sheet: our colours, the paper of the site's country."""
    paper = "Letter" if report.site.currency in LETTER_CURRENCIES else "A4"
    tokens = "".join(f"--{name}:{value};" for name, value in colours.items())
    return f"@page{{size:{paper}}}:root{{{tokens}}}{STYLE.read_text()}"


def render(report: Report) -> bytes:
    """The PDF; ValueError if the period holds no reading."""
    if report.empty:
        raise ValueError(wording.headline(report))
    colours = palette.light(TOKENS.read_text())
    html = render_to_string(
        "report/report.html",
        {
            "report": report,
            "site": report.site,
            "period": report.period,
            "home": report.home,
            "title": wording.title(report),
            "headline": wording.headline(report),
            "key_figures": wording.key_figures(report),
            "incidents": wording.incident_lines(report),
            "hidden_incidents": max(0, len(report.incidents) - wording.MOST_INCIDENTS),
            "outlook_line": wording.outlook_line(report),
            "daily_alt": wording.daily_alt(report),
            "heat_alt": wording.heat_alt(report),
            "profile_alt": wording.profile_alt(report),
            "version": emads.__version__,
        },
    )
    return pdf.render(html, page_style(report, colours), pictures(report, colours))
