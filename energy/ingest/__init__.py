"""Formats of files. Each is a module with `sniff(source) -> 0..1` and `parse(source, options)`."""

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
