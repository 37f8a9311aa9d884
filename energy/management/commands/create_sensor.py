"""create_sensor SLUG --site SLUG"""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import CommandParser

from emads.lib.commands import EmadsCommand
from energy.models import Sensor, Site
from energy.services import create_sensor


class Command(EmadsCommand):
    """Create a meter or device of a site; again at the same site is harmless."""

    help = "Create a meter or device of a site."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug", help="the public sensor_id, unique in the installation")
        parser.add_argument("--site", required=True, metavar="SLUG")
        parser.add_argument("--name", default="", help="name people see")
        parser.add_argument("--kind", default="interval", choices=Sensor.Kind.values)
        parser.add_argument("--unit", default="Wh", choices=Sensor.Unit.values)
        parser.add_argument("--quantity", default="import", choices=Sensor.Quantity.values)
        parser.add_argument("--interval", type=int, metavar="SECONDS", help="expected time between readings")
        parser.add_argument("--parent", metavar="SLUG", help="the meter it is a sub-meter of")

    def handle(self, *args: Any, **options: Any) -> None:
        site = Site.objects.filter(slug=options["site"]).first()
        if site is None:
            self.wrong_use(f"there is no site “{options['site']}”; create it with create_site.")
        there = Sensor.objects.filter(slug=options["slug"]).select_related("site").first()
        if there is not None and there.site != site:
            self.wrong_use(f"{there.slug} is there already, at {there.site.slug}.")
        if there is not None:
            self.stdout.write(f"Sensor {there.slug} was there already.")
            return
        parent = Sensor.objects.filter(slug=options["parent"], site=site).first()
        if options["parent"] and parent is None:
            self.wrong_use(f"there is no sensor “{options['parent']}” at {site.slug}.")
        try:
            sensor = create_sensor(
                site=site,
                slug=options["slug"],
                name=options["name"],
                kind=options["kind"],
                unit=options["unit"],
                quantity=options["quantity"],
                interval_s=options["interval"],
                parent=parent,
            )
        except ValidationError as error:
            self.wrong_use(" ".join(error.messages))
        self.stdout.write(f"Sensor {sensor.slug} created at {site.slug}.")
