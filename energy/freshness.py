"""Whether a meter still reports: a pure judgement on times."""

from datetime import datetime, timedelta
from typing import Literal

State = Literal["new", "live", "silent", "past"]
PATIENCE = 3  # intervals a meter may miss
SHORTEST_SILENCE = timedelta(hours=2)  # radio gaps and restarts are no news
UNKNOWN_INTERVAL = timedelta(hours=26)  # many suppliers deliver once a day
PAST_AFTER = timedelta(days=30)


def allowed_silence(interval_s: int | None) -> timedelta:
    """How long a meter of this interval may say nothing."""
    if interval_s is None:
        return UNKNOWN_INTERVAL
    return max(PATIENCE * timedelta(seconds=interval_s), SHORTEST_SILENCE)


def state(last: datetime | None, interval_s: int | None, now: datetime) -> State:
    """`new` never reported, `live` does, `silent` should but does not, `past` ended over a month ago."""
    if last is None:
        return "new"
    quiet = now - last
    if quiet <= allowed_silence(interval_s):
        return "live"
    return "silent" if quiet <= max(PAST_AFTER, 2 * allowed_silence(interval_s)) else "past"
