"""The shipped models load only as their cards describe them."""

from pathlib import Path

import pytest

from emads.lib import artifacts


@pytest.fixture
def shipped(tmp_path: Path, settings) -> Path:
    settings.MODELS_DIR = tmp_path
    folder = tmp_path / "toy"
    folder.mkdir()
    (folder / "weights.npz").write_bytes(b"weights")
    artifacts.write_card(folder, {"name": "toy", "title": "A toy"}, ["weights.npz"])
    return folder


@pytest.fixture(autouse=True)
def store() -> None:
    """No reading store is needed here."""


def test_card_says_what_was_written_and_the_checksum(shipped):
    card = artifacts.load_card("toy")
    assert card["title"] == "A toy"
    assert card["files"] == {"weights.npz": artifacts.sha256(shipped / "weights.npz")}


def test_file_that_fits_its_card_is_found(shipped):
    assert artifacts.verified_path("toy", "weights.npz") == shipped / "weights.npz"


def test_changed_file_is_refused(shipped):
    (shipped / "weights.npz").write_bytes(b"other")
    with pytest.raises(artifacts.ArtifactError, match="sha256 differs"):
        artifacts.verified_path("toy", "weights.npz")


def test_missing_file_is_refused(shipped):
    (shipped / "weights.npz").unlink()
    with pytest.raises(artifacts.ArtifactError, match="is missing"):
        artifacts.verified_path("toy", "weights.npz")


def test_file_the_card_does_not_name_is_refused(shipped):
    with pytest.raises(artifacts.ArtifactError, match="does not name"):
        artifacts.verified_path("toy", "../card.json")


def test_missing_or_broken_card_is_an_artifact_error(shipped):
    (shipped / "card.json").write_text("{")
    with pytest.raises(artifacts.ArtifactError):
        artifacts.load_card("toy")
    with pytest.raises(artifacts.ArtifactError):
        artifacts.load_card("nothing")
