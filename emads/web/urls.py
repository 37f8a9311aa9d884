"""Pages that combine the apps."""

from django.urls import URLPattern, URLResolver, path

from emads.web.about import about
from emads.web.compose import compose
from emads.web.dashboard import dashboard
from emads.web.dashboard_charts import daily_chart, energy_chart, heat_chart, weekday_chart
from emads.web.live.views import live
from emads.web.recommendations import recommendations
from emads.web.reports import csv_views as report_csv
from emads.web.reports import views as report_pages
from emads.web.theme import favicon, theme

app_name = "web"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", dashboard, name="dashboard"),
    path("dashboard/energy.json", energy_chart, name="dashboard-energy-chart"),
    path("dashboard/daily.json", daily_chart, name="dashboard-daily-chart"),
    path("dashboard/weekday.json", weekday_chart, name="dashboard-weekday-chart"),
    path("dashboard/heat.json", heat_chart, name="dashboard-heat-chart"),
    path("live/", live, name="live"),
    path("recommendations/", recommendations, name="recommendations"),
    path("reports/", report_pages.reports, name="reports"),
    path("reports/daily.json", report_pages.daily_chart, name="report-daily-chart"),
    path("reports/make/", report_pages.report_request, name="report-make"),
    path("reports/mail/", report_pages.report_mail, name="report-mail"),
    path("reports/energy.csv", report_csv.energy_csv, name="report-energy-csv"),
    path("reports/anomalies.csv", report_csv.anomalies_csv, name="report-anomalies-csv"),
    path("reports/forecast.csv", report_csv.forecast_csv, name="report-forecast-csv"),
    path("reports/<slug:key>.pdf", report_pages.report_file, name="report-file"),
    path("reports/<slug:key>/", report_pages.report_row, name="report-row"),
    path("messages/new/", compose, name="message-compose"),
    path("about/", about, name="about"),
    path("theme/", theme, name="theme"),
    path("favicon.ico", favicon, name="favicon"),
]
