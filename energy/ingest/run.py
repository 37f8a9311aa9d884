"""One file into the store: parse, find the sensors, settle the clock, through the door, and count."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from types import ModuleType
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from emads.lib import clock
from emads.lib.arrays import IntArray
from energy import series
from energy.ingest import FORMATS, format_of
from energy.ingest.base import Batch, Options, Rejected, UnreadableFile
from energy.ingest.door import Samples, ingest
from energy.ingest.instants import Evidence, WallClock, changes_clock
from energy.ingest.ledger import Ledger
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
class Run:
    """The import of one file. `work()` does it in steps; then the figures stand."""

    source: Source
    options: Options
    site: Site
    now: datetime
    job: str = ""  # key under which batches are appended at most once
    dry: bool = False
    ledger: Ledger = field(default_factory=Ledger)
    seen: Seen = field(default_factory=Seen)
    _number: int = 0
    _shift_wall: bool = False  # ends of intervals are written as start plus interval, not as clocks show them
    _clock: WallClock = field(init=False)
    _meters: Meters = field(init=False)

    def work(self) -> Iterator[int]:
        """Read, append, settle. Yields bytes of the file read so far; UnreadableFile ends it early."""
        self.ledger.format = format_of(self.source, self.options.format)
        reader = FORMATS[self.ledger.format]
        planned = reader.plan(self.source, self.options)
        self.ledger.notes += planned.notes
        self._meters = Meters(self.site, self.options, planned.stamp, create=not self.dry)
        self._clock = WallClock(zone(self.options.time_zone or self.site.time_zone))
        yield from self._look_at_clock(reader, planned)
        yield from self._read(reader, planned)
        self.ledger.notes += self._meters.notes
        self._finish()

    def _read(self, reader: ModuleType, planned: Any) -> Iterator[int]:
        waiting: list[Samples] = []
        for item in reader.read(self.source, planned):
            if isinstance(item, Batch):
                waiting.append(self._samples(item))
                if sum(len(part.line) for part in waiting) >= ROWS:
                    self._append(waiting)
                    if self._number % (2 * SETTLE_EVERY) == 0:
                        self._settle()
            elif isinstance(item, Rejected):
                self.ledger.reject(item)
            else:
                self.ledger.skip(item)
            yield self.source.position
        self._append(waiting)
        yield self.source.size

    def _look_at_clock(self, reader: ModuleType, planned: Any) -> Iterator[int]:
        """A first pass over stamps without offset: did this clock change to summer time? Yields 0s."""
        if not changes_clock(self._clock.tz):
            return
        shift = planned.interval_s or 0 if planned.stamp == "end" else 0
        ends, starts = Evidence(self._clock.tz), Evidence(self._clock.tz)
        for item in reader.read(self.source, planned, times_only=True):
            if isinstance(item, Batch):
                if not item.naive:
                    return
                ends.add(item.channel, item.second)
                if shift:
                    starts.add(item.channel, item.second - shift)
            yield 0
        self._shift_wall = bool(shift) and starts.fits() > ends.fits()
        evidence = starts if self._shift_wall else ends
        self._clock.fixed = evidence.fixed_offset()
        if self._clock.fixed is not None:
            hours, minutes = divmod(abs(self._clock.fixed) // 60, 60)
            sign = "−" if self._clock.fixed < 0 else "+"
            self.ledger.notes.append(
                f"The file's clock did not change to summer time (on {evidence.first_day()} it has readings "
                "in the hour that was skipped); its times were read as "
                f"UTC{sign}{hours:02d}:{minutes:02d} all year."
            )

    def _samples(self, batch: Batch) -> Samples:
        """Readings of a batch as Wh at instants, with their sensors."""
        numbers, of_row = np.unique(batch.channel, return_inverse=True)
        meters = [self._meters.of(number, batch.channels[number]) for number in numbers.tolist()]
        keys = [self._key(meter) if isinstance(meter, Meter) else 0 for meter in meters]
        factor = np.array([m.factor if isinstance(m, Meter) else 0.0 for m in meters])
        shift = np.array([m.shift if isinstance(m, Meter) else 0 for m in meters], dtype=np.int64)[of_row]
        key = np.array(keys, dtype=np.int64)[of_row]
        for row in np.flatnonzero(key == 0).tolist():
            self.ledger.reject(Rejected(int(batch.line[row]), str(meters[of_row[row]])))
        good = key != 0
        value = batch.value[good] * factor[of_row][good]
        return Samples(key[good], self._starts(batch, shift)[good], value, batch.line[good])

    def _starts(self, batch: Batch, shift: IntArray) -> IntArray:
        """(n,) the instants at which the intervals of a batch begin"""
        if not batch.naive:
            return batch.second - shift
        if self._shift_wall:
            return self._clock.instants(batch.channel, batch.second - shift)
        return self._clock.instants(batch.channel, batch.second) - shift

    def _key(self, meter: Meter) -> int:
        """The sensor's primary key; a negative number while it is only imagined."""
        sensors = self.ledger.sensors
        for key, known in sensors.items():
            if known.slug == meter.sensor.slug:
                return key
        key = meter.sensor.pk or -1 - len(sensors)
        sensors[key] = meter.sensor
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
        sensors = {key: self.ledger.sensors[key] for key in np.unique(samples.sensor).tolist()}
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
        self.ledger.count(done, first_time)

    def _finish(self) -> None:
        """Roll-ups, and the energy of counters, which only the store can tell."""
        ledger = self.ledger
        if ledger.skipped:
            rows = "1 line was" if ledger.skipped == 1 else f"{ledger.skipped:,} lines were"
            ledger.notes.append(f"{rows} no reading (headers, comments, totals) and left out.")
        if not ledger.readings:
            raise UnreadableFile("The file holds no readings.")
        if self.dry:
            return
        self._settle()
        for key, total in ledger.totals.items():
            sensor = ledger.sensors[key]
            if sensor.kind == Sensor.Kind.COUNTER and total.first is not None and total.last is not None:
                total.wh = _energy(sensor, total.first, total.last)

    def _settle(self) -> None:
        if not self.dry:
            settle(sensors=list(self.ledger.sensors.values()), now=self.now)


COLUMNS = ("sensor", "second", "value", "line")


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
