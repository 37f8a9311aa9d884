"""Training and reading labelled files. Heavy: imports pandas and scikit-learn, so only commands import it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import tzinfo
from pathlib import Path

import numpy as np
import pandas as pd
import sklearn
from sklearn.ensemble import IsolationForest
from sklearn.tree._tree import Tree

from anomalies.detectors import rolling
from anomalies.detectors.alarms import threshold_for
from anomalies.detectors.context import FEATURES
from anomalies.detectors.evidence import NAMES
from anomalies.detectors.fleet import FleetDetector, Seen, look
from anomalies.detectors.forest import Forest
from anomalies.detectors.tails import Tails
from anomalies.detectors.usual import BACK
from emads.lib import clock
from emads.lib.arrays import BoolArray, FloatArray, IntArray

TREES, SAMPLES = 200, 1024
BUDGETS = (0.25, 0.5, 1.0, 2.0, 4.0)  # alarms per sensor and month a threshold is kept for
DEAD_RUN = 3  # exact zeros in a row that stand for a gap, where zero is otherwise rare
RARE_ZERO = 0.01
RARE_RUN_HOURS = 7 * 24  # more than one such run in a week is how the meter works, not a gap


class UnreadableTable(Exception):
    """The file is not a table of readings."""


@dataclass(frozen=True, slots=True)
class HourlySeries:
    """One sensor on a complete hourly grid. t [s], wh [Wh] NaN = none, anomaly: labelled as such."""

    t: IntArray
    wh: FloatArray
    anomaly: BoolArray


def read_hourly(path: Path, tz: tzinfo) -> dict[str, HourlySeries]:
    """Sensors of a file with sensor_id, timestamp, energy_wh and maybe anomaly; naive stamps are in `tz`."""
    try:
        frame = pd.read_csv(path)
    except (OSError, ValueError) as error:
        raise UnreadableTable(f"{path}: {error}") from error
    missing = {"sensor_id", "timestamp", "energy_wh"} - set(frame.columns)
    if missing:
        raise UnreadableTable(f"{path}: no column {', '.join(sorted(missing))}")
    frame = frame.dropna(subset=["sensor_id", "timestamp"]).drop_duplicates(["sensor_id", "timestamp"])
    try:
        frame["second"] = _seconds(frame["timestamp"].astype(str), tz)
        frame["energy_wh"] = pd.to_numeric(frame["energy_wh"])
    except ValueError as error:
        raise UnreadableTable(f"{path}: {error}") from error
    if "anomaly" not in frame:
        frame["anomaly"] = 0
    return {str(name): _hourly(group) for name, group in frame.groupby("sensor_id", sort=False)}


def _seconds(stamps: "pd.Series[str]", tz: tzinfo) -> IntArray:
    with_offset = stamps.str.contains(r"(?:Z|[+-]\d\d:?\d\d)$", regex=True)
    parsed = pd.to_datetime(stamps, utc=True, format="ISO8601")
    seconds = parsed.dt.tz_localize(None).to_numpy().astype("datetime64[s]").astype(np.int64)
    return np.where(with_offset.to_numpy(), seconds, clock.from_local(seconds, tz).first)


def _hourly(rows: pd.DataFrame) -> HourlySeries:
    hour = rows["second"] // clock.HOUR * clock.HOUR
    energy = rows.groupby(hour)["energy_wh"].sum(min_count=1)
    label = rows.groupby(hour)["anomaly"].max()
    t = np.arange(energy.index.min(), energy.index.max() + clock.HOUR, clock.HOUR, dtype=np.int64)
    labelled = label.reindex(t).fillna(0).to_numpy() == 1
    return HourlySeries(t, energy.reindex(t).to_numpy(dtype=np.float64), labelled)


def without_dead_runs(wh: FloatArray) -> FloatArray:
    """Runs of exact zeros as gaps, where zero is otherwise rare: loggers write 0 when they have nothing."""
    zero = wh == 0
    run = rolling.run_length(zero)
    ends = np.flatnonzero((run >= DEAD_RUN) & ~np.concatenate([zero[1:], [False]]))
    dead = np.zeros(len(wh) + 1, dtype=np.int64)
    np.add.at(dead, (ends - run[ends] + 1).astype(np.int64), 1)
    np.add.at(dead, ends + 1, -1)
    inside = np.cumsum(dead)[: len(wh)] > 0
    alive = ~np.isnan(wh) & ~inside
    rare = alive.any() and zero[alive].mean() < RARE_ZERO and len(ends) * RARE_RUN_HOURS <= len(wh)
    return np.where(inside, np.nan, wh) if rare else wh


def _forest(trained: IsolationForest) -> Forest:
    """The trees of a fitted scikit-learn forest as complete binary trees."""
    depth = max(tree.tree_.max_depth for tree in trained.estimators_)
    inner = 2**depth - 1
    shape = (len(trained.estimators_), inner)
    feature = np.zeros(shape, dtype=np.int8)
    threshold = np.full(shape, np.inf, dtype=np.float32)
    path = np.zeros((shape[0], inner + 1))
    for k, tree in enumerate(trained.estimators_):
        _lay_out(tree.tree_, depth, feature[k], threshold[k], path[k])
    return Forest(feature, threshold, path, float(allowance(np.array([trained.max_samples_]))[0]))


def _lay_out(tree: Tree, depth: int, feature: FloatArray, threshold: FloatArray, path: FloatArray) -> None:
    """Fill the arrays of one tree; a leaf above the last level owns all slots below it."""
    allowed = allowance(tree.n_node_samples)
    waiting = [(0, 0, 0)]
    while waiting:
        node, place, level = waiting.pop()
        if tree.children_left[node] == -1:
            first = ((place + 1) << (depth - level)) - (1 << depth)
            path[first : first + (1 << (depth - level))] = (
                level + 1.0 + allowed[node] - 1.0
            )  # added as scikit-learn adds
            continue
        feature[place], threshold[place] = tree.feature[node], _not_above(tree.threshold[node])
        waiting.append((tree.children_left[node], 2 * place + 1, level + 1))
        waiting.append((tree.children_right[node], 2 * place + 2, level + 1))


def _not_above(threshold: float) -> np.float32:
    """The largest float32 that is not above: single-precision rows compare with it as with the original."""
    single = np.float32(threshold)
    return single if float(single) <= threshold else np.nextafter(single, np.float32(-np.inf))


def allowance(samples: IntArray) -> FloatArray:
    """Mean further path length among `samples` points (Liu et al., equation 1). (n,) -> (n,)"""
    n = np.maximum(samples, 2).astype(np.float64)
    many = 2.0 * (np.log(n - 1.0) + np.euler_gamma) - 2.0 * (n - 1.0) / n
    return np.where(samples <= 1, 0.0, np.where(samples == 2, 1.0, many))


@dataclass(frozen=True, slots=True)
class Trained:
    """A detector and, for each alarm budget, the threshold that keeps to it."""

    detector: FleetDetector
    score_tail: Tails
    thresholds: Mapping[float, float]
    hours: int


def train(fleet: Iterable[Seen], seed: int = 0) -> Trained:
    """Fit the forest on the judged hours of a fleet. No labels; ValueError if nothing is judged."""
    seen = [s for s in fleet if s.usual.judged.any()]
    if not seen:
        raise ValueError("no sensor has enough history to learn from")
    rows = np.concatenate([s.features[s.usual.judged] for s in seen])
    strength = np.concatenate([s.evidence[s.usual.judged] for s in seen])
    fitted = IsolationForest(
        n_estimators=TREES, max_samples=min(SAMPLES, len(rows)), random_state=seed, n_jobs=1
    ).fit(rows)
    forest = _forest(fitted)
    detector = FleetDetector(forest, Tails.of(forest.score(rows)[:, None]), Tails.of(strength))
    judged = [detector.judge(s, s.start) for s in seen]
    every = np.concatenate([one.score[~np.isnan(one.score)] for one in judged])
    alarming = [one.alarming for one in judged]
    thresholds = {budget: round(threshold_for(alarming, budget), 4) for budget in BUDGETS}
    return Trained(detector, Tails.of(every[:, None]), thresholds, len(rows))


def prepare(series: HourlySeries, tz: tzinfo) -> Seen:
    """A series as training sees it: gaps written as zeros taken out."""
    return look(without_dead_runs(series.wh), series.t, tz)


@dataclass(frozen=True, slots=True)
class Source:
    """A file trained on."""

    file: str
    name: str
    licence: str
    sensors: int
    hours: int


# What the shipped detector was trained on; other files keep their own name and no licence.
SOURCES = {
    "citylearn2022_homes_hourly": ("CityLearn Challenge 2022, homes in Fontana CA", "MIT"),
    "sgsc_homes_30min": ("Smart-Grid Smart-City customer trial, homes in New South Wales", "CC-BY-3.0-AU"),
    "uci_household_hourly": ("UCI individual household electric power consumption, Sceaux", "CC-BY-4.0"),
    "refit_house2_1min": ("REFIT, University of Strathclyde, a home in Loughborough", "CC-BY-4.0"),
    "ukdale_house2_1min": ("UK-DALE, a home near London", "CC-BY-4.0"),
    "cambridge_electricity_hourly": (
        "Cambridge Estates Building Energy Archive, university buildings",
        "MIT",
    ),
}


def source_of(path: Path, series: Mapping[str, HourlySeries]) -> Source:
    """What the card says of a file."""
    stem = path.name.split(".")[0]
    name, licence = SOURCES.get(stem, (stem, "not stated"))
    hours = sum(int((~np.isnan(s.wh)).sum()) for s in series.values())
    return Source(path.name, name, licence, len(series), hours)


def about(trained: Trained, sources: Sequence[Source], seed: int) -> dict[str, object]:
    """The card of a trained detector, without its checksums."""
    return {
        "title": "Isolation Forest on what is usual for the hour of the week",
        "description": DESCRIPTION,
        "algorithm": "Isolation Forest (Liu, Ting and Zhou, 2008), one for all sensors, unsupervised",
        "parameters": {"trees": TREES, "samples_per_tree": SAMPLES, "seed": seed, "weeks_remembered": BACK},
        "features": list(FEATURES),
        "evidence": list(NAMES),
        "data": [asdict(source) for source in sources],
        "hours_trained_on": trained.hours,
        "thresholds": {f"{budget:g}": value for budget, value in trained.thresholds.items()},
        "versions": {"numpy": np.__version__, "scikit-learn": sklearn.__version__, "pandas": pd.__version__},
    }


DESCRIPTION = (
    "For every sensor and each of the 168 hours of the week, the past year says what is usual and how much "
    "that varies; only hours that came before count. Nine kinds of evidence then measure how strange an hour "
    "is: far from the usual hour, a raised or lowered level over 6 or 24 hours, stuck at one value, off "
    "while normally on, a flat day, or unusual use at quiet hours. One Isolation Forest, an ensemble of "
    "random trees in which strange hours are cut off after few cuts, looks at the evidence in its context. "
    "The score joins the forest's verdict with the two strongest kinds of evidence and says how rare such an "
    "hour is among all sensors. The alarm threshold is set without labels, so that a sensor raises about as "
    "many alarms a month as you asked for. The first 28 days of a sensor are for learning and not judged."
)
