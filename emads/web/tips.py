"""Rules that find savings: pure functions on hours of use.

Energy in Wh, instants in UTC seconds, NaN = no reading.
A rule gives None where it finds nothing, or knows too little to say. Savings are of 30 days.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import tzinfo
from typing import Literal, NamedTuple

import numpy as np

from emads.lib import clock
from emads.lib.arrays import FloatArray, IntArray
from energy.analysis import load, pattern

MONTH_DAYS = 30
RECENT_DAYS = 28
DAYS_NEEDED = 14  # of at least 20 hours, before anything is said
MOST_TIPS = 7
HIGH_SHARE, MEDIUM_SHARE = 0.08, 0.03  # of all use
EVENING, NIGHT = (17, 22), (0, 5)
Unit = Literal["energy", "power", "percent", "hour", "moment", "count"]
Severity = Literal["high", "medium", "low"]


class Evidence(NamedTuple):
    """A number behind a tip."""

    label: str
    value: float
    unit: Unit


@dataclass(frozen=True, slots=True)
class Tip:
    """What could be saved, and why we think so."""

    key: str
    title: str
    advice: str
    saving_wh: float  # in 30 days
    evidence: tuple[Evidence, ...]
    shape: FloatArray  # a small picture of it: hours of the day, or days
    severity: Severity = "low"


@dataclass(frozen=True, slots=True)
class Use:
    """Hours of use, oldest first: the recent four weeks and as many before. Shapes (n,)."""

    t: IntArray
    wh: FloatArray
    tz: tzinfo
    incidents_wh: float = 0.0  # beyond what was expected, in the recent four weeks
    incidents: int = 0

    @property
    def recent(self) -> "Use":
        """The last four weeks."""
        late = self.t >= (int(self.t[-1]) + clock.HOUR - RECENT_DAYS * clock.DAY if self.t.size else 0)
        return Use(self.t[late], self.wh[late], self.tz, self.incidents_wh, self.incidents)

    @property
    def mean_wh(self) -> float:
        """Of an hour."""
        return float(np.nanmean(self.wh))

    @property
    def month_wh(self) -> float:
        """Use in 30 days at this rate."""
        return self.mean_wh * 24 * MONTH_DAYS

    @property
    def full_days(self) -> int:
        """Days of at least 20 hours."""
        known = ~np.isnan(self.wh)
        _, hours = np.unique(clock.local_day(self.t[known], self.tz), return_counts=True)
        return int((hours >= load.HOURS_OF_A_DAY).sum())

    @property
    def usual_day(self) -> FloatArray:
        """Mean energy of each hour of the day. (24,)"""
        return pattern.usual_day(self.t, self.wh, self.tz)

    @property
    def days(self) -> FloatArray:
        """Mean hour of each local day, as energy of a whole day. (d,)"""
        day = clock.local_day(self.t, self.tz)
        return 24 * pattern.means_by(day - day[0], self.wh, int(day[-1] - day[0]) + 1)


def always_on(use: Use) -> Tip | None:
    """A large part of all use never rests."""
    now = use.recent
    watts = load.always_on_w(now.t, now.wh, now.tz)
    share = watts / now.mean_wh if now.mean_wh > 0 else float("nan")
    if not (watts >= 60 and share >= 0.25):
        return None
    return Tip(
        "always-on",
        "Much of your use never rests",
        "Look for what runs at night: old fridges and freezers, pumps, servers, chargers, set-top boxes. "
        "If a fifth of it can go, this is saved.",
        0.2 * watts * 24 * MONTH_DAYS,
        (Evidence("Always on", watts, "power"), Evidence("Share of all use", share, "percent")),
        now.usual_day,
    )


def evening(use: Use) -> Tip | None:
    """Evenings stand far above the rest of the day."""
    now = use.recent
    hours = now.usual_day
    late = np.isin(np.arange(24), np.arange(*EVENING))
    peak, rest = float(np.nanmean(hours[late])), float(np.nanmean(hours[~late]))
    if not peak > 1.6 * rest > 0:
        return None
    return Tip(
        "evening",
        "Evenings use far more than the rest of the day",
        "Run dishwasher, washing machine and charging at other hours, and only full. A tenth of what "
        "evenings use beyond the rest of the day is a modest aim; with a tariff by the hour, moving it saves "
        "more.",
        0.1 * (peak - rest) * int(late.sum()) * MONTH_DAYS,
        (
            Evidence("An hour from 17:00 to 22:00", peak, "energy"),
            Evidence("An hour of the rest of the day", rest, "energy"),
        ),
        hours,
    )


def weekend(use: Use) -> Tip | None:
    """Weekends use much more than other days."""
    days = use.recent.days
    first = int(clock.local_day(use.recent.t[:1], use.tz)[0])
    late = (first + np.arange(len(days)) + 3) % 7 >= 5
    if np.isnan(days[late]).all() or np.isnan(days[~late]).all():
        return None
    free, week = float(np.nanmean(days[late])), float(np.nanmean(days[~late]))
    if not free > 1.2 * week > 0:
        return None
    return Tip(
        "weekend",
        "Weekends use much more than other days",
        "Being at home takes energy; see whether all rooms need it. This is saved if half of the "
        "difference can go.",
        0.5 * (free - week) * MONTH_DAYS * 2 / 7,
        (Evidence("A weekend day", free, "energy"), Evidence("Another day", week, "energy")),
        days,
    )


def rising(use: Use) -> Tip | None:
    """Use has risen against the four weeks before."""
    edge = int(use.recent.t[0])
    before = Use(use.t[use.t < edge], use.wh[use.t < edge], use.tz)
    if before.full_days < DAYS_NEEDED:
        return None
    was, now = 24 * before.mean_wh, 24 * use.recent.mean_wh
    if not now > 1.1 * was > 0:
        return None
    return Tip(
        "rising",
        "Use is rising",
        "The last four weeks used more than the four before. Season and guests explain some of it; a failing "
        "appliance does too. This is what going back would save.",
        (now - was) * MONTH_DAYS,
        (
            Evidence("A day now", now, "energy"),
            Evidence("A day before", was, "energy"),
            Evidence("More", now / was - 1, "percent"),
        ),
        use.days,
    )


def night(use: Use) -> Tip | None:
    """Something runs while everyone sleeps, beyond what is always on."""
    now = use.recent
    hours = now.usual_day
    asleep = float(np.nanmean(hours[NIGHT[0] : NIGHT[1]]))
    base = load.always_on_w(now.t, now.wh, now.tz)
    beyond = asleep - base
    if not (beyond > 0.3 * base and beyond > 50):
        return None
    return Tip(
        "night",
        "Something runs at night",
        "Between midnight and 5:00 more is used than what is always on: heating, charging or a timer. "
        "If half of it need not be, this is saved.",
        0.5 * beyond * (NIGHT[1] - NIGHT[0]) * MONTH_DAYS,
        (
            Evidence("An hour of the night", asleep, "energy"),
            Evidence("Always on, in an hour", base, "energy"),
        ),
        hours,
    )


def incidents(use: Use) -> Tip | None:
    """Unusual events took energy."""
    if use.incidents_wh <= 0:
        return None
    return Tip(
        "incidents",
        "Unusual events took extra energy",
        "Each is told on the page “Anomalies”. What caused them and can be stopped saves this much.",
        use.incidents_wh * MONTH_DAYS / RECENT_DAYS,
        (
            Evidence("Events in four weeks", use.incidents, "count"),
            Evidence("Beyond what was expected", use.incidents_wh, "energy"),
        ),
        use.recent.days,
    )


def peak(use: Use) -> Tip | None:
    """Single hours tower above all others."""
    now = use.recent
    top = load.peak(now.t, now.wh)
    if top is None or not top.wh > 4 * now.mean_wh > 0:
        return None
    usual = float(np.nanpercentile(now.wh, 95))
    above = float(np.nansum(np.maximum(now.wh - usual, 0))) / max(1, now.full_days)
    return Tip(
        "peak",
        "A few hours tower above all others",
        "Then several large appliances run at once. One after the other, and only as long as needed: a fifth "
        "of what lies above the usual is within reach.",
        0.2 * above * MONTH_DAYS,
        (
            Evidence("The highest hour", top.wh, "energy"),
            Evidence("It began", float(top.t), "moment"),
            Evidence("19 of 20 hours stay below", usual, "energy"),
        ),
        now.days,
    )


RULES: tuple[Callable[[Use], Tip | None], ...] = (always_on, evening, weekend, rising, night, incidents, peak)


def severity(tip: Tip, month_wh: float) -> Severity:
    """How much of all use a tip would save."""
    share = tip.saving_wh / month_wh if month_wh > 0 else 0.0
    return "high" if share >= HIGH_SHARE else "medium" if share >= MEDIUM_SHARE else "low"


def days_missing(use: Use) -> int:
    """Full days that are still to come before anything is said."""
    return max(0, DAYS_NEEDED - (use.recent.full_days if use.t.size else 0))


def tips(use: Use) -> list[Tip]:
    """What the rules found, the largest saving first; nothing with too little to judge by."""
    if days_missing(use):
        return []
    found = [tip for rule in RULES if (tip := rule(use)) is not None and tip.saving_wh > 0]
    found.sort(key=lambda tip: -tip.saving_wh)
    return found[:MOST_TIPS]
