"""The ledger of runs: what ran, when, how long, with what result."""

from datetime import timedelta
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django_celery_results.admin import TaskResultAdmin
from django_celery_results.models import GroupResult, TaskResult

admin.site.unregister(TaskResult)
admin.site.unregister(GroupResult)


@admin.register(TaskResult)
class RunAdmin(TaskResultAdmin):
    """Newest first; nothing is added or changed by hand."""

    list_display = ("task_name", "status", "date_started", "took", "result", "worker")
    list_filter = ("status", "task_name", "date_done")  # type: ignore[assignment]
    ordering = ("-date_done",)
    show_full_result_count = False

    @admin.display(description="took")
    def took(self, run: Any) -> str:
        """Seconds from start to end."""
        begun = run.date_started or run.date_created
        if begun is None or run.date_done is None:
            return "–"
        lasted: timedelta = run.date_done - begun
        return f"{lasted.total_seconds():.2f} s"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False
