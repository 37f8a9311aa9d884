"""What changes sites and sensors."""

from datetime import datetime
from functools import partial

from django.db import transaction
from django.utils.text import slugify

from accounts.models import User
from emads.lib import clock
from energy.models import Membership, Sensor, Site, Tariff
from energy.settle import settle
from energy.store import get_store
from messaging.services import forget_subject

RESERVED = ("new",)  # an address of its own under /sites/


@transaction.atomic
def create_site(
    *,
    slug: str,
    name: str = "",
    time_zone: str,
    owner: User | None = None,
    access: str = Membership.Access.OWN,
    currency: str = "EUR",
    floor_area_m2: float | None = None,
    occupants: int | None = None,
) -> Site:
    """A new home or building, and whose it is. ValidationError names the field that is wrong."""
    site = Site(
        slug=slug,
        name=name or slug,
        time_zone=time_zone,
        currency=currency,
        floor_area_m2=floor_area_m2,
        occupants=occupants,
    )
    site.full_clean()
    site.save()
    if owner is not None:
        add_member(site=site, user=owner, access=access)
    return site


def add_member(*, site: Site, user: User, access: str = Membership.Access.OWN) -> Membership:
    """Let a person see or change a site; called again it changes what they may."""
    member, _ = Membership.objects.update_or_create(site=site, user=user, defaults={"access": access})
    return member


def propose_site_slug(name: str) -> str:
    """A free slug made of a site's name."""
    wanted = slugify(name)[:48] or "home"
    slug, number = wanted, 2
    while slug in RESERVED or Site.objects.filter(slug=slug).exists():
        slug, number = f"{wanted}-{number}", number + 1
    return slug


def propose_slug(site: Site, name: str) -> str:
    """A free sensor id made of the site's slug and a name."""
    wanted = f"{site.slug}-{slugify(name) or 'sensor'}"[:90]
    slug, number = wanted, 2
    while Sensor.objects.filter(slug=slug).exists():
        slug, number = f"{wanted}-{number}", number + 1
    return slug


def create_sensor(
    *,
    site: Site,
    slug: str = "",
    name: str = "",
    quantity: str = Sensor.Quantity.IMPORT,
    kind: str = Sensor.Kind.INTERVAL,
    unit: str = Sensor.Unit.WH,
    interval_s: int | None = None,
    parent: Sensor | None = None,
    make: str = "",
    model: str = "",
) -> Sensor:
    """A new meter or device of a site. ValidationError names the field that is wrong."""
    slug = slug or propose_slug(site, name)
    sensor = Sensor(
        site=site,
        slug=slug,
        name=name or slug.removeprefix(f"{site.slug}-"),
        quantity=quantity,
        kind=kind,
        unit=unit,
        interval_s=interval_s,
        parent=parent,
        make=make,
        model=model,
    )
    sensor.full_clean()
    sensor.save()
    return sensor


@transaction.atomic
def change_site(
    *,
    site: Site,
    name: str,
    time_zone: str,
    currency: str,
    floor_area_m2: float | None = None,
    occupants: int | None = None,
) -> Site:
    """Correct what is known of a site. Its slug stays: addresses and devices use it."""
    site.name, site.currency = name, currency
    site.floor_area_m2, site.occupants = floor_area_m2, occupants
    site.full_clean()
    site.save(update_fields=["name", "currency", "floor_area_m2", "occupants"])
    return change_time_zone(site=site, time_zone=time_zone)


def change_time_zone(*, site: Site, time_zone: str) -> Site:
    """Cut a site's days and months anew."""
    if site.time_zone != time_zone:
        site.time_zone = time_zone
        site.full_clean()
        with transaction.atomic():
            site.save(update_fields=["time_zone"])
            rebuild_rollups(sensors=list(site.sensors.all()))
    return site


@transaction.atomic
def change_sensor(
    *,
    sensor: Sensor,
    name: str,
    quantity: str,
    kind: str,
    unit: str,
    interval_s: int | None = None,
    parent: Sensor | None = None,
    make: str = "",
    model: str = "",
) -> Sensor:
    """Correct what is known of a sensor. Its id stays: devices send under it."""
    sensor.name, sensor.quantity, sensor.unit = name, quantity, unit
    sensor.interval_s, sensor.parent = interval_s, parent
    sensor.make, sensor.model = make, model
    sensor.full_clean()
    sensor.save(update_fields=["name", "quantity", "unit", "interval_s", "parent", "make", "model"])
    return change_kind(sensor=sensor, kind=kind)


def change_kind(*, sensor: Sensor, kind: str) -> Sensor:
    """Read a sensor's values differently: energy per interval, power or register."""
    if sensor.kind != kind:
        sensor.kind = kind
        sensor.full_clean()
        with transaction.atomic():
            sensor.save(update_fields=["kind"])
            rebuild_rollups(sensors=[sensor])
    return sensor


def rebuild_rollups(*, sensors: list[Sensor]) -> None:
    """Mark all that can be made anew from raw values; the next settling does it.

    Marked again after the commit: a settler that ran in between still saw the old zone or kind.
    """
    keys = [sensor.pk for sensor in sensors]
    _touch(keys)
    transaction.on_commit(partial(_touch, keys))


def _touch(keys: list[int]) -> None:
    for key in keys:
        get_store().touch(key)


def prune_readings(*, sensor: Sensor, before: datetime) -> int:
    """Drop readings older than the local day of an instant; their roll-ups are settled first and stay."""
    store = get_store()
    day = clock.epoch(clock.day_start(clock.today(before, sensor.site.tz), sensor.site.tz))
    settle(sensors=[sensor])
    with store.settling():
        settle(sensors=[sensor])  # what arrived meanwhile
        return store.delete_before(sensor.pk, day - day % clock.HOUR)


def delete_sensor(*, sensor: Sensor) -> None:
    """Delete a sensor and its readings."""
    key = sensor.pk
    with transaction.atomic():
        sensor.delete()
        transaction.on_commit(partial(_forget, [key]))


def delete_site(*, site: Site) -> None:
    """Delete a site, its sensors and their readings."""
    keys = list(site.sensors.values_list("pk", flat=True))
    with transaction.atomic():
        forget_subject(subject=site.slug)  # a new home may take the name
        site.delete()
        transaction.on_commit(partial(_forget, keys))


def _forget(keys: list[int]) -> None:
    for key in keys:
        get_store().delete_sensor(key)


def save_tariff(*, tariff: Tariff) -> Tariff:
    """Keep a price. A second one from the same day on takes the place of the first."""
    if tariff.pk:
        tariff.save()
        return tariff
    kept, _ = Tariff.objects.update_or_create(
        site=tariff.site,
        valid_from=tariff.valid_from,
        defaults={
            "price_per_kwh": tariff.price_per_kwh,
            "export_price_per_kwh": tariff.export_price_per_kwh,
            "standing_charge_per_day": tariff.standing_charge_per_day,
        },
    )
    return kept
