"""import_readings FILE... [--site SLUG] [--sensor SLUG]"""

import sys
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone
from tqdm import tqdm

from emads.lib.commands import EmadsCommand
from emads.lib.units import UnknownUnit
from energy.ingest import FORMATS
from energy.ingest.base import MissingOption, Options, UnreadableFile
from energy.ingest.ledger import Ledger, merged
from energy.ingest.meters import site_of
from energy.ingest.run import Run, first_names, zone
from energy.ingest.seen import Seen
from energy.ingest.source import Source
from energy.ingest.words import unit
from energy.models import Sensor, Site

SHOWN = 10


class Command(EmadsCommand):
    """Import readings from files; importing again changes nothing."""

    help = "Import readings from files (delimited text, plain, .gz or .zip). Importing again changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="+", metavar="FILE")
        parser.add_argument("--site", metavar="SLUG", help="where the meters are; new meters are made there")
        parser.add_argument("--sensor", metavar="SLUG", help="the one sensor all readings belong to")
        parser.add_argument("--format", default="auto", choices=["auto", *FORMATS])
        parser.add_argument(
            "--timezone", default="", metavar="TZ", help="of stamps without offset (the site's)"
        )
        parser.add_argument("--unit", default="", metavar="U", help="Wh, kWh, MWh, W or kW")
        parser.add_argument("--stamp", default="", choices=["start", "end"], help="what a stamp means")
        parser.add_argument("--dates", default="", choices=["day", "month", "year"], help="what comes first")
        parser.add_argument("--decimal", default="", choices=[".", ","], help="the decimal mark")
        parser.add_argument("--dry-run", action="store_true", help="write nothing")
        parser.add_argument("--replace", action="store_true", help="where the value differs, take the file's")
        self.add_json(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        said = self._options(options)
        files = [Source(name) for name in options["files"]]
        site = self._site(options, said, files)
        seen, ledgers = Seen(), []
        sensors: dict[int, Sensor] = {}
        for file in files:
            ledger = Ledger(name=file.name, sensors=sensors)
            run = Run(file, said, site, timezone.now(), dry=options["dry_run"], seen=seen, ledger=ledger)
            ledgers.append(ledger)
            self._work(run)
        figures = merged(ledgers)
        self.say(options, figures, self._summary(figures, options["dry_run"]))
        if not options["json"]:
            self._list(figures)
        if figures["rejected"] and not figures["accepted"] + figures["duplicates"] + figures["conflicts"]:
            first = figures["errors"][0]
            self.fail(f"Every row was rejected; the first, line {first['line']}: {first['reason']}.")

    def _options(self, options: dict[str, Any]) -> Options:
        try:
            if options["timezone"]:
                zone(options["timezone"])
            if options["unit"]:
                unit(options["unit"])
        except (UnreadableFile, UnknownUnit) as error:
            self.wrong_use(str(error))
        return Options(
            format=options["format"],
            sensor=options["sensor"] or "",
            time_zone=options["timezone"],
            unit=options["unit"],
            stamp=options["stamp"],
            dates=options["dates"],
            decimal=options["decimal"],
            replace=options["replace"],
        )

    def _site(self, options: dict[str, Any], said: Options, files: list[Source]) -> Site:
        """Where the readings belong: as told, or where the sensors are that the first file names."""
        slug = options["site"]
        if slug is not None:
            site = Site.objects.filter(slug=slug).first()
            if site is None:
                self.wrong_use(f"there is no site “{slug}”; create it with create_site.")
            if said.sensor and not Sensor.objects.filter(site=site, slug=said.sensor).exists():
                self.wrong_use(f"there is no sensor “{said.sensor}” at {slug}; create it with create_sensor.")
            return site
        names = [] if said.sensor else self._names(files[0], said)
        found = site_of(names, said)
        if found is None and said.sensor:
            self.wrong_use(f"there is no sensor “{said.sensor}”; create it with create_sensor.")
        if found is None:
            self.wrong_use("say where the readings belong: --site SLUG or --sensor SLUG.")
        return found

    def _names(self, file: Source, said: Options) -> list[str]:
        try:
            return first_names(file, said)
        except MissingOption as error:
            self.wrong_use(f"{file.name}: {error}")
        except UnreadableFile as error:
            self.fail(f"{file.name}: {error}")

    def _work(self, run: Run) -> None:
        try:
            with tqdm(
                total=run.source.size, unit="B", unit_scale=True, disable=not sys.stderr.isatty()
            ) as bar:
                for position in run.work():
                    bar.update(position - bar.n)
        except MissingOption as error:
            self.wrong_use(f"{run.source.name}: {error}")
        except UnreadableFile as error:
            kept = (
                f" {run.ledger.accepted:,} readings before that are kept."
                if run.ledger.accepted and not run.dry
                else ""
            )
            self.fail(f"{run.source.name}: {error}{kept}")

    def _summary(self, figures: dict[str, Any], dry: bool) -> str:
        counts = ", ".join(f"{figures[k]:,} {k}" for k in ("accepted", "duplicates", "conflicts", "rejected"))
        span = f", {figures['first']} to {figures['last']}" if figures["first"] else ""
        return f"{'Would be: ' if dry else ''}{counts}; {figures['total_kwh']:,.3f} kWh{span}."

    def _list(self, figures: dict[str, Any]) -> None:
        for note in figures["notes"]:
            self.stdout.write(note)
        for row in figures["errors"][:SHOWN]:
            self.stdout.write(f"line {row['line']}: {row['reason']}")
        more = figures["rejected"] + figures["conflicts"] - SHOWN
        if more > 0:
            self.stdout.write(f"and {more:,} more")
