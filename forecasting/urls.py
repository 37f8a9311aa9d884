"""Addresses of forecasting."""

from django.urls import URLPattern, path

from forecasting.views import forecast, forecast_chart

app_name = "forecasting"
urlpatterns: list[URLPattern] = [
    path("forecast/", forecast, name="forecast"),
    path("forecast/chart.json", forecast_chart, name="forecast-chart"),
]
