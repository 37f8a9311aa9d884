"""Makers of small files, and what the reader gets out of them."""

import gzip
import io
import zipfile
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from energy.ingest import delimited
from energy.ingest.base import Batch, Channel, Options, Rejected, Skipped
from energy.ingest.source import Source


@dataclass
class Got:
    """Everything the reader said about a file."""

    rows: list[tuple[str, str, float]] = field(default_factory=list)  # meter, stamp, value
    rejected: list[Rejected] = field(default_factory=list)
    channels: list[Channel] = field(default_factory=list)
    empty: int = 0
    skipped: int = 0
    naive: set[bool] = field(default_factory=set)

    @property
    def values(self) -> list[float]:
        return [value for _, _, value in self.rows]

    @property
    def stamps(self) -> list[str]:
        return [stamp for _, stamp, _ in self.rows]

    @property
    def meters(self) -> list[str]:
        return sorted({meter for meter, _, _ in self.rows})


def stamp(second: int) -> str:
    return str(np.datetime64(int(second), "s"))


def read(content: str | bytes, **said: object) -> Got:
    """A file's content as the reader of delimited text takes it."""
    raw = content.encode() if isinstance(content, str) else content
    got = Got()
    for item in delimited.parse(Source(io.BytesIO(raw)), Options(**said)):
        if isinstance(item, Batch):
            got.channels = item.channels
            got.naive.add(item.naive)
            for number, second, value in zip(item.channel, item.second, item.value, strict=True):
                got.rows.append((item.channels[number].name, stamp(second), float(value)))
        elif isinstance(item, Rejected):
            got.rejected.append(item)
        elif isinstance(item, Skipped):
            got.empty += item.empty
            got.skipped += item.other
    return got


def lines(
    n: int, start: str = "2024-03-01T00:00", minutes: int = 15, header: str = "timestamp,energy_wh"
) -> str:
    """n rows of a tidy file, 1 Wh, 2 Wh, ..."""
    stamps = np.datetime64(start, "m") + minutes * np.arange(n)
    body = "".join(f"{str(t).replace('T', ' ')},{i + 1}\n" for i, t in enumerate(stamps))
    return f"{header}\n{body}"


def put(folder: Path, name: str, content: str | bytes) -> Path:
    """A file on disk, packed as its name says."""
    raw = content.encode() if isinstance(content, str) else content
    path = folder / name
    if name.endswith(".gz"):
        path.write_bytes(gzip.compress(raw))
    elif name.endswith(".zip"):
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("../../anything.csv", raw)
    else:
        path.write_bytes(raw)
    return path


def at(text: str) -> int:
    """Seconds of a UTC time written like 2024-03-01 00:00."""
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())
