"""Forms of an import: the upload, and what a person says about the file."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat

from energy.imports import Preview
from energy.ingest.base import ROLES, Options
from energy.models import Person, Sensor, Site, valid_time_zone

UNITS = ("Wh", "kWh", "MWh", "W", "kW", "J", "kJ", "MJ", "GJ", "GWh", "MW")
SEE = "As the file shows"
ROLE_NAMES = {
    "time": "Time",
    "date": "Date",
    "clock": "Time of day",
    "end": "End of the interval",
    "end_date": "End, date",
    "end_clock": "End, time of day",
    "sensor": "Meter",
    "value": "Reading",
    "unit": "Unit",
    "ignore": "Leave out",
}
STAMPS = [("", SEE), ("start", "Start of the interval"), ("end", "End of the interval")]
DATES = [
    ("", SEE),
    ("day", "Day first, 31.12."),
    ("month", "Month first, 12/31/"),
    ("year", "Year first, 2025-"),
]
DECIMALS = [("", SEE), (".", "Point, 1.5"), (",", "Comma, 1,5")]


class UploadForm(forms.Form):
    """A file and the home it belongs to."""

    site = forms.ModelChoiceField(Site.objects.none(), to_field_name="slug", label="Home", empty_label=None)
    file = forms.FileField(label="File")

    def __init__(self, *args: Any, user: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["site"].queryset = Site.objects.editable_by(user)  # type: ignore[attr-defined]
        self.fields[
            "file"
        ].help_text = f"Up to {filesizeformat(settings.UPLOAD_MAX_BYTES)}; .gz and .zip are fine."

    def clean_file(self) -> "UploadedFile[bytes]":
        """Neither empty nor larger than allowed."""
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        size = file.size or 0
        if size > settings.UPLOAD_MAX_BYTES:
            has, most = filesizeformat(size), filesizeformat(settings.UPLOAD_MAX_BYTES)
            raise forms.ValidationError(
                f"{file.name} has {has}, more than {most}. Pack it as .gz or split it."
            )
        return file


class OptionsForm(forms.Form):
    """What a person says about a file; empty means: see for yourself."""

    sensor = forms.ChoiceField(label="Goes to", required=False)
    unit = forms.ChoiceField(label="Unit", required=False, choices=[("", SEE), *((u, u) for u in UNITS)])
    time_zone = forms.CharField(
        label="Time zone of the times",
        required=False,
        max_length=64,
        validators=[valid_time_zone],
        widget=forms.TextInput(attrs={"list": "time-zones", "autocomplete": "off"}),
    )
    stamp = forms.ChoiceField(label="A time is the", required=False, choices=STAMPS)
    dates = forms.ChoiceField(label="Dates are written", required=False, choices=DATES)
    decimal = forms.ChoiceField(label="Decimals have a", required=False, choices=DECIMALS)
    replace = forms.BooleanField(
        label="Replace readings that are there already with another value", required=False
    )

    def __init__(self, *args: Any, site: Site, columns: int = 0, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        meters = [(s.slug, f"{s.name} ({s.slug})") for s in Sensor.objects.filter(site=site)]
        self.fields["sensor"].choices = [("", "The meters the file names"), *meters]  # type: ignore[attr-defined]
        self.fields["time_zone"].widget.attrs["placeholder"] = site.time_zone
        for number in range(columns):
            self.fields[f"role_{number}"] = forms.ChoiceField(
                required=False,
                label=f"Column {number + 1} is",
                choices=[(role, ROLE_NAMES[role]) for role in ROLES],
                widget=forms.Select(attrs={"class": "form-select form-select-sm"}),
            )

    @property
    def answers(self) -> list[forms.BoundField]:
        """What concerns the whole file."""
        return [self[name] for name in self.fields if not name.startswith("role_")]

    @property
    def role_fields(self) -> list[forms.BoundField]:
        """One choice for each column."""
        return [self[name] for name in self.fields if name.startswith("role_")]

    def options(self) -> Options:
        """What was said; nonsense counts as nothing said."""
        given = self.cleaned_data
        roles = tuple(given.get(name) or "ignore" for name in self.fields if name.startswith("role_"))
        said = {
            name: given.get(name, "") for name in ("sensor", "unit", "time_zone", "stamp", "dates", "decimal")
        }
        return Options.of({**said, "roles": roles, "replace": bool(given.get("replace"))})


def shown(site: Site, options: Options, guess: Preview, asked: OptionsForm) -> OptionsForm:
    """The form as the options and the guess have it; what is open is marked."""
    said = options.stored()
    said.pop("roles")
    roles = [column.role for column in guess.columns]
    values = {**said, **{f"role_{number}": role for number, role in enumerate(roles)}}
    form = OptionsForm(site=site, columns=len(roles), initial=values)
    for name in ("unit", "stamp", "dates", "decimal"):
        field: Any = form.fields[name]
        names = dict(field.choices)
        found = getattr(guess, name)
        if found and not values[name] and name not in guess.missing:
            field.choices = [("", f"{names.get(found, found)} (as seen)"), *field.choices[1:]]
    for name in guess.missing:
        if name in form.fields:
            form.fields[name].widget.attrs["class"] = "is-invalid"
            form.fields[name].help_text = "Please choose: the file does not say."
    for name in asked.errors.keys() & form.fields.keys():
        errors = asked.errors[name]
        form.fields[name].help_text = " ".join(str(error) for error in errors)
        form.fields[name].widget.attrs["class"] = "is-invalid"
    return form
