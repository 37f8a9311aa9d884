"""The address book: every app brings its own pages."""

from django.contrib import admin
from django.urls import include, path

from emads.web import health
from emads.web.api import urls as api_urls

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", health.metrics, name="metrics"),
    path("admin/", admin.site.urls),
    path("api/v1/", api_urls),
    path("accounts/", include("allauth.urls")),
    path("", include("accounts.urls")),
    path("", include("messaging.urls")),
    path("", include("energy.urls")),
    path("", include("forecasting.urls")),
    path("", include("anomalies.urls")),
    path("", include("emads.web.urls")),
]
