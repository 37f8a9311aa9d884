"""Delimited text of any common shape: one sensor or many, long or wide, any notation of dates and figures."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from emads.lib.arrays import FloatArray, IntArray
from emads.lib.units import UnknownUnit
from energy.ingest import figures, layout, stamps, words
from energy.ingest.base import Batch, Channel, Kind, Options, Rejected, Skipped
from energy.ingest.dialect import decoded
from energy.ingest.layout import Layout, Value
from energy.ingest.source import Source
from energy.ingest.table import NAME, Cells, Ragged, Table, split
from energy.ingest.words import Unit, unit

Item = Batch | Rejected | Skipped
NAME_OF_KIND = {"time": "the time", "date": "the date", "clock": "the time of day"}
SHOWN = 40
HEAD = 4 << 20  # bytes of a file that a preview looks at


def sniff(source: Source) -> float:
    """How sure it is that a file is delimited text, 0 to 1: it takes what no other format knows."""
    return 0.1


def plan(source: Source, options: Options) -> Layout:
    """How the file is to be read; UnreadableFile if it cannot be."""
    return layout.plan(source, options)


def parse(source: Source, options: Options) -> Iterator[Item]:
    """Readings, rejected rows and counts of what was left out, in the order of the file, block by block."""
    yield from read(source, plan(source, options))


def read(source: Source, planned: Layout, times_only: bool = False) -> Iterator[Item]:
    """The same with a plan in hand. `times_only` leaves out the values: a quick look at all stamps."""
    if planned.missing:
        raise planned.missing[0]
    reader = _Reader(planned)
    for block in source.blocks():
        if isinstance(block, Rejected):
            yield block
            continue
        table, ragged = split(block, planned.shape)
        yield from _judge_ragged(planned, ragged)
        if len(table.line):
            yield from reader.stamps_of(table) if times_only else reader.items(table)


def _judge_ragged(planned: Layout, ragged: list[Ragged]) -> Iterator[Item]:
    for row in ragged:
        if _is_no_reading(planned, row.cells):
            yield Skipped(other=1)
        else:
            yield Rejected(row.line, row.reason)


def _is_no_reading(planned: Layout, cells: list[str]) -> bool:
    """A repeated header, a comment or a total: not a broken reading."""
    filled = [cell.strip() for cell in cells if cell.strip()]
    header = [cell.strip() for cell in planned.dialect.header if cell.strip()]
    return not filled or filled == header or words.FOOTER.match(filled[0]) is not None


@dataclass(slots=True)
class _Reader:
    """Reads table after table, numbering meters as they turn up."""

    plan: Layout
    channels: list[Channel] = field(default_factory=list)
    numbers: dict[tuple[bytes, int, bool], int] = field(default_factory=dict)

    def items(self, table: Table) -> Iterator[Item]:
        """The readings of a table."""
        start = layout.times(self.plan, table)
        left_out = list(self._without_time(table, start)) if not start.ok.all() else []
        yield from left_out
        label, of_row = self._labels(table)
        scale = self._scales(table)
        empty = 0
        for value in self.plan.values:
            found = figures.read(table.column(value.column), self.plan.decimal)
            empty += int((found.empty & start.ok).sum())
            yield from self._bad_values(table, value, found.bad & start.ok)
            good = ~found.empty & ~found.bad & start.ok
            if scale is not None:
                yield from self._foreign_units(table, good & np.isnan(scale.factor))
                good &= ~np.isnan(scale.factor)
            yield from self._batches(table, start, value, found.value, good, label, of_row, scale)
        if empty:
            yield Skipped(empty=empty)

    def stamps_of(self, table: Table) -> Iterator[Item]:
        """The same without values, for a look at the clock."""
        start = layout.times(self.plan, table)
        label, of_row = self._labels(table)
        good = start.ok
        value = self.plan.values[0]
        yield from self._batches(
            table, start, value, np.zeros(len(good)), good, label, of_row, self._scales(table)
        )

    def _batches(
        self,
        table: Table,
        start: stamps.Stamps,
        value: Value,
        figure: FloatArray,
        good: np.ndarray,
        label: list[bytes],
        of_row: IntArray,
        scale: "_Scale | None",
    ) -> Iterator[Batch]:
        """Readings of one column: those on a wall clock and those with an offset apart."""
        naive = start.offset == stamps.NAIVE
        by_power = [(value.kind == "power", good)]
        factor: FloatArray | float = unit(value.unit).factor if value.unit else 1.0
        if scale is not None:
            factor = scale.factor
            by_power = [(power, good & (scale.power == power)) for power in (False, True)]
        wh = figure * factor
        for power, rows in by_power:
            for wall in (True, False):
                at = np.flatnonzero(rows & (naive == wall))
                if at.size:
                    channel = self._channels(label, of_row[at], value, power)
                    second = start.wall[at] if wall else start.wall[at] - start.offset[at]
                    yield Batch(self.channels, channel, second, wh[at], table.line[at], wall)

    def _labels(self, table: Table) -> tuple[list[bytes], IntArray]:
        """The distinct names in the sensor column and the one of each row."""
        column = self.plan.column("sensor")
        if column is None:
            return [b""], np.zeros(len(table.line), dtype=np.int64)
        text = table.column(column, NAME).text
        change = np.concatenate((np.ones(1, dtype=bool), text[1:] != text[:-1]))
        unique, back = np.unique(text[change], return_inverse=True)
        return unique.tolist(), back.astype(np.int64)[np.cumsum(change) - 1]

    def _channels(self, label: list[bytes], of_row: IntArray, value: Value, power: bool) -> IntArray:
        """(n,) the channel of each row; only labels with readings get one."""
        used = np.unique(of_row)
        numbers = np.zeros(len(label), dtype=np.int64)
        numbers[used] = [self._number(label[i], value, power) for i in used.tolist()]
        return numbers[of_row]

    def _number(self, label: bytes, value: Value, power: bool) -> int:
        key = (label, value.column, power)
        if key not in self.numbers:
            self.numbers[key] = len(self.channels)
            self.channels.append(self._channel(decoded(label).strip().strip('="').strip(), value, power))
        return self.numbers[key]

    def _channel(self, label: str, value: Value, power: bool) -> Channel:
        many = len(self.plan.values) > 1
        name = f"{label} {value.meter}".strip() if many or not label else label
        kind: Kind = "power" if power else value.kind
        quantity = words.quantity_in(f"{label} {value.name}")
        shown = "Wh" if self.plan.column("unit") is not None and not value.unit else value.unit
        return Channel(name, kind, quantity, shown, self.plan.interval_s)

    def _scales(self, table: Table) -> "_Scale | None":
        column = self.plan.column("unit")
        if column is None or all(value.unit for value in self.plan.values):
            return None
        text = table.column(column).text
        unique, back = np.unique(text, return_inverse=True)
        found = [_unit_or_none(decoded(name)) for name in unique.tolist()]
        factor = np.array([u.factor if u else np.nan for u in found])
        return _Scale(factor[back], np.array([bool(u and u.power) for u in found])[back])

    def _without_time(self, table: Table, start: stamps.Stamps) -> Iterator[Item]:
        """Rows whose time cannot be read: no readings at all, or broken ones."""
        bad = np.flatnonzero(~start.ok).tolist()
        roles = [role for role in ("time", "date", "clock") if self.plan.column(role) is not None]
        columns = {role: table.column(self.plan.column(role) or 0) for role in roles}
        first = table.column(0)
        for row in bad:
            cells = [_shown(columns[role], row) for role in roles]
            header = [self.plan.dialect.names[self.plan.column(role) or 0] for role in roles]
            if cells == header or words.FOOTER.match(_shown(first, row)):
                yield Skipped(other=1)
                continue
            which = (
                1
                if len(roles) > 1 and stamps.read(_one(columns["date"], row), "time", self.plan.order).ok[0]
                else 0
            )
            yield Rejected(
                int(table.line[row]), _no_time(header[which] or NAME_OF_KIND[roles[which]], cells[which])
            )

    def _bad_values(self, table: Table, value: Value, bad: np.ndarray) -> Iterator[Rejected]:
        at = np.flatnonzero(bad).tolist()
        if at:
            cells = table.column(value.column)
            for row in at:
                name = value.name or "the value"
                yield Rejected(int(table.line[row]), f"{name}: “{_shown(cells, row)}” is not a number")

    def _foreign_units(self, table: Table, bad: np.ndarray) -> Iterator[Rejected]:
        column = self.plan.column("unit")
        at = np.flatnonzero(bad).tolist()
        if at and column is not None:
            cells = table.column(column)
            for row in at:
                yield Rejected(int(table.line[row]), f"unit “{_shown(cells, row)}” is unknown")


@dataclass(frozen=True, slots=True)
class _Scale:
    """What the unit column says of each row: (n,) factor to Wh or W, NaN if unknown."""

    factor: FloatArray
    power: np.ndarray


def _unit_or_none(name: str) -> Unit | None:
    try:
        return unit(name)
    except UnknownUnit:
        return None


def _shown(cells: Cells, row: int) -> str:
    text = decoded(bytes(cells.raw[row]).rstrip(b"\0")).strip()
    return text[:SHOWN] + "…" * (len(text) > SHOWN or bool(cells.long[row]))


def _one(cells: Cells, row: int) -> Cells:
    return Cells(cells.raw[row : row + 1], cells.long[row : row + 1])


def _no_time(name: str, text: str) -> str:
    return f"{name}: “{text}” is not a date or time" if text else f"{name} is empty"
