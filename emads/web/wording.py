"""The small print of the first page."""

import numpy as np
from django.utils import formats

from emads.lib import clock, figures
from emads.web.home import Home
from energy.analysis import pattern
from energy.span import Span
from energy.usage.words import days_before

SPOKEN = {
    "today": "today",
    "7d": "in the last 7 days",
    "30d": "in the last 30 days",
    "month": "this month",
    "year": "this year",
}


def spoken(span: Span) -> str:
    """A span inside a sentence: in the last 30 days, from 3 to 9 March."""
    if span.key in SPOKEN:
        return SPOKEN[span.key]
    last = formats.date_format(span.last, "j M Y")
    if span.days == 1:
        return f"on {last}"
    same_year = span.first.year == span.last.year
    return f"from {formats.date_format(span.first, 'j M' if same_year else 'j M Y')} to {last}"


def against(home: Home) -> str:
    """What a span is compared with."""
    name = days_before(home.span.days)
    return f"{name}, up to the same hour" if home.span.days == 1 and home.running else name


def before(span: Span) -> str:
    """What a chart of the span is compared with."""
    return f"the {span.months} months before" if span.resolution == "month" else days_before(span.days)


def against_today(home: Home) -> str:
    """What today is compared with."""
    if home.today is None:
        return ""
    until = home.today.until.astimezone(home.span.tz)
    return f"a usual {pattern.WEEKDAYS[clock.today(home.now, home.span.tz).weekday()]} by {until:%H:%M}"


def bill_note(home: Home) -> str:
    """Where the bill is likely to lie, and of which month it is."""
    if home.bill is None or home.bill.cost is None:
        return ""
    cost, currency = home.bill.cost, home.site.currency
    likely = f"likely {figures.money(cost.low, currency)} to {figures.money(cost.high, currency)}"
    left_out = home.outlook.left_out if home.outlook else []
    without = f", without {', '.join(one.sensor.name for one in left_out)}" if left_out else ""
    return f"{home.bill.first:%B}, {likely}{without}"


def peak_note(home: Home) -> str:
    """When the peak was."""
    if home.peak_at is None:
        return ""
    pattern = "D j M, H:i" if home.hourly else "D j M Y"
    return formats.date_format(home.peak_at.astimezone(home.span.tz), pattern)


def always_on_note(home: Home) -> str:
    """How much of all use is always on."""
    share = home.patterns.always_on_share
    return f"{figures.percent(share)} of all use" if share is not None else "known after three full days"


def others_note(home: Home) -> str:
    """What else was measured: production, export, gas."""
    return ", ".join(f"{name} {figures.energy(days.total_wh)}" for name, days in home.others.items())


def rate_note(home: Home) -> str:
    """What the anomaly rate rests on, and what it was before."""
    if not home.rate.judged:
        return "too little history to judge"
    hours = f"{home.rate.flagged} of {figures.count(home.rate.judged)} hours"
    before = home.rate_before.share
    return hours if before is None else f"{hours}; {figures.percent(before)} {against(home)}"


def covered_note(home: Home) -> str:
    """What the numbers rest on."""
    share = home.current.covered
    unit = "hours" if home.hourly else "days"
    if share == 1:
        return f"Every one of the {unit} holds readings"
    return f"{figures.percent(share)} of the {unit} hold readings"


def main_title(home: Home) -> str:
    """The heading of the main chart."""
    unit = {"hour": "hour", "day": "day", "month": "month"}[home.span.resolution]
    return f"{home.mains[0].get_quantity_display()} by {unit}"


def daily_title(home: Home) -> str:
    """What a day takes lately, and whether that is more than a week earlier."""
    known = np.flatnonzero(~np.isnan(home.patterns.weekly_mean))
    if not len(known):
        return "Daily totals"
    last = int(known[-1])
    now, before = (
        home.patterns.weekly_mean[last],
        home.patterns.weekly_mean[last - 7] if last >= 7 else np.nan,
    )
    text = f"{figures.energy(now)} a day over the last 7 days"
    change = figures.change(float(now), float(before))
    return text if change is None else f"{text}, {figures.compared(change, 'the 7 before')}"


def weekday_title(home: Home) -> str:
    """The weekday that takes most."""
    if np.isnan(home.patterns.weekdays).all():
        return "Average by weekday"
    top = int(np.nanargmax(home.patterns.weekdays))
    return f"Most on {pattern.WEEKDAYS[top]}s: {figures.energy(home.patterns.weekdays[top])}"


def heat_title(home: Home) -> str:
    """The two hours of the day that take most."""
    pairs = home.patterns.usual_day + np.roll(home.patterns.usual_day, -1)
    if np.isnan(pairs).all():
        return "Hour by day"
    top = int(np.nanargmax(pairs))
    return f"Most is used from {top:02}:00 to {(top + 2) % 24:02}:00"


def pattern_days(home: Home) -> str:
    """The days that patterns are drawn from."""
    days = home.patterns.days
    return f"{formats.date_format(days.first, 'j M')} to {formats.date_format(days.last, 'j M Y')}"


def words(home: Home) -> dict[str, str]:
    """All of it, under the names the templates use."""
    return {
        "spoken": spoken(home.span),
        "against": against(home),
        "against_today": against_today(home),
        "bill_note": bill_note(home),
        "peak_label": "Peak hour" if home.hourly else "Peak day",
        "peak_note": peak_note(home),
        "others_note": others_note(home),
        "rate_note": rate_note(home),
        "always_on_note": always_on_note(home),
        "covered_note": covered_note(home),
        "main_title": main_title(home),
        "daily_title": daily_title(home),
        "weekday_title": weekday_title(home),
        "heat_title": heat_title(home),
        "pattern_days": pattern_days(home),
    }
