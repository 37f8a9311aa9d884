"""How good detection is on labelled series. Heavy: only the commands import it."""

import time
from collections.abc import Mapping
from datetime import tzinfo
from typing import Any

import numpy as np
from sklearn.metrics import average_precision_score, roc_auc_score

from anomalies.artefact import Shipped
from anomalies.detectors.alarms import HOURS_PER_MONTH, episodes, flag
from anomalies.training import HourlySeries
from emads.lib.arrays import BoolArray, FloatArray

Figures = dict[str, Any]


def evaluate(series: Mapping[str, HourlySeries], shipped: Shipped, budget: float, tz: tzinfo) -> Figures:
    """Score labelled series as the live scan does, looking back only, at the shipped threshold of a budget.

    Labels are compared with, never learnt from. Hours that are not judged count nowhere.
    """
    threshold = shipped.threshold(budget)
    began = time.perf_counter()
    found = {name: shipped.detector.score(s.wh, s.t, tz) for name, s in series.items()}
    took = time.perf_counter() - began
    scores = {name: one.score for name, one in found.items()}
    flags = {name: flag(one.alarming, threshold, one.off) for name, one in found.items()}
    sensors = {name: _figures(scores[name], series[name].anomaly, flags[name]) for name in series}
    return {
        "mode": "causal",
        "budget": budget,
        "threshold": threshold,
        "macro": {key: _mean(sensors, key) for key in ("roc_auc", "pr_auc")},
        "pooled": _pooled(scores, series, flags),
        "at_budget": _at_budget(sensors),
        "sensors": sensors,
        "readings": sum(len(s.t) for s in series.values()),
        "readings_per_s": round(sum(len(s.t) for s in series.values()) / took),
    }


def _ranking(label: BoolArray, score: FloatArray) -> dict[str, float | None]:
    """ROC-AUC and PR-AUC; None where only one kind of hour was seen."""
    if not label.any() or label.all():
        return {"roc_auc": None, "pr_auc": None}
    return {
        "roc_auc": round(float(roc_auc_score(label, score)), 4),
        "pr_auc": round(float(average_precision_score(label, score)), 4),
    }


def _points(label: BoolArray, flags: BoolArray) -> dict[str, float | None]:
    """Precision, recall and F1 of single hours."""
    hit, said, there = int((label & flags).sum()), int(flags.sum()), int(label.sum())
    precision, recall = (hit / said if said else None), (hit / there if there else None)
    f1 = 2 * hit / (said + there) if said + there else None
    return {name: _rounded(v) for name, v in (("precision", precision), ("recall", recall), ("f1", f1))}


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def _figures(score: FloatArray, label: BoolArray, flags: BoolArray) -> Figures:
    """One sensor: ranking, hours, and alarms against labelled events."""
    judged = ~np.isnan(score)
    real = label & judged
    raised, events = episodes(flags), episodes(real, gap=1)
    return {
        **_ranking(label[judged], score[judged]),
        **_points(real[judged], flags[judged]),
        "judged_hours": int(judged.sum()),
        "alarms": len(raised),
        "true_alarms": sum(bool(real[max(0, a - 1) : b + 2].any()) for a, b in raised),
        "events": len(events),
        "events_found": sum(bool(flags[a : b + 1].any()) for a, b in events),
    }


def _mean(sensors: Mapping[str, Figures], key: str) -> float | None:
    known = [figures[key] for figures in sensors.values() if figures[key] is not None]
    return round(float(np.mean(known)), 4) if known else None


def _pooled(
    scores: Mapping[str, FloatArray], series: Mapping[str, HourlySeries], flags: Mapping[str, BoolArray]
) -> dict[str, float | None]:
    """All sensors in one ranking."""
    score = np.concatenate(list(scores.values()))
    label = np.concatenate([series[name].anomaly for name in scores])
    said = np.concatenate(list(flags.values()))
    judged = ~np.isnan(score)
    return {**_ranking(label[judged], score[judged]), **_points(label[judged], said[judged])}


def _at_budget(sensors: Mapping[str, Figures]) -> dict[str, float | None]:
    """What a person would see: how often it speaks, how often rightly, and how much it finds."""

    def total(key: str) -> int:
        return sum(figures[key] for figures in sensors.values())

    months = total("judged_hours") / HOURS_PER_MONTH
    return {
        "alarms_per_sensor_month": _rounded(total("alarms") / months if months else None),
        "event_recall": _rounded(total("events_found") / total("events") if total("events") else None),
        "alarm_precision": _rounded(total("true_alarms") / total("alarms") if total("alarms") else None),
    }
