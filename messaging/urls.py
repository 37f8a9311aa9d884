"""Addresses of messaging."""

from django.urls import path

from messaging import views

app_name = "messaging"
urlpatterns = [
    path("messages/", views.inbox, name="inbox"),
    path("messages/read/", views.read_all, name="read-all"),
    path("messages/notifications/<int:pk>/", views.notification, name="notification"),
    path("messages/notifications/<int:pk>/toggle/", views.notification_toggle, name="notification-toggle"),
    path("messages/conversations/<int:pk>/", views.conversation, name="conversation"),
    path("messages/conversations/<int:pk>/toggle/", views.conversation_toggle, name="conversation-toggle"),
]
