"""Writing to somebody: the page where people and homes meet."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from accounts.access import signed_in
from accounts.models import User
from energy.contacts import contacts
from messaging import services

MOST_SUGGESTED = 300


def label(person: User) -> str:
    """How a person is chosen: first and last name, told apart by the username."""
    return f"{person.full_name} ({person.username})"


class ComposeForm(forms.Form):
    """A message to one of the people a person may write to."""

    recipient = forms.CharField(
        label="To",
        max_length=400,
        help_text="First and last name.",
        widget=forms.TextInput({"list": "people", "autocomplete": "off"}),
    )
    subject = forms.CharField(label="Subject", max_length=200)
    body = forms.CharField(label="Message", max_length=5000, widget=forms.Textarea({"rows": 7}))

    def __init__(self, *args: Any, people: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = people

    def clean_recipient(self) -> User:
        """The one person who is meant."""
        words = self.cleaned_data["recipient"].casefold().replace("(", " ").replace(")", " ").split()
        named = [one for one in self.people if words in self._names(one)]
        if not named:
            raise ValidationError("You know nobody of that name here. Write the first and the last name.")
        if len(named) > 1:
            which = ", ".join(label(one) for one in named[:5])
            raise ValidationError(f"There is more than one: {which}. Choose one of them.")
        return named[0]

    def clean_subject(self) -> str:
        """One line: what is written here becomes a mail's subject."""
        subject: str = self.cleaned_data["subject"]
        if not subject.isprintable():
            raise ValidationError("The subject is one line of plain text.")
        return subject

    @staticmethod
    def _names(person: User) -> tuple[list[str], ...]:
        name, username = person.get_full_name().casefold().split(), person.username.casefold()
        return name, [*name, username], [username], [username, username]


@permission_required("messaging.add_conversation", raise_exception=True)
def compose(request: HttpRequest) -> HttpResponse:
    """Write to somebody; ?to=username fills in the name."""
    user = signed_in(request)
    people = contacts(user)
    wanted = people.filter(username__iexact=request.GET.get("to", "")).first()
    initial = {"recipient": label(wanted) if wanted else "", "subject": request.GET.get("subject", "")[:200]}
    form = ComposeForm(request.POST or None, people=people, initial=initial)
    if form.is_valid():
        conversation = services.start_conversation(
            sender=user,
            recipients=[form.cleaned_data["recipient"]],
            subject=form.cleaned_data["subject"],
            body=form.cleaned_data["body"],
            now=timezone.now(),
        )
        messages.success(request, "Your message is sent.")
        return redirect(conversation)
    suggested = [label(one) for one in people[:MOST_SUGGESTED]]
    return render(request, "messaging/compose.html", {"form": form, "suggested": suggested})
