import sqlite3
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command


@pytest.fixture
def house(tmp_path: Path, settings) -> Path:
    settings.DATA_DIR = tmp_path / "house"
    settings.DATA_DIR.mkdir()
    with sqlite3.connect(settings.DATA_DIR / "emads.sqlite3") as database:
        database.execute("CREATE TABLE kept (word TEXT)")
        database.execute("INSERT INTO kept VALUES ('here')")
    (settings.DATA_DIR / "media").mkdir()
    (settings.DATA_DIR / "media" / "upload").write_text("file")
    return settings.DATA_DIR


def test_a_backup_brings_databases_and_uploads_back(house: Path, tmp_path: Path, settings):
    call_command("backup", tmp_path / "b.tar.gz")
    settings.DATA_DIR = tmp_path / "new"
    settings.DATA_DIR.mkdir()
    call_command("restore", tmp_path / "b.tar.gz")
    restored = (
        sqlite3.connect(settings.DATA_DIR / "emads.sqlite3").execute("SELECT word FROM kept").fetchone()
    )
    assert restored == ("here",)
    assert (settings.DATA_DIR / "media" / "upload").read_text() == "file"


def test_restore_does_not_replace_what_is_there_unasked(house: Path, tmp_path: Path):
    call_command("backup", tmp_path / "b.tar.gz")
    with pytest.raises(CommandError, match="would be replaced"):
        call_command("restore", tmp_path / "b.tar.gz")


def test_a_broken_backup_changes_nothing(house: Path, tmp_path: Path):
    (tmp_path / "broken.tar.gz").write_bytes(b"no archive")
    with pytest.raises(CommandError, match="nothing was changed"):
        call_command("restore", tmp_path / "broken.tar.gz", "--overwrite")
    assert (house / "emads.sqlite3").is_file()


def test_a_backup_never_overwrites_a_file(house: Path, tmp_path: Path):
    (tmp_path / "b.tar.gz").write_text("mine")
    with pytest.raises(CommandError, match="nothing was written"):
        call_command("backup", tmp_path / "b.tar.gz")
