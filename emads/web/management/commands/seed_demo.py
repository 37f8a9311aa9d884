"""A realistic demonstration: homes, users of every role, readings, alerts, messages."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser
from django.utils import timezone

from anomalies.services import scan_all
from emads.lib import clock
from emads.lib.commands import EmadsCommand
from emads.web import demo
from energy.models import Sensor
from energy.settle import settle
from forecasting.services import issue_all
from messaging.services import start_conversation


class Command(EmadsCommand):
    help = "Make demo homes with users of every role (password: demo). Only with DEBUG."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--days", type=int, default=200, help="days of readings (default 200)")
        parser.add_argument("--homes", type=int, default=3, help="homes (default 3, at most 8)")

    def handle(self, *_args: Any, days: int, homes: int, **_options: Any) -> None:
        if not settings.DEBUG:
            self.wrong_use("seed_demo makes accounts everybody knows the password of: it needs DEBUG=1.")
        if not 1 <= homes <= 1 + len(demo.NEIGHBOURS) or not 1 <= days <= 3660:
            self.wrong_use(f"--homes takes 1 to {1 + len(demo.NEIGHBOURS)}, --days 1 to 3660.")
        now = timezone.now()
        begun = demo.last_quarter(now) - timedelta(days=days)
        helpers = demo.people(homes=homes)
        owners = [helpers["resident"], *(helpers[n.split()[0].lower()] for n in demo.NEIGHBOURS[: homes - 1])]
        fed: dict[Sensor, demo.Meter] = {}
        for number, owner in enumerate(owners):
            site = demo.demo_site(number=number, owner=owner, helpers=helpers, begun=begun.date())
            today = (site.created_at.date() - clock.moment(0).date()).days
            fed |= demo.demo_sensors(site=site, number=number, today=today)
        pieces = [(s, m, *p) for s, m in fed.items() for p in demo.months(begun, demo.last_quarter(now))]
        readings = 0
        for sensor, meter, start, end in self.progress(pieces, total=len(pieces), unit="month"):
            readings += demo.append(sensor=sensor, meter=meter, start=start, end=end)
        settle(now=now)
        scan_all(now=now)
        issue_all(now=now)
        if readings:
            start_conversation(
                sender=helpers["manager"],
                recipients=[helpers["resident"]],
                subject="Meter reading on Thursday",
                body="Hello Rosa, the supplier reads the main meter on Thursday between 9 and 11. "
                "You do not need to be at home.",
                now=now,
            )
        demo.keep_going()
        self.say(
            {},
            {},
            f"{homes} homes, {len(fed)} sensors, {readings} new readings; sign in as resident, password demo",
        )
