"""What the schedule runs, by hand; training and evaluation of files."""

import json
from io import StringIO

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from emads.lib.artifacts import read_card
from forecasting import tasks
from forecasting.models import Forecast
from tests.forecasting.series import weekly_days


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "homes.csv"
    lines = ["sensor_id,timestamp,energy_wh"]
    start = np.datetime64("2024-01-01T00", "h")
    for name in ("a", "b", "c"):
        wh = np.repeat(weekly_days(150, seed=ord(name), noise=1500) / 24, 24)
        lines += [f"{name},{start + h},{value:.1f}" for h, value in enumerate(wh)]
    path.write_text("\n".join(lines))
    return path


def said(*args, **options) -> str:
    out = StringIO()
    call_command(*args, stdout=out, **options)
    return out.getvalue()


def test_evaluation_prints_the_figures_that_stay(file):
    found = json.loads(said("evaluate_forecaster", file, json=True))
    assert (found["series"], found["origins"]) == (3, 8)
    assert found["lstm"]["mae_ratio"] < 1
    assert 0.6 < found["lstm"]["coverage_80"] <= 1
    assert set(found["sensors"]) == {"a", "b", "c"}
    assert found["seasonal_naive"]["mase"] > found["lstm"]["mase"]


def test_evaluation_says_it_in_a_line_too(file):
    assert "3 series, 24 forecasts: MASE" in said("evaluate_forecaster", file, horizon_days=3)


@pytest.mark.parametrize(("days", "status"), [(0, 2), (8, 2)])
def test_a_horizon_beyond_the_model_is_wrong_use(file, days, status):
    with pytest.raises(CommandError) as error:
        said("evaluate_forecaster", file, horizon_days=days)
    assert error.value.returncode == status


def test_a_file_too_short_to_judge_fails_with_the_reason(tmp_path):
    path = tmp_path / "short.csv"
    path.write_text("sensor_id,timestamp,energy_wh\na,2024-01-01 00:00,5\n")
    with pytest.raises(CommandError, match="No series is long enough") as error:
        said("evaluate_forecaster", path)
    assert error.value.returncode == 1


def test_training_writes_an_artefact_that_evaluates(file, tmp_path):
    out = tmp_path / "model"
    said("train_forecaster", data=[file], out=out, seeds=1, epochs=1)
    card = read_card(out)
    assert card["data"] == [{"file": "homes.csv", "series": 3, "days": 282, "licence": "not stated"}]
    assert card["metrics"]["test"]["series"] == card["metrics"]["unseen"]["series"] == 3
    assert json.loads(said("evaluate_forecaster", file, model=out, json=True))["series"] == 3


def test_training_on_too_little_fails_with_the_reason(tmp_path):
    path = tmp_path / "short.csv"
    path.write_text("sensor_id,timestamp,energy_wh\na,2024-01-01 00:00,5\n")
    with pytest.raises(CommandError, match="63 days"):
        said("train_forecaster", data=[path], out=tmp_path)


def test_forecasts_can_be_issued_by_hand(sensor):
    assert "0 sensors forecast" in said("issue_forecasts", site="home")
    assert json.loads(said("issue_forecasts", json=True)) == {"issued": 0}
    assert Forecast.objects.get().abstained


def test_an_unknown_site_is_wrong_use(db):
    with pytest.raises(CommandError) as error:
        said("issue_forecasts", site="nowhere")
    assert error.value.returncode == 2


def test_the_task_issues_for_everybody(sensor):
    assert tasks.issue() == 0
    assert Forecast.objects.count() == 1
