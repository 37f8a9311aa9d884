"""Addresses of accounts."""

from django.urls import path

from accounts import views

app_name = "accounts"
urlpatterns = [
    path("accounts/pending/", views.pending, name="pending"),
    path("preferences/", views.preferences, name="preferences"),
    path("preferences/tokens/new/", views.token_create, name="token-create"),
    path("preferences/tokens/<int:pk>/revoke/", views.token_revoke, name="token-revoke"),
]
