"""Addresses of anomalies."""

from django.urls import path

from anomalies.views import alerts, anomalies

app_name = "anomalies"
urlpatterns = [
    path("anomalies/", anomalies.anomalies, name="anomalies"),
    path("anomalies/chart.json", anomalies.anomalies_chart, name="anomalies-chart"),
    path("anomalies/<int:pk>/", anomalies.incident, name="incident"),
    path("anomalies/<int:pk>/chart.json", anomalies.incident_chart, name="incident-chart"),
    path("alerts/", alerts.alerts, name="alerts"),
    path("alerts/bulk/", alerts.alerts_bulk, name="alerts-bulk"),
    path("alerts/<int:pk>/", alerts.alert, name="alert"),
    path("alerts/<int:pk>/acknowledge/", alerts.acknowledge, name="alert-acknowledge"),
    path("alerts/<int:pk>/resolve/", alerts.resolve, name="alert-resolve"),
    path("alerts/<int:pk>/reopen/", alerts.reopen, name="alert-reopen"),
    path("alerts/<int:pk>/snooze/", alerts.snooze, name="alert-snooze"),
    path("alerts/<int:pk>/verdict/", alerts.verdict, name="alert-verdict"),
]
