"""Template filters about meters and prices."""

from decimal import Decimal

from django import template

from emads.lib import figures
from emads.lib.figures import THIN

register = template.Library()
SIZES = ((86400, "day"), (3600, "hour"), (60, "minute"), (1, "second"))


@register.filter
def interval(seconds: int | None) -> str:
    """900 as 15 minutes."""
    if not seconds:
        return "not known"
    size, name = next((size, name) for size, name in SIZES if seconds % size == 0)
    count = seconds // size
    return f"{count}{THIN}{name}" if count == 1 else f"{count}{THIN}{name}s"


@register.filter
def price(amount: Decimal, currency: str) -> str:
    """A price per unit: two decimals or more, as exact as it was told."""
    whole, _, part = f"{amount:f}".partition(".")
    return f"{whole}.{part.rstrip('0').ljust(2, '0')}{THIN}{currency}"


@register.filter
def count(number: int | None) -> str:
    """A whole number with thin spaces between thousands."""
    return figures.count(number or 0)
