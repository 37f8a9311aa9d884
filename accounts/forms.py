"""Forms about people."""

from django import forms


class SignupForm(forms.Form):
    """What a new person tells."""
