"""Who may sign in, and what their role lets them do."""

from django.contrib.auth.backends import ModelBackend


class RoleBackend(ModelBackend):
    """Permissions come from the group named like the person's role."""
