"""Blocks of delimited lines as columns of bytes: numpy where lines are plain, csv.reader where not."""

import csv
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from emads.lib.arrays import BoolArray, IntArray
from energy.ingest.base import Rejected
from energy.ingest.source import Block

Bytes = npt.NDArray[np.uint8]
CELL = 64  # bytes; a longer stamp or figure is none
NAME = 200
UNIT_SEPARATOR = 0x1F


class Cells(NamedTuple):
    """One column: `raw` (n, w) bytes padded with zeros, `long` (n,) what did not fit."""

    raw: Bytes
    long: BoolArray

    @property
    def text(self) -> npt.NDArray[np.bytes_]:
        """(n,) fixed-width byte strings."""
        return as_text(self.raw)


class Table(NamedTuple):
    """Rows of one width: `marks` (n, width) is where each cell ends in `buffer`, `line` (n,) where it was."""

    buffer: Bytes
    marks: IntArray
    line: IntArray

    def column(self, index: int, widest: int = CELL) -> Cells:
        """The bytes of a column, each cell cut at `widest`."""
        end = self.marks[:, index]
        if index:
            start = self.marks[:, index - 1] + 1
        else:
            start = np.concatenate((np.zeros(1, dtype=np.int64), self.marks[:-1, -1] + 1))[: len(end)]
        length = end - start
        width = int(min(max(length.max(initial=1), 1), widest))
        at = start[:, None] + np.arange(width)
        raw = self.buffer[np.minimum(at, len(self.buffer) - 1)]
        raw[at >= end[:, None]] = 0
        return Cells(raw, length > widest)


def as_text(raw: Bytes) -> npt.NDArray[np.bytes_]:
    """(n, w) bytes as (n,) fixed-width strings."""
    return np.ascontiguousarray(raw).view(f"S{max(raw.shape[1], 1)}").ravel()


class Shape(NamedTuple):
    """What a table's rows look like."""

    delimiter: str
    width: int  # cells in a row
    needed: int  # cells without which a row says nothing
    first: int  # line of the first row


class Ragged(NamedTuple):
    """A row that does not fit: its line, its cells, and what is wrong with it."""

    line: int
    cells: list[str]
    reason: str


def split(block: Block, shape: Shape) -> tuple[Table, list[Ragged]]:
    """The rows of a block from the first row on."""
    line, data = block
    while line < shape.first and data:
        data = data[data.find(b"\n") + 1 :]
        line += 1
    quoted = b'"' in data or b"\0" in data
    plain = None if quoted else _geometry(data, ord(shape.delimiter), shape.width)
    if plain is not None:
        return Table(*plain, np.arange(line, line + len(plain[1]), dtype=np.int64)), []
    lines: list[int] = []
    clean: list[str] = []
    ragged: list[Ragged] = []
    for number, cells in _rows(line, data, shape.delimiter):
        fitted = _fit(cells, shape)
        if isinstance(fitted, str):
            ragged.append(Ragged(number, cells, fitted))
        elif fitted:
            lines.append(number)
            clean.append(chr(UNIT_SEPARATOR).join(fitted))
    again = ("\n".join(clean) + "\n").encode("latin-1") if clean else b""
    found = _geometry(again, UNIT_SEPARATOR, shape.width)
    assert found is not None  # every row was fitted to the width
    return Table(*found, np.array(lines, dtype=np.int64)), ragged


def _geometry(data: bytes, delimiter: int, width: int) -> tuple[Bytes, IntArray] | None:
    """Where the cells end, (n, width); None unless every line has `width` cells."""
    buffer = np.frombuffer(data, dtype=np.uint8)
    marks = np.flatnonzero((buffer == 10) | (buffer == delimiter)).astype(np.int64)
    if len(marks) % width:
        return None
    cells = marks.reshape(-1, width)
    ends = buffer[cells] == 10
    if not ends[:, -1].all() or ends[:, :-1].any():
        return None
    return buffer, cells


def _rows(line: int, data: bytes, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Numbered cells of every line; a quote that is never closed costs its own line only."""
    lines = data.decode("latin-1").split("\n")[:-1]
    rows: list[list[str]] = []
    try:
        rows = list(csv.reader(lines, delimiter=delimiter))
    except csv.Error:
        rows = []
    if len(rows) != len(lines):
        rows = [row_of(text, delimiter) for text in lines]
    yield from enumerate(rows, line)


def row_of(text: str, delimiter: str) -> list[str]:
    """The cells of one line, taken plainly where its quotes make no sense."""
    try:
        return next(csv.reader([text], delimiter=delimiter, strict=True), [])
    except csv.Error:
        return text.split(delimiter)


def _printable(cell: str) -> str:
    return "".join(c if c >= " " else " " for c in cell)


def _fit(cells: list[str], shape: Shape) -> list[str] | str:
    """The row at the table's width, [] for a blank one, or what is wrong."""
    if len(cells) != shape.width:
        while cells and not cells[-1].strip():
            cells.pop()
        if not cells:
            return []
        if len(cells) > shape.width:
            return f"has {len(cells)} cells, {shape.width} expected"
        if len(cells) < shape.needed:
            return f"has {len(cells)} cell{'s' * (len(cells) != 1)}, {shape.width} expected"
        cells.extend([""] * (shape.width - len(cells)))
    elif not any(cells):
        return []
    text = "".join(cells)
    if "\0" in text:
        return "holds a zero byte"
    if not text.isprintable():
        return [_printable(cell) for cell in cells]
    return cells


def rejected(ragged: Ragged) -> Rejected:
    """As a receipt shows it."""
    return Rejected(ragged.line, ragged.reason)
