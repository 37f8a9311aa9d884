"""The pages that combine the apps."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "emads.web"
    label = "web"
