"""Daily series out of files."""

import gzip

import numpy as np
import pytest

from forecasting.corpus import BadFileError, Readings, read

HEADER = "sensor_id,timestamp,energy_wh\n"


def hours(first: str, count: int, sensor: str = "a", wh: float = 100.0) -> str:
    start = np.datetime64(first, "m")
    return "".join(f"{sensor},{start + np.timedelta64(h, 'h')},{wh}\n" for h in range(count))


def written(tmp_path, text: str):
    path = tmp_path / "readings.csv"
    path.write_text(text)
    return path


def test_hours_become_complete_days(tmp_path):
    found = read(written(tmp_path, HEADER + hours("2024-01-01T00:00", 24 * 20 + 5)))
    first, wh = found["a"].days()
    assert first == 19_723  # 2024-01-01
    assert wh.tolist() == [2400.0] * 20


def test_days_can_be_cut_later():
    wall = np.arange(24 * 10, dtype=np.int64) * 3600
    first, wh = Readings(wall, np.ones(240)).days(shift_hours=8)
    assert first == 0
    assert wh.tolist() == [24.0] * 9


def test_a_gap_stays_a_gap(tmp_path):
    text = HEADER + hours("2024-01-01T00:00", 24 * 10) + hours("2024-01-13T00:00", 24 * 10)
    _, wh = read(written(tmp_path, text))["a"].days()
    assert np.flatnonzero(np.isnan(wh)).tolist() == [10, 11]


def test_of_two_readings_at_a_time_the_first_counts(tmp_path):
    text = HEADER + hours("2024-01-01T00:00", 48) + hours("2024-01-01T00:00", 48, wh=999)
    assert read(written(tmp_path, text))["a"].wh.sum() == 4800


def test_many_sensors_offsets_and_compression(tmp_path):
    path = tmp_path / "readings.csv.gz"
    with gzip.open(path, "wt") as file:
        file.write(HEADER + "b,2024-01-01T00:00:00Z,5\nc,2024-01-01T00:00:00+02:00,6\n")
    found = read(path)
    assert found["b"].wall.tolist() == found["c"].wall.tolist() == [1_704_067_200]


def test_an_empty_energy_is_no_reading(tmp_path):
    found = read(written(tmp_path, HEADER + "a,2024-01-01 00:00,\na,2024-01-01 01:00,7\n"))
    assert found["a"].wh.tolist() == [7.0]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "cannot be read as CSV"),
        ("time,value\n1,2\n", "no column sensor_id, timestamp, energy_wh"),
        (HEADER + "a,2024-01-01 00:00,1\na,yesterday,2\n", "line 3: timestamp is 'yesterday'"),
        (HEADER + "a,2024-01-01 00:00,lots\n", "line 2: energy_wh is 'lots'"),
        (HEADER, "no readings"),
    ],
)
def test_what_is_wrong_with_a_file_is_said(tmp_path, text, reason):
    with pytest.raises(BadFileError, match=reason):
        read(written(tmp_path, text))


def test_a_file_that_is_not_there_is_said(tmp_path):
    with pytest.raises(BadFileError, match="cannot be read"):
        read(tmp_path / "nowhere.csv")
