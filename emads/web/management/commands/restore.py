"""Bring back what `backup` wrote."""

import shutil
import tarfile
import tempfile
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser

from emads.lib.commands import EmadsCommand


class Command(EmadsCommand):
    help = "Unpack a backup into an empty data folder (EMADS_DATA_DIR). Stop EMADS before."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path)
        parser.add_argument("--overwrite", action="store_true", help="replace the databases that are there")

    def handle(self, *_args: Any, file: Path, overwrite: bool, **_options: Any) -> None:
        if not file.is_file():
            self.wrong_use(f"{file} is not a file.")
        there = [p.name for p in settings.DATA_DIR.glob("*.sqlite3")]
        if there and not overwrite:
            self.wrong_use(f"{', '.join(there)} would be replaced; say --overwrite if that is meant.")
        with tempfile.TemporaryDirectory(dir=settings.DATA_DIR) as scratch:
            try:
                with tarfile.open(file, "r:gz") as archive:
                    archive.extractall(scratch, filter="data")
            except (tarfile.TarError, OSError, EOFError) as error:
                self.fail(f"{file} is no backup of EMADS, nothing was changed: {error}")
            for old in settings.DATA_DIR.glob("*.sqlite3*"):
                old.unlink()
            names = sorted(path.name for path in Path(scratch).iterdir())
            for name in names:
                if (settings.DATA_DIR / name).is_dir():
                    shutil.rmtree(settings.DATA_DIR / name)
                shutil.move(Path(scratch) / name, settings.DATA_DIR / name)
        self.stdout.write(f"Restored {', '.join(names)}. Now run: manage.py migrate")
