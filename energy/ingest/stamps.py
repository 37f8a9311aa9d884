"""Dates and times in cells: one template per way of writing, applied to all such cells at once."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from emads.lib.arrays import BoolArray, IntArray
from emads.lib.clock import DAY
from energy.ingest.table import Cells, as_text

Want = Literal["time", "date", "clock"]
NAIVE = np.iinfo(np.int64).min
MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january januar januari janvier enero gennaio",
            "feb february februar februari fevrier febrero febbraio",
            "mar march marz maart mars marzo mrt mär märz",
            "apr april avril abril aprile",
            "may mai mei mayo maggio maj",
            "jun june juni juin junio giugno",
            "jul july juli juillet julio luglio",
            "aug august augustus aout agosto août",
            "sep sept september septembre septiembre settembre",
            "oct october okt oktober octobre octubre ottobre",
            "nov november novembre noviembre",
            "dec december dez dezember decembre diciembre dicembre",
        ),
        1,
    )
    for name in names.split()
}
ZONES = {"z": 0, "utc": 0, "gmt": 0, "cet": 3600, "cest": 7200, "mez": 3600, "mesz": 7200}
NAME = r"[^\s\d.,/:+-]{3,10}"
DATE = (
    r"(?:(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})"
    r"|(?P<a>\d{1,2})(?P<join>[-/.])(?P<b>\d{1,2})(?P=join)(?P<y>\d{4}|\d{2})"
    r"|(?P<cyear>\d{4})(?P<cmonth>\d{2})(?P<cday>\d{2})"
    rf"|(?P<dday>\d{{1,2}})\.?[ -]?(?P<dname>{NAME})\.?,?[ -]?(?P<dyear>\d{{4}}|\d{{2}})"
    rf"|(?P<nname>{NAME})\.? (?P<nday>\d{{1,2}}),? (?P<nyear>\d{{4}}))"
)
CLOCK = (
    r"(?P<hour>\d{1,2})[:.hH](?P<minute>\d{2})(?:[:.](?P<second>\d{2})(?:[.,]\d+)?)?"
    r"(?:\s*(?P<half>[AaPp])\.?[Mm]\.?)?"
)
COMPACT = r"(?P<chour>\d{2})(?P<cminute>\d{2})(?P<csecond>\d{2})?"
ZONE = (
    r"(?:\s*(?:(?P<sign>[+-])(?P<zhour>\d{2}):?(?P<zminute>\d{2})?|(?P<zone>[A-Za-z]{1,4})))?"
    r"(?:\[[\w/+-]+\])?"
)
WEEKDAY = r"(?:[^\W\d_]{2,10}\.?,?\s+)??"
FORMS: dict[Want, re.Pattern[str]] = {
    "time": re.compile(rf"\s*{WEEKDAY}{DATE}(?:(?:\s*[T,_]\s*|\s+|-)?(?:{CLOCK}|{COMPACT}){ZONE})?\s*"),
    "date": re.compile(rf"\s*{WEEKDAY}{DATE}\s*"),
    "clock": re.compile(rf"\s*{CLOCK.replace('[:.hH]', '[:hH]', 1)}(?:\s*[-–].*)?\s*"),
}


class Part(NamedTuple):
    """Digits `start` to `stop` of a cell plus `add`; a constant where start equals stop."""

    start: int
    stop: int
    add: int = 0

    def of(self, digits: IntArray) -> IntArray:
        """(n, w) digits -> (n,) numbers"""
        if self.start == self.stop:
            return np.full(len(digits), self.add, dtype=np.int64)
        powers = 10 ** np.arange(self.stop - self.start - 1, -1, -1, dtype=np.int64)
        return digits[:, self.start : self.stop] @ powers + self.add


class Template(NamedTuple):
    """Where a way of writing keeps its parts; `zone` None where it says none."""

    year: Part
    month: Part
    day: Part
    hour: Part
    minute: Part
    second: Part
    half: str  # a, p or "" for a 24-hour clock
    zone: tuple[int, Part, Part] | int | None


class Stamps(NamedTuple):
    """(n,) each: wall-clock seconds, offset from UTC (NAIVE where none is written), whether it is a time."""

    wall: IntArray
    offset: IntArray
    ok: BoolArray


def read(cells: Cells, want: Want, order: str = "") -> Stamps:
    """The times of a column; `order` (day, month, year) says what the first of three short numbers is."""
    raw = cells.raw
    n = len(raw)
    found = Stamps(np.zeros(n, np.int64), np.full(n, NAIVE), np.zeros(n, bool))
    shape = raw.copy()
    shape[(raw >= ord("0")) & (raw <= ord("9"))] = ord("0")
    masks = as_text(shape)
    for rows in _alike(masks, np.flatnonzero(~cells.long)):
        template = compiled(bytes(raw[rows[0]]).rstrip(b"\0"), want, order)
        if template is not None:
            _apply(template, raw[rows].astype(np.int64) - ord("0"), rows, found)
    return found


def _alike(masks: npt.NDArray[np.bytes_], rows: IntArray) -> Iterator[IntArray]:
    """The rows in groups that are written the same way; usually there is one."""
    if rows.size and (masks[rows] == masks[rows[0]]).all():
        yield rows
        return
    _, group = np.unique(masks[rows], return_inverse=True)
    order = np.argsort(group, kind="stable")
    yield from (
        part for part in np.split(rows[order], np.flatnonzero(np.diff(group[order])) + 1) if part.size
    )


def _apply(template: Template, digits: IntArray, rows: IntArray, found: Stamps) -> None:
    """Write the instants of rows that share a template."""
    year, month, day = (part.of(digits) for part in template[:3])
    hour, minute, second = (part.of(digits) for part in template[3:6])
    if template.half:
        fits = (hour >= 1) & (hour <= 12)
        hour = hour % 12 + 12 * (template.half == "p")
    else:
        fits = (hour < 24) | ((hour == 24) & (minute == 0) & (second == 0))
    fits &= (minute < 60) & (second < 60) & (month >= 1) & (month <= 12) & (year >= 1970) & (year <= 2100)
    months = (np.clip(year, 1970, 2100) - 1970) * 12 + np.clip(month, 1, 12) - 1
    first = months.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    after = (months + 1).astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    fits &= (day >= 1) & (day <= after - first)
    found.wall[rows] = (first + day - 1) * DAY + hour * 3600 + minute * 60 + second
    found.ok[rows] = fits
    if isinstance(template.zone, int):
        found.offset[rows] = template.zone
    elif template.zone is not None:
        sign, hours, minutes = template.zone
        found.offset[rows] = sign * (hours.of(digits) * 3600 + minutes.of(digits) * 60)


@lru_cache(maxsize=4096)
def compiled(cell: bytes, want: Want, order: str) -> Template | None:
    """The template of a cell, None if it is no time as wanted."""
    match = FORMS[want].fullmatch(cell.decode("latin-1"))
    if match is None:
        return None
    got = {name for name, text in match.groupdict().items() if text is not None}

    def part(*names: str, add: int = 0) -> Part:
        for name in names:
            if name in got:
                return Part(*match.span(name), add)
        return Part(0, 0, add)

    date = _date(match, got, order) if want != "clock" else (Part(0, 0, 1970), Part(0, 0, 1), Part(0, 0, 1))
    if date is None:
        return None
    zone: tuple[int, Part, Part] | int | None = None
    if "zone" in got:
        zone = ZONES.get(match["zone"].lower())
        if zone is None:
            return None
    elif "sign" in got:
        zone = (-1 if match["sign"] == "-" else 1, part("zhour"), part("zminute"))
    half = match["half"].lower() if "half" in got else ""
    clock = part("hour", "chour"), part("minute", "cminute"), part("second", "csecond")
    return Template(*date, *clock, half, zone)


def _date(match: re.Match[str], got: set[str], order: str) -> tuple[Part, Part, Part] | None:
    """Year, month and day of a match, None where their order or month is unknown."""

    def part(name: str) -> Part:
        start, stop = match.span(name)
        return Part(start, stop, _century(match[name]) if name in ("y", "dyear") else 0)

    if "year" in got:
        return part("year"), part("month"), part("day")
    if "cyear" in got:
        return part("cyear"), part("cmonth"), part("cday")
    if "a" in got:
        if order == "year":
            a = match.span("a")
            return (Part(*a, 2000), part("b"), Part(*match.span("y"))) if a[1] - a[0] == 2 else None
        day, month = ("b", "a") if order == "month" else ("a", "b")
        return (part("y"), part(month), part(day)) if order else None
    prefix = "d" if "dname" in got else "n"
    name = match[f"{prefix}name"].encode("latin-1").decode("utf-8", "replace").lower()
    number = MONTHS.get(name)
    return None if number is None else (part(f"{prefix}year"), Part(0, 0, number), part(f"{prefix}day"))


def _century(year: str) -> int:
    return 2000 if len(year) == 2 else 0
