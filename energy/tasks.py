"""Background work of energy: each task calls one service and is safe to run twice or late."""

from celery import shared_task
from django.utils import timezone

from energy import imports
from energy import settle as settling


@shared_task
def settle() -> int:
    """Rebuild the roll-ups of touched hours."""
    return settling.settle()


@shared_task
def run_import(key: str) -> str:
    """Work off one import."""
    job = imports.run(key=key, now=timezone.now())
    return job.status if job else "taken"


@shared_task
def resume_imports() -> int:
    """Take up imports that wait or whose worker is gone."""
    return imports.resume(now=timezone.now())
