"""Whether day or month comes first, or whether a date counts seconds: by evidence over many cells."""

import numpy as np

from emads.lib.clock import DAY
from energy.ingest import figures, stamps
from energy.ingest.table import Cells

ORDERS = ("day", "month", "year")


def per_second(cells: Cells) -> float:
    """Of a column that counts from 1970: how many a second (1, 1000, ...); 0 if it holds written dates."""
    if stamps.read(cells, "time", "day").ok.any():
        return 0.0
    values = figures.read(cells).value
    size = float(np.nanmedian(values)) if np.isfinite(values).any() else 0.0
    return next((p for p in (1e9, 1e6, 1e3, 1.0) if size / p > 1e8), 0.0)


def short_dates(cells: Cells) -> Cells:
    """Cells whose date is three short numbers, as 01/02/2024; none where they are a few among others."""
    plain = stamps.read(cells, "time").ok
    some = [stamps.read(cells, "time", name).ok for name in ORDERS]
    short = np.logical_or.reduce(some) & ~plain
    if 10 * short.sum() < plain.sum():
        short[:] = False
    return Cells(cells.raw[short], cells.long[short])


def order(cells: Cells, clock_apart: bool) -> str:
    """day, month or year: what makes dates of more cells, else what lets time go on evenly; "" if open."""
    read = {name: stamps.read(cells, "time", name) for name in ORDERS}
    day, month, year = (int(read[name].ok.sum()) for name in ORDERS)
    if year > max(day, month):
        return "year"
    if day != month:
        return "day" if day > month else "month"
    both = read["day"].ok & read["month"].ok
    if not both.any() or (read["day"].wall[both] == read["month"].wall[both]).all():
        return "" if both.any() else "day"
    if any(b"." in bytes(row)[:6] for row in cells.raw[both][:20]):
        return "day"
    strides = [np.abs(np.diff(read[name].wall[both])) for name in ("day", "month")]
    within_days = clock_apart or bool((read["day"].wall[both] % DAY).any())
    if not within_days:
        return ""
    by_day, by_month = (float(stride.sum()) for stride in strides)
    if min(by_day, by_month) * 3 < max(by_day, by_month):
        return "day" if by_day < by_month else "month"
    return ""
