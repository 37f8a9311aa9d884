"""What every format of file agrees on: options in, batches of readings and rejected rows out."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Literal, NamedTuple

from emads.lib.arrays import FloatArray, IntArray

Kind = Literal["interval", "counter", "power"]
ROLES = ("time", "date", "clock", "end", "end_date", "end_clock", "sensor", "value", "unit", "ignore")


class UnreadableFile(Exception):
    """The file as a whole cannot be read; the message is a sentence for its owner."""


class MissingOption(UnreadableFile):
    """The file leaves something open that only a person knows; `option` says what."""

    def __init__(self, option: str, sentence: str) -> None:
        super().__init__(sentence)
        self.option = option


@dataclass(frozen=True, slots=True)
class Options:
    """What a person said about a file; an empty string means: see for yourself."""

    format: str = "auto"
    sensor: str = ""  # slug of the one sensor the whole file belongs to
    time_zone: str = ""  # of stamps without offset; else the site's
    unit: str = ""
    stamp: str = ""  # start or end of the interval
    dates: str = ""  # day, month or year: which number comes first
    decimal: str = ""  # . or ,
    roles: tuple[str, ...] = ()  # one of ROLES for each column
    replace: bool = False

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> "Options":
        """Options from a JSON field; keys nobody knows are dropped."""
        known = {f.name for f in fields(cls)}
        given = {name: value for name, value in stored.items() if name in known and value is not None}
        if "roles" in given:
            given["roles"] = tuple(given["roles"])
        return cls(**given)

    def stored(self) -> dict[str, Any]:
        """As a JSON field keeps them."""
        return {**asdict(self), "roles": list(self.roles)}


@dataclass(slots=True)
class Channel:
    """One meter as a file names it."""

    name: str  # "" when the file names none
    kind: Kind = "interval"
    quantity: str = "import"
    unit: str = "Wh"  # as in the file
    interval_s: int | None = None


@dataclass(frozen=True, slots=True)
class Batch:
    """Readings in file order; all arrays (n,).

    channel : index into `channels`, a list that grows while the file is read
    second  : UTC seconds, or wall-clock seconds where `naive`
    value   : Wh (interval, counter) or W (power), never NaN
    line    : line of the file, first is 1
    """

    channels: list[Channel]
    channel: IntArray
    second: IntArray
    value: FloatArray
    line: IntArray
    naive: bool


class Rejected(NamedTuple):
    """A row that was not taken, and why."""

    line: int
    reason: str


class Skipped(NamedTuple):
    """Cells or rows without a reading: empty values, repeated headers, totals at the end."""

    empty: int = 0
    other: int = 0


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a file as guessed: for the mapping step of a preview."""

    name: str
    role: str
    samples: list[str] = field(default_factory=list)
