"""Services of imports: a file from upload to receipt. The row is the truth; tasks only take it up."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import IO, NamedTuple

from django.core.files.base import File

from accounts.models import User
from energy.ingest.base import Column, Options, Rejected
from energy.models import ImportJob, Site


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


@dataclass(frozen=True, slots=True)
class Preview:
    """What the reader makes of the first rows. `problems` must be answered before the import can start."""

    format: str
    delimiter: str = ""
    encoding: str = ""
    columns: list[Column] = field(default_factory=list)  # .name .role .samples
    rows: list[list[str]] = field(default_factory=list)  # first 10, as they are
    parsed: list[ParsedRow] = field(default_factory=list)  # first 10
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
    missing: list[str] = field(default_factory=list)  # options a person must give: unit, dates, decimal, sensor


def preview(source: str | Path | IO[bytes], options: Options, *, site: Site, name: str = "") -> Preview:
    """Read the head of a file and say what an import would do. Writes nothing, never raises for a bad file."""


def start_import(
    *, site: Site, user: User | None, upload: "File[bytes]", file_name: str, options: Options, now: datetime
) -> ImportJob:
    """Keep an upload and open a job that waits for a person's word (status PREVIEW)."""


def confirm(*, job: ImportJob, options: Options, now: datetime) -> bool:
    """Queue a previewed job; False if it was already queued."""


def run(*, key: str, now: datetime) -> ImportJob | None:
    """Claim and work off one job; None if somebody else has it. Failure is a status, not an exception."""


def resume(*, now: datetime) -> int:
    """Take up queued jobs and running ones whose worker fell silent; how many."""


def rejected_rows(job: ImportJob) -> Iterator[tuple[int, str]]:
    """Line and reason of every rejected row, for download."""
