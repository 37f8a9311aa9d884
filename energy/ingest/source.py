"""A file as blocks of text lines: unpacked, decoded and in bounded memory, whatever somebody sent."""

import codecs
import gzip
import io
import zipfile
import zlib
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import IO, NamedTuple, cast

from energy.ingest.base import Rejected, UnreadableFile

CHUNK = 1 << 20
MAX_LINE = 1_000_000
MAX_UNPACKED = 16 << 30
HEAD = 64 << 20  # unpacked bytes that are read while somebody waits for a preview
MAX_RATIO = 200  # of unpacked to packed size, once past FREE_UNPACKED
FREE_UNPACKED = 64 << 20
MAGIC = {
    b"\x89PNG": "a PNG picture",
    b"\xff\xd8\xff": "a JPEG picture",
    b"GIF8": "a GIF picture",
    b"%PDF": "a PDF document",
    b"SQLite format 3": "an SQLite database",
    b"PAR1": "a Parquet file",
    b"\xd0\xcf\x11\xe0": "an old Excel or Word file; save it as CSV first",
    b"7z\xbc\xaf": "a 7-zip archive; unpack it first",
    b"\xfd7zXZ": "an xz archive; unpack it first",
    b"BZh": "a bzip2 archive; unpack it first",
    b"\x28\xb5\x2f\xfd": "a zstd archive; unpack it first",
    b"\x7fELF": "a program",
    b"MZ": "a program",
}
MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
CONTROL = frozenset(range(32)) - frozenset(b"\t\n\r\f\x1a\x1b")


class Block(NamedTuple):
    """Whole lines, each ending in a line feed; bytes of UTF-8 (or a one-byte encoding)."""

    first_line: int
    data: bytes


class Source:
    """A file on disk or an open upload; can be read from its start any number of times.

    most : unpacked bytes after which reading ends, for previews
    """

    def __init__(self, file: str | Path | IO[bytes], name: str = "", most: int = MAX_UNPACKED) -> None:
        self._file = Path(file) if isinstance(file, str) else file
        self.name = name or (self._file.name if isinstance(self._file, Path) else "")
        self._raw: IO[bytes] | None = None
        self._most = most

    def _open(self) -> IO[bytes]:
        raw: IO[bytes]
        if isinstance(self._file, Path):
            try:
                raw = self._file.open("rb")
            except OSError as error:
                raise UnreadableFile(
                    f"{self._file}: {(error.strerror or 'cannot be opened').lower()}"
                ) from error
        else:
            raw = self._file
            raw.seek(0)
        self._raw = raw
        return raw

    @cached_property
    def size(self) -> int:
        """Bytes as sent."""
        raw = self._open()
        return raw.seek(0, io.SEEK_END)

    @property
    def position(self) -> int:
        """Bytes of the file as sent that are read so far."""
        return self._raw.tell() if self._raw is not None and not self._raw.closed else self.size

    def _unpacked(self) -> IO[bytes]:
        raw = self._open()
        start = raw.read(4)
        raw.seek(0)
        if start[:2] == b"\x1f\x8b":
            return cast(IO[bytes], gzip.GzipFile(fileobj=raw))
        if start == b"PK\x03\x04":
            return _only_member(raw)
        return raw

    def _chunks(self) -> Iterator[bytes]:
        """The unpacked bytes, watched for bombs and damage."""
        stream, done = self._unpacked(), 0
        try:
            while chunk := stream.read(CHUNK):
                done += len(chunk)
                packed = max(self.position, 1)
                if done > MAX_UNPACKED or (done > FREE_UNPACKED and done > MAX_RATIO * packed):
                    raise UnreadableFile("The file unpacks to far more than a file of readings would.")
                yield chunk
                if done > self._most:
                    return
        except (EOFError, zlib.error, gzip.BadGzipFile, zipfile.BadZipFile) as error:
            raise UnreadableFile("The compressed file is damaged or cut off.") from error
        finally:
            if isinstance(self._file, Path):
                stream.close()
                if self._raw is not None:
                    self._raw.close()

    @cached_property
    def encoding(self) -> str:
        """utf-8, utf-8-sig, utf-16, or cp1252 when the start is not UTF-8; refuses what is not text."""
        start = next(self._chunks(), b"")
        if not start.strip():
            raise UnreadableFile("The file is empty.")
        for magic, what in MAGIC.items():
            if start.startswith(magic):
                raise UnreadableFile(f"This is no table of readings but {what}.")
        for mark, name in MARKS.items():
            if start.startswith(mark):
                return name
        sample = start[:4096]
        if len(sample) >= 4 and sample[1::2].count(0) > 0.4 * len(sample) and not sample[0::2].count(0):
            return "utf-16-le"
        odd = sum(byte in CONTROL for byte in sample)
        if odd > 0.05 * len(sample) + 10:
            raise UnreadableFile("This is not a text file: it is full of bytes that are no characters.")
        try:
            codecs.getincrementaldecoder("utf-8")().decode(start)
        except UnicodeDecodeError:
            return "cp1252"
        return "utf-8"

    def _texts(self) -> Iterator[bytes]:
        """The unpacked bytes as UTF-8 (one-byte encodings stay as they are), without a byte order mark."""
        encoding = self.encoding
        chunks = self._chunks()
        if encoding.startswith("utf-16"):
            decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
            yield from (decoder.decode(chunk).encode() for chunk in chunks)
        else:
            first = next(chunks, b"")
            yield first.removeprefix(codecs.BOM_UTF8) if encoding == "utf-8-sig" else first
            yield from chunks

    def _lines_fed(self) -> Iterator[bytes]:
        """The texts with every line end as a line feed, also the last."""
        held, old_mac, waiting = b"", None, b""
        for text in self._texts():
            text = held + text.replace(b"\x00", b"?")  # no database keeps zero bytes in names
            held = b"\r" if text.endswith(b"\r") else b""
            text = text[: len(text) - len(held)]
            if b"\r" in text:
                if old_mac is None:
                    old_mac = b"\n" not in text
                text = text.replace(b"\r\n", b"\n")
                if old_mac:
                    text = text.replace(b"\r", b"\n")
            yield waiting
            waiting = text
        yield waiting if waiting.endswith(b"\n") else waiting + b"\n"

    def blocks(self) -> Iterator[Block | Rejected]:
        """Blocks of about a megabyte, the same every time; a line of more than MAX_LINE is a rejected row."""
        line, rest, dropping = 1, b"", False
        for text in self._lines_fed():
            if dropping:
                _, found, text = text.partition(b"\n")
                if not found:
                    continue
                line, dropping = line + 1, False
            data = rest + text
            whole = data[: data.rfind(b"\n") + 1]
            rest = data[len(whole) :]
            if (first := whole.find(b"\n")) > MAX_LINE:
                yield _too_long(line)
                line, whole = line + 1, whole[first + 1 :]
            if whole:
                yield Block(line, whole)
                line += whole.count(b"\n")
            if len(rest) > MAX_LINE:
                yield _too_long(line)
                rest, dropping = b"", True

    @cached_property
    def head(self) -> Block:
        """The first block of lines."""
        blocks = (item for item in self.blocks() if isinstance(item, Block) and item.data.strip())
        found = next(blocks, None)
        if found is None:
            raise UnreadableFile("No line is shorter than 1 MB: this is no table of readings.")
        return found


def _too_long(line: int) -> Rejected:
    return Rejected(line, f"line {line} is longer than 1 MB")


def _only_member(raw: IO[bytes]) -> IO[bytes]:
    """The one file inside a zip archive; what it is called does not matter."""
    try:
        archive = zipfile.ZipFile(raw)
        members = [m for m in archive.infolist() if not m.is_dir() and not m.filename.startswith("__MACOSX/")]
        if any(m.filename == "[Content_Types].xml" for m in members):
            raise UnreadableFile("This is an Excel or Word file; save the sheet as CSV first.")
        if len(members) != 1:
            raise UnreadableFile(f"The zip archive holds {len(members)} files; it must hold one.")
        return archive.open(members[0])
    except (zipfile.BadZipFile, NotImplementedError) as error:
        raise UnreadableFile("The zip archive is damaged.") from error
    except RuntimeError as error:
        raise UnreadableFile("The zip archive is locked with a password.") from error
