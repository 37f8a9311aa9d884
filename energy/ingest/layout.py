"""Everything needed to read a delimited file, made from its head and from what a person said."""

from dataclasses import dataclass, field, replace

import numpy as np

from emads.lib.arrays import FloatArray, IntArray
from emads.lib.clock import DAY
from energy.ingest import dates, figures, stamps, words
from energy.ingest.base import Kind, MissingOption, Options
from energy.ingest.dialect import Dialect, guess
from energy.ingest.roles import assign
from energy.ingest.source import Block, Source
from energy.ingest.table import Cells, Shape, Table, split
from energy.ingest.words import unit

MOST_BLOCKS = 64  # looked through for the order of day and month
LEVEL = 10  # a register stands so many times higher than its largest step


@dataclass(frozen=True, slots=True)
class Value:
    """A column of readings: `unit` as in the file or ""; `meter` its part of a meter's name."""

    column: int
    name: str
    unit: str
    kind: Kind
    meter: str = ""


@dataclass(slots=True)
class Layout:
    """How a file is read."""

    dialect: Dialect
    shape: Shape
    roles: list[str]
    values: list[Value]
    per_second: float = 0.0  # of an epoch column: 1, 1000, ...; 0 for written dates
    utc: bool = False  # the header says so
    order: str = ""
    decimal: str = "."
    stamp: str = "start"
    interval_s: int | None = None
    notes: list[str] = field(default_factory=list)
    missing: list[MissingOption] = field(default_factory=list)

    def column(self, role: str) -> int | None:
        """The column of a role, None if there is none."""
        return self.roles.index(role) if role in self.roles else None


def plan(source: Source, options: Options) -> Layout:
    """The layout of a file; UnreadableFile if it is no table. What is open is listed as missing."""
    dialect = guess(source.head)
    roles = assign(dialect, options)
    used = [
        i for i, role in enumerate(roles) if role not in ("ignore", "end", "end_date", "end_clock", "unit")
    ]
    values = [i for i, role in enumerate(roles) if role == "value"]
    needed = max((i for i in used if i not in values), default=0)
    needed = max(needed, min(values)) + 1
    shape = Shape(dialect.delimiter, dialect.width, needed, dialect.first)
    layout = Layout(dialect, shape, roles, [])
    table, _ = split(source.head, shape)
    _decide_dates(layout, source, table, options)
    _decide_decimal(layout, values, options)
    _decide_times(layout, table, options)
    layout.values = _named([_value(layout, table, column, options) for column in values])
    return layout


def _named(values: list[Value]) -> list[Value]:
    """Columns of many meters under different names."""
    if len(values) == 1:
        return [replace(values[0], meter=words.plain_name(values[0].name))]
    names = [words.plain_name(value.name) or f"column {value.column + 1}" for value in values]
    unique = [n if names.count(n) == 1 else f"{n} {v.column + 1}" for n, v in zip(names, values, strict=True)]
    return [replace(value, meter=name) for value, name in zip(values, unique, strict=True)]


def times(layout: Layout, table: Table, end: bool = False) -> stamps.Stamps:
    """The stamps of a table's rows."""
    found = _written(layout, table, end)
    if layout.utc:
        found.offset[found.offset == stamps.NAIVE] = 0
    return found


def _written(layout: Layout, table: Table, end: bool) -> stamps.Stamps:
    whole = layout.column("end" if end else "time")
    if whole is not None:
        cells = table.column(whole)
        if layout.per_second:
            return _epochs(cells, layout.per_second)
        return stamps.read(cells, "time", layout.order)
    prefix = "end_" if end else ""
    date, clock = layout.column(prefix + "date"), layout.column(prefix + "clock")
    if date is None:
        date = layout.column("date")
    assert date is not None  # assign() saw to it
    days = stamps.read(table.column(date), "time", layout.order)
    if clock is None:
        return days
    hours = stamps.read(table.column(clock), "clock")
    return stamps.Stamps(days.wall - days.wall % DAY + hours.wall, days.offset, days.ok & hours.ok)


def _epochs(cells: Cells, per_second: float) -> stamps.Stamps:
    value = figures.read(cells).value / per_second
    ok = (value >= 0) & (value < 4.2e9)
    second = np.floor(np.where(ok, value, 0)).astype(np.int64)
    return stamps.Stamps(second, np.zeros(len(second), dtype=np.int64), ok)


def _decide_dates(layout: Layout, source: Source, table: Table, options: Options) -> None:
    """Epoch seconds, or which number of a date is the day."""
    column = layout.column("time")
    column = layout.column("date") if column is None else column
    assert column is not None  # assign() saw to it
    cells = table.column(column)
    layout.order = options.dates
    if options.dates:
        return
    layout.per_second = dates.per_second(cells)
    short = dates.short_dates(cells)
    if layout.per_second or not len(short.raw):
        return
    layout.order = dates.order(short, layout.column("clock") is not None)
    layout.order = layout.order or _order_in_the_rest(layout, source, column)
    if not layout.order:
        layout.order = "day"
        sentence = f"Dates like “{_sample(short)}” may begin with day or month; say which (--dates)."
        layout.missing.append(MissingOption("dates", sentence))


def _sample(cells: Cells) -> str:
    return bytes(cells.raw[0]).rstrip(b"\0").decode("utf-8", "replace").strip()


def _order_in_the_rest(layout: Layout, source: Source, column: int) -> str:
    """What later rows of the file say about it."""
    for number, block in enumerate(source.blocks()):
        if number > MOST_BLOCKS:
            break
        if isinstance(block, Block):
            table, _ = split(block, layout.shape)
            short = dates.short_dates(table.column(column))
            order = dates.order(short, layout.column("clock") is not None) if len(short.raw) else ""
            if order:
                return order
    return ""


def _decide_decimal(layout: Layout, values: list[int], options: Options) -> None:
    if options.decimal:
        layout.decimal = options.decimal
        return
    marks = set()
    for column in values:
        texts = [row[column].strip() for row in layout.dialect.rows]
        texts = [t for t in texts if t.lower() not in figures.EMPTY and any(c.isdigit() for c in t)]
        marks.add(figures.decimal_mark(texts, layout.shape.delimiter))
    layout.decimal = "," if "," in marks else "."
    if "" in marks and "," not in marks:
        layout.missing.append(
            MissingOption(
                "decimal", "“1,234” may be one or a thousand here; say the decimal mark (--decimal)."
            )
        )


def _decide_times(layout: Layout, table: Table, options: Options) -> None:
    """Start or end of the interval, how long it is, and whether the header says UTC."""
    columns = [layout.column(role) for role in ("time", "date", "clock")]
    names = [layout.dialect.names[i] for i in columns if i is not None]
    layout.utc = any({"utc", "gmt"}.intersection(words.tokens(name)) for name in names)
    start = times(layout, table)
    late = any(words.END.intersection(words.tokens(name)) for name in names)
    has_end = layout.column("end") is not None or layout.column("end_clock") is not None
    layout.stamp = options.stamp or ("end" if late and not has_end else "start")
    if has_end:
        end = times(layout, table, end=True)
        span = (end.wall - start.wall)[start.ok & end.ok] % DAY
        layout.interval_s = int(np.median(span[span > 0])) if (span > 0).any() else None
    usual = step(start.wall[start.ok], _meters(layout, table)[start.ok])
    if layout.interval_s is None or (usual and usual - layout.interval_s in (1, 60)):  # ends like 00:59
        layout.interval_s = usual
    if (
        not options.stamp
        and not late
        and not has_end
        and _looks_like_ends(start.wall[start.ok], layout.interval_s)
    ):
        layout.notes.append(
            "The first stamp is one interval after midnight and the last is midnight: "
            "if stamps mean the end of the interval, say so (--stamp end)."
        )


def _meters(layout: Layout, table: Table) -> IntArray:
    """(n,) a number for the meter of each row"""
    column = layout.column("sensor")
    if column is None or not len(table.line):
        return np.zeros(len(table.line), dtype=np.int64)
    return np.unique(table.column(column).text, return_inverse=True)[1].astype(np.int64)


def step(wall: IntArray, meter: IntArray) -> int | None:
    """The usual distance of a meter's readings, None with fewer than two. [s]"""
    order = np.lexsort((wall, meter))
    gaps = np.diff(wall[order])[np.diff(meter[order]) == 0]
    gaps = gaps[gaps > 0]
    return int(np.median(gaps)) if gaps.size else None


def _looks_like_ends(wall: IntArray, interval: int | None) -> bool:
    if interval is None or len(wall) < 24 or DAY % interval:
        return False
    return bool(wall.min() % DAY == interval % DAY and wall.max() % DAY == 0)


def _value(layout: Layout, table: Table, column: int, options: Options) -> Value:
    name = layout.dialect.names[column]
    said = options.unit or getattr(words.unit_in(name), "name", "")
    if said:
        found = unit(said)
        if found.power:
            return Value(column, name, found.name, "power")
        said = found.name
    return Value(column, name, said, "counter" if _is_register(layout, table, column) else "interval")


def _is_register(layout: Layout, table: Table, column: int) -> bool:
    """A column that never falls, high above its steps; or one whose header says so and that hardly falls."""
    name = layout.dialect.names[column]
    if set(words.tokens(name)) & words.INTERVAL or words.tokens(name) in (
        ["energy", "wh"],
        ["energy", "kwh"],
    ):
        return False
    start, meter = times(layout, table), _meters(layout, table)
    value = figures.read(table.column(column), layout.decimal).value
    good = start.ok & ~np.isnan(value)
    order = np.lexsort((start.wall[good], meter[good]))
    rises = np.diff(value[good][order])[np.diff(meter[good][order]) == 0]
    return _climbs(value[good], rises, sure=words.says_register(name))


def _climbs(value: FloatArray, rises: FloatArray, sure: bool) -> bool:
    ups = rises[rises > 0]
    if sure:
        return bool(len(rises) == 0 or (rises >= 0).mean() > 0.9)
    return bool(
        len(ups) >= 10 and (rises >= 0).mean() > 0.999 and np.median(value) > LEVEL * np.median(ups) > 0
    )
