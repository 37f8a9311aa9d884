"""The stretch of time before the one a chart shows."""

from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np

from emads.lib import clock
from emads.lib.arrays import FloatArray, IntArray
from energy.analysis.overlay import laid_over
from energy.models import Sensor
from energy.series import Buckets, Grid
from energy.span import Span
from energy.usage.read import energy_of


def before(span: Span) -> Span:
    """As many days before; as many whole months where months are drawn."""
    if span.resolution != "month":
        return span.previous
    first = (np.datetime64(span.first, "M") - span.months).astype("datetime64[D]").astype(date)
    return Span("custom", first, span.first.replace(day=1) - timedelta(days=1), span.tz)


def energy_before(sensors: Sequence[Sensor], span: Span, shown: Buckets) -> FloatArray:
    """Energy of the stretch before, at the buckets of the span. (n,) [Wh], NaN = no reading

    Buckets pair up by their place on the wall clock, so a night with a clock change moves nothing.
    """
    unit, earlier = span.resolution, before(span)
    read = energy_of(sensors, earlier, unit)
    here, there = _place(shown.t, unit, span), _place(read.t, unit, earlier)
    return laid_over(here, there, read.wh)


def _place(t: IntArray, unit: Grid, span: Span) -> IntArray:
    """Hours, days or months on the wall clock since the span begins."""
    wall = clock.to_local(t, span.tz)
    if unit == "month":
        months: IntArray = wall.astype("datetime64[s]").astype("datetime64[M]").astype(np.int64)
        return months - 12 * (span.first.year - 1970) - span.first.month + 1
    days = wall // clock.DAY - clock.day_number(span.first)
    return days if unit == "day" else 24 * days + wall // clock.HOUR % 24
