"""Template filters that write numbers, money and times the way EMADS does."""

from datetime import date, datetime, tzinfo
from decimal import Decimal
from zoneinfo import ZoneInfo

from django import template
from django.utils import formats

from emads.lib import figures

register = template.Library()
Number = float | int | Decimal | None


def _float(value: Number) -> float | None:
    try:
        return None if value is None or value == "" else float(value)
    except (TypeError, ValueError):
        return None


@register.filter
def energy(wh: Number) -> str:
    """Wh as Wh, kWh or MWh."""
    return figures.energy(_float(wh))


@register.filter
def power(watts: Number) -> str:
    """W as W, kW or MW."""
    return figures.power(_float(watts))


@register.filter
def percent(share: Number) -> str:
    """0.034 as 3.4 %."""
    return figures.percent(_float(share))


@register.filter
def number(value: Number) -> str:
    """Whole numbers as they are, others with three significant digits; thin spaces between thousands."""
    if isinstance(value, int):
        return figures.count(value)
    return figures.significant(_float(value))


@register.filter
def money(amount: Number, currency: str) -> str:
    """An amount with its currency."""
    return figures.money(amount, currency)


@register.filter
def delta(relative: Number) -> str:
    """A relative change in words."""
    return figures.delta(_float(relative))


@register.filter
def compared(relative: Number, against: str) -> str:
    """A relative change and what it is compared with."""
    return figures.compared(_float(relative), against)


@register.filter
def joiner(relative: Number) -> str:
    """than or as: the word after a delta."""
    return figures.joiner(_float(relative))


@register.filter
def direction(relative: Number) -> str:
    """less, more or same: for the style sheet."""
    value = _float(relative)
    if value is None or abs(value) < 0.01:
        return "same"
    return "less" if value < 0 else "more"


def zone(where: tzinfo | str) -> tzinfo:
    """A zone given by itself or by name."""
    return ZoneInfo(where) if isinstance(where, str) else where


@register.filter
def local(moment: datetime | None, tz: tzinfo | str) -> str:
    """Date and time on the wall clock of a zone: Tue 10 Mar 2026, 13:05."""
    if not moment:
        return figures.NOTHING
    return formats.date_format(moment.astimezone(zone(tz)), "D j M Y, H:i")


@register.filter
def local_day(moment: datetime | date | None, tz: tzinfo | str = "UTC") -> str:
    """The day alone: Tue 10 Mar 2026."""
    if not moment:
        return figures.NOTHING
    day = moment.astimezone(zone(tz)).date() if isinstance(moment, datetime) else moment
    return formats.date_format(day, "D j M Y")
