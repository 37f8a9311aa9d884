"""Background work of anomalies: the minute's tick."""

from celery import shared_task
from django.utils import timezone

from anomalies import services


@shared_task
def detect() -> dict[str, int]:
    """Judge what has come in; what does not fit into a minute waits for the next tick."""
    return services.scan_all(now=timezone.now()).as_figures()
