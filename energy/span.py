"""The stretch of time a page shows: one range control for every page."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from django.http import QueryDict

from emads.lib import clock

LABELS: dict[str, str] = {
    "today": "Today",
    "7d": "7 days",
    "30d": "30 days",
    "month": "This month",
    "year": "This year",
    "custom": "Custom",
}


@dataclass(frozen=True, slots=True)
class Span:
    """Local days [first, last], both included, in a zone."""

    key: str
    first: date
    last: date
    tz: ZoneInfo

    @property
    def start(self) -> datetime:
        """The instant it begins."""
        return clock.day_start(self.first, self.tz)

    @property
    def end(self) -> datetime:
        """The instant it is over."""
        return clock.day_start(self.last + timedelta(days=1), self.tz)

    @property
    def days(self) -> int:
        """Number of local days."""
        return (self.last - self.first).days + 1

    @property
    def months(self) -> int:
        """Number of calendar months it touches."""
        return 12 * (self.last.year - self.first.year) + self.last.month - self.first.month + 1

    @property
    def resolution(self) -> Literal["hour", "day", "month"]:
        """Bars that fit a screen: hours up to nine days, then days, months beyond fourteen months."""
        if self.days <= 9:
            return "hour"
        return "day" if self.days <= 430 else "month"

    @property
    def label(self) -> str:
        """What the control shows."""
        return LABELS[self.key]

    def moved(self, steps: int) -> "Span":
        """The span before (-1) or after (+1): whole months and years where it is one, else as many days."""
        if self.key == "month":
            first = self.first.replace(day=1)
            for _ in range(abs(steps)):
                first = clock.next_month(first) if steps > 0 else (first - timedelta(days=1)).replace(day=1)
            return Span("custom", first, clock.next_month(first) - timedelta(days=1), self.tz)
        if self.key == "year":
            year = self.first.year + steps
            return Span("custom", date(year, 1, 1), date(year, 12, 31), self.tz)
        shift = timedelta(days=self.days * steps)
        return Span("custom", self.first + shift, self.last + shift, self.tz)

    @property
    def previous(self) -> "Span":
        """What it is compared with: the stretch of equal length that ends where it begins."""
        return Span("custom", self.first - timedelta(days=self.days), self.first - timedelta(days=1), self.tz)

    @property
    def query(self) -> str:
        """The query string that brings it back."""
        if self.key == "custom":
            return f"range=custom&from={self.first}&to={self.last}"
        return f"range={self.key}"


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def from_query(query: QueryDict, tz: ZoneInfo, now: datetime, default: str) -> Span:
    """The span a query string asks for; nonsense falls back to the person's default."""
    today = clock.today(now, tz)
    key = query.get("range", default)
    if key == "custom":
        first, last = _day(query.get("from", "")), _day(query.get("to", ""))
        if first and last and date(1970, 1, 2) <= min(first, last) and max(first, last) < date(2100, 1, 1):
            return Span("custom", min(first, last), max(first, last), tz)
        key = default
    starts = {
        "today": today,
        "7d": today - timedelta(days=6),
        "30d": today - timedelta(days=29),
        "month": today.replace(day=1),
        "year": today.replace(month=1, day=1),
    }
    if key not in starts:
        key = "30d"
    return Span(key, starts[key], today, tz)


def fitting(query: QueryDict, tz: ZoneInfo, now: datetime, default: str, last: datetime | None) -> Span:
    """The span asked for. Unasked, and with nothing read so lately, as many days up to the last reading."""
    span = from_query(query, tz, now, default)
    if "range" in query or last is None or last >= span.start:
        return span
    day = clock.today(last, tz)
    return Span("custom", day - timedelta(days=span.days - 1), day, tz)
