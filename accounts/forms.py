"""Forms about people."""

import zoneinfo
from typing import Any

from allauth.account.forms import LoginForm as AllauthLoginForm
from allauth.account.forms import SignupForm as AllauthSignupForm
from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Fieldset, Layout
from django import forms
from django.conf import settings
from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import ApiToken, Role, User

ROLES = [
    (Role.RESIDENT, _("Resident: my own home")),
    (Role.VIEWER, _("Viewer: homes I am invited to, only to look")),
    (Role.MANAGER, _("Manager: the homes of a building (needs approval)")),
    (Role.PROVIDER, _("Provider: customers who agreed (needs approval)")),
    (Role.ADMIN, _("Admin: everything (needs approval)")),
]

LAST_YEAR = 2199  # of a token


def known_zone(given: str) -> str | None:
    """A time zone in the system's own spelling, however its name is typed; None if there is no such zone."""
    known = {name.lower(): name for name in zoneinfo.available_timezones()}
    return known.get(given.strip().lower())


class LoginForm(AllauthLoginForm):  # type: ignore[misc]
    """Username or e-mail, and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("Username or e-mail")
        self.fields["remember"].label = _("Stay signed in on this device")
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)


class SignupForm(AllauthSignupForm):  # type: ignore[misc]
    """What a new person tells."""

    first_name = forms.CharField(
        label=_("First name"), max_length=150, widget=forms.TextInput({"autocomplete": "given-name"})
    )
    last_name = forms.CharField(
        label=_("Last name"), max_length=150, widget=forms.TextInput({"autocomplete": "family-name"})
    )
    requested_role = forms.ChoiceField(label=_("I am a"), choices=ROLES, initial=Role.RESIDENT)
    time_zone = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput())
    field_order = ["first_name", "last_name", "username", "email", "requested_role", "password1", "password2"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("E-mail")
        self.fields["password1"].help_text = _("At least 8 characters; nothing common or like your name.")
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)

    def clean_time_zone(self) -> str:
        """The browser's guess, if it is a zone at all; preferences change it."""
        return known_zone(self.cleaned_data["time_zone"]) or "UTC"

    def try_save(self, request: HttpRequest) -> tuple[User | None, HttpResponse | None]:
        """Two people may take the same name in the same moment; the second is told."""
        try:
            with transaction.atomic():
                saved: tuple[User | None, HttpResponse | None] = super().try_save(request)
                return saved
        except IntegrityError:
            messages.error(request, _("That username or e-mail address has just been taken."))
            return None, redirect("account_signup")


class PreferencesForm(forms.ModelForm):  # type: ignore[type-arg]
    """What a person likes."""

    class Meta:
        model = User
        fields = [
            "first_name",
            "last_name",
            "default_range",
            "anomaly_sensitivity",
            "theme",
            "language",
            "time_zone",
            "mail_alerts",
            "mail_messages",
            "mail_reports",
        ]
        labels = {
            "default_range": _("Pages open with"),
            "anomaly_sensitivity": _("Anomaly sensitivity"),
            "mail_alerts": _("Alerts"),
            "mail_messages": _("Messages from people"),
            "mail_reports": _("Reports"),
        }
        help_texts = {
            "time_zone": _("For times in your inbox. A home's own pages keep that home's zone."),
            "anomaly_sensitivity": _("How soon something in your homes counts as unusual."),
        }
        widgets = {
            "language": forms.Select(choices=settings.LANGUAGES),
            "time_zone": forms.TextInput({"list": "time-zones", "autocomplete": "off"}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.layout = Layout(
            Fieldset(_("You"), "first_name", "last_name"),
            Fieldset(_("Pages"), "default_range", "theme", "language", "time_zone"),
            Fieldset(_("Anomalies"), "anomaly_sensitivity"),
            Fieldset(
                _("By mail"),
                HTML('<p class="form-text">Everything also waits in your inbox here.</p>'),
                "mail_alerts",
                "mail_messages",
                "mail_reports",
            ),
        )

    def clean_time_zone(self) -> str:
        """A zone the system knows, in its own spelling."""
        zone = known_zone(self.cleaned_data["time_zone"])
        if zone is None:
            raise forms.ValidationError(_("That is not a time zone; write it like Europe/Berlin."))
        return zone

    def clean_language(self) -> str:
        """One of the languages we speak."""
        given: str = self.cleaned_data["language"]
        if given not in dict(settings.LANGUAGES):
            raise forms.ValidationError(_("EMADS does not speak that language yet."))
        return given


class TokenForm(forms.Form):
    """A new key for a device or script."""

    name = forms.CharField(label=_("What is it for"), max_length=80)
    scope = forms.ChoiceField(label=_("It may"), choices=ApiToken.Scope.choices)
    expires_on = forms.DateField(
        label=_("Until, that day included (optional)"),
        required=False,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
    )

    def clean_expires_on(self) -> Any:
        """A day to come."""
        day = self.cleaned_data["expires_on"]
        if day and day < timezone.localdate():
            raise forms.ValidationError(_("That day is over."))
        if day and day.year > LAST_YEAR:
            raise forms.ValidationError(_("Choose an earlier day, or none."))
        return day
