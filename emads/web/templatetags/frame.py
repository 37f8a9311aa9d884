"""What the frame's parts need to know about a span and a request."""

from datetime import date

from django import template
from django.http import HttpRequest
from django.utils import timezone

from emads.lib import clock
from energy.span import LABELS, Span

register = template.Library()
OF_RANGE = {"range", "from", "to", "page"}


@register.filter
def moved(span: Span, steps: int) -> Span:
    """The span before or after."""
    return span.moved(steps)


@register.filter
def begun(span: Span) -> bool:
    """Whether it has begun."""
    return span.first <= clock.today(timezone.now(), span.tz)


@register.filter
def choices(_span: Span) -> list[tuple[str, str]]:
    """What the range control offers."""
    return [(key, label) for key, label in LABELS.items() if key != "custom"]


def _short(day: date, year: bool) -> str:
    return f"{day.day} {day:%b}{f' {day.year}' if year else ''}"


@register.filter
def days(span: Span) -> str:
    """The days of a span: 3–9 Mar 2026."""
    if span.first == span.last:
        return _short(span.first, year=True)
    same_month = (span.first.year, span.first.month) == (span.last.year, span.last.month)
    first = str(span.first.day) if same_month else _short(span.first, span.first.year != span.last.year)
    return f"{first}–{_short(span.last, year=True)}"


@register.filter
def kept(request: HttpRequest) -> list[tuple[str, str]]:
    """Query parameters that a form of the range control must carry on."""
    return [(name, one) for name, many in request.GET.lists() if name not in OF_RANGE for one in many]
