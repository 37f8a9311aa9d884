"""Pages that combine the apps."""

from django.urls import URLPattern, URLResolver, path

from emads.web.about import about
from emads.web.dashboard import dashboard
from emads.web.health import healthz, metrics, readyz
from emads.web.theme import theme

app_name = "web"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", dashboard, name="dashboard"),
    path("about/", about, name="about"),
    path("theme/", theme, name="theme"),
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("metrics", metrics, name="metrics"),
]
