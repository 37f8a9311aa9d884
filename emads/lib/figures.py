"""Numbers as people read them: units by size, three significant digits, thin spaces."""

import math
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

THIN = "\u202f"  # narrow no-break space
NOTHING = "–"
MINUS = "−"
SYMBOLS = {"EUR": "€", "USD": "$", "GBP": "£"}
NEXT_UNIT = 999.5  # rounds to a thousand
WHOLE_KWH = 10_000  # from here on in MWh


def significant(value: float | None, digits: int = 3) -> str:
    """`digits` significant digits; whole digits are never rounded away. None and NaN: a dash."""
    if value is None or not math.isfinite(value):
        return NOTHING
    size = math.floor(math.log10(float(f"{abs(value):.{digits}g}"))) if value else 0
    decimals = max(0, digits - 1 - size)
    text = f"{abs(value):.{min(decimals, 6)}f}"
    whole, dot, part = text.partition(".")
    part = part.rstrip("0") if abs(value) < 1 else part
    grouped = f"{int(whole):,}".replace(",", THIN) + (dot + part if part else "")
    return f"{MINUS}{grouped}" if value < 0 and grouped.strip("0.") else grouped


def count(n: int) -> str:
    """A whole number with thin spaces between thousands."""
    return f"{n:,}".replace(",", THIN).replace("-", MINUS)


def _unit(value: float, unit: str) -> str:
    return f"{significant(value)}{THIN}{unit}"


def energy(wh: float | None) -> str:
    """Energy in Wh, kWh or MWh by its size. [Wh]"""
    if wh is None or not math.isfinite(wh):
        return NOTHING
    if 0 < abs(wh) < NEXT_UNIT:
        return _unit(wh, "Wh")
    return _unit(wh / 1e3, "kWh") if abs(wh) < WHOLE_KWH * 1e3 else _unit(wh / 1e6, "MWh")


class Scale(NamedTuple):
    """Wh divided by `wh` are numbers in `unit`."""

    wh: float
    unit: str


def scale(most_wh: float) -> Scale:
    """The unit in which a chart with this largest value reads best. [Wh], NaN gives kWh"""
    if 0 < most_wh < 1000:
        return Scale(1.0, "Wh")
    return Scale(1e6, "MWh") if most_wh >= WHOLE_KWH * 1e3 else Scale(1e3, "kWh")


def power(watts: float | None) -> str:
    """Power in W, kW or MW by its size. [W]"""
    if watts is None or not math.isfinite(watts):
        return NOTHING
    if abs(watts) < NEXT_UNIT:
        return _unit(watts, "W")
    return _unit(watts / 1e3, "kW") if abs(watts) < 1e6 else _unit(watts / 1e6, "MW")


def percent(share: float | None) -> str:
    """A share as a percentage: 0.034 is 3.4 %."""
    if share is None or not math.isfinite(share):
        return NOTHING
    points = 100 * share
    return f"{significant(round(points, 1), 2)}{THIN}%"


def money(amount: Decimal | float | None, currency: str) -> str:
    """An amount with two decimals and its currency."""
    if amount is None or not math.isfinite(amount):
        return NOTHING
    cents = Decimal(str(amount)).quantize(Decimal("0.01"), ROUND_HALF_UP)
    digits = f"{abs(cents):,}".replace(",", THIN)
    sign = MINUS if amount < 0 and digits.strip("0.") else ""
    symbol = SYMBOLS.get(currency)
    return f"{sign}{symbol}{digits}" if symbol else f"{sign}{digits}{THIN}{currency}"


def change(now: float | None, before: float | None) -> float | None:
    """Relative change; None where there is nothing to compare with."""
    if now is None or before is None or not math.isfinite(now) or not math.isfinite(before) or before <= 0:
        return None
    return now / before - 1


def delta(relative: float | None) -> str:
    """A relative change in words: 12 % less, 8 % more, 3.2 times, about the same."""
    if relative is None or not math.isfinite(relative):
        return NOTHING
    points = round(abs(relative) * 100)
    if points < 1:
        return "about the same"
    if relative >= 1:
        return f"{significant(1 + relative, 2)} times as much"
    return f"{points}{THIN}% {'less' if relative < 0 else 'more'}"


def joiner(relative: float | None) -> str:
    """The word after it: 12 % less *than*, about the same *as*."""
    return "than" if delta(relative).endswith(("less", "more")) else "as"


def compared(relative: float | None, against: str) -> str:
    """The same with what it is compared with: 12 % less than last week; a dash without a change."""
    words = delta(relative)
    return words if words == NOTHING else f"{words} {joiner(relative)} {against}"
