"""The charts of the usage pages: each takes a Usage and gives traces."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any, Literal

import numpy as np

from emads.lib import charts, clock
from emads.lib.arrays import BoolArray, FloatArray, IntArray
from energy.analysis import distribution, pattern, trend
from energy.analysis.overlay import laid_over
from energy.models import Sensor
from energy.series import Buckets
from energy.span import Span
from energy.usage.read import Usage, energy_of

By = Literal["hour", "day", "week", "month"]
HEAT_DAYS = 100  # more columns than this are averaged by weekday
Figure = dict[str, Any]
ROLES: dict[str, charts.Role] = {Sensor.Quantity.EXPORT: "export", Sensor.Quantity.PRODUCTION: "production"}


def role_of(sensors: list[Sensor]) -> charts.Role:
    """The colour of what meters measure."""
    return ROLES.get(sensors[0].quantity, "consumption") if sensors else "consumption"


def kwh(wh: FloatArray) -> FloatArray:
    """Wh as kWh. (n,) -> (n,)"""
    return wh / 1e3


def fitting_by(span: Span) -> By:
    """Bars that fit a screen."""
    if span.days <= 4:
        return "hour"
    if span.days <= 92:
        return "day"
    return "week" if span.days <= 430 else "month"


def summed(usage: Usage, by: By) -> tuple[IntArray, FloatArray]:
    """Starts and energy of hours, days, weeks or months of the span. [s], [Wh]"""
    if by == "week":
        weeks = trend.by_week(usage.days.t, usage.days.wh, usage.span.tz)
        return weeks.t, weeks.wh
    buckets: Buckets = usage.days if by == "day" else energy_of(usage.sensors, usage.span, by)
    return buckets.t, buckets.wh


def development(usage: Usage, by: By) -> Figure:
    """Energy by hour, day, week or month, with the 7-day mean over days."""
    t, wh = summed(usage, by)
    bars = charts.over_time("Energy", role_of(usage.sensors), "bar", t, kwh(wh), usage.span.tz)
    traces = [] if np.isnan(wh).all() else [bars]
    if by == "day" and traces:
        lead_in = usage.over(
            Span("custom", usage.span.first - timedelta(days=6), usage.span.last, usage.span.tz)
        )
        mean = trend.trailing_mean(lead_in.whole_days)[-len(t) :]
        traces.append(charts.over_time("7-day mean", "mean", "line", t, kwh(mean), usage.span.tz))
    return charts.figure(traces, "kWh", time_zone=str(usage.span.tz), empty=charts.NO_READINGS)


def hours(usage: Usage) -> Figure:
    """Spread of every hour of the day."""
    found = pattern.hour_boxes(usage.hours.t, usage.whole_hours, usage.span.tz)
    parts = {
        name: charts.numbers(kwh(getattr(found, name))) for name in ("low", "q1", "median", "q3", "high")
    }
    box = charts.trace("An hour", role_of(usage.sensors), "box", charts.HOURS, parts["median"], **parts)
    return charts.figure(
        [box] if found.n.any() else [],
        "kWh",
        x_title="Hour of the day",
        empty=charts.NO_READINGS,
        note="Box: the middle half of the days, its line the median. Whiskers: all but 5 % at either end.",
    )


def weekdays(usage: Usage) -> Figure:
    """The mean Monday, Tuesday, ..."""
    means = pattern.weekday_means(usage.days.t, usage.whole_days, usage.span.tz)
    known = ~np.isnan(means)
    names = [name for name, one in zip(pattern.WEEKDAYS, known, strict=True) if one]
    bars = charts.trace("Mean day", role_of(usage.sensors), "bar", names, charts.numbers(kwh(means[known])))
    return charts.figure([bars], "kWh", x_title="Weekday", empty="No whole day in this stretch.")


def weekend(usage: Usage) -> Figure:
    """The usual weekday and the usual weekend day, hour by hour."""
    late = pattern.weekday(usage.hours.t, usage.span.tz) >= 5
    traces = []
    kinds: tuple[tuple[str, charts.Role, BoolArray], ...] = (
        ("Weekday", role_of(usage.sensors), ~late),
        ("Weekend", "other", late),
    )
    for name, role, kept in kinds:
        means = pattern.usual_day(usage.hours.t[kept], usage.whole_hours[kept], usage.span.tz)
        if not np.isnan(means).all():
            traces.append(charts.trace(name, role, "line", range(24), charts.numbers(kwh(means))))
    return charts.figure(traces, "kWh", x_title="Hour of the day", empty=charts.NO_READINGS)


def heat(usage: Usage) -> Figure:
    """Hour x day; over long spans hour x weekday."""
    if usage.span.days > HEAT_DAYS:
        matrix = pattern.weekday_heat(usage.hours.t, usage.whole_hours, usage.span.tz)
        columns = list(pattern.WEEKDAYS)
    else:
        found = pattern.heat_map(usage.hours.t, usage.whole_hours, usage.span.tz)
        matrix = found.wh
        columns = [str(clock.date_of(day)) for day in found.days]
    z = [charts.numbers(row) for row in kwh(matrix)]
    known = not np.isnan(matrix).all()
    trace = charts.trace("Energy", role_of(usage.sensors), "heatmap", columns, charts.HOURS, z=z)
    return charts.figure(
        [trace] if known else [], "kWh", time_zone=str(usage.span.tz), empty=charts.NO_READINGS
    )


def spread(usage: Usage, by: By) -> Figure:
    """How many hours or days used how much."""
    wh = usage.whole_hours if by == "hour" else usage.whole_days
    found = distribution.histogram(kwh(wh))
    middles = (found.edges[:-1] + found.edges[1:]) / 2
    width = float(found.edges[1] - found.edges[0]) if len(found.counts) else 1.0
    bars = charts.trace(
        "Hours" if by == "hour" else "Days",
        role_of(usage.sensors),
        "histogram",
        charts.numbers(middles, 6),
        [int(count) for count in found.counts],
        width=width,
    )
    unit_of_y = "hours" if by == "hour" else "days"
    return charts.figure(
        [bars], "kWh", x_title=f"kWh in one {by}", y_title=unit_of_y, empty=charts.NO_READINGS
    )


def aligned(usage: Usage, other: Usage, by: By) -> tuple[list[str], FloatArray, FloatArray]:
    """Wall-clock stamps of the first span and the energy of both on them. (n,) each [Wh]

    Buckets pair up by their place on the wall clock, so a night with a clock change moves nothing.
    """
    (t, wh), (t2, wh2) = over(usage, by), over(other, by)
    step = clock.HOUR if by == "hour" else clock.DAY
    place, place2 = (
        (clock.to_local(stamps, span.tz) - midnight(span.first)) // step
        for stamps, span in ((t, usage.span), (t2, other.span))
    )
    inside = place >= 0  # hours of half-hour zones may begin before midnight
    return charts.wall_stamps(t[inside], usage.span.tz), wh[inside], laid_over(place, place2, wh2)[inside]


def over(usage: Usage, by: By) -> tuple[IntArray, FloatArray]:
    """As `summed`, without the hour or day that still runs: half a day would look like thrift."""
    t, wh = summed(usage, by)
    unit: clock.Unit = "hour" if by == "hour" else "day"
    return t, trend.finished(t, wh, unit, usage.span.tz, usage.now_s)


def midnight(day: date) -> int:
    """Wall-clock seconds at which a day begins."""
    return clock.epoch(datetime(day.year, day.month, day.day, tzinfo=UTC))


def periods(usage: Usage, other: Usage, name: str) -> Figure:
    """This stretch and another one, laid over each other from their first days on."""
    by: By = "hour" if usage.span.days <= 4 else "day"
    stamps, now, before = aligned(usage, other, by)
    traces = []
    if not np.isnan(before).all():
        traces.append(charts.trace(name, "previous", "line", stamps, charts.numbers(kwh(before))))
    if not np.isnan(now).all():
        traces.append(
            charts.trace("These days", role_of(usage.sensors), "line", stamps, charts.numbers(kwh(now)))
        )
    return charts.figure(traces, "kWh", time_zone=str(usage.span.tz), empty=charts.NO_READINGS)


def meters(usage: Usage, other: Usage) -> Figure:
    """Two meters over the same stretch."""
    by = fitting_by(usage.span)
    traces = []
    both: tuple[tuple[Usage, charts.Role], ...] = ((usage, "consumption"), (other, "other"))
    for one, role in both:
        t, wh = summed(one, by)
        name = one.sensors[0].name if len(one.sensors) == 1 else "All main meters"
        if not np.isnan(wh).all():
            traces.append(charts.over_time(name, role, "line", t, kwh(wh), usage.span.tz))
    return charts.figure(traces, "kWh", time_zone=str(usage.span.tz), empty=charts.NO_READINGS)


def parsed(rows: Sequence[tuple[int, datetime, str, float]], tz: tzinfo) -> Figure:
    """Readings of a file as they would be stored: (line, time, sensor, Wh)."""
    traces = []
    for name in dict.fromkeys(row[2] for row in rows):
        own = [row for row in rows if row[2] == name]
        t = np.array([clock.epoch(row[1]) for row in own], dtype=np.int64)
        order = np.argsort(t, kind="stable")
        wh = np.array([row[3] for row in own])[order]
        traces.append(charts.over_time(name, "other", "line", t[order], wh, tz))
    return charts.figure(traces, "Wh", time_zone=str(tz), empty="Nothing could be read yet.")
