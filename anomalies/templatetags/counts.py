"""How many, in digits."""

from django import template

from emads.lib.figures import THIN

register = template.Library()


@register.filter
def count(number: int | None) -> str:
    """A whole number with thin spaces between thousands."""
    return "–" if number is None else f"{number:,}".replace(",", THIN)
