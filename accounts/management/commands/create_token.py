"""create_token: a key for a device or script."""

from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from accounts.models import ApiToken, User
from accounts.services import create_token
from emads.lib.commands import EmadsCommand


class Command(EmadsCommand):
    help = "Make an API token for a person and print it once; it is the last word of the output."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--scope", choices=ApiToken.Scope.values, default=ApiToken.Scope.INGEST)
        parser.add_argument("--name", default="command line", help="what it is for")
        self.add_json(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(username__iexact=options["username"]).first()
        if user is None:
            self.wrong_use(f"No person is called “{options['username']}”.")
        token, plain = create_token(
            user=user, name=options["name"], scope=options["scope"], now=timezone.now()
        )
        figures = {"username": user.username, "scope": token.scope, "token": plain}
        self.say(options, figures, f"Token for {user.username} ({token.scope}), shown only now: {plain}")
