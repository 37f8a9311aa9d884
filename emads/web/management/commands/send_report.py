"""The report of a site's last week or month, to a file or a mailbox."""

from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import CommandParser
from django.core.validators import validate_email
from django.utils import timezone

from emads.lib.commands import EmadsCommand
from emads.web.reports import wording
from emads.web.reports.content import latest_with_data, report_on
from emads.web.reports.document import render
from emads.web.reports.period import KINDS, kind_of
from emads.web.reports.schedule import file_name
from energy.models import Site
from energy.settle import settle
from messaging import postman
from messaging.services import mail


class Command(EmadsCommand):
    help = "Make the report of a site's last complete week or month with readings; mail it or write a PDF."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("site", help="slug of the site")
        parser.add_argument("--period", choices=KINDS, required=True)
        parser.add_argument("--to", metavar="MAIL", help="mail the PDF to this address")
        parser.add_argument("--pdf", metavar="FILE", type=Path, help="write the PDF to this file")
        self.add_json(parser)

    def handle(self, *_args: Any, site: str, period: str, **options: Any) -> None:
        to, target = options["to"], options["pdf"]
        self._check(to, target)
        found = Site.objects.filter(slug=site).prefetch_related("tariffs").first()
        if found is None:
            self.fail(f"There is no site “{site}”.")
        now = timezone.now()
        settle(now=now)
        asked = latest_with_data(found, kind_of(period), now)
        report = report_on(found, asked, now)
        if report is None or report.empty:
            self.fail(f"{found.name} has no readings yet.")
        made = render(report)
        if target:
            self._write(target, made)
        if to:
            self._send(to, wording.title(report), wording.summary(report), {file_name(found, asked): made})
        answer = wording.headline(report)
        days = {"first": str(asked.first), "last": str(asked.last)}
        figures = {"site": site, "period": asked.name, **days, "bytes": len(made), "answer": answer}
        self.say(options, figures, f"{answer}. {len(made)} bytes of PDF.")

    def _check(self, to: str | None, target: Path | None) -> None:
        if not to and not target:
            self.wrong_use("Say where the report goes: --to MAIL, --pdf FILE or both.")
        try:
            validate_email(to or "nobody@example.org")
        except ValidationError:
            self.wrong_use(f"“{to}” is not a mail address.")

    def _write(self, target: Path, made: bytes) -> None:
        try:
            target.write_bytes(made)
        except OSError as error:
            self.fail(f"{target} cannot be written: {error.strerror}.")

    def _send(self, to: str, title: str, body: str, attachments: dict[str, bytes]) -> None:
        """Queue the mail and try the mail server at once; what fails stays queued."""
        context = {"title": title, "body": body, "url": ""}
        queued = mail(to=to, subject=title, template="report", context=context, attachments=attachments)
        if queued is None:
            self.fail(f"No mail can be sent to {to}.")
        done = postman.deliver(now=timezone.now())
        if not done["sent"]:
            self.stderr.write("The mail server was not reached; the mail waits in the queue.")
