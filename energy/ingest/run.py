"""One file into the store: parse, find the sensors, settle the clock, through the door, and count."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from types import ModuleType
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from emads.lib import clock
from energy import series
from energy.ingest import FORMATS, format_of
from energy.ingest.base import Batch, Options, Rejected, Skipped, UnreadableFile
from energy.ingest.door import DETAILS, Receipt, Samples, ingest
from energy.ingest.instants import Evidence, WallClock, changes_clock
from energy.ingest.meters import Meter, Meters
from energy.ingest.rehearsal import rehearse
from energy.ingest.seen import Seen
from energy.ingest.source import Source
from energy.models import Sensor, Site
from energy.settle import settle
from energy.store.base import ReceiptKey

ROWS = 50_000  # readings that go through the door at once
WINDOW = 30 * clock.DAY
SETTLE_EVERY = 10  # batches, so that no step is long and memory stays flat


@dataclass(slots=True)
class Total:
    """Distinct readings of one sensor in this run."""

    accepted: int = 0
    wh: list[float] = field(default_factory=list)
    first: int | None = None
    last: int | None = None

    def add(self, accepted: int, wh: float, first: int, last: int) -> None:
        """Count a batch in."""
        self.accepted += accepted
        self.wh.append(wh)
        self.first = first if self.first is None else min(first, self.first)
        self.last = last if self.last is None else max(last, self.last)


@dataclass(slots=True)
class Run:
    """The import of one file. `work()` does it in steps; then the figures stand."""

    source: Source
    options: Options
    site: Site
    now: datetime
    job: str = ""  # key under which batches are appended at most once
    dry: bool = False
    on_rejected: Callable[[Rejected], None] | None = None
    format: str = ""
    accepted: int = 0
    duplicates: int = 0
    conflicts: int = 0
    rejected: int = 0
    empty: int = 0
    errors: list[Rejected] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    totals: dict[int, Total] = field(default_factory=dict)
    sensors: dict[int, Sensor] = field(default_factory=dict)
    skipped: int = 0
    seen: Seen = field(default_factory=Seen)
    _number: int = 0
    _clock: WallClock = field(init=False)
    _meters: Meters = field(init=False)

    def work(self) -> Iterator[int]:
        """Read, append, settle. Yields bytes of the file read so far; UnreadableFile ends it early."""
        self.format = format_of(self.source, self.options.format)
        reader = FORMATS[self.format]
        planned = reader.plan(self.source, self.options)
        self.notes += planned.notes
        self._meters = Meters(self.site, self.options, planned.stamp, create=not self.dry)
        self._clock = WallClock(zone(self.options.time_zone or self.site.time_zone))
        self._look_at_clock(reader, planned)
        waiting: list[Samples] = []
        for item in reader.read(self.source, planned):
            if isinstance(item, Batch):
                waiting.append(self._samples(item))
                if sum(len(part.line) for part in waiting) >= ROWS:
                    self._append(waiting)
                    if self._number % (2 * SETTLE_EVERY) == 0:
                        self._settle()
                    yield self.source.position
            elif isinstance(item, Rejected):
                self._reject(item)
            else:
                self._skip(item)
        self._append(waiting)
        yield self.source.size
        self.notes += self._meters.notes
        self._finish()

    def _look_at_clock(self, reader: ModuleType, planned: Any) -> None:
        """A first pass over stamps without offset: did this clock change to summer time?"""
        if not changes_clock(self._clock.tz):
            return
        evidence = Evidence(self._clock.tz)
        for item in reader.read(self.source, planned, times_only=True):
            if isinstance(item, Batch):
                if not item.naive:
                    return
                evidence.add(item.channel, item.second)
        self._clock.fixed = evidence.fixed_offset()
        if self._clock.fixed is not None:
            hours, minutes = divmod(abs(self._clock.fixed) // 60, 60)
            sign = "−" if self._clock.fixed < 0 else "+"
            self.notes.append(
                f"The file's clock did not change to summer time (on {evidence.first_day()} it has readings "
                "in the hour that was skipped); its times were read as "
                f"UTC{sign}{hours:02d}:{minutes:02d} all year."
            )

    def _samples(self, batch: Batch) -> Samples:
        """Readings of a batch as Wh at instants, with their sensors."""
        second = self._clock.instants(batch.channel, batch.second) if batch.naive else batch.second
        numbers, of_row = np.unique(batch.channel, return_inverse=True)
        meters = [self._meters.of(number, batch.channels[number]) for number in numbers.tolist()]
        keys = [self._key(meter) if isinstance(meter, Meter) else 0 for meter in meters]
        factor = np.array([m.factor if isinstance(m, Meter) else 0.0 for m in meters])
        shift = np.array([m.shift if isinstance(m, Meter) else 0 for m in meters], dtype=np.int64)
        key = np.array(keys, dtype=np.int64)[of_row]
        for row in np.flatnonzero(key == 0).tolist():
            self._reject(Rejected(int(batch.line[row]), str(meters[of_row[row]])))
        good = key != 0
        value = batch.value[good] * factor[of_row][good]
        return Samples(key[good], (second - shift[of_row])[good], value, batch.line[good])

    def _key(self, meter: Meter) -> int:
        """The sensor's primary key; a negative number while it is only imagined."""
        sensor = meter.sensor
        for key, known in self.sensors.items():
            if known is sensor or (known.slug == sensor.slug):
                return key
        key = sensor.pk or -1 - len(self.sensors)
        self.sensors[key] = sensor
        return key

    def _append(self, waiting: list[Samples]) -> None:
        """Send what waits through the door; what the run has met before goes apart, to be counted once."""
        parts = [
            np.concatenate([getattr(part, name) for part in waiting] or [np.zeros(0)]) for name in COLUMNS
        ]
        waiting.clear()
        if not parts[0].size:
            return
        known = self.seen.again(parts[0], parts[1])
        for rows, first_time in ((~known, True), (known, False)):
            self._number += 1
            if rows.any():
                self._through(Samples(*(part[rows] for part in parts)), first_time)

    def _through(self, samples: Samples, first_time: bool) -> None:
        sensors = {key: self.sensors[key] for key in np.unique(samples.sensor).tolist()}
        replace = self.options.replace
        if self.dry:
            done = rehearse(samples, sensors=sensors, now=self.now, replace=replace)
            if not first_time:
                done.duplicates, done.accepted = done.duplicates + done.accepted, 0
        else:
            key = ReceiptKey(self.job, self._number) if self.job else None
            done = ingest(
                samples, sensors=sensors, now=self.now, replace=replace, receipt=key, details=ROWS * 2
            )
        self._count(done, first_time)

    def _count(self, done: Receipt, first_time: bool) -> None:
        self.accepted += done.accepted
        self.duplicates += done.duplicates
        self.conflicts += done.conflict_count
        self.rejected += done.rejected_count
        for row in (*done.rejected, *done.conflicts):
            self._note_error(Rejected(row.line, row.reason))
        for key, tally in done.by_sensor.items():
            total = self.totals.setdefault(key, Total())
            if first_time:
                total.add(tally.accepted, tally.wh, tally.first, tally.last)
            else:
                total.accepted += tally.accepted

    def _reject(self, row: Rejected) -> None:
        self.rejected += 1
        self._note_error(row)

    def _note_error(self, row: Rejected) -> None:
        if len(self.errors) < DETAILS:
            self.errors.append(row)
        if self.on_rejected is not None:
            self.on_rejected(row)

    def _skip(self, skipped: Skipped) -> None:
        self.empty += skipped.empty
        self.skipped += skipped.other

    def _finish(self) -> None:
        """Roll-ups, and the energy of counters, which only the store can tell."""
        if self.skipped:
            rows = "1 line was" if self.skipped == 1 else f"{self.skipped} lines were"
            self.notes.append(f"{rows} no reading (headers, comments, totals) and left out.")
        if (
            not self.accepted
            and not self.duplicates
            and not self.conflicts
            and not self.rejected
            and not self.empty
        ):
            raise UnreadableFile("The file holds no readings.")
        if self.dry:
            return
        self._settle()
        for key, total in self.totals.items():
            if (
                self.sensors[key].kind == Sensor.Kind.COUNTER
                and total.first is not None
                and total.last is not None
            ):
                total.wh = _energy(self.sensors[key], total.first, total.last)

    def _settle(self) -> None:
        if not self.dry:
            settle(sensors=list(self.sensors.values()), now=self.now)

    def figures(self) -> dict[str, Any]:
        """The receipt as JSON keeps it."""
        ends = [s for t in self.totals.values() for s in (t.first, t.last) if s is not None]
        slugs = {key: sensor.slug for key, sensor in self.sensors.items()}
        return {
            "format": self.format,
            "accepted": self.accepted,
            "duplicates": self.duplicates,
            "conflicts": self.conflicts,
            "rejected": self.rejected,
            "empty": self.empty,
            "total_kwh": kwh([wh for total in self.totals.values() for wh in total.wh]),
            "first": clock.moment(min(ends)).isoformat() if ends else None,
            "last": clock.moment(max(ends)).isoformat() if ends else None,
            "sensors": {
                slugs[key]: {"accepted": total.accepted, "total_kwh": kwh(total.wh)}
                for key, total in sorted(self.totals.items(), key=lambda item: slugs[item[0]])
            },
            "notes": self.notes,
            "errors": [{"line": row.line, "reason": row.reason} for row in sorted(self.errors)],
        }


COLUMNS = ("sensor", "second", "value", "line")


def kwh(wh: list[float]) -> float:
    """An exact sum, to the milliwatt-hour. [kWh]"""
    return round(math.fsum(wh) / 1000, 6)


def merged(runs: list[Run]) -> dict[str, Any]:
    """The receipt of several files together."""
    every = [run.figures() for run in runs]
    if len(every) == 1:
        return every[0]
    whole: dict[str, Any] = {"format": every[0]["format"]}
    for name in ("accepted", "duplicates", "conflicts", "rejected", "empty"):
        whole[name] = sum(figures[name] for figures in every)
    whole["total_kwh"] = kwh([wh for run in runs for total in run.totals.values() for wh in total.wh])
    whole["first"] = min((f["first"] for f in every if f["first"]), default=None)
    whole["last"] = max((f["last"] for f in every if f["last"]), default=None)
    whole["sensors"] = {}
    for figures in every:
        for slug, one in figures["sensors"].items():
            told = whole["sensors"].setdefault(slug, {"accepted": 0, "total_kwh": 0.0})
            told["accepted"] += one["accepted"]
            told["total_kwh"] = round(told["total_kwh"] + one["total_kwh"], 6)
    whole["notes"] = [f"{run.source.name}: {note}" for run in runs for note in run.notes]
    whole["errors"] = [
        {"file": run.source.name, **row}
        for run, figures in zip(runs, every, strict=True)
        for row in figures["errors"]
    ][:DETAILS]
    return whole


def zone(name: str) -> ZoneInfo:
    """The time zone of that name; UnreadableFile names one that does not exist."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise UnreadableFile(f"“{name}” is not a time zone; write it like Europe/Berlin.") from error


def _energy(sensor: Sensor, first: int, last: int) -> list[float]:
    """Energy of a counter between its first and last register, month by month. [Wh]"""
    return [
        float(np.sum(series.energy_between(sensor, start, min(start + WINDOW, last)).wh))
        for start in range(first, last, WINDOW)
    ]


def first_names(source: Source, options: Options) -> list[str]:
    """The meters a file names among its first readings."""
    reader = FORMATS[format_of(source, options.format)]
    for item in reader.read(source, reader.plan(source, options)):
        if isinstance(item, Batch):
            return [channel.name for channel in item.channels]
    return []
