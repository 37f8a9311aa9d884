"""What the schedule runs."""

from celery import shared_task
from django.utils import timezone


@shared_task
def issue() -> int:
    """Forecast every sensor; safe to run twice or late."""
    from forecasting import services  # noqa: PLC0415 heavy: torch

    return services.issue_all(now=timezone.now())


@shared_task
def issue_new() -> int:
    """Forecast what was imported since; safe to run twice or late."""
    from forecasting import services  # noqa: PLC0415 heavy: torch

    return services.issue_new(now=timezone.now())
