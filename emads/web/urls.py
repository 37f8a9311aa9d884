"""Pages that combine the apps."""

from django.urls import URLPattern, URLResolver, path

from emads.web.about import about
from emads.web.compose import compose
from emads.web.dashboard import dashboard
from emads.web.dashboard_charts import daily_chart, energy_chart, heat_chart, weekday_chart
from emads.web.live.views import live
from emads.web.theme import theme

app_name = "web"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", dashboard, name="dashboard"),
    path("dashboard/energy.json", energy_chart, name="dashboard-energy-chart"),
    path("dashboard/daily.json", daily_chart, name="dashboard-daily-chart"),
    path("dashboard/weekday.json", weekday_chart, name="dashboard-weekday-chart"),
    path("dashboard/heat.json", heat_chart, name="dashboard-heat-chart"),
    path("live/", live, name="live"),
    path("messages/new/", compose, name="message-compose"),
    path("about/", about, name="about"),
    path("theme/", theme, name="theme"),
]
