"""What every management command shares: exit statuses, JSON output, a progress bar on a terminal."""

import json
import sys
from collections.abc import Iterable, Iterator
from typing import Any, NoReturn, TypeVar

from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

T = TypeVar("T")
FAILED, WRONG_USE = 1, 2


class EmadsCommand(BaseCommand):
    """Exit status 0: done; 1: it failed, the reason on stderr; 2: wrong use."""

    def add_json(self, parser: CommandParser) -> None:
        """Offer --json."""
        parser.add_argument("--json", action="store_true", help="print the figures as JSON")

    def fail(self, reason: str) -> NoReturn:
        """Stop: the work could not be done."""
        raise CommandError(reason, returncode=FAILED)

    def wrong_use(self, reason: str) -> NoReturn:
        """Stop: asked for something that makes no sense."""
        raise CommandError(reason, returncode=WRONG_USE)

    def say(self, options: dict[str, Any], figures: dict[str, Any], summary: str) -> None:
        """The figures as JSON, or the one-line summary."""
        self.stdout.write(json.dumps(figures) if options.get("json") else summary)

    def progress(self, items: Iterable[T], total: int | None = None, unit: str = "") -> Iterator[T]:
        """The items, with a bar where somebody looks."""
        yield from tqdm(items, total=total, unit=unit, disable=not sys.stderr.isatty())
