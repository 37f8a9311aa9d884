"""The shipped detector is what its card says."""

import json
from datetime import datetime

import numpy as np
import pytest

from anomalies import artefact
from anomalies.detectors.context import FEATURES
from anomalies.detectors.evidence import NAMES
from emads.lib.artifacts import ArtifactError, directory, load_card
from tests.anomalies.homes import stamps, usual_home


@pytest.fixture(scope="module")
def shipped():
    return artefact.shipped()


def test_card_names_data_licences_metrics_and_versions(shipped):
    card = load_card("anomaly")
    assert card["features"] == list(FEATURES)
    assert card["evidence"] == list(NAMES)
    assert {source["licence"] for source in card["data"]} <= {"MIT", "CC-BY-4.0", "CC-BY-3.0-AU"}
    assert not any("lead" in source["file"] for source in card["data"])
    assert card["metrics"]["macro"]["roc_auc"] >= 0.92
    assert card["metrics"]["macro"]["pr_auc"] >= 0.55
    assert {"numpy", "scikit-learn"} <= set(card["versions"])


def test_forest_has_the_size_the_card_says(shipped):
    assert shipped.detector.forest.feature.shape[0] == shipped.card["parameters"]["trees"] == 200
    assert shipped.detector.forest.feature.max() < len(FEATURES)


def test_smaller_budgets_have_higher_thresholds(shipped):
    thresholds = [shipped.threshold(budget) for budget in (0.25, 0.5, 1, 2, 4)]
    assert thresholds == sorted(thresholds, reverse=True)


def test_rarity_is_told_in_hours(shipped):
    assert shipped.one_in(0.0) == 1
    assert 50 <= shipped.one_in(shipped.threshold(2.0)) <= 500
    assert shipped.one_in(99.0) >= 100_000


def test_saved_and_loaded_detector_judges_alike(shipped, tmp_path, now):
    artefact.save(tmp_path, shipped.detector, shipped.score_tail, {"thresholds": {"2": 2.0}}, now)
    again = artefact.load(tmp_path)
    from zoneinfo import ZoneInfo

    wh, t, tz = usual_home(40), stamps(960), ZoneInfo("UTC")
    np.testing.assert_array_equal(
        again.detector.score(wh, t, tz).score, shipped.detector.score(wh, t, tz).score
    )
    assert datetime.fromisoformat(again.card["trained_at"]) == now


def test_tampered_arrays_are_refused(shipped, tmp_path, now):
    artefact.save(tmp_path, shipped.detector, shipped.score_tail, {}, now)
    with (tmp_path / artefact.FILE).open("ab") as file:
        file.write(b"x")
    with pytest.raises(ArtifactError, match="sha256"):
        artefact.load(tmp_path)


def test_shipped_folder_holds_no_pickle(shipped):
    folder = directory("anomaly")
    assert sorted(path.name for path in folder.iterdir()) == ["card.json", "forest.npz"]
    assert json.loads((folder / "card.json").read_text())["files"].keys() == {"forest.npz"}
    with np.load(folder / "forest.npz", allow_pickle=False) as arrays:
        assert all(arrays[name].dtype.kind in "iuf" for name in arrays.files)
