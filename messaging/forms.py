"""Forms of messages."""

from django import forms


class ReplyForm(forms.Form):
    """A message in a conversation."""

    body = forms.CharField(
        label="Your message", max_length=5000, widget=forms.Textarea(attrs={"rows": 4, "required": True})
    )
