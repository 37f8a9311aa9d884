"""create_site SLUG --timezone TZ"""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import CommandParser

from accounts.models import User
from emads.lib.commands import EmadsCommand
from energy.models import Site
from energy.services import add_member, create_site


class Command(EmadsCommand):
    """Create a home or building; again with the same zone is harmless."""

    help = "Create a home or building."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug", help="short name in addresses, such as elm-street-5")
        parser.add_argument("--timezone", required=True, help="IANA time zone, such as Europe/Berlin")
        parser.add_argument("--name", default="", help="name people see")
        parser.add_argument("--owner", metavar="USERNAME", help="who lives there")
        parser.add_argument("--currency", default="EUR")

    def handle(self, *args: Any, **options: Any) -> None:
        owner = self.person(options["owner"])
        site = Site.objects.filter(slug=options["slug"]).first()
        if site is not None and site.time_zone != options["timezone"]:
            self.wrong_use(f"{site.slug} is there already, in {site.time_zone}.")
        known = site is not None
        try:
            site = site or create_site(
                slug=options["slug"],
                name=options["name"],
                time_zone=options["timezone"],
                currency=options["currency"],
            )
        except ValidationError as error:
            self.wrong_use(" ".join(error.messages))
        if owner is not None:
            add_member(site=site, user=owner)
        self.stdout.write(
            f"Site {site.slug} ({site.time_zone}) {'was there already' if known else 'created'}."
        )

    def person(self, username: str | None) -> User | None:
        """The owner, if one was named."""
        if username is None:
            return None
        found: User | None = User.objects.filter(username=username).first()
        if found is None:
            self.wrong_use(f"nobody is called “{username}”.")
        return found
