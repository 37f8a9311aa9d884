"""Whatever somebody sends, the reader answers with readings, rejected rows or a sentence."""

import io
from datetime import datetime

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from energy.ingest import delimited
from energy.ingest.base import Batch, Options, Rejected, UnreadableFile
from energy.ingest.source import Source
from tests.energy.ingest_files import lines, read

CELL = st.one_of(
    st.sampled_from(
        ["", "-", "2024-03-01 00:00", "31/12/2023", "1,5", "1.234,5", "NaN", '"', "kWh", "Total", "\0"]
    ),
    st.text(max_size=12),
    st.floats().map(str),
    st.datetimes().map(str),
)
ROW = st.tuples(st.lists(CELL, max_size=6), st.sampled_from([",", ";", "\t", "|"])).map(
    lambda r: r[1].join(r[0])
)
TEXT = st.lists(ROW, max_size=12).map("\n".join)
EARLIEST, LATEST = datetime.fromisoformat("1970-01-01"), datetime.fromisoformat("2100-01-01")
FORMS = st.sampled_from(["%Y-%m-%d %H:%M:%S", "%d.%m.%Y %H:%M:%S", "%d %b %Y %H:%M:%S", "%Y%m%d%H%M%S"])
QUICK = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def take(raw: bytes) -> int:
    """Read it all; the number of readings."""
    count = 0
    try:
        for item in delimited.parse(Source(io.BytesIO(raw)), Options(dates="day", decimal=".")):
            if isinstance(item, Batch):
                assert np.isfinite(item.value).all()
                assert len(item.second) == len(item.value) == len(item.line) == len(item.channel)
                count += len(item.line)
            elif isinstance(item, Rejected):
                assert item.line >= 1
                assert item.reason
    except UnreadableFile:
        return 0
    return count


@QUICK
@given(st.binary(max_size=300))
def test_any_bytes(raw):
    take(raw)


@QUICK
@given(TEXT, st.sampled_from(["utf-8", "utf-16", "cp1252"]))
def test_any_table(text, encoding):
    take(text.encode(encoding, "replace"))


@QUICK
@given(TEXT)
def test_any_table_below_a_good_one_costs_no_good_row(text):
    good = lines(20)
    assert take((good + text).encode()) >= 20


@QUICK
@given(st.lists(st.floats(-1e9, 1e9), min_size=1, max_size=30), st.sampled_from([".", ","]))
def test_every_figure_arrives_exactly(values, decimal):
    stamps = np.datetime64("2024-01-01T00:00") + 15 * np.arange(len(values))
    rows = [f"{t};{repr(v).replace('.', decimal)}" for t, v in zip(stamps, values, strict=True)]
    assert read("timestamp;energy_wh\n" + "\n".join(rows), decimal=decimal).values == values


@QUICK
@given(st.lists(st.datetimes(EARLIEST, LATEST), min_size=1, max_size=20), FORMS)
def test_every_second_arrives_exactly(moments, form):
    text = "timestamp,energy_wh\n" + "".join(f"{m.strftime(form)},1\n" for m in moments)
    assert read(text, dates="day").stamps == [m.replace(microsecond=0).isoformat() for m in moments]
