"""Addresses of anomalies."""

from django.urls import URLPattern

app_name = "anomalies"
urlpatterns: list[URLPattern] = []
