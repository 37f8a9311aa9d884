"""The shipped detector: arrays in ml_models/anomaly/, loaded only if they are what the card says."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from anomalies.detectors.fleet import FleetDetector
from anomalies.detectors.forest import Forest
from anomalies.detectors.tails import Tails
from emads.lib import artifacts

NAME = "anomaly"
FILE = "forest.npz"
SENSITIVITIES = {"calm": 1.0, "normal": 2.0, "keen": 4.0}  # alarms a sensor may raise in a month


@dataclass(frozen=True, slots=True)
class Shipped:
    """A detector with its card and how rare its scores are in the fleet it knows."""

    detector: FleetDetector
    score_tail: Tails
    card: artifacts.Card

    def threshold(self, budget: float) -> float:
        """The score from which a sensor raises at most `budget` alarms a month."""
        return float(self.card["thresholds"][f"{budget:g}"])

    def one_in(self, score: float) -> int:
        """In how many hours a score this high comes once, to one digit that matters."""
        hours = 10 ** float(self.score_tail.of_each(np.array([[score]]))[0, 0])
        unit = int(10 ** max(len(str(int(hours))) - 1, 0))
        return max(1, int(hours // unit) * unit)


def save(
    folder: Path, detector: FleetDetector, score_tail: Tails, about: dict[str, Any], at: datetime
) -> artifacts.Card:
    """Write the arrays and their card into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    forest = detector.forest
    np.savez_compressed(
        folder / FILE,
        feature=forest.feature,
        threshold=forest.threshold,
        path=forest.path,
        typical=np.array(forest.typical),
        forest_values=detector.forest_tail.values,
        forest_rarity=detector.forest_tail.rarity,
        evidence_values=detector.evidence_tail.values,
        evidence_rarity=detector.evidence_tail.rarity,
        score_values=score_tail.values,
        score_rarity=score_tail.rarity,
    )
    return artifacts.write_card(folder, {"name": NAME, "trained_at": at.isoformat(), **about}, [FILE])


def load(folder: Path) -> Shipped:
    """The detector in a folder; ArtifactError if a checksum does not fit."""
    path = artifacts.verified_file(folder, FILE)
    with np.load(path, allow_pickle=False) as kept:
        arrays = {name: kept[name] for name in kept.files}
    detector = FleetDetector(
        Forest(arrays["feature"], arrays["threshold"], arrays["path"], float(arrays["typical"])),
        Tails(arrays["forest_values"], arrays["forest_rarity"]),
        Tails(arrays["evidence_values"], arrays["evidence_rarity"]),
    )
    return Shipped(
        detector, Tails(arrays["score_values"], arrays["score_rarity"]), artifacts.read_card(folder)
    )


def shipped() -> Shipped:
    """The detector of this installation, read once per process."""
    return _loaded(artifacts.directory(NAME))


@lru_cache(maxsize=2)
def _loaded(folder: Path) -> Shipped:
    return load(folder)
