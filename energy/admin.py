"""Sites, sensors, tariffs and imports in the administration. Readings live elsewhere and do not appear."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest

from energy import services
from energy.models import ImportJob, Membership, Sensor, Site, Tariff


class Members(admin.TabularInline):  # type: ignore[type-arg]
    """Who may see or change a site."""

    model = Membership
    extra = 0
    autocomplete_fields = ("user",)


@admin.register(Site)
class SiteAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Homes and buildings."""

    list_display = ("name", "slug", "time_zone", "currency", "created_at")
    list_filter = ("time_zone",)
    search_fields = ("name", "slug")
    inlines = (Members,)

    def get_readonly_fields(self, request: HttpRequest, obj: Site | None = None) -> tuple[str, ...]:
        """The slug is in addresses and in devices: it stays."""
        return ("slug",) if obj else ()

    def save_model(self, request: HttpRequest, obj: Site, form: "ModelForm[Site]", change: bool) -> None:
        """Another time zone cuts days and months anew."""
        super().save_model(request, obj, form, change)
        if change and "time_zone" in form.changed_data:
            services.rebuild_rollups(sensors=list(obj.sensors.all()))

    def delete_model(self, request: HttpRequest, obj: Site) -> None:
        """With its readings."""
        services.delete_site(site=obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Site]) -> None:
        """With their readings."""
        for site in queryset:
            services.delete_site(site=site)


@admin.register(Sensor)
class SensorAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Meters and devices."""

    list_display = ("name", "slug", "site", "quantity", "kind", "unit", "interval_s")
    list_filter = ("quantity", "kind")
    list_select_related = ("site",)
    search_fields = ("name", "slug", "site__name", "make", "model")
    autocomplete_fields = ("site", "parent")

    def get_readonly_fields(self, request: HttpRequest, obj: Sensor | None = None) -> tuple[str, ...]:
        """Devices send under the id, and readings were cut in the site's days: both stay."""
        return ("slug", "site") if obj else ()

    def save_model(self, request: HttpRequest, obj: Sensor, form: "ModelForm[Sensor]", change: bool) -> None:
        """Another kind reads the same values differently."""
        super().save_model(request, obj, form, change)
        if change and "kind" in form.changed_data:
            services.rebuild_rollups(sensors=[obj])

    def delete_model(self, request: HttpRequest, obj: Sensor) -> None:
        """With its readings."""
        services.delete_sensor(sensor=obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Sensor]) -> None:
        """With their readings."""
        for sensor in queryset:
            services.delete_sensor(sensor=sensor)


@admin.register(Tariff)
class TariffAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Prices."""

    list_display = ("site", "valid_from", "price_per_kwh", "export_price_per_kwh", "standing_charge_per_day")
    list_select_related = ("site",)
    search_fields = ("site__name",)
    autocomplete_fields = ("site",)


@admin.register(ImportJob)
class ImportJobAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Imports, to look at."""

    list_display = ("file_name", "site", "user", "status", "created_at", "finished_at")
    list_filter = ("status",)
    list_select_related = ("site", "user")
    search_fields = ("file_name", "site__name")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Imports begin on their page."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What happened is not edited."""
        return False
