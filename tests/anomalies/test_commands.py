"""The commands: exit status, figures, one-line summaries."""

import gzip
import json
from pathlib import Path

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from anomalies.models import DetectionState, Incident
from anomalies.training import UnreadableTable, read_hourly, without_dead_runs
from emads.lib.clock import UTC_ZONE
from tests.anomalies.homes import START, stamps, usual_home


def run(*args, capsys) -> str:
    call_command(*args)
    return capsys.readouterr().out.strip()


def table(path: Path, wh: np.ndarray, labelled: set[int] | None = None, name="a") -> Path:
    """A file of hourly readings with naive UTC stamps."""
    moments = stamps(len(wh)).astype("datetime64[s]")
    head = "sensor_id,timestamp,energy_wh" + (",anomaly" if labelled is not None else "")
    lines = [
        f"{name},{str(at).replace('T', ' ')},{'' if np.isnan(v) else v}"
        + (f",{int(i in labelled)}" if labelled is not None else "")
        for i, (at, v) in enumerate(zip(moments, wh, strict=True))
    ]
    text = "\n".join([head, *lines]) + "\n"
    path.write_bytes(gzip.compress(text.encode()) if path.suffix == ".gz" else text.encode())
    return path


@pytest.fixture
def labelled(tmp_path) -> Path:
    wh = usual_home(90)
    wh[1700:1720] = 0
    wh[900] = np.nan
    return table(tmp_path / "labelled.csv.gz", wh, set(range(1700, 1720)))


def test_evaluation_has_the_figures_that_stay(labelled, capsys):
    figures = json.loads(run("evaluate_detector", str(labelled), "--json", capsys=capsys))
    assert (figures["mode"], figures["budget"]) == ("causal", 2.0)
    assert figures["macro"].keys() == {"roc_auc", "pr_auc"}
    assert figures["pooled"].keys() == {"roc_auc", "pr_auc", "precision", "recall", "f1"}
    assert figures["at_budget"].keys() == {"alarms_per_sensor_month", "event_recall", "alarm_precision"}
    assert figures["sensors"].keys() == {"a"}
    assert figures["readings_per_s"] > 1000


def test_evaluation_finds_a_day_off(labelled, capsys):
    figures = json.loads(run("evaluate_detector", str(labelled), "--json", capsys=capsys))
    assert figures["macro"]["roc_auc"] > 0.9
    assert figures["at_budget"]["event_recall"] == 1.0
    assert figures["sensors"]["a"]["judged_hours"] <= 90 * 24 - 28 * 24


def test_labels_change_no_score(labelled, tmp_path, capsys):
    other = table(tmp_path / "other.csv", usual_home(90), set())
    figures = json.loads(run("evaluate_detector", str(other), "--json", capsys=capsys))
    assert figures["macro"] == {"roc_auc": None, "pr_auc": None}
    assert figures["at_budget"]["event_recall"] is None


def test_evaluation_says_it_in_one_line(labelled, capsys):
    assert "1 sensors: ROC-AUC" in run("evaluate_detector", str(labelled), capsys=capsys)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "columns"),
        (b"a,b\n1,2\n", "no column energy_wh"),
        (b"sensor_id,timestamp,energy_wh\na,yesterday,1\n", "yesterday"),
        (b"sensor_id,timestamp,energy_wh\na,2026-01-01,beer\n", "beer"),
        (b"sensor_id,timestamp,energy_wh\n", "no readings"),
        (b"\x00\xff\xfe\x01", r"bad\.csv"),
    ],
)
def test_unreadable_table_fails_with_the_reason(tmp_path, content, said):
    path = tmp_path / "bad.csv"
    path.write_bytes(content)
    with pytest.raises(CommandError, match=said) as failure:
        call_command("evaluate_detector", str(path))
    assert failure.value.returncode == 1


def test_missing_file_and_unknown_budget_and_zone_are_told_apart(labelled, tmp_path):
    with pytest.raises(CommandError) as failure:
        call_command("evaluate_detector", str(tmp_path / "none.csv"))
    assert failure.value.returncode == 1
    for wrong in (["--budget", "3"], ["--timezone", "Mars/Base"]):
        with pytest.raises(CommandError) as failure:
            call_command("evaluate_detector", str(labelled), *wrong)
        assert failure.value.returncode == 2


def test_evaluation_needs_no_database(labelled, capsys, django_assert_num_queries, db):
    with django_assert_num_queries(0):
        run("evaluate_detector", str(labelled), capsys=capsys)


def test_stamps_with_offset_and_half_hours_become_utc_hours(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text(
        "sensor_id,timestamp,energy_wh\n"
        "a,2026-01-05T01:00:00+01:00,1\na,2026-01-05T00:30:00Z,2\n"
        "a,2026-01-05 01:00,4\na,2026-01-05 01:00,9\n"
    )
    found = read_hourly(path, UTC_ZONE)["a"]
    assert found.t.tolist() == [START, START + 3600]
    assert found.wh.tolist() == [3.0, 4.0]


def test_dead_runs_are_gaps_where_zero_is_rare():
    wh = usual_home(10)
    wh[100:110], wh[50] = 0, 0
    cleaned = without_dead_runs(wh)
    assert np.isnan(cleaned[100:110]).all()
    assert cleaned[50] == 0
    often = np.where(np.arange(240) % 24 < 12, 0.0, 500.0)
    np.testing.assert_array_equal(without_dead_runs(often), often)


def test_training_writes_a_detector_that_evaluates(labelled, tmp_path, capsys):
    data = [table(tmp_path / f"{n}.csv", usual_home(70, seed=n), name=f"home{n}") for n in (1, 2)]
    out = tmp_path / "model"
    args = ["train_detector", "--data", *map(str, data), "--out", str(out), "--labelled", str(labelled)]
    card = json.loads(run(*args, "--json", capsys=capsys))
    assert card["hours_trained_on"] > 1000
    assert [source["licence"] for source in card["data"]] == ["not stated", "not stated"]
    assert card["metrics"]["labelled"] == "labelled.csv.gz"
    figures = json.loads(run("evaluate_detector", str(labelled), "--out", str(out), "--json", capsys=capsys))
    assert figures["threshold"] == card["thresholds"]["2"]


def test_training_twice_gives_the_same_file(tmp_path, capsys):
    data = table(tmp_path / "a.csv", usual_home(45))
    for name in ("one", "two"):
        run("train_detector", "--data", str(data), "--out", str(tmp_path / name), capsys=capsys)
    first, second = ((tmp_path / name / "forest.npz").read_bytes() for name in ("one", "two"))
    assert first == second


def test_training_on_too_little_fails_with_the_reason(tmp_path):
    with pytest.raises(CommandError, match="enough history") as failure:
        call_command("train_detector", "--data", str(table(tmp_path / "a.csv", usual_home(5))))
    assert failure.value.returncode == 1


def test_table_without_columns_is_named(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("hello\n")
    with pytest.raises(UnreadableTable, match=r"x\.csv"):
        read_hourly(path, UTC_ZONE)


def test_detection_by_hand_says_what_it_did(home, capsys):
    figures = json.loads(run("detect_anomalies", "--json", capsys=capsys))
    assert (figures["sensors"], figures["hours"] > 1500) == (1, True)
    assert "0 sensors, 0 hours judged" in run("detect_anomalies", capsys=capsys)


def test_detection_of_one_sensor_from_a_date_on(scanned, capsys):
    before = Incident.objects.values_list("pk", "sentence").get()
    figures = json.loads(
        run("detect_anomalies", "--sensor", "home-main", "--since", "2026-03-01", "--json", capsys=capsys)
    )
    assert 200 < figures["hours"] < 300
    assert Incident.objects.values_list("pk", "sentence").get() == before
    assert DetectionState.objects.get().rescore_from is None


def test_unknown_sensor_fails_and_a_bad_date_is_wrong_use(home):
    with pytest.raises(CommandError, match="no sensor") as failure:
        call_command("detect_anomalies", "--sensor", "nobody")
    assert failure.value.returncode == 1
    with pytest.raises(CommandError, match="not a date") as failure:
        call_command("detect_anomalies", "--since", "soon")
    assert failure.value.returncode == 2
