"""How a file of delimited text is laid out: its delimiter, where its header is, how wide its rows are."""

import re
from collections import Counter
from typing import NamedTuple

from energy.ingest import figures, words
from energy.ingest.base import UnreadableFile
from energy.ingest.source import Block
from energy.ingest.stamps import compiled
from energy.ingest.table import row_of

DELIMITERS = ("\t", ";", "|", ",")
MOST_COLUMNS = 10_000
SAMPLE = 2000  # lines
SAMPLE_CELLS = 60_000
EPOCH = re.compile(r"\s*1?\d{9}(?:\d{3}|\d{6}|\d{9})?(?:\.\d+)?\s*")


class Dialect(NamedTuple):
    """Names of the columns and the first rows as text; `first` is the line the rows start on."""

    delimiter: str
    names: list[str]
    header: list[str]  # as written, [] without one
    first: int
    rows: list[list[str]]

    @property
    def width(self) -> int:
        """Cells in a row."""
        return len(self.names)


def decoded(cell: bytes) -> str:
    """UTF-8, else the Windows code page."""
    try:
        return cell.decode("utf-8")
    except UnicodeDecodeError:
        return cell.decode("cp1252", "replace")


def guess(head: Block) -> Dialect:
    """The layout that makes most of a file's first lines rows of a table; UnreadableFile without one."""
    text = decoded(head.data)
    _refuse_other_kinds(text)
    lines = text.split("\n")[:SAMPLE]
    told = re.match(r"\s*\"?sep=(.)\"?\s*$", lines[0])
    delimiters = (told[1],) if told and told[1] in DELIMITERS else DELIMITERS
    found = [d for delimiter in delimiters if (d := _layout(lines, delimiter, head.first_line))]
    if not found:
        raise UnreadableFile(
            "No table of readings was found: no column of dates or times beside a column of numbers."
        )
    *_, best = max(found, key=lambda candidate: candidate[:2])
    if best.width > MOST_COLUMNS:
        raise UnreadableFile(f"The table has {best.width:,} columns; {MOST_COLUMNS:,} are the most.")
    return best


def _refuse_other_kinds(text: str) -> None:
    start = text.lstrip()[:200].lower()
    if start.startswith(("<!doctype html", "<html")):
        raise UnreadableFile("This is a web page, not a table of readings.")
    if start.startswith("<"):
        raise UnreadableFile("This is an XML file; only delimited text can be read.")
    if start.startswith(("{", "[{")):
        raise UnreadableFile("This is a JSON file; only delimited text can be read.")


def _layout(lines: list[str], delimiter: str, number: int) -> tuple[float, int, Dialect] | None:
    """How well a delimiter explains the lines (share of rows, then its rank), and the layout it gives."""
    most = max(line.count(delimiter) for line in lines) + 1
    if most < 2:
        return None
    if most > MOST_COLUMNS:
        raise UnreadableFile(f"The table has {most:,} columns; {MOST_COLUMNS:,} are the most.")
    kept = lines[: max(20, SAMPLE_CELLS // most)]
    rows = [row_of(line, delimiter) for line in kept]
    good = [i for i, row in enumerate(rows) if _is_reading(row)]
    good = good or [i for i, row in enumerate(rows) if len(row) > 1 and any(map(is_time, row))]
    if not good:
        return None
    width = Counter(len(rows[i]) for i in good).most_common(1)[0][0]
    good = [i for i in good if len(rows[i]) == width]
    start = next((i for i in good if set(range(i + 1, i + 6)).intersection(good)), good[0])
    header = _header(rows, start, width)
    first = start if header is None else header + 1
    filled = [row for row in rows[first:] if any(cell.strip() for cell in row)]
    share = len(good) / sum(1 for row in rows if any(row))
    names = [""] * width
    if header is not None:
        names = [cell.strip() for cell in rows[header]] + names
        names = names[:width]
    sample = [row for row in filled if len(row) == width]
    dialect = Dialect(delimiter, names, [] if header is None else rows[header], number + first, sample)
    return round(share, 2), -DELIMITERS.index(delimiter), dialect


def _is_reading(row: list[str]) -> bool:
    """A row with a time and, in another cell, a figure or a word for a missing one."""
    if len(row) < 2:
        return False
    times = [i for i, cell in enumerate(row) if is_time(cell)]
    figured = (i for i, cell in enumerate(row) if cell.strip() and is_figure(cell))
    return bool(times) and any(i != times[0] for i in figured)


def is_time(cell: str) -> bool:
    """Whether a cell may be a date, a time or seconds since 1970."""
    raw = cell.encode("utf-8")
    if not 8 <= len(raw.strip()) <= 64 or not any(c.isdigit() for c in cell):
        return _is_short_date(raw)
    return compiled(raw, "time", "day") is not None or EPOCH.fullmatch(cell) is not None


def _is_short_date(raw: bytes) -> bool:
    return 6 <= len(raw.strip()) < 8 and compiled(raw, "date", "day") is not None


def is_figure(cell: str) -> bool:
    """Whether a cell may be a value: a number in either notation, or left out."""
    text = cell.strip()
    if text.lower() in figures.EMPTY:
        return True
    return any(figures.number(text, mark) == figures.number(text, mark) for mark in ".,")


def _header(rows: list[list[str]], start: int, width: int) -> int | None:
    """The nearest row above the first reading whose words name columns, else the nearest one of text only."""
    texts = []
    for i in range(start - 1, -1, -1):
        row = [cell.strip() for cell in rows[i]]
        if len([c for c in row if c]) < min(2, width) or abs(len(row) - width) > 2:
            continue
        if any(is_time(cell) for cell in row) or _numbers(row) > 0.5 * width:
            continue
        if any(words.TIME.intersection(words.tokens(cell)) for cell in row):
            return i
        texts.append(i)
    return texts[0] if texts else None


def _numbers(row: list[str]) -> int:
    return sum(1 for cell in row if cell and is_figure(cell) and any(c.isdigit() for c in cell))
