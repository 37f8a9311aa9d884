"""Alerts and detection in the administration."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from accounts.access import signed_in
from anomalies import services
from anomalies.models import Alert, AlertEvent, DetectionState


class Events(admin.TabularInline):  # type: ignore[type-arg]
    """What people did about it."""

    model = AlertEvent
    extra = 0
    can_delete = False
    readonly_fields = ("user", "action", "note", "at")

    def has_add_permission(self, request: HttpRequest, obj: Alert | None = None) -> bool:
        """History is not written by hand."""
        return False


@admin.register(Alert)
class AlertAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("timestamp", "sensor", "type", "severity", "status", "verdict")
    list_filter = ("status", "severity", "type", "verdict")
    list_select_related = ("sensor",)
    search_fields = ("sensor__slug", "message")
    raw_id_fields = ("sensor", "incident")
    readonly_fields = ("status", "resolved_at", "snoozed_until", "created_at")
    date_hierarchy = "timestamp"
    show_full_result_count = False
    inlines = (Events,)
    actions = ("resolve_chosen",)

    @admin.action(description="Resolve", permissions=["change"])
    def resolve_chosen(self, request: HttpRequest, queryset: "QuerySet[Alert]") -> None:
        """Resolve what is chosen, with a line in each history."""
        now, by = timezone.now(), signed_in(request)
        done = sum(services.resolve(alert=alert, by=by, now=now) for alert in queryset)
        self.message_user(request, f"{done} resolved.")


@admin.register(DetectionState)
class DetectionStateAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("sensor", "scored_until", "rescore_from", "profile_at")
    list_select_related = ("sensor",)
    search_fields = ("sensor__slug",)
    readonly_fields = ("sensor", "scored_until", "rescore_from", "arrivals_seen", "profile_at")
    exclude = ("profile",)
    show_full_result_count = False
