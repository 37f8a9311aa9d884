"""The API: every app's router under /api/v1/."""

from django.contrib.auth.decorators import login_not_required
from django.urls import URLPattern, URLResolver
from ninja import NinjaAPI, Router

from accounts.api_auth import auth
from anomalies.api import router as anomalies
from energy.api import router as energy
from forecasting.api import router as forecasting

api = NinjaAPI(title="EMADS", version="1", urls_namespace="api-1", auth=auth, docs_url="/docs")
ROUTERS: tuple[Router, ...] = (energy, forecasting, anomalies)
for router in ROUTERS:
    api.add_router("", router)

# The API answers 401 by itself; a redirect to the sign-in page would help no device.
patterns: list[URLPattern | URLResolver] = api.urls[0]
for pattern in patterns:
    if pattern.callback is not None:
        login_not_required(pattern.callback)
urls = (patterns, *api.urls[1:])
