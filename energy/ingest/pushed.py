"""Readings pushed by devices and scripts: whose sensors they name, what their values mean."""

from collections.abc import Iterable
from datetime import datetime
from itertools import islice
from time import monotonic
from typing import NamedTuple

import numpy as np

from emads.lib.units import to_wh
from energy.ingest.base import Rejected
from energy.ingest.door import Receipt, Samples, ingest
from energy.ingest.json_rows import Rows
from energy.models import Person, Sensor, Site
from energy.store import get_store
from energy.store.base import ReadingStore

UNKNOWN = 0
DETAILS = 10_000
AT_ONCE = 500
REMEMBERED_S, MOST_REMEMBERED = 5.0, 200


class Meter(NamedTuple):
    """What must be known of a sensor to write to it."""

    slug: str
    pk: int
    kind: str
    interval_s: int | None


_remembered: dict[tuple[ReadingStore, int | None, frozenset[str]], tuple[float, dict[str, Meter]]] = {}


def take(rows: Rows, *, user: Person, now: datetime) -> Receipt:
    """Append pushed readings of the sensors this person may write to; the others are rejected rows."""
    names = set(rows.sensor_id)
    sensors = known_sensors(frozenset(names), user)
    keys = {name: sensors[name].pk if name in sensors else UNKNOWN for name in names}
    sensor = np.fromiter(map(keys.__getitem__, rows.sensor_id), np.int64, len(rows.sensor_id))
    bad = dict(rows.bad)
    for i in np.flatnonzero(sensor == UNKNOWN).tolist():
        bad.setdefault(i, f"sensor “{rows.sensor_id[i][:96]}” is unknown")
    held = {s.pk: s for s in sensors.values()}
    value = np.array(rows.value, dtype=np.float64)
    for power in (s for s in held.values() if s.kind == Sensor.Kind.POWER):
        mine = sensor == power.pk
        if power.interval_s:
            value[mine] *= to_wh("W", power.interval_s)
        else:
            reason = "the sensor measures power but has no interval to turn it into energy"
            bad |= {i: reason for i in np.flatnonzero(mine).tolist() if i not in bad}
    good = np.ones(len(sensor), dtype=bool)
    good[list(bad)] = False
    line = np.flatnonzero(good)
    samples = Samples(sensor[good], np.array(rows.second, dtype=np.int64)[good], value[good], line)
    receipt = ingest(samples, sensors=held, now=now, details=DETAILS, tally=False)
    receipt.rejected_count += len(bad)
    receipt.rejected += [Rejected(i, reason) for i, reason in bad.items()]
    receipt.rejected = sorted(receipt.rejected, key=lambda r: r.line)[:DETAILS]
    return receipt


def known_sensors(names: frozenset[str], user: Person) -> dict[str, Meter]:
    """name_sensors, remembered for seconds: a fleet names the same hundred sensors in every batch.

    So a person who loses a site may write to it for `REMEMBERED_S` more. Tokens are looked up every time.
    """
    key, moment = (get_store(), user.pk, names), monotonic()
    until, found = _remembered.get(key, (0.0, {}))
    if until < moment:
        found = name_sensors(names, user)
        if len(_remembered) >= MOST_REMEMBERED:
            _remembered.clear()
        if len(found) == len(names):
            _remembered[key] = (moment + REMEMBERED_S, found)
    return found


def name_sensors(names: Iterable[str], user: Person) -> dict[str, Meter]:
    """Sensors this person may write to, by how they were called: id, or bare name if one site is theirs."""
    asked = {n for n in names if n and "\x00" not in n}  # PostgreSQL fails over those
    found = _by_slug(asked, user)
    missing = asked - found.keys()
    if missing:
        sites = list(Site.objects.editable_by(user)[:2])
        if len(sites) == 1:
            full = {f"{sites[0].slug}-{name}": name for name in missing}
            found |= {full[slug]: s for slug, s in _by_slug(set(full), user).items()}
    return found


def _by_slug(slugs: set[str], user: Person) -> dict[str, Meter]:
    found: dict[str, Meter] = {}
    left = iter(slugs)
    while part := list(islice(left, AT_ONCE)):
        rows = Sensor.objects.editable_by(user).filter(slug__in=part).order_by().values_list(*Meter._fields)
        found |= {row[0]: Meter(*row) for row in rows}
    return found
