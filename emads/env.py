"""Typed readers of the environment: the only place that reads it."""

import os
import secrets
from pathlib import Path

import environ

ROOT = Path(__file__).resolve().parent.parent
env = environ.Env()
if (ROOT / ".env").is_file():
    environ.Env.read_env(str(ROOT / ".env"))


def data_dir() -> Path:
    """Folder of everything EMADS writes: databases, uploads, mails, broker."""
    path = Path(os.environ.get("EMADS_DATA_DIR") or ROOT / "var").resolve()
    path.mkdir(parents=True, exist_ok=True)
    return path


def secret_key(folder: Path) -> str:
    """SECRET_KEY from the environment, else one made once and kept in the data folder (mode 600)."""
    given = os.environ.get("SECRET_KEY", "")
    if given:
        return given
    kept = folder / "secret_key"
    try:
        descriptor = os.open(kept, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        return kept.read_text().strip()
    with os.fdopen(descriptor, "w") as handle:
        handle.write(secrets.token_urlsafe(48))
    return kept.read_text().strip()
