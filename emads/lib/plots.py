"""Pictures for paper: matplotlib's object interface to SVG. Heavy: only tasks and commands import it.

Every function takes colours by token name (see emads.lib.palette), and values in the unit it is told; NaN is
a gap.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from io import StringIO
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.font_manager import get_font_names
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.ticker import FuncFormatter, MaxNLocator

from emads.lib import figures
from emads.lib.arrays import FloatArray

Colours = Mapping[str, str]
LIKED = ("Noto Sans", "Liberation Sans", "Helvetica")
FONTS = [*(name for name in LIKED if name in set(get_font_names())), "DejaVu Sans"]  # the last is bundled
WIDTH = 6.9  # of the text on A4 [in]
MOST_DAY_LABELS = 10
# Letters as outlines: paper looks the same whatever fonts a machine has. The words are in the alt texts.
mpl.rcParams.update({"svg.fonttype": "path", "svg.hashsalt": "emads", "font.family": FONTS, "font.size": 8})


def _figure(height: float, colours: Colours) -> tuple[Figure, Axes]:
    drawing = Figure(figsize=(WIDTH, height), layout=ConstrainedLayoutEngine(w_pad=0.02, h_pad=0.02))
    FigureCanvasSVG(drawing)
    axes = drawing.add_subplot()
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(colours["line-strong"])
    axes.tick_params(length=0, colors=colours["chart-axis"])
    axes.set_axisbelow(True)
    return drawing, axes


def _energy_axis(axes: Axes, unit: str, colours: Colours) -> None:
    axes.yaxis.grid(True, color=colours["chart-grid"], linewidth=0.8)
    axes.yaxis.set_major_locator(MaxNLocator(4))
    axes.yaxis.set_major_formatter(_in(unit))


def _in(unit: str) -> FuncFormatter:
    """Tick labels like 7.5 kWh."""
    return FuncFormatter(lambda value, _: f"{value:g} {unit}")


def _label(axes: Axes, words: str, place: tuple[float, float], at_end: bool = False) -> None:
    """Words above a point, or behind the end of a line."""
    offset, across, up = ((4, 0), "left", "center") if at_end else ((0, 2), "center", "bottom")
    axes.annotate(
        words,
        place,
        offset,
        textcoords="offset points",
        ha=across,
        va=up,
        size=7,
        bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.4},
    )


def _svg(drawing: Figure) -> str:
    out = StringIO()
    drawing.savefig(out, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    return out.getvalue()


def _day_labels(axes: Axes, days: Sequence[date]) -> None:
    """Every day of a week, the Mondays of a month."""
    few = len(days) <= MOST_DAY_LABELS
    shown = [i for i, day in enumerate(days) if few or day.weekday() == 0]
    axes.set_xticks(shown, [f"{days[i]:%a} {days[i].day}" for i in shown])
    axes.set_xlim(-0.6, len(days) - 0.4)


def _bars(axes: Axes, values: FloatArray, colour: str) -> None:
    axes.bar(np.arange(len(values)), np.nan_to_num(values), width=0.76, color=colour)


def daily(days: Sequence[date], values: FloatArray, mean: FloatArray, unit: str, colours: Colours) -> str:
    """Bars of days, the highest labelled, with the line of their mean. values, mean : (n,)"""
    drawing, axes = _figure(1.8, colours)
    _energy_axis(axes, unit, colours)
    _bars(axes, values, colours["chart-consumption"])
    known = np.flatnonzero(~np.isnan(mean))
    axes.plot(np.arange(len(mean)), mean, color=colours["chart-mean"], linewidth=1.4)
    if known.size:
        end = int(known[-1])
        _label(axes, "7-day mean", (end + 0.4, float(mean[end])), at_end=True)
    if not np.isnan(values).all():
        top = int(np.nanargmax(values))
        _label(axes, f"{figures.significant(values[top])} {unit}", (float(top), float(values[top])))
    _day_labels(axes, days)
    axes.set_xlim(right=(len(days) - 0.4) * 1.08)  # room for the name of the line
    axes.margins(y=0.12)
    return _svg(drawing)


def expected(
    days: Sequence[date], mean: FloatArray, low: FloatArray, high: FloatArray, unit: str, colours: Colours
) -> str:
    """Bars of coming days with their interval. mean, low, high : (n,)"""
    drawing, axes = _figure(1.35, colours)
    _energy_axis(axes, unit, colours)
    _bars(axes, mean, colours["chart-forecast"])
    places = np.arange(len(mean))
    axes.vlines(places, low, high, color=colours["accent-strong"], linewidth=1.2)
    for place, value, top in zip(places, mean, high, strict=True):
        _label(axes, figures.significant(value), (float(place), float(top)))
    _day_labels(axes, days)
    axes.margins(y=0.15)
    axes.set_ylim(bottom=0)
    return _svg(drawing)


def heat(days: Sequence[date], values: FloatArray, unit: str, colours: Colours) -> str:
    """Hour of the day against day. values : (24, n), NaN = no reading"""
    drawing, axes = _figure(2.4, colours)
    steps = [colours[f"chart-heat-{level}"] for level in range(5)]
    scale = LinearSegmentedColormap.from_list("energy", steps, N=32).with_extremes(bad=colours["surface"])
    top = np.nanpercentile(values, 99) if not np.isnan(values).all() else 1.0
    mesh = axes.pcolormesh(
        np.arange(len(days) + 1) - 0.5,
        np.arange(25),
        np.ma.masked_invalid(values),
        cmap=scale,
        vmin=min(0.0, float(np.nanmin(values))) if not np.isnan(values).all() else 0.0,
        vmax=float(top) or 1.0,
        edgecolors="white",
        linewidth=0.3,
    )
    axes.set_ylim(24, 0)
    axes.set_yticks([0, 6, 12, 18, 24], ["0:00", "6:00", "12:00", "18:00", "24:00"])
    axes.spines["bottom"].set_visible(False)
    _day_labels(axes, days)
    bar: Any = drawing.colorbar(mesh, ax=axes, fraction=0.02, pad=0.01, extend="max")
    bar.outline.set_visible(False)
    bar.solids.set_rasterized(False)  # a bitmap would be a foreign address to emads.lib.pdf
    bar.ax.tick_params(length=0, labelsize=7, colors=colours["chart-axis"])
    bar.ax.yaxis.set_major_locator(MaxNLocator(4))
    bar.ax.yaxis.set_major_formatter(_in(unit))
    return _svg(drawing)


def profile(weekday: FloatArray, weekend: FloatArray, unit: str, colours: Colours) -> str:
    """The mean of each hour of the day, Monday to Friday and at the weekend. weekday, weekend : (24,)"""
    drawing, axes = _figure(1.8, colours)
    _energy_axis(axes, unit, colours)
    lines = (
        ("Monday to Friday", weekday, colours["chart-consumption"]),
        ("Weekend", weekend, colours["chart-production"]),
    )
    for name, values, colour in lines:
        if not np.isnan(values).all():
            axes.step(
                np.arange(25), [*values, values[-1]], where="post", color=colour, linewidth=1.6, label=name
            )
    axes.legend(loc="upper left", frameon=False, ncols=2, borderaxespad=0, handlelength=1.4)
    axes.set_xticks(range(0, 25, 3), [f"{hour}:00" for hour in range(0, 25, 3)])
    axes.set_xlim(0, 24)
    axes.margins(y=0.3)  # room for the names of the lines
    axes.set_ylim(bottom=0)
    return _svg(drawing)
