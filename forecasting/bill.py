"""The month's bill: what was used, what is still to come, what both cost."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import numpy as np

from emads.lib import clock
from emads.lib.arrays import FloatArray
from energy import costs
from energy.models import Sensor, Tariff
from forecasting import totals
from forecasting.outlook import Outlook
from forecasting.totals import Days, Range


@dataclass(frozen=True, slots=True)
class Money:
    """An amount and where it lies in 8 of 10 cases, in the site's currency."""

    amount: Decimal
    low: Decimal
    high: Decimal


@dataclass(frozen=True, slots=True)
class Month:
    """The month the forecast begins in."""

    first: date
    used_wh: float
    used_days: int  # days with readings so far
    missing_days: int  # days so far without any
    left_days: int
    expected: Range  # of the whole month
    cost: Money | None  # None without a tariff

    @property
    def share_used(self) -> int:
        """Of the greatest likely amount, how much is used already. [%]"""
        return round(100 * self.used_wh / self.expected.high_wh) if self.expected.high_wh > 0 else 0


def week_cost(outlook: Outlook, tariffs: Sequence[Tariff]) -> Money | None:
    """What the days forecast will cost; None without a tariff, or where it is not electricity drawn."""
    if not _is_billed(outlook):
        return None
    return _money(outlook.dates, outlook.days.middle, outlook.total, tariffs)


def month(outlook: Outlook, tariffs: Sequence[Tariff]) -> Month:
    """Used so far, the forecast, and beyond it the mean of the same weekdays."""
    first = outlook.first_day.replace(day=1)
    after = clock.next_month(first)
    used = outlook.history[(first - outlook.history_first).days :]
    left = _to_the_end(outlook, (after - outlook.first_day).days)
    used_wh = float(np.nansum(used))
    dates = [first + timedelta(days=i) for i in range((after - first).days)]
    every_day = np.concatenate([used, left.middle])
    expected = totals.over_days(left).plus(used_wh)
    return Month(
        first=first,
        used_wh=used_wh,
        used_days=int((~np.isnan(used)).sum()),
        missing_days=int(np.isnan(used).sum()),
        left_days=len(left.middle),
        expected=expected,
        cost=_month_cost(dates, every_day, len(used), expected, tariffs) if _is_billed(outlook) else None,
    )


def _to_the_end(outlook: Outlook, count: int) -> Days:
    """The forecast cut or lengthened to `count` days."""
    known = len(outlook.days.middle)
    if count > known:
        return totals.longer(outlook.days, outlook.history, count - known)
    return Days(outlook.days.middle[:count], outlook.days.low[:count], outlook.days.high[:count])


def _is_billed(outlook: Outlook) -> bool:
    return all(s.quantity == Sensor.Quantity.IMPORT for s in outlook.sensors)


def _month_cost(
    dates: Sequence[date], wh: FloatArray, used: int, expected: Range, tariffs: Sequence[Tariff]
) -> Money | None:
    """The low and the high case scale the days to come; what is used is used."""
    known = float(np.nansum(wh[:used]))
    ahead = Range(expected.wh - known, expected.low_wh - known, expected.high_wh - known)
    return _money(dates, wh, ahead, tariffs, since=used)


def _money(
    dates: Sequence[date], wh: FloatArray, ahead: Range, tariffs: Sequence[Tariff], since: int = 0
) -> Money | None:
    """Costs if the days from place `since` on add up to the middle, low or high of `ahead`."""
    amounts = []
    for total in (ahead.wh, ahead.low_wh, ahead.high_wh):
        scale = total / ahead.wh if ahead.wh > 0 else 1.0
        amounts.append(costs.cost(dates, np.concatenate([wh[:since], wh[since:] * scale]), tariffs))
    middle, low, high = amounts
    return None if middle is None or low is None or high is None else Money(middle, low, high)
