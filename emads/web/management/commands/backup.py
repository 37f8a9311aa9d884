"""A copy of everything EMADS keeps, taken while it runs."""

import sqlite3
import tarfile
import tempfile
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser

from emads.lib.commands import EmadsCommand

DATABASES = ("emads.sqlite3", "readings.sqlite3")
FOLDERS = ("media",)


def copy_database(source: Path, target: Path) -> None:
    """A consistent copy of a SQLite file that others are writing to."""
    with sqlite3.connect(source) as running, sqlite3.connect(target) as copy:
        running.backup(copy)
    running.close()
    copy.close()


class Command(EmadsCommand):
    help = "Write databases and uploads of the embedded installation into FILE (.tar.gz)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path)

    def handle(self, *_args: Any, file: Path, **_options: Any) -> None:
        found = [name for name in DATABASES if (settings.DATA_DIR / name).is_file()]
        if not found:
            self.fail("There is no SQLite database here; back up PostgreSQL with pg_dump.")
        if file.exists():
            self.wrong_use(f"{file} is there already; nothing was written.")
        part = file.with_name(file.name + ".part")
        with (
            tempfile.TemporaryDirectory(dir=settings.DATA_DIR) as scratch,
            tarfile.open(part, "w:gz") as archive,
        ):
            for name in self.progress(found, total=len(found), unit="database"):
                copy_database(settings.DATA_DIR / name, Path(scratch) / name)
                archive.add(Path(scratch) / name, arcname=name)
            for name in FOLDERS:
                if (settings.DATA_DIR / name).is_dir():
                    archive.add(settings.DATA_DIR / name, arcname=name)
        part.rename(file)
        self.stdout.write(f"{file}: {', '.join(found)}, {file.stat().st_size / 1e6:.1f} MB")
