"""What energy costs at a site's tariffs: exact decimals, rounded once, at the end, half up to the cent."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from math import isnan

import numpy as np

from emads.lib import clock
from emads.lib.arrays import FloatArray
from energy import series
from energy.models import Sensor, Site, Tariff

CENT = Decimal("0.01")
WH_PER_KWH = Decimal(1000)


def cents(amount: Decimal) -> Decimal:
    """Rounded half up to the cent."""
    return amount.quantize(CENT, rounding=ROUND_HALF_UP)


def kwh(wh: float) -> Decimal:
    """Wh as exact kWh; no reading counts as nothing used."""
    return Decimal(0) if isnan(wh) else Decimal(str(float(wh))) / WH_PER_KWH


def tariff_on(tariffs: Iterable[Tariff], day: date) -> Tariff | None:
    """The tariff that holds on a day: the latest that began by then."""
    begun = [t for t in tariffs if t.valid_from <= day]
    return max(begun, key=lambda t: t.valid_from) if begun else None


def energy_cost(wh: float, tariffs: Iterable[Tariff], day: date) -> Decimal | None:
    """What an amount drawn on a day costs, standing charge apart, not rounded; None without a tariff."""
    tariff = tariff_on(tariffs, day)
    return None if tariff is None or isnan(wh) else kwh(wh) * tariff.price_per_kwh


def daily(
    days: Sequence[date],
    drawn_wh: FloatArray,
    tariffs: Sequence[Tariff],
    exported_wh: FloatArray | None = None,
) -> list[Decimal | None]:
    """Cost of each day, not rounded: what was drawn minus what was fed in, plus the day's charge.

    days     : n local days, oldest first
    drawn_wh, exported_wh : (n,) energy of each [Wh], NaN = no reading
    returns  : n amounts; None on days without a tariff, before the first and after the last reading.
               A gap between readings still owes the standing charge.
    """
    fed_in = np.full(len(days), np.nan) if exported_wh is None else exported_wh
    known = np.flatnonzero(~(np.isnan(drawn_wh) & np.isnan(fed_in)))
    first, last = (int(known[0]), int(known[-1])) if known.size else (0, -1)
    amounts: list[Decimal | None] = []
    for i, day in enumerate(days):
        tariff = tariff_on(tariffs, day) if first <= i <= last else None
        amounts.append(None if tariff is None else _day_cost(tariff, drawn_wh[i], fed_in[i]))
    return amounts


def _day_cost(tariff: Tariff, drawn_wh: float, exported_wh: float) -> Decimal:
    drawn = kwh(drawn_wh) * tariff.price_per_kwh
    fed_in = kwh(exported_wh) * tariff.export_price_per_kwh
    return drawn - fed_in + tariff.standing_charge_per_day


def cost(
    days: Sequence[date],
    drawn_wh: FloatArray,
    tariffs: Sequence[Tariff],
    exported_wh: FloatArray | None = None,
) -> Decimal | None:
    """Cost of all days together, to the cent. Arguments as in `daily`.

    None without a reading, and where a day between the first and the last reading has no tariff:
    a part of the bill is not the bill.
    """
    known = ~np.isnan(drawn_wh)
    if exported_wh is not None:
        known |= ~np.isnan(exported_wh)
    places = np.flatnonzero(known)
    if not places.size:
        return None
    amounts = daily(days, drawn_wh, tariffs, exported_wh)[places[0] : places[-1] + 1]
    priced = [a for a in amounts if a is not None]
    return cents(sum(priced, Decimal(0))) if len(priced) == len(amounts) else None


def local_days(start: datetime, end: datetime, site: Site) -> list[date]:
    """The local days that touch [start, end)."""
    first = clock.today(start, site.tz)
    count = (clock.today(end - timedelta(seconds=1), site.tz) - first).days + 1
    return [first + timedelta(days=i) for i in range(count)]


def of_site(
    site: Site, start: datetime, end: datetime, *, sensors: Sequence[Sensor] | None = None
) -> Decimal | None:
    """What a site's electricity cost on the local days of [start, end); None without a tariff or reading.

    `sensors` saves a query where the caller has the site's main meters already.
    """
    tariffs = list(site.tariffs.all())
    mains = list(site.sensors.mains()) if sensors is None else sensors
    metered = [s for s in mains if s.quantity in (Sensor.Quantity.IMPORT, Sensor.Quantity.EXPORT)]
    if not tariffs or not metered:
        return None
    loaded = series.load_many(metered, start, end, "day", site.tz)
    drawn = series.add([loaded[s.pk] for s in metered if s.quantity == Sensor.Quantity.IMPORT])
    fed_in = series.add([loaded[s.pk] for s in metered if s.quantity == Sensor.Quantity.EXPORT])
    if not len(drawn.wh) and not len(fed_in.wh):
        return None
    days = local_days(start, end, site)
    nothing = np.full(len(days), np.nan)
    return cost(
        days,
        drawn.wh if len(drawn.wh) else nothing,
        tariffs,
        fed_in.wh if len(fed_in.wh) else nothing,
    )
