"""The chart of the forecast page."""

from typing import Any

import numpy as np

from emads.lib import charts, figures
from energy.usage.figures import role_of
from forecasting.outlook import HISTORY_DAYS, Outlook

NOTHING = "No forecast yet."


def figure(outlook: Outlook | None) -> dict[str, Any]:
    """Four weeks of history, the days to come and the band in which 8 of 10 days fall."""
    if outlook is None:
        return charts.figure([], "kWh", empty=NOTHING)
    history = outlook.history[-HISTORY_DAYS:]
    scale = figures.scale(float(np.nanmax(np.concatenate([history, outlook.days.high]))))
    before = np.datetime64(outlook.first_day) - np.arange(len(history), 0, -1)
    past = [f"{day}T00:00:00" for day in before]
    name, role = outlook.sensors[0].get_quantity_display(), role_of(outlook.sensors)
    return charts.figure(
        [
            charts.trace(name, role, "bar", past, charts.numbers(history / scale.wh)),
            *ahead(outlook, scale),
        ],
        scale.unit,
        time_zone=str(outlook.site.tz),
    )


def ahead(outlook: Outlook, scale: figures.Scale) -> list[dict[str, Any]]:
    """The days to come and their band."""
    x = [f"{day}T00:00:00" for day in outlook.dates]
    low, middle, high = (
        charts.numbers(wh / scale.wh) for wh in (outlook.days.low, outlook.days.middle, outlook.days.high)
    )
    return [
        charts.trace("Forecast", "forecast", "line", x, middle),
        charts.trace("8 of 10 days", "forecast", "band", x, [], low=low, high=high),
    ]
