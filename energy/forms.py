"""Forms about sites, sensors and tariffs."""

import zoneinfo
from functools import lru_cache
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from energy.models import Sensor, Site, Tariff

INTERVALS: list[tuple[int | str, str]] = [
    ("", "Not known: see for yourself"),
    (10, "10 seconds"),
    (60, "1 minute"),
    (300, "5 minutes"),
    (600, "10 minutes"),
    (900, "15 minutes"),
    (1800, "30 minutes"),
    (3600, "1 hour"),
    (86400, "1 day"),
]
POWER_UNITS = (Sensor.Unit.W, Sensor.Unit.KW)
CURRENCIES = (
    "EUR",
    "GBP",
    "USD",
    "CHF",
    "SEK",
    "NOK",
    "DKK",
    "PLN",
    "CZK",
    "AUD",
    "CAD",
    "INR",
    "JPY",
    "ZAR",
)


@lru_cache(maxsize=1)
def time_zones() -> list[str]:
    """Names people choose from; every IANA name is accepted."""
    return sorted(name for name in zoneinfo.available_timezones() if "/" in name and "Etc/" not in name)


class SiteForm(forms.ModelForm):  # type: ignore[type-arg]
    """A home or building."""

    currency = forms.RegexField(
        r"^[A-Za-z]{3}$",
        initial="EUR",
        error_messages={"invalid": "Three letters, like EUR or GBP."},
        widget=forms.TextInput(attrs={"list": "currencies", "autocomplete": "off"}),
    )
    floor_area_m2 = forms.FloatField(
        label="Floor area [m²]",
        required=False,
        min_value=1,
        max_value=10_000_000,
        help_text="For use per m².",
    )
    occupants = forms.IntegerField(
        label="People living or working there", required=False, min_value=0, max_value=30_000
    )

    class Meta:
        model = Site
        fields = ["name", "time_zone", "currency", "floor_area_m2", "occupants"]
        widgets = {"time_zone": forms.TextInput(attrs={"list": "time-zones", "autocomplete": "off"})}
        help_texts = {"time_zone": "Days begin and end there. Begin to type: Europe/Berlin, Asia/Kolkata."}

    def clean_currency(self) -> str:
        """In capitals."""
        return str(self.cleaned_data["currency"]).upper()

    def clean_time_zone(self) -> str:
        """As people type it: spaces for underscores are fine."""
        return str(self.cleaned_data["time_zone"]).strip().replace(" ", "_")


class SensorForm(forms.ModelForm):  # type: ignore[type-arg]
    """A meter or device of one site."""

    interval_s = forms.TypedChoiceField(
        label="A reading every", coerce=int, empty_value=None, required=False, choices=INTERVALS
    )

    class Meta:
        model = Sensor
        fields = ["name", "slug", "quantity", "kind", "unit", "interval_s", "parent", "make", "model"]
        labels = {
            "slug": "Sensor id",
            "kind": "What a value means",
            "parent": "Sub-meter of",
            "make": "Make (not needed)",
            "model": "Model (not needed)",
        }
        help_texts = {
            "slug": "Under this name devices send readings. Left empty, it is made of the home and the name.",
            "kind": "Energy per interval, a register that only grows, or the power at that moment.",
            "parent": "What it measures is part of the other meter, and not counted twice.",
        }

    def __init__(self, *args: Any, site: Site, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.site = site
        siblings = Sensor.objects.filter(site=site)
        if self.instance.pk:
            del self.fields["slug"]
            siblings = siblings.exclude(pk__in=with_descendants(self.instance))
        else:
            self.fields["slug"].required = False
        self.fields["parent"].queryset = siblings  # type: ignore[attr-defined]
        self.fields["parent"].empty_label = "Nothing: it is a main meter"  # type: ignore[attr-defined]
        self._keep_odd_interval()

    def _keep_odd_interval(self) -> None:
        odd = self.instance.interval_s
        if odd and odd not in [seconds for seconds, _ in INTERVALS]:
            self.fields["interval_s"].choices = [*INTERVALS, (odd, f"{odd} seconds")]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Power has units of power, energy units of energy."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        kind, unit = given.get("kind"), given.get("unit")
        if kind == Sensor.Kind.POWER and unit and unit not in POWER_UNITS:
            self.add_error("unit", "Power comes in W or kW.")
        elif kind and kind != Sensor.Kind.POWER and unit in POWER_UNITS:
            self.add_error("unit", f"{unit} is a unit of power. Energy comes in Wh, kWh or MWh.")
        return given


def with_descendants(sensor: Sensor) -> set[int]:
    """The keys of a sensor and of everything metered below it: none of them can be its parent."""
    found, latest = {sensor.pk}, [sensor.pk]
    while latest:
        below = Sensor.objects.filter(parent__in=latest).exclude(pk__in=found).values_list("pk", flat=True)
        latest = list(below)
        found.update(latest)
    return found


class TariffForm(forms.ModelForm):  # type: ignore[type-arg]
    """A price from a date on."""

    class Meta:
        model = Tariff
        fields = ["valid_from", "price_per_kwh", "standing_charge_per_day", "export_price_per_kwh"]
        widgets = {"valid_from": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}
        labels = {
            "valid_from": "First day",
            "price_per_kwh": "Price per kWh",
            "standing_charge_per_day": "Standing charge per day",
            "export_price_per_kwh": "Paid per kWh fed into the grid",
        }
        help_texts = {
            "valid_from": "Holds until the next price begins. Choose an early day to price all your history.",
            "standing_charge_per_day": "A yearly charge divided by 365. 0 if there is none.",
            "export_price_per_kwh": "0 if nothing is fed in.",
        }

    def __init__(self, *args: Any, site: Site, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.site = site
        for name in ("price_per_kwh", "standing_charge_per_day", "export_price_per_kwh"):
            self.fields[name].label = f"{self.fields[name].label} [{site.currency}]"
            self.fields[name].widget.attrs |= {"step": "any", "inputmode": "decimal"}

    def clean_standing_charge_per_day(self) -> Any:
        """A charge is not negative."""
        charge = self.cleaned_data["standing_charge_per_day"]
        if charge < 0:
            raise ValidationError("A charge is not negative.")
        return charge

    def clean_valid_from(self) -> Any:
        """One tariff a day."""
        day = self.cleaned_data["valid_from"]
        others = Tariff.objects.filter(site=self.instance.site, valid_from=day).exclude(pk=self.instance.pk)
        if others.exists():
            raise ValidationError("There is a price from that day on already. Change that one.")
        return day
