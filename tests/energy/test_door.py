"""The one door: what is wrong with a row is said, everything else goes in."""

from datetime import timedelta

import numpy as np
import pytest

from emads.lib import clock
from energy import services
from energy.ingest.door import Samples, ingest
from energy.store.base import ReceiptKey
from tests.factories import make_sensor

T = 1_700_000_000


@pytest.fixture
def bring(sensor, now):
    def brought(*rows, **more):
        second, value = zip(*rows, strict=True)
        samples = Samples(
            np.full(len(rows), sensor.pk),
            np.array(second),
            np.array(value, dtype=float),
            np.arange(10, 10 + len(rows)),
        )
        return ingest(samples, sensors={sensor.pk: sensor}, now=now, **more)

    return brought


def test_good_rows_are_accepted(bring, sensor):
    receipt = bring((T, 1.5), (T + 900, 2.5))
    assert (receipt.accepted, receipt.rejected_count, receipt.conflict_count) == (2, 0, 0)
    tally = receipt.by_sensor[sensor.pk]
    assert (tally.accepted, tally.wh, tally.first, tally.last) == (2, 4.0, T, T + 900)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ((T, np.nan), "the value is not a finite number"),
        ((T, -np.inf), "the value is not a finite number"),
        ((T, 2e12), "the value is larger than 1e+12 Wh"),
        ((-5, 1.0), "the timestamp is before 1970"),
        ((4_000_000_000, 1.0), "the timestamp is in the future"),
    ],
)
def test_a_bad_row_is_named_and_the_others_go_in(bring, row, reason):
    receipt = bring((T + 900, 1.0), row)
    assert [(r.line, r.reason) for r in receipt.rejected] == [(11, reason)]
    assert receipt.accepted == 1


def test_a_clock_that_is_a_few_hours_fast_is_forgiven(bring, now):
    assert bring((clock.epoch(now + timedelta(hours=23)), 1.0)).accepted == 1


def test_a_conflict_names_both_values(bring):
    bring((T, 1.5))
    receipt = bring((T + 900, 1.0), (T, 9.25))
    assert receipt.conflict_count == 1
    assert receipt.conflicts[0].line == 11
    assert "1.5 Wh is kept, 9.25 Wh was sent" in receipt.conflicts[0].reason


def test_lists_are_short_and_counts_exact(bring):
    receipt = bring(*[(T + i, np.nan) for i in range(1500)])
    assert (receipt.rejected_count, len(receipt.rejected)) == (1500, 1000)


def test_the_tally_counts_distinct_readings_new_or_there(bring, sensor):
    bring((T, 1.0))
    tally = bring((T, 1.0), (T + 900, 2.0), (T + 900, 2.0), (T + 900, 5.0)).by_sensor[sensor.pk]
    assert (tally.accepted, tally.wh) == (1, 3.0)


def test_replace_counts_the_last_value(bring, sensor, store):
    bring((T, 1.0))
    tally = bring((T, 2.0), (T, 3.0), replace=True).by_sensor[sensor.pk]
    assert (tally.accepted, tally.wh) == (1, 3.0)
    assert store.before(sensor.pk, T + 1).value == 3.0


def test_a_batch_with_a_receipt_counts_the_same_when_it_is_brought_again(bring):
    key = ReceiptKey("import", 7)
    first = bring((T, 1.0), (T, 4.0), (T + 900, 2.0), receipt=key)
    again = bring((T, 1.0), (T, 4.0), (T + 900, 2.0), receipt=key)
    assert again.replayed
    assert (again.accepted, again.duplicates, again.conflicts) == (first.accepted, 0, first.conflicts)
    assert again.by_sensor == first.by_sensor


def test_readings_older_than_what_is_kept_are_refused(bring, sensor):
    bring((T, 1.0), (T + 10 * 86400, 1.0))
    services.prune_readings(sensor=sensor, before=clock.moment(T + 5 * 86400))
    receipt = bring((T + 900, 1.0))
    assert [r.reason for r in receipt.rejected] == ["the reading is older than what is kept in detail"]


def test_counters_and_others_share_a_batch(sensor, site, now, store):
    meter = make_sensor("home-meter", site=site, kind="counter")
    samples = Samples(
        np.array([sensor.pk, meter.pk] * 2), np.array([T, T, T + 900, T + 900]), np.arange(4.0), np.arange(4)
    )
    assert ingest(samples, sensors={sensor.pk: sensor, meter.pk: meter}, now=now).accepted == 4
