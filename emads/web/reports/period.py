"""The weeks and months reports are about. Weeks begin on Monday, on the site's calendar."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal, get_args
from zoneinfo import ZoneInfo

from emads.lib import clock
from energy.span import Span

Kind = Literal["week", "month"]
KINDS: tuple[Kind, ...] = get_args(Kind)
WEEK = timedelta(days=7)


def kind_of(text: str) -> Kind:
    """A kind by its name; ValueError if there is none."""
    if text not in KINDS:
        raise ValueError(f"“{text}” is no period; use week or month")
    return text


@dataclass(frozen=True, slots=True)
class Period:
    """A calendar week or month of a zone; `last` is included."""

    kind: Kind
    first: date
    tz: ZoneInfo

    @property
    def last(self) -> date:
        """Its last day."""
        return (self.first + WEEK if self.kind == "week" else clock.next_month(self.first)) - timedelta(
            days=1
        )

    @property
    def span(self) -> Span:
        """The same as a span."""
        return Span("custom", self.first, self.last, self.tz)

    @property
    def start(self) -> datetime:
        """The instant it begins."""
        return self.span.start

    @property
    def end(self) -> datetime:
        """The instant it is over."""
        return self.span.end

    @property
    def previous(self) -> "Period":
        """The one before."""
        return holding(self.kind, self.first - timedelta(days=1), self.tz)

    @property
    def next(self) -> "Period":
        """The one after."""
        return holding(self.kind, self.last + timedelta(days=1), self.tz)

    @property
    def name(self) -> str:
        """October 2026; 6–12 October 2026."""
        if self.kind == "month":
            return f"{self.first:%B %Y}"
        last = f"{self.last.day} {self.last:%B %Y}"
        if self.first.month == self.last.month:
            return f"{self.first.day}–{last}"
        year = f" {self.first.year}" if self.first.year != self.last.year else ""
        return f"{self.first.day} {self.first:%B}{year} – {last}"

    @property
    def spoken(self) -> str:
        """In a sentence: in October 2026; in the week of 6–12 October 2026."""
        return f"in {self.name}" if self.kind == "month" else f"in the week of {self.name}"

    @property
    def spoken_previous(self) -> str:
        """What it is compared with: September; the week before."""
        return f"{self.previous.first:%B}" if self.kind == "month" else "the week before"

    @property
    def file_name(self) -> str:
        """Part of a file's name: 2026-10, 2026-W41."""
        return f"{self.first:%Y-%m}" if self.kind == "month" else f"{self.first:%G-W%V}"


def holding(kind: Kind, day: date, tz: ZoneInfo) -> Period:
    """The week or month a local day lies in."""
    first = day - timedelta(days=day.weekday()) if kind == "week" else day.replace(day=1)
    return Period(kind, first, tz)


def latest_complete(kind: Kind, now: datetime, tz: ZoneInfo) -> Period:
    """The last one that is over."""
    return holding(kind, clock.today(now, tz), tz).previous
