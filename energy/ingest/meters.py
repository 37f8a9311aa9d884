"""The meters a file names as sensors of a site: found, or made as the file describes them."""

import re
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.utils.text import slugify

from energy.ingest.base import Channel, MissingOption, Options, UnreadableFile
from energy.ingest.words import unit
from energy.models import Sensor, Site
from energy.services import create_sensor, propose_slug

MOST_NEW = 1000
WHOLE = re.compile(r"(?:^|[\W_])(?:mains?|aggregate|total)(?:$|[\W_])", re.IGNORECASE)
PART = re.compile(r"(?:^|[\W_])sub(?:[\W_]?meter(?:ing)?)?[\W_]?\d*(?:$|[\W_])", re.IGNORECASE)
SENSOR_UNITS = {"Wh": "Wh", "kWh": "kWh", "MWh": "MWh", "W": "W", "kW": "kW"}


@dataclass(frozen=True, slots=True)
class Meter:
    """Where readings go: value times `factor` is Wh, `shift` seconds back is the interval's start."""

    sensor: Sensor
    factor: float
    shift: int
    new: bool


@dataclass(slots=True)
class Meters:
    """Finds the sensor of every channel; `create` says whether missing ones are written to the database."""

    site: Site
    options: Options
    stamp: str
    create: bool = True
    known: dict[int, Meter | str] = field(default_factory=dict)
    named: dict[int, Channel] = field(default_factory=dict)
    made: int = 0
    only: str | None = None  # the file's name of the one meter that options.sensor stands for
    notes: list[str] = field(default_factory=list)

    def of(self, number: int, channel: Channel) -> Meter | str:
        """The meter of a channel, or why its readings cannot be taken."""
        if number not in self.known:
            self.named[number] = channel
            self.known[number] = self._meet(channel)
        return self.known[number]

    def _meet(self, channel: Channel) -> Meter | str:
        if self.options.sensor:
            self.only = channel.name if self.only is None else self.only
            if channel.name != self.only:
                return f"“{channel.name}” is another meter; {self.options.sensor} takes “{self.only}”"
        sensor = find(self.site, self.options, channel.name)
        new = sensor is None
        if sensor is None:
            if not channel.unit and not self.options.unit:
                raise missing_unit(channel)
            if self.made >= MOST_NEW:
                return f"the file names more than {MOST_NEW} new meters"
            sensor = self._make(channel)
            self.made += 1
        return self._measured(sensor, channel, new)

    def _make(self, channel: Channel) -> Sensor:
        name = channel.name or "main"
        kind = Sensor.Kind(channel.kind)
        wanted = slugify(name) or "meter"
        slug = wanted if wanted.startswith(f"{self.site.slug}-") else f"{self.site.slug}-{wanted}"
        if len(slug) > 90 or Sensor.objects.filter(slug=slug).exists():
            slug = propose_slug(self.site, name)
        fallback = "W" if kind == Sensor.Kind.POWER else "Wh"
        about = {
            "site": self.site,
            "slug": slug,
            "name": name[:120],
            "quantity": channel.quantity,
            "kind": kind,
            "unit": SENSOR_UNITS.get(channel.unit, fallback),
            "interval_s": channel.interval_s,
            "parent": self._whole_of(name, channel.quantity),
        }
        if not self.create:
            return Sensor(**about)
        try:
            return create_sensor(**about)  # type: ignore[arg-type]
        except ValidationError as error:
            raise UnreadableFile(f"The meter “{name}” cannot be made: {' '.join(error.messages)}") from error

    def _whole_of(self, name: str, quantity: str) -> Sensor | None:
        """The main meter a new sub-meter belongs to, where both say so by name: its energy counts once."""
        if not PART.search(name):
            return None
        mains = Sensor.objects.filter(site=self.site, quantity=quantity, parent=None)
        named = [sensor for sensor in mains if WHOLE.search(sensor.name)]
        if len(named) != 1:
            return None
        self.notes.append(
            f"“{name}” was taken as a sub-meter of {named[0].slug}; the meter's page can change that."
        )
        return named[0]

    def _measured(self, sensor: Sensor, channel: Channel, new: bool) -> Meter | str:
        """How the file's figures become what the sensor keeps."""
        factor, power = 1.0, channel.kind == "power"
        if not channel.unit:
            said = unit(self.options.unit or sensor.unit)
            factor, power = said.factor, said.power
            if not self.options.unit:
                self.notes.append(f"The file names no unit; {said.name} was taken from {sensor.slug}.")
        counter = sensor.kind == Sensor.Kind.COUNTER
        interval = sensor.interval_s or channel.interval_s
        if power and counter:
            return f"the file holds power, but {sensor.slug} keeps a meter's register"
        if power and not interval:
            return f"power becomes energy only over a known time: set the expected interval of {sensor.slug}"
        if channel.kind == "counter" and not counter:
            self.notes.append(
                f"“{channel.name or sensor.slug}” looks like a meter's register; {sensor.slug} took it as "
                "energy per interval. If it is a register, the sensor's kind must be counter."
            )
        if self.stamp == "end" and not counter and not interval:
            return (
                f"the end of an interval says nothing without its length: set the interval of {sensor.slug}"
            )
        shift = interval if self.stamp == "end" and not counter and interval else 0
        return Meter(sensor, factor * interval / 3600 if power and interval else factor, shift, new)


def missing_unit(channel: Channel) -> MissingOption:
    """Nobody knows what the figures are."""
    named = f" of “{channel.name}”" if channel.name else ""
    return MissingOption("unit", f"The file does not say the unit{named}; say it (--unit kWh, Wh, kW, W).")


def find(site: Site, options: Options, name: str) -> Sensor | None:
    """The site's sensor that a name in a file means."""
    mine = Sensor.objects.filter(site=site).select_related("site")
    if options.sensor:
        return mine.filter(slug=options.sensor).first()
    if not name:
        main = mine.filter(slug=f"{site.slug}-main").first()
        alone = list(mine[:2])
        return main or (alone[0] if len(alone) == 1 else None)
    wanted = slugify(name)
    named = mine.filter(slug=name).first() or mine.filter(slug=f"{site.slug}-{wanted}").first()
    return named or mine.filter(slug=wanted).first() or mine.filter(name__iexact=name).first()


def site_of(names: list[str], options: Options) -> Site | None:
    """The one site whose sensors a file names by their ids, when nobody named a site."""
    slugs = [options.sensor] if options.sensor else names
    sites = list(Site.objects.filter(sensors__slug__in=slugs).distinct()[:2])
    return sites[0] if len(sites) == 1 else None
