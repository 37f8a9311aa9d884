"""What became of a file: counts, totals and what went wrong, as a receipt shows them."""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from emads.lib import clock
from energy.ingest.base import Rejected, Skipped
from energy.ingest.door import DETAILS, Receipt
from energy.models import Sensor

COUNTS = ("accepted", "duplicates", "conflicts", "rejected", "empty")


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
class Ledger:
    """Counts of one file. The totals are over distinct readings, new or already there."""

    name: str = ""
    format: str = ""
    accepted: int = 0
    duplicates: int = 0
    conflicts: int = 0
    rejected: int = 0
    empty: int = 0
    skipped: int = 0
    errors: list[Rejected] = field(default_factory=list)  # the first DETAILS
    notes: list[str] = field(default_factory=list)
    totals: dict[int, Total] = field(default_factory=dict)
    sensors: dict[int, Sensor] = field(default_factory=dict)
    on_rejected: Callable[[Rejected], None] | None = None

    @property
    def readings(self) -> int:
        """Rows that were readings, good or bad."""
        return sum(self.counts().values())

    def counts(self) -> dict[str, int]:
        """The counts alone."""
        return {name: getattr(self, name) for name in COUNTS}

    def count(self, done: Receipt, first_time: bool) -> None:
        """Count a batch; readings this run met before add nothing to the totals."""
        self.accepted += done.accepted
        self.duplicates += done.duplicates
        self.conflicts += done.conflict_count
        self.rejected += done.rejected_count
        for row in (*done.rejected, *done.conflicts):
            self._note_error(row)
        for key, tally in done.by_sensor.items():
            total = self.totals.setdefault(key, Total())
            if first_time:
                total.add(tally.accepted, tally.wh, tally.first, tally.last)
            else:
                total.accepted += tally.accepted

    def reject(self, row: Rejected) -> None:
        """A row that could not be read."""
        self.rejected += 1
        self._note_error(row)

    def _note_error(self, row: Rejected) -> None:
        if len(self.errors) < DETAILS:
            self.errors.append(row)
        if self.on_rejected is not None:
            self.on_rejected(row)

    def skip(self, skipped: Skipped) -> None:
        """What was no reading."""
        self.empty += skipped.empty
        self.skipped += skipped.other

    def figures(self) -> dict[str, Any]:
        """The receipt as JSON keeps it."""
        ends = [s for t in self.totals.values() for s in (t.first, t.last) if s is not None]
        slugs = {key: sensor.slug for key, sensor in self.sensors.items()}
        return {
            "format": self.format,
            **self.counts(),
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


def kwh(wh: list[float]) -> float:
    """An exact sum, to the milliwatt-hour. [kWh]"""
    return round(math.fsum(wh) / 1000, 6)


def merged(ledgers: Iterable[Ledger]) -> dict[str, Any]:
    """The receipt of several files together."""
    ledgers = list(ledgers)
    every = [ledger.figures() for ledger in ledgers]
    if len(every) == 1:
        return every[0]
    whole: dict[str, Any] = {"format": every[0]["format"]}
    for name in COUNTS:
        whole[name] = sum(figures[name] for figures in every)
    whole["total_kwh"] = kwh(
        [wh for ledger in ledgers for total in ledger.totals.values() for wh in total.wh]
    )
    whole["first"] = min((f["first"] for f in every if f["first"]), default=None)
    whole["last"] = max((f["last"] for f in every if f["last"]), default=None)
    whole["sensors"] = {}
    for figures in every:
        for slug, one in figures["sensors"].items():
            told = whole["sensors"].setdefault(slug, {"accepted": 0, "total_kwh": 0.0})
            told["accepted"] += one["accepted"]
            told["total_kwh"] = round(told["total_kwh"] + one["total_kwh"], 6)
    whole["notes"] = [f"{ledger.name}: {note}" for ledger in ledgers for note in ledger.notes]
    whole["errors"] = [
        {"file": ledger.name, **row}
        for ledger, figures in zip(ledgers, every, strict=True)
        for row in figures["errors"]
    ][:DETAILS]
    return whole
