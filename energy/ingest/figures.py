"""Figures in cells: exact floats, empty is missing, never zero."""

import re
from typing import NamedTuple

import numpy as np

from emads.lib.arrays import BoolArray, FloatArray
from energy.ingest.table import Cells, as_text

EMPTY = frozenset(
    {"", "-", "--", "---", "?", ".", "..", "null", "na", "n/a", "#n/a", "#nv", "nan", "none", "nil", "\\n"}
    | {"missing", "unknown", "unavailable"}
)
PLAIN = np.zeros(256, dtype=bool)
PLAIN[list(b"0123456789+-.eE \0")] = True
GROUPED = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?")
NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?", re.ASCII)
GAPS = str.maketrans("", "", " \u00a0\u202f'’")


class Figures(NamedTuple):
    """(n,) each: `value` NaN where there is none; `empty`: it was left out; `bad`: it is no number."""

    value: FloatArray
    empty: BoolArray
    bad: BoolArray


def read(cells: Cells, decimal: str = ".") -> Figures:
    """The numbers of a column, `decimal` being its decimal mark."""
    raw = cells.raw
    if decimal == ",":
        raw = raw.copy()
        points, commas = raw == ord("."), raw == ord(",")
        raw[points], raw[commas] = ord(","), ord(".")  # a grouping point is no plain number
    plain = PLAIN[raw].all(axis=1) & ~cells.long
    plain &= (raw != 0).any(axis=1)
    value = np.full(len(raw), np.nan)
    try:
        value[plain] = as_text(raw[plain]).astype(np.float64)
    except ValueError:
        plain[:] = False
    empty = np.zeros(len(raw), dtype=bool)
    for row in np.flatnonzero(~plain):
        text = bytes(raw[row]).rstrip(b"\0").decode("utf-8", "replace").strip()
        empty[row] = text.lower() in EMPTY
        value[row] = np.nan if empty[row] or cells.long[row] else number(text)
    value[np.isinf(value)] = np.nan
    return Figures(value, empty, np.isnan(value) & ~empty)


def number(text: str, decimal: str = ".") -> float:
    """A figure as people write it, thousands apart or not; NaN if it is none."""
    text = text.translate(GAPS)
    if decimal == ",":
        text = text.translate({ord(","): ".", ord("."): ","})
    if "," in text:
        if not GROUPED.fullmatch(text):
            return float("nan")
        text = text.replace(",", "")
    return float(text) if NUMBER.fullmatch(text) else float("nan")


def decimal_mark(texts: list[str], delimiter: str) -> str:
    """The decimal mark of a column by the evidence of its cells; "" if it may be either."""
    texts = [t.translate(GAPS).lstrip("+-") for t in texts]
    commas = [t for t in texts if "," in t]
    if not commas:
        return _point_or_group(texts)
    both = next((t for t in commas if "." in t), None)
    if both is not None:
        return "," if both.rfind(",") > both.rfind(".") else "."
    if any(not re.fullmatch(r"[1-9]\d{0,2}(,\d{3})+", t) for t in commas):
        return ","
    if any(t.count(",") > 1 for t in commas) or any("." in t for t in texts):
        return "."
    return {";": ",", ",": "."}.get(delimiter, "")


def _point_or_group(texts: list[str]) -> str:
    """Without commas a point is the decimal mark, unless there are two in one figure."""
    return "," if any(re.fullmatch(r"[1-9]\d{0,2}(\.\d{3}){2,}", t) for t in texts) else "."
