"""What chart endpoints answer: points that keep their spikes, gaps as null, labels of the wall clock."""

import json
from zoneinfo import ZoneInfo

import numpy as np
import plotly.graph_objects as go

from emads.lib import charts
from emads.lib.arrays import IntArray

BERLIN = ZoneInfo("Europe/Berlin")
KOLKATA = ZoneInfo("Asia/Kolkata")
NAN = float("nan")


def hours(start: str, n: int) -> IntArray:
    first = int(np.datetime64(start, "s").astype(np.int64))
    return first + 3600 * np.arange(n, dtype=np.int64)


def test_labels_show_the_wall_clock():
    assert charts.wall_stamps(hours("2026-03-01T00:00", 1), KOLKATA) == ["2026-03-01T05:30:00"]


def test_the_hour_that_comes_twice_is_labelled_twice():
    stamps = charts.wall_stamps(hours("2026-10-25T00:00", 3), BERLIN)
    assert stamps == ["2026-10-25T02:00:00", "2026-10-25T02:00:00", "2026-10-25T03:00:00"]


def test_the_hour_that_never_was_has_no_label():
    stamps = charts.wall_stamps(hours("2026-03-29T00:00", 2), BERLIN)
    assert stamps == ["2026-03-29T01:00:00", "2026-03-29T03:00:00"]


def test_gaps_are_null_and_zero_is_zero():
    assert charts.numbers(np.array([0.0, NAN, 1.23456, -2.0])) == [0.0, None, 1.235, -2.0]


def test_few_points_are_left_alone():
    t, wh = charts.thin(hours("2026-01-01", 5), np.array([1.0, NAN, 3.0, 2.0, 1.0]))
    assert len(t) == len(wh) == 5


def test_many_points_become_few_and_the_spike_stays():
    values = np.sin(np.arange(100_000) / 500)
    values[41_234], values[70_001] = 99.0, -99.0
    t, kept = charts.thin(np.arange(100_000, dtype=np.int64), values)
    assert len(kept) <= charts.MOST_POINTS
    assert (kept.max(), kept.min()) == (99.0, -99.0)
    assert (np.diff(t) > 0).all()


def test_a_long_gap_stays_a_gap_when_points_are_thinned():
    values = np.ones(10_000)
    values[4000:6000] = NAN
    _, kept = charts.thin(np.arange(10_000, dtype=np.int64), values)
    assert np.isnan(kept).any()


def test_thinned_points_are_points_that_were_read():
    values = np.random.default_rng(1).normal(size=9_000)
    t, kept = charts.thin(np.arange(9_000, dtype=np.int64), values, most=100)
    assert kept.tolist() == values[t].tolist()
    assert len(kept) <= 100


def test_a_figure_without_data_says_so():
    empty = charts.figure([charts.trace("Use", "consumption", "bar", [], [])], "kWh", empty="Nothing yet.")
    assert empty == {"unit": "kWh", "time_zone": "", "traces": [], "empty": "Nothing yet."}


def test_a_figure_with_data_says_nothing():
    full = charts.figure(
        [charts.trace("Use", "consumption", "bar", ["Mon"], [1])], "kWh", empty="Nothing yet."
    )
    assert full["empty"] == ""


def test_bands_and_heat_maps_count_as_data():
    band = charts.trace("Usual", "band", "band", ["a"], [], low=[1], high=[2])
    cells = charts.trace("Heat", "consumption", "heatmap", ["a"], [], z=[[1]])
    assert len(charts.figure([band, cells], "kWh")["traces"]) == 2


def test_a_figure_is_plain_json():
    t = hours("2026-01-01", 3)
    figure = charts.figure(
        [charts.over_time("Use", "consumption", "line", t, np.array([1.0, NAN, 3.0]), BERLIN)], "kWh"
    )
    assert json.loads(json.dumps(figure, allow_nan=False)) == figure


def test_plotly_takes_the_values_of_every_kind():
    t = hours("2026-01-01", 3)
    line = charts.over_time("Use", "consumption", "line", t, np.array([1.0, NAN, 3.0]), BERLIN)
    drawn = go.Figure(
        [
            go.Scatter(x=line["x"], y=line["y"], mode="lines", connectgaps=False),
            go.Bar(x=line["x"], y=line["y"]),
            go.Heatmap(x=["a", "b"], y=["00:00"], z=[charts.numbers(np.array([1.0, NAN]))]),
        ]
    )
    assert drawn.data[0].y == (1.0, None, 3.0)
