"""Addresses of energy."""

from django.urls import URLPattern, path

from energy.views import analytics, devices, imports, sensors, sites, tariffs

app_name = "energy"
urlpatterns: list[URLPattern] = [
    path("sites/", sites.sites, name="sites"),
    path("sites/new/", sites.create, name="site-create"),
    path("sites/<slug:slug>/", sites.site, name="site"),
    path("sites/<slug:slug>/chart.json", sites.chart, name="site-chart"),
    path("sites/<slug:slug>/edit/", sites.edit, name="site-edit"),
    path("sites/<slug:slug>/connect/", devices.connect, name="connect"),
    path("sites/<slug:slug>/sensors/new/", sensors.create, name="sensor-create"),
    path("sites/<slug:slug>/tariffs/", tariffs.tariffs, name="tariffs"),
    path("sites/<slug:slug>/tariffs/new/", tariffs.create, name="tariff-create"),
    path("sites/<slug:slug>/tariffs/<int:pk>/", tariffs.edit, name="tariff-edit"),
    path("sites/<slug:slug>/tariffs/<int:pk>/delete/", tariffs.delete, name="tariff-delete"),
    path("sensors/", sensors.sensors, name="sensors"),
    path("sensors/<slug:slug>/", sensors.sensor, name="sensor"),
    path("sensors/<slug:slug>/chart.json", sensors.chart, name="sensor-chart"),
    path("sensors/<slug:slug>/edit/", sensors.edit, name="sensor-edit"),
    path("sensors/<slug:slug>/delete/", sensors.delete, name="sensor-delete"),
    path("import/", imports.upload, name="import"),
    path("import/<slug:key>/", imports.job, name="import-job"),
    path("import/<slug:key>/chart.json", imports.chart, name="import-chart"),
    path("import/<slug:key>/confirm/", imports.confirm, name="import-confirm"),
    path("import/<slug:key>/discard/", imports.discard, name="import-discard"),
    path("import/<slug:key>/progress/", imports.progress, name="import-progress"),
    path("import/<slug:key>/rejected.csv", imports.rejected, name="import-rejected"),
    path("analytics/", analytics.analytics, name="analytics"),
    path("analytics/<slug:name>.json", analytics.chart, name="analytics-chart"),
]
