"""Forecasts in the administration: to look at, not to edit."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from forecasting.models import Forecast, Scorecard


class ReadOnly(admin.ModelAdmin):  # type: ignore[type-arg]
    """Rows that only the schedule writes."""

    list_select_related = ["sensor__site"]
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody."""
        return False


@admin.register(Forecast)
class ForecastAdmin(ReadOnly):
    """What was forecast, and why not."""

    list_display = ["sensor", "first_day", "issued_at", "model", "abstained"]
    list_filter = ["model", "issued_at"]
    search_fields = ["sensor__slug", "sensor__site__name"]


@admin.register(Scorecard)
class ScorecardAdmin(ReadOnly):
    """How good forecasts have been."""

    list_display = ["sensor", "model", "mase", "naive_mase", "coverage_80", "days", "computed_at"]
    list_filter = ["model"]
    search_fields = ["sensor__slug", "sensor__site__name"]
