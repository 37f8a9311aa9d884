"""Detection for one sensor and for all, and what people do about alerts."""

import logging
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta

from django.db import transaction
from django.db.models import Max, Q

from anomalies import alerting, artefact, incidents
from anomalies.handling import acknowledge, give_verdict, reopen, resolve, snooze, wake
from anomalies.judging import Stretch, judge
from anomalies.models import Anomaly, DetectionState
from emads.lib import clock
from energy import series
from energy.models import Membership, Sensor
from energy.store import get_store

__all__ = [
    "acknowledge", "give_verdict", "notice", "reopen", "resolve", "scan", "scan_all", "snooze", "wake",
]  # fmt: skip

log = logging.getLogger(__name__)
HOUR = timedelta(hours=1)
PAGE = 5000  # arrivals noticed at once
RUN_S = 50.0  # of a run: a tick leaves the rest to the next one


@dataclass(frozen=True, slots=True)
class Scanned:
    """What a run did."""

    sensors: int = 0
    hours: int = 0
    flagged: int = 0
    alerts: int = 0
    waiting: int = 0  # sensors left for the next run

    def __add__(self, other: "Scanned") -> "Scanned":
        return Scanned(
            self.sensors + other.sensors,
            self.hours + other.hours,
            self.flagged + other.flagged,
            self.alerts + other.alerts,
            self.waiting + other.waiting,
        )

    def as_figures(self) -> dict[str, int]:
        """For people and logs."""
        return asdict(self)


class Overtaken(Exception):
    """Readings arrived, or somebody else judged, while this run was judging."""


def scan(*, sensor: Sensor, now: datetime) -> Scanned:
    """Judge the hours of a sensor that are complete and not judged yet, and those that readings reached late.

    Safe to run twice, late, or beside itself: only one run writes an hour, in one transaction.
    """
    state, _ = DetectionState.objects.get_or_create(sensor=sensor)
    stretch = _stretch(sensor, state, now)
    if stretch is None:
        return Scanned()
    since, until = stretch.since, stretch.until
    shipped, budget = artefact.shipped(), budget_of(sensor)
    found = judge(
        sensor=sensor,
        stretch=stretch,
        threshold=shipped.threshold(budget),
        going=Anomaly.objects.filter(sensor=sensor, start=since - HOUR).exists(),
        shipped=shipped,
    )
    try:
        with transaction.atomic():
            _claim(state, stretch, found.profile, now)
            incidents.write_hours(sensor=sensor, since=since, until=until, hours=found.hours)
            incidents.write_days(sensor=sensor, judged=found)
            told = incidents.write_incidents(sensor=sensor, since=since, until=until, shipped=shipped)
            made = alerting.raise_alerts(sensor=sensor, incidents=told, budget=budget, now=now)
            alerting.tell(alerts=made, now=now)
    except Overtaken:
        return Scanned(waiting=1)
    return Scanned(1, len(found.t), len(found.hours), len(made))


def _stretch(sensor: Sensor, state: DetectionState, now: datetime) -> Stretch | None:
    """The hours to judge: from a local midnight to the last complete hour; None if there are none."""
    extent = series.extent([sensor])
    if extent is None:
        return None
    first, last = _hour(extent[0]), _hour(extent[1]) + HOUR
    begin = state.scored_until or first
    since = min(begin, state.rescore_from or begin)
    until = min(last, _hour(now))
    if since >= until:
        return None
    return Stretch(first, max(first, incidents.local_midnight(since, sensor)), until, last)


def _claim(state: DetectionState, stretch: Stretch, profile: dict[str, list[float]], now: datetime) -> None:
    """Move the watermark, if nothing has come in and nobody else has judged since this run began."""
    mine = DetectionState.objects.filter(
        pk=state.pk,
        scored_until=state.scored_until,
        rescore_from=state.rescore_from,
        arrivals_seen=state.arrivals_seen,
    )
    unread = stretch.until if stretch.last > stretch.until else None
    until = max(stretch.until, state.scored_until or stretch.until)
    if not mine.update(scored_until=until, rescore_from=unread, profile=profile, profile_at=now):
        raise Overtaken


def _hour(moment: datetime) -> datetime:
    return datetime.fromtimestamp(clock.epoch(moment) // clock.HOUR * clock.HOUR, UTC)


def budget_of(sensor: Sensor) -> float:
    """Alarms a month the keenest person who lives there asked for."""
    owners = sensor.site.memberships.filter(access=Membership.Access.OWN, user__is_active=True)
    wanted = [
        artefact.SENSITIVITIES[kind] for kind in owners.values_list("user__anomaly_sensitivity", flat=True)
    ]
    return max(wanted, default=artefact.SENSITIVITIES["normal"])


def scan_all(*, now: datetime, most_s: float = RUN_S) -> Scanned:
    """Judge every sensor that has something to judge, longest waiting first; what does not fit waits."""
    notice()
    wake(now=now)
    began, total = time.monotonic(), Scanned()
    due = list(DetectionState.objects.due(_hour(now)).values_list("sensor_id", flat=True))
    for place, key in enumerate(due):
        if time.monotonic() - began > most_s:
            return total + Scanned(waiting=len(due) - place)
        sensor = Sensor.objects.select_related("site").filter(pk=key).first()
        if sensor is not None:
            total += _scan_or_log(sensor, now)
    return total


def _scan_or_log(sensor: Sensor, now: datetime) -> Scanned:
    """One sensor's failure must not keep the others waiting."""
    try:
        return scan(sensor=sensor, now=now)
    except Exception:
        log.exception("detection failed for sensor %s", sensor.slug)
        return Scanned(waiting=1)


def notice() -> int:
    """Note which sensors have new readings, and from when on. Returns how many."""
    store, noticed = get_store(), 0
    cursor = DetectionState.objects.aggregate(seen=Max("arrivals_seen"))["seen"] or 0
    if cursor > store.last_arrival():  # another store, or one restored from a backup
        DetectionState.objects.update(arrivals_seen=0)
        cursor = 0
    while page := store.arrivals(cursor, PAGE):
        cursor = page[-1].id
        earliest: dict[int, int] = {}
        for arrival in page:
            earliest[arrival.sensor] = min(arrival.first, earliest.get(arrival.sensor, arrival.first))
        noticed += note(earliest=earliest, cursor=cursor)
    strangers = list(Sensor.objects.filter(detection=None).values_list("pk", flat=True))
    if strangers:  # their arrivals were forgotten before detection came to see them
        noticed += note(earliest=dict.fromkeys(store.latest(strangers), 0), cursor=cursor)
    return noticed


@transaction.atomic
def note(*, earliest: dict[int, int], cursor: int) -> int:
    """Remember from which second on sensors are to be judged again; the cursor moves with it."""
    alive = Sensor.objects.filter(pk__in=earliest).values_list("pk", flat=True)
    new = [DetectionState(sensor_id=key) for key in alive.filter(detection=None)]
    DetectionState.objects.bulk_create(new, ignore_conflicts=True)
    states = list(DetectionState.objects.select_for_update().filter(sensor__in=earliest))
    for state in states:
        since = clock.moment(earliest[state.sensor_id])
        state.rescore_from = min(since, state.rescore_from or since)
        state.arrivals_seen = cursor
    DetectionState.objects.bulk_update(states, ["rescore_from", "arrivals_seen"], batch_size=200)
    return len(states)


def judge_again(*, sensors: Iterable[Sensor], since: datetime) -> None:
    """Have sensors judged anew from an instant on."""
    for sensor in sensors:
        DetectionState.objects.get_or_create(sensor=sensor)
        later = Q(rescore_from__isnull=True) | Q(rescore_from__gt=since)
        DetectionState.objects.filter(later, sensor=sensor).update(rescore_from=since)
