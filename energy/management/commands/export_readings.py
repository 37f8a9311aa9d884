"""export_readings --sensor SLUG"""

import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from django.core.management.base import CommandParser

from emads.lib import clock
from emads.lib.commands import EmadsCommand
from emads.lib.csvfile import rows_to_csv
from energy import series
from energy.models import Sensor

HEADER = ("sensor_id", "timestamp", "energy_wh")
PART = timedelta(days=92)


class Command(EmadsCommand):
    """Write a sensor's energy to standard output."""

    help = "Write the energy of a sensor to standard output, as CSV or Parquet."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--sensor", required=True, metavar="SLUG")
        parser.add_argument("--start", help="first day or time, in the site's zone unless it has an offset")
        parser.add_argument("--end", help="day or time it ends before")
        parser.add_argument("--resolution", default="raw", choices=["raw", "hour", "day", "month"])
        parser.add_argument("--format", default="csv", choices=["csv", "parquet"])

    def handle(self, *args: Any, **options: Any) -> None:
        sensor = Sensor.objects.filter(slug=options["sensor"]).select_related("site").first()
        if sensor is None:
            self.wrong_use(f"there is no sensor “{options['sensor']}”.")
        span = series.extent([sensor])
        first, last = span or (clock.moment(0), clock.moment(0))
        start = self.instant(options["start"], sensor) or first
        end = self.instant(options["end"], sensor) or last + timedelta(seconds=1)
        parts = read(sensor, start, end, options["resolution"])
        if options["format"] == "parquet":
            self.write_parquet(sensor, parts)
            return
        self.stdout.ending = ""
        rows = ((sensor.slug, t, wh) for part in parts for t, wh in lines(part))
        for line in rows_to_csv(HEADER, rows):
            self.stdout.write(line.replace("\r\n", "\n"), ending="")

    def instant(self, text: str | None, sensor: Sensor) -> datetime | None:
        """A day or time of an option."""
        if text is None:
            return None
        try:
            found = datetime.fromisoformat(text)
        except ValueError:
            self.wrong_use(f"“{text}” is not a date or time such as 2026-03-01.")
        return found if found.tzinfo else found.replace(tzinfo=sensor.site.tz)

    def write_parquet(self, sensor: Sensor, parts: Iterator[series.Buckets]) -> None:
        """All parts as one file, row group by row group."""
        import pyarrow.parquet  # noqa: PLC0415 - heavy, and only Parquet needs it

        kinds = (pyarrow.string(), pyarrow.timestamp("s", "UTC"), pyarrow.float64())
        schema = pyarrow.schema(list(zip(HEADER, kinds, strict=True)))
        out = getattr(self.stdout, "buffer", sys.stdout.buffer)
        with pyarrow.parquet.ParquetWriter(out, schema) as writer:
            for part in parts:
                stamps = part.t.astype("datetime64[s]")
                writer.write_table(
                    pyarrow.table([[sensor.slug] * len(stamps), stamps, part.wh], schema=schema)
                )


def read(
    sensor: Sensor, start: datetime, end: datetime, resolution: series.Resolution
) -> Iterator[series.Buckets]:
    """The span in parts, so that memory stays flat; buckets that a cut would split come once."""
    while start < end:
        stop = min(end, start + PART)
        if resolution != "raw" and stop < end:
            cut = clock.month_start(clock.today(stop, sensor.site.tz), sensor.site.tz)
            stop = cut if cut > start else stop
        yield series.load(sensor, start, stop, resolution)
        start = stop


def lines(part: series.Buckets) -> Iterator[tuple[str, str]]:
    """Timestamp and energy of each reading or bucket, exact; empty where nothing was read."""
    stamps = np.datetime_as_string(part.t.astype("datetime64[s]"), timezone="UTC")
    for stamp, wh in zip(stamps.tolist(), part.wh.tolist(), strict=True):
        yield stamp, "" if wh != wh else repr(wh)
