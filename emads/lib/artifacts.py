"""Trained artefacts in ml_models/: a card says what each is; files load only if their checksum fits.

ml_models/<name>/card.json holds at least `name`, `title`, `description` and `files: {file name: sha256}`;
the rest (data, licences, features, metrics, versions) is the trainer's to say and the pages' to show.
"""

import hashlib
import json
from pathlib import Path
from typing import Any

from django.conf import settings

Card = dict[str, Any]
CARD = "card.json"


class ArtifactError(Exception):
    """A shipped model is missing, unreadable or not the one its card describes."""


def directory(name: str) -> Path:
    """Where the artefact `name` lives."""
    return Path(settings.MODELS_DIR) / name


def load_card(name: str) -> Card:
    """The card of a shipped artefact, e.g. `anomaly`; ArtifactError if there is none."""
    return read_card(directory(name))


def read_card(folder: Path) -> Card:
    """The card in a folder."""
    try:
        card: Card = json.loads((folder / CARD).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ArtifactError(f"{folder / CARD}: {error}") from error
    return card


def verified_path(name: str, file: str) -> Path:
    """The path of a file of the artefact `name`, its checksum compared with the card's first."""
    return verified_file(directory(name), file)


def verified_file(folder: Path, file: str) -> Path:
    """The path of a file in a folder with a card, its checksum compared with the card's first."""
    expected = read_card(folder).get("files", {}).get(file)
    if expected is None:
        raise ArtifactError(f"{folder / CARD} does not name {file}")
    path = folder / file
    if not path.is_file():
        raise ArtifactError(f"{path} is missing")
    if sha256(path) != expected:
        raise ArtifactError(f"{path} is not the file its card describes (sha256 differs)")
    return path


def sha256(path: Path) -> str:
    """The checksum of a file, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_card(folder: Path, card: Card, files: list[str]) -> Card:
    """Write the card last, with the checksums of the files beside it."""
    complete = {**card, "files": {file: sha256(folder / file) for file in files}}
    text = json.dumps(complete, indent=2, ensure_ascii=False) + "\n"
    (folder / CARD).write_text(text, encoding="utf-8")
    return complete
