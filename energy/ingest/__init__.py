"""Formats of files. Each is a module with three functions.

sniff(source) -> float              how sure it is that the file is one of its own, 0 to 1
plan(source, options) -> plan       what it makes of the head: .stamp, .interval_s, .notes, .missing
read(source, plan, times_only=False) -> Iterator[Batch | Rejected | Skipped]
"""

from types import ModuleType

from energy.ingest import delimited
from energy.ingest.base import UnreadableFile
from energy.ingest.source import Source

FORMATS: dict[str, ModuleType] = {"delimited": delimited}


def format_of(source: Source, name: str = "auto") -> str:
    """The format somebody named, else the one that is surest of the file."""
    if name == "auto":
        return max(FORMATS, key=lambda candidate: float(FORMATS[candidate].sniff(source)))
    if name not in FORMATS:
        raise UnreadableFile(f"The format “{name}” is unknown; there is {', '.join(['auto', *FORMATS])}.")
    return name
