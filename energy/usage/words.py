"""Headings of the usage pages: each answers a question."""

import numpy as np

from emads.lib import clock, figures
from energy.analysis import load, pattern
from energy.usage.read import Pair, Usage

LIKE_EACH_OTHER = 0.03


def compared(change: float | None, what: str) -> str:
    """“, 12 % less than the 30 days before”; nothing without a comparison."""
    return "" if change is None else f", {figures.compared(change, what)}"


def days_before(days: int) -> str:
    """What a span is compared with."""
    return "the day before" if days == 1 else f"the {days} days before"


def total(usage: Usage, before: Pair) -> str:
    """How much, and against what it was."""
    spoken = compared(before.change, days_before(usage.span.days))
    return f"{figures.energy(usage.days.total_wh)} in {stretch(usage)}{spoken}"


def stretch(usage: Usage) -> str:
    """The span in words."""
    return "one day" if usage.span.days == 1 else f"{usage.span.days} days"


def weekend(usage: Usage) -> str:
    """Do weekends use more?"""
    change = usage.weekend.change
    if np.isnan(change) or usage.gives:
        return "Weekdays against weekends"
    if abs(change) < LIKE_EACH_OTHER:
        return "Weekends use about as much as weekdays"
    return f"Weekends use {figures.compared(change, 'weekdays')}"


def weekdays(usage: Usage) -> str:
    """Which day uses most?"""
    means = pattern.weekday_means(usage.days.t, usage.whole_days, usage.span.tz)
    if usage.gives or np.isnan(means).any() or means.max() <= 0:
        return "Average by weekday"
    most, least = int(np.argmax(means)), int(np.argmin(means))
    if means[least] > (1 - LIKE_EACH_OTHER) * means[most]:
        return "Every weekday uses about the same"
    names = pattern.WEEKDAYS
    return f"{names[most]}s use most, {names[least]}s least"


def hours(usage: Usage) -> str:
    """When in the day is it used?"""
    usual = pattern.usual_day(usage.hours.t, usage.whole_hours, usage.span.tz)
    if np.isnan(usual).any() or usual.max() <= 0:
        return "Use by hour of the day"
    hour = int(np.nanargmax(usual))
    return f"Most {'comes' if usage.gives else 'is used'} between {hour:02d}:00 and {(hour + 1) % 24:02d}:00"


def heat(usage: Usage) -> str:
    """What is always on?"""
    always = load.always_on_w(usage.hours.t, usage.whole_hours, usage.span.tz)
    if usage.gives or not always > 0:
        return "Every hour at a glance"
    return f"{figures.power(always)} are always on"


def spread(usage: Usage, by: str) -> str:
    """What is usual?"""
    wh = usage.whole_hours if by == "hour" else usage.whole_days
    if np.isnan(wh).all():
        return f"How much one {by} uses"
    low, high = np.nanpercentile(wh, [10, 90])
    verb = "bring" if usage.gives else "use"
    return f"Eight of ten {by}s {verb} {figures.energy(float(low))} to {figures.energy(float(high))}"


def peak(usage: Usage) -> str:
    """When was the fullest hour?"""
    top = load.peak(usage.hours.t, usage.hours.wh)
    if top is None:
        return ""
    when = clock.moment(top.t).astimezone(usage.span.tz)
    return f"Fullest hour: {figures.energy(top.wh)} on {when:%a} {when.day} {when:%b %Y, %H:%M}"


def periods(found: Pair, name: str) -> str:
    """More or less than then?"""
    if found.change is None:
        return "Not enough of both stretches was read to compare them"
    if abs(found.change) < 0.01:
        return f"About as much a day as {name}"
    return f"{figures.delta(found.change).capitalize()} a day {figures.joiner(found.change)} {name}"


def meters(usage: Usage, other: Usage) -> str:
    """Which share is it?"""
    own, theirs = usage.days.total_wh, other.days.total_wh
    if usage.empty or other.empty:
        return "One of the two has no readings in this stretch"
    return f"{figures.energy(own)} against {figures.energy(theirs)}"
