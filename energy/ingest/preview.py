"""What an import would do with a file, from its head alone."""

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import IO, NamedTuple

from emads.lib import clock
from energy.ingest import FORMATS, delimited, format_of
from energy.ingest.base import Batch, Column, MissingOption, Options, Rejected, UnreadableFile
from energy.ingest.instants import WallClock
from energy.ingest.layout import Layout
from energy.ingest.meters import Meter, Meters
from energy.ingest.run import zone
from energy.ingest.source import HEAD, Source
from energy.models import Site

ROWS = 10
READINGS = 400  # enough for a chart of the first days


class ParsedRow(NamedTuple):
    """A reading as it would be stored."""

    line: int
    time: datetime  # aware UTC, start of the interval
    sensor: str  # slug
    wh: float


class FoundSensor(NamedTuple):
    """A meter of the file and the sensor it goes to."""

    name: str  # in the file, "" if it names none
    slug: str
    kind: str
    new: bool


@dataclass(slots=True)
class Preview:
    """What the reader makes of the first rows. `problems` must be answered before the import can start."""

    format: str = ""
    delimiter: str = ""
    encoding: str = ""
    columns: list[Column] = field(default_factory=list)  # .name .role .samples
    rows: list[list[str]] = field(default_factory=list)  # first 10, as they are
    parsed: list[ParsedRow] = field(default_factory=list)  # first 400
    time_zone: str = ""  # of stamps without offset; "" when every stamp carries one
    unit: str = ""
    stamp: str = ""  # start or end
    dates: str = ""  # day, month or year first
    decimal: str = ""
    interval_s: int | None = None
    sensors: list[FoundSensor] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)  # among the first rows
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    missing: list[str] = field(
        default_factory=list
    )  # options a person must give: unit, dates, decimal, roles


def preview(source: str | Path | IO[bytes], options: Options, *, site: Site, name: str = "") -> Preview:
    """What an import would do, from the head of a file. Writes nothing, never raises for a bad file."""
    seen = Preview()
    file = Source(source, name, most=HEAD)
    try:
        seen.format = format_of(file, options.format)
        planned = FORMATS[seen.format].plan(file, options)
        if isinstance(planned, Layout):
            _describe(seen, planned, file)
        _read(seen, planned, file, options, site)
    except MissingOption as open_question:
        _ask(seen, open_question)
    except UnreadableFile as reason:
        seen.problems.append(str(reason))
    return seen


def _ask(seen: Preview, question: MissingOption) -> None:
    if question.option not in seen.missing:
        seen.missing.append(question.option)
        seen.problems.append(str(question))


def _describe(seen: Preview, planned: Layout, file: Source) -> None:
    """The table as it stands."""
    names, rows = planned.dialect.names, planned.dialect.rows
    seen.delimiter, seen.encoding = planned.shape.delimiter, file.encoding
    seen.rows = rows[:ROWS]
    seen.columns = [
        Column(name, role, [row[i] for row in rows[:3]])
        for i, (name, role) in enumerate(zip(names, planned.roles, strict=True))
    ]
    seen.unit = ", ".join(sorted({value.unit for value in planned.values if value.unit}))
    seen.stamp, seen.dates, seen.decimal = planned.stamp, planned.order, planned.decimal
    seen.interval_s, seen.notes = planned.interval_s, list(planned.notes)
    for question in planned.missing:
        _ask(seen, question)
    planned.missing = []


def _read(seen: Preview, planned: Layout, file: Source, options: Options, site: Site) -> None:
    """The first readings, and the sensors they go to."""
    meters = Meters(site, options, planned.stamp, create=False)
    wall = WallClock(zone(options.time_zone or site.time_zone))
    parsed: list[ParsedRow] = []
    for item in FORMATS[seen.format].read(file, planned):
        if isinstance(item, Rejected) and len(seen.rejected) < ROWS:
            seen.rejected.append(item)
        if isinstance(item, Batch):
            if item.naive:
                seen.time_zone = str(wall.tz)
            try:
                parsed += _rows(item, meters, wall)
            except MissingOption as open_question:
                _ask(seen, open_question)
        if len(parsed) >= READINGS or file.position > delimited.HEAD:
            break
    seen.parsed = sorted(parsed)[:READINGS]
    for number, meter in meters.known.items():
        if isinstance(meter, Meter):
            channel = meters.named[number]
            seen.sensors.append(FoundSensor(channel.name, meter.sensor.slug, channel.kind, meter.new))
        else:
            seen.problems.append(meter)
    seen.notes += meters.notes
    if not parsed and not seen.problems:
        seen.problems.append("The first rows hold no readings.")


def _rows(batch: Batch, meters: Meters, wall: WallClock) -> list[ParsedRow]:
    rows = []
    second = wall.instants(batch.channel, batch.second) if batch.naive else batch.second
    for number, channel in enumerate(batch.channels):
        meters.of(number, channel)
    for i in range(min(READINGS, len(batch.line))):
        number = int(batch.channel[i])
        meter = meters.of(number, batch.channels[number])
        if isinstance(meter, Meter):
            time = clock.moment(second[i] - meter.shift)
            rows.append(
                ParsedRow(int(batch.line[i]), time, meter.sensor.slug, float(batch.value[i] * meter.factor))
            )
    return rows
