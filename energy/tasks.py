"""Background work of energy: each task calls one service and is safe to run twice or late."""

from celery import shared_task

from energy import settle as settling


@shared_task
def settle() -> int:
    """Rebuild the roll-ups of touched hours."""
    return settling.settle()
