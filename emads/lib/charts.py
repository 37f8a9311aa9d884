"""Charts as data: small JSON that static/js/charts.js draws with Plotly. Colours live in the style sheet."""

from collections.abc import Iterable, Sequence
from datetime import tzinfo
from typing import Any, Literal

import numpy as np

from emads.lib import clock
from emads.lib.arrays import FloatArray, IntArray

Role = Literal[
    "consumption", "export", "production", "forecast", "band", "anomaly", "mean", "previous", "naive", "other"
]
Kind = Literal["line", "bar", "points", "band", "box", "heatmap", "histogram"]
MOST_POINTS = 2000
NO_READINGS = "No readings in these days."
HOURS = [f"{hour:02}:00" for hour in range(24)]


def wall_stamps(seconds: IntArray, tz: tzinfo) -> list[str]:
    """Wall-clock labels of instants, as Plotly reads dates."""
    return [str(s) for s in clock.to_local(seconds, tz).astype("datetime64[s]")]


def numbers(values: FloatArray, digits: int = 3) -> list[float | None]:
    """JSON numbers; NaN becomes null, which Plotly shows as a gap."""
    return [None if np.isnan(v) else round(float(v), digits) for v in values]


def thin(seconds: IntArray, values: FloatArray, most: int = MOST_POINTS) -> tuple[IntArray, FloatArray]:
    """At most `most` points: the least and the greatest of each bucket, so spikes stay. (n,) -> (m,)"""
    if len(values) <= most:
        return seconds, values
    parts = np.array_split(np.arange(len(values)), most // 2)
    keep: set[int] = set()
    for part in parts:
        block = values[part]
        if np.isnan(block).all():
            keep.add(int(part[0]))
            continue
        keep.add(int(part[np.nanargmin(block)]))
        keep.add(int(part[np.nanargmax(block)]))
    chosen = np.array(sorted(keep))
    return seconds[chosen], values[chosen]


def trace(
    name: str,
    role: Role,
    kind: Kind,
    x: Sequence[Any],
    y: Sequence[Any],
    **more: Any,
) -> dict[str, Any]:
    """One series of a chart. `band` takes `low` and `high`, `heatmap` takes `z`, points take `text`."""
    return {"name": name, "role": role, "kind": kind, "x": list(x), "y": list(y), **more}


def over_time(
    name: str,
    role: Role,
    kind: Kind,
    seconds: IntArray,
    values: FloatArray,
    tz: tzinfo,
    **more: Any,
) -> dict[str, Any]:
    """A series over instants, thinned, on the wall clock of `tz`. [values in the chart's unit]"""
    seconds, values = thin(seconds, values)
    return trace(name, role, kind, wall_stamps(seconds, tz), numbers(values), **more)


def figure(
    traces: Iterable[dict[str, Any]], unit: str, *, time_zone: str = "", empty: str = "", **more: Any
) -> dict[str, Any]:
    """The answer of a chart endpoint. `empty` is what the page says when there is nothing to draw."""
    kept = [t for t in traces if t["y"] or t.get("z") or t.get("low")]
    return {"unit": unit, "time_zone": time_zone, "traces": kept, "empty": empty if not kept else "", **more}
