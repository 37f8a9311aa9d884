"""What comes in: packed, damaged, disguised or no table at all."""

import gzip
import io
import tracemalloc
import zipfile

import pytest

from energy.ingest import source as sources
from energy.ingest.base import Rejected, UnreadableFile
from energy.ingest.source import Block, Source
from tests.energy.ingest_files import lines, put, read

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40


@pytest.mark.parametrize("name", ["plain.csv", "packed.csv.gz", "packed.zip", "no-ending", "lie.zip.txt"])
def test_a_file_is_read_however_it_is_packed(tmp_path, name):
    path = put(tmp_path, name, lines(3))
    assert Source(path).head.data.rstrip() == lines(3).encode().rstrip()


def test_the_same_blocks_come_every_time(tmp_path):
    source = Source(put(tmp_path, "long.csv.gz", lines(200_000)))
    first, second = list(source.blocks()), list(source.blocks())
    assert first == second
    assert len(first) > 3
    assert b"".join(block.data for block in first).rstrip() == lines(200_000).encode().rstrip()


def test_blocks_know_their_first_line(tmp_path):
    blocks = [b for b in Source(put(tmp_path, "long.csv", lines(200_000))).blocks() if isinstance(b, Block)]
    assert blocks[1].first_line == blocks[0].data.count(b"\n") + 1


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"  \n\n  ", "empty"),
        (PNG, "PNG picture"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"SQLite format 3\0" + b"\0" * 100, "SQLite"),
        (b"PAR1" + bytes(100), "Parquet"),
        (b"\xd0\xcf\x11\xe0" + bytes(100), "old Excel"),
        (bytes(range(256)) * 100, "not a text file"),
        (b"<?xml version='1.0'?><feed/>", "XML"),
        (b"<!DOCTYPE html><html></html>", "web page"),
        (b'{"readings": []}', "JSON"),
        (b"just a sentence, and another\nwith no figures\n", "No table of readings"),
        (b"timestamp,energy_wh\n", "No table of readings"),
        (b"name,energy_wh\nfridge,5\noven,6\n", "No table of readings"),
        (b"timestamp,temperature\n2024-01-01 00:00,5\n", "No column of energy or power"),
        ((b"a," * 1_000_000 + b"\n") * 3, "No line is shorter than 1 MB"),
        (b"," * 50_000 + b"\n2024-01-01,5\n", "50,001 columns; 10,000 are the most"),
    ],
)
def test_what_is_no_table_of_readings_is_refused_with_a_reason(content, reason):
    with pytest.raises(UnreadableFile, match=reason):
        read(content)


def test_a_spreadsheet_is_recognised_by_what_it_holds(tmp_path):
    path = tmp_path / "sheet.csv"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
    with pytest.raises(UnreadableFile, match="save the sheet as CSV"):
        Source(path).encoding  # noqa: B018


def test_a_zip_of_two_files_is_refused(tmp_path):
    path = tmp_path / "two.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.csv", lines(2))
        archive.writestr("b.csv", lines(2))
    with pytest.raises(UnreadableFile, match="holds 2 files"):
        Source(path).encoding  # noqa: B018


def test_a_broken_zip_is_refused():
    with pytest.raises(UnreadableFile, match="damaged"):
        Source(io.BytesIO(b"PK\x03\x04 and then nothing")).encoding  # noqa: B018


def test_a_packed_file_that_is_cut_off_says_so(tmp_path):
    packed = gzip.compress(lines(200_000).encode())
    source = Source(put(tmp_path, "cut.csv.gz.part", packed[: len(packed) // 2]))
    with pytest.raises(UnreadableFile, match="damaged or cut off"):
        list(source.blocks())


def test_a_bomb_is_refused_before_it_fills_anything(monkeypatch):
    monkeypatch.setattr(sources, "FREE_UNPACKED", 2 << 20)
    bomb = gzip.compress(lines(10).encode() + b"\n" * (20 << 20))
    with pytest.raises(UnreadableFile, match="unpacks to far more"):
        list(Source(io.BytesIO(bomb)).blocks())


def test_an_endless_line_takes_no_memory():
    content = io.BytesIO(lines(3).encode() + b"x" * (30 << 20) + b"\n" + lines(3).encode())
    tracemalloc.start()
    items = list(Source(content).blocks())
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 12 << 20
    assert [item for item in items if isinstance(item, Rejected)] == [(5, "line 5 is longer than 1 MB")]


def test_a_missing_file_is_named():
    with pytest.raises(UnreadableFile, match="no such file"):
        Source("/nowhere.csv").size  # noqa: B018


def test_a_folder_is_no_file(tmp_path):
    with pytest.raises(UnreadableFile, match="is a directory"):
        Source(tmp_path).encoding  # noqa: B018


def test_reading_for_a_preview_ends_though_the_line_does_not():
    file = io.BytesIO(b"a,b\n1,2\n" + b"0" * 5_000_000)
    read = [item for item in Source(file, most=2_000_000).blocks() if isinstance(item, Block)]
    assert read[0].data == b"a,b\n1,2\n"
    assert file.tell() < 4_000_000
