"""Detection in words: why an hour is strange, and what an incident comes to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

import numpy as np

from anomalies.detectors.evidence import LONGEST, NAMES
from anomalies.detectors.fleet import Judgement
from anomalies.detectors.rules import Early
from emads.lib.figures import THIN, count, energy

NEXT_TO_NOTHING = 0.005
RARE = 1.0  # evidence seen in fewer than one hour in ten is worth a word
EARLY_WORDS = {
    Early.SPIKE: "still learning: far more than ever before",
    Early.STUCK: "still learning: the same value for a day or longer",
    Early.OFF: "still learning: nothing for half a day or longer",
}
NIGHT = ("far less than usual at quiet hours", "more than usual at quiet hours")
WORDS = {
    "level6": ("below the usual level for hours", "above the usual level for hours"),
    "level24": ("a day well below the usual level", "a day well above the usual level"),
    "unusual24": ("unusual for most of the last day", "unusual for most of the last day"),
    "point": ("far below what is usual at this hour", "far above what is usual at this hour"),
    "flatday": ("hardly any change for a day", "hardly any change for a day"),
    "night": NIGHT,
}


def reason(judgement: Judgement, index: int) -> str:
    """The two strongest kinds of evidence for a judged hour; `index` counts from judgement.start."""
    strength = judgement.rarity[index]
    strongest = [int(k) for k in np.argsort(-strength, kind="stable")[:2]]
    chosen = [k for k in strongest if strength[k] >= RARE] or strongest[:1]
    at = index + judgement.start - judgement.seen.start
    return " and ".join(dict.fromkeys(_words(judgement, NAMES[k], at) for k in chosen))


def _words(judgement: Judgement, name: str, at: int) -> str:
    shape = judgement.seen.shape
    if name == "stuck":
        return f"the same value for {_lasting(shape.runs.stuck[at] + 1)}"
    if name == "off":
        return f"off for {_lasting(max(shape.runs.idle[at], 1))} while normally on"
    if name == "persist":
        share = judgement.seen.evidence[at, NAMES.index("persist")]
        return f"outside the usual band for {round(100 * float(share))}{THIN}% of the last day"
    below, above = WORDS[name]
    return above if shape.r[at] > 0 else below


def _lasting(hours: float) -> str:
    if hours >= LONGEST:
        return f"{LONGEST // 168} weeks or longer"
    return f"{int(hours)} h" if hours < 72 else f"{round(hours / 24)} days"


@dataclass(frozen=True, slots=True)
class Story:
    """An incident as numbers. start, end: instants of its first and after its last hour; energies in Wh."""

    start: datetime
    end: datetime
    hours: int  # flagged ones
    energy_wh: float
    low_wh: float | None
    high_wh: float | None
    reason: str
    one_in: int | None  # hours, None while learning


def usual_range(
    expected: Sequence[float | None], high: Sequence[float | None], floor: bool
) -> tuple[float, float] | None:
    """What the hours of an incident usually come to together. [Wh]

    expected, high : per hour; None anywhere means nothing is known. floor : use is never below zero.
    Deviations of neighbouring hours are taken as half correlated.
    """
    pairs = [(e, h) for e, h in zip(expected, high, strict=True) if e is not None and h is not None]
    if not pairs or len(pairs) < len(expected):
        return None
    middle, margins = sum(e for e, _ in pairs), np.array([h - e for e, h in pairs])
    margin = float(np.sqrt(0.5 * (margins**2).sum() + 0.5 * margins.sum() ** 2))
    return (max(0.0, middle - margin) if floor else middle - margin), middle + margin


def sentence(story: Story, tz: tzinfo) -> str:
    """“Sunday 8 Mar, 14:00–22:00: 0.4 kWh, usually 5.1–6.0 kWh; off for 8 h; rarer than 1 in 800 h.”"""
    parts = [
        f"{when(story.start, story.end, tz)}: {energy(story.energy_wh)}{_within(story)}{_usually(story)}"
    ]
    parts.append(story.reason)
    if story.one_in is not None:
        parts.append(f"rarer than 1 in {count(story.one_in)} h")
    return "; ".join(parts) + "."


def _within(story: Story) -> str:
    span = round((story.end - story.start) / timedelta(hours=1))
    return f" in {story.hours} of these {span} h" if story.hours < span else ""


def _usually(story: Story) -> str:
    if story.low_wh is None or story.high_wh is None:
        return ""
    return f", usually {between(story.low_wh, story.high_wh)}"


def between(low_wh: float, high_wh: float) -> str:
    """A range of energy with its unit said once: 5.1–6.0 kWh."""
    low, high = energy(low_wh), energy(high_wh)
    if low == high:
        return high
    if abs(low_wh) < NEXT_TO_NOTHING * abs(high_wh):
        return f"0–{high}"
    (number, _, unit), (_, _, last_unit) = low.rpartition(THIN), high.rpartition(THIN)
    return f"{number if unit == last_unit else low}–{high}"


def when(start: datetime, end: datetime, tz: tzinfo) -> str:
    """A stretch of time on the wall clock of a zone."""
    first, last = start.astimezone(tz), end.astimezone(tz)
    opening = f"{first:%A} {first.day} {first:%b}, {first:%H:%M}"
    same_day = last.date() == first.date() or (last - timedelta(seconds=1)).date() == first.date()
    if same_day and last - first <= timedelta(days=1):
        return f"{opening}–{last:%H:%M}" if last.date() == first.date() else f"{opening}–24:00"
    return f"{opening} to {last:%A} {last.day} {last:%b}, {last:%H:%M}"
