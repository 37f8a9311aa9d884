"""A demonstration that looks lived in: people of every role, homes, readings that go on while it runs."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from itertools import pairwise

import numpy as np
from django_celery_beat.models import IntervalSchedule, PeriodicTask

from accounts.models import Role, User
from emads.lib import clock, synthetic
from emads.lib.arrays import FloatArray
from energy.models import Membership, Sensor, Site, Tariff
from energy.store import get_store
from energy.store.base import Batch

PASSWORD = "demo"  # noqa: S105 (only where DEBUG is on)
FREE_OF_TROUBLE = 10**9
STEP = timedelta(days=30)
PEOPLE = (
    ("admin", "Ada", "Admin", Role.ADMIN),
    ("manager", "Mara", "Manager", Role.MANAGER),
    ("resident", "Rosa", "Resident", Role.RESIDENT),
    ("viewer", "Vito", "Viewer", Role.VIEWER),
    ("provider", "Petra", "Provider", Role.PROVIDER),
)
NEIGHBOURS = ("Tom Berger", "Lena Fuchs", "Ivo Novak", "Mia Sommer", "Paul Winter", "Nora Lind", "Emil Roth")


@dataclass(frozen=True, slots=True)
class Meter:
    """A sensor of a demo home: what it is, and its power by local day."""

    name: str
    label: str
    quantity: str
    power: Callable[[int], FloatArray]


def home(number: int) -> synthetic.Home:
    """The character of the n-th home, from 0."""
    rng = np.random.default_rng(1000 + number)
    return synthetic.Home(
        seed=number,
        base_w=float(rng.uniform(90, 240)),
        evening_w=float(rng.uniform(450, 1100)),
        morning_w=float(rng.uniform(200, 500)),
        heating_w=float(rng.uniform(900, 1900)) if number % 3 == 0 else 0.0,
        solar_wp=5200.0 if number % 3 == 0 else 0.0,
    )


def meters(number: int, today: int) -> list[Meter]:
    """The sensors of the n-th home; the first home has some trouble before `today` (days since 1970)."""
    who = home(number)
    troubled = today if number == 0 else -FREE_OF_TROUBLE

    def main(day: int) -> FloatArray:
        load = synthetic.household(who, day) + synthetic.heat_pump(who, day)
        event = synthetic.trouble(day, troubled)
        if event is not None:
            _, span, watts = event
            load[span] = load[span] + watts if watts else 0.0
        return load

    found = [Meter("main", "Main meter", Sensor.Quantity.IMPORT, main)]
    if who.heating_w:
        found.append(
            Meter("heat-pump", "Heat pump", Sensor.Quantity.IMPORT, partial(synthetic.heat_pump, who))
        )
        found.append(Meter("solar", "Roof", Sensor.Quantity.PRODUCTION, partial(synthetic.solar, who)))
    return found


def people(*, homes: int) -> dict[str, User]:
    """Users of every role and one resident for each further home."""
    wanted = [*PEOPLE]
    for name in NEIGHBOURS[: homes - 1]:
        first, last = name.split()
        wanted.append((first.lower(), first, last, Role.RESIDENT))
    found = {}
    for username, first, last, role in wanted:
        user = User.objects.filter(username=username).first()
        if user is None:
            boss = role == Role.ADMIN
            user = User.objects.create_user(
                username,
                email=f"{username}@demo.example",
                password=PASSWORD,
                first_name=first,
                last_name=last,
                role=role,
                time_zone="Europe/Berlin",
                is_staff=boss,
                is_superuser=boss,
            )
        found[username] = user
    return found


def demo_site(*, number: int, owner: User, helpers: dict[str, User], begun: date) -> Site:
    """The n-th home with its members and tariff."""
    site, made = Site.objects.get_or_create(
        slug=f"demo-{number + 1}",
        defaults={
            "name": f"Linden Street {4 + 2 * number}",
            "time_zone": "Europe/Berlin",
            "currency": "EUR",
            "floor_area_m2": 68 + 13 * number,
            "occupants": 1 + number % 4,
        },
    )
    if made:
        members = [(owner, Membership.Access.OWN), (helpers["manager"], Membership.Access.MANAGE)]
        if number == 0:
            members += [
                (helpers["viewer"], Membership.Access.VIEW),
                (helpers["provider"], Membership.Access.CONSENT),
            ]
        Membership.objects.bulk_create(
            Membership(site=site, user=user, access=access) for user, access in members
        )
        Tariff.objects.create(
            site=site, valid_from=begun, price_per_kwh="0.342", standing_charge_per_day="0.41"
        )
    return site


def demo_sensors(*, site: Site, number: int, today: int) -> dict[Sensor, Meter]:
    """The sensors of the n-th home, the further consumers under the main meter."""
    found: dict[Sensor, Meter] = {}
    main: Sensor | None = None
    for meter in meters(number, today):
        sensor, _ = Sensor.objects.get_or_create(
            slug=f"{site.slug}-{meter.name}",
            defaults={
                "site": site,
                "name": meter.label,
                "quantity": meter.quantity,
                "interval_s": synthetic.QUARTER,
                "parent": main if meter.quantity == Sensor.Quantity.IMPORT else None,
                "make": "EMADS",
                "model": "demonstration",
            },
        )
        found[sensor] = meter
        main = main or sensor
    return found


def append(*, sensor: Sensor, meter: Meter, start: int, end: int) -> int:
    """Readings of quarters that begin in [start, end). Returns how many were new."""
    seconds, wh = synthetic.energy(meter.power, start, end, sensor.site.tz)
    if not len(seconds):
        return 0
    batch = Batch(np.full(len(seconds), sensor.pk, dtype=np.int64), seconds, wh)
    return get_store().append(batch).accepted


def months(start: datetime, end: datetime) -> list[tuple[int, int]]:
    """[start, end) in pieces of at most 30 days, as seconds."""
    marks = [start]
    while marks[-1] + STEP < end:
        marks.append(marks[-1] + STEP)
    return [(clock.epoch(a), clock.epoch(b)) for a, b in pairwise([*marks, end])]


def last_quarter(now: datetime) -> datetime:
    """The end of the last quarter of an hour that is over."""
    second = clock.epoch(now)
    return clock.moment(second - second % synthetic.QUARTER)


def keep_going() -> None:
    """Put the demonstration on the timetable; only installations that have one do."""
    minute, _ = IntervalSchedule.objects.get_or_create(every=60, period=IntervalSchedule.SECONDS)
    PeriodicTask.objects.update_or_create(
        name="continue the demonstration",
        defaults={"task": "emads.web.tasks.continue_demo", "interval": minute, "expire_seconds": 60},
    )


def go_on(*, now: datetime) -> int:
    """Bring every demo sensor up to now, so that the demonstration lives. Returns new readings."""
    added = 0
    end = clock.epoch(last_quarter(now))
    for site in Site.objects.filter(slug__startswith="demo-", sensors__model="demonstration").distinct():
        number = int(site.slug.removeprefix("demo-")) - 1
        today = clock.day_number(site.created_at.date())
        sensors = demo_sensors(site=site, number=number, today=today)
        newest = get_store().latest([sensor.pk for sensor in sensors])
        for sensor, meter in sensors.items():
            if sensor.pk in newest:
                start = newest[sensor.pk].second + synthetic.QUARTER
                added += append(sensor=sensor, meter=meter, start=max(start, end - clock.DAY), end=end)
    return added
