"""The global LSTM: scaling, the shipped weights, a tiny training."""

import numpy as np
import pytest

from emads.lib.artifacts import ArtifactError, load_card, write_card
from forecasting import shipped
from forecasting.forecasters.contract import HIGH, LOW, MEDIAN
from forecasting.forecasters.lstm import GlobalLSTM
from forecasting.forecasters.network import Network
from forecasting.forecasters.scaling import STEP_FEATURES, TARGET_FEATURES, scaled
from forecasting.forecasters.training import train, windows
from tests.forecasting.series import MONDAY, weekly_days

MONDAYS = np.zeros(1, dtype=np.int64)


@pytest.fixture(scope="module")
def lstm() -> GlobalLSTM:
    return shipped.forecaster()


def test_inputs_have_the_shapes_the_network_reads():
    x = scaled(np.stack([weekly_days(56), weekly_days(56, seed=1)]), np.array([0, 3]))
    assert x.steps.shape == (2, 28, STEP_FEATURES)
    assert x.targets.shape == (2, 7, TARGET_FEATURES)
    assert np.abs(x.steps).max() <= 4.0


def test_inputs_do_not_depend_on_the_size_of_the_home():
    small, large = (scaled(weekly_days(56, mean=m, noise=m / 20)[None], MONDAYS) for m in (5e3, 5e6))
    assert np.allclose(small.steps, large.steps, atol=1e-4)
    assert np.allclose(small.targets, large.targets, atol=1e-4)


def test_the_day_before_a_monday_is_a_sunday():
    x = scaled(weekly_days(56)[None], MONDAYS)
    assert x.steps[0, -1, 3:].tolist() == [0, 0, 0, 0, 0, 0, 1]
    assert x.targets[0, 0, 5:12].tolist() == [0.5, 0, 0, 0, 0, 0, 0]


def test_a_weekly_rhythm_is_forecast(lstm):
    found = lstm.predict(weekly_days(56, noise=300)[None], MONDAYS)[0, :, MEDIAN]
    assert np.abs(found / (10_000 * np.array([1, 1, 0.9, 1, 1.1, 1.4, 1.5])) - 1).max() < 0.08


def test_quantiles_never_cross_and_stay_above_zero(lstm):
    history = np.stack([weekly_days(56, seed=s, noise=8000) for s in range(50)])
    found = lstm.predict(history, np.arange(50) % 7)
    assert (np.diff(found, axis=2) >= 0).all()
    assert found.min() >= 0


def test_a_constant_series_stays_about_constant(lstm):
    found = lstm.predict(np.full((1, 56), 8000.0), MONDAYS)[0]
    assert np.abs(found[:, MEDIAN] / 8000 - 1).max() < 0.02
    assert (found[:, HIGH] - found[:, LOW]).max() < 1000


def test_zeros_stay_zeros(lstm):
    assert lstm.predict(np.zeros((1, 56)), MONDAYS).max() < 1e-3


def test_a_few_missing_days_hardly_matter(lstm):
    history = weekly_days(56, noise=300)[None]
    broken = history.copy()
    broken[0, [3, 20, 41]] = np.nan
    whole, patched = lstm.predict(history, MONDAYS), lstm.predict(broken, MONDAYS)
    assert np.abs(patched[..., MEDIAN] / whole[..., MEDIAN] - 1).max() < 0.03


def test_too_many_missing_days_give_no_forecast(lstm):
    history = weekly_days(56)[None]
    history[0, :9] = np.nan
    assert np.isnan(lstm.predict(history, MONDAYS)).all()


def test_a_series_is_forecast_the_same_alone_and_in_a_batch(lstm):
    history = np.stack([weekly_days(56, seed=s) for s in range(9)])
    weekday = np.arange(9) % 7
    alone = np.concatenate([lstm.predict(history[i : i + 1], weekday[i : i + 1]) for i in range(9)])
    assert np.allclose(lstm.predict(history, weekday), alone, rtol=1e-4)


def test_training_windows_leave_out_gaps_and_empty_homes():
    days = weekly_days(70)
    days[65] = np.nan
    cut = windows([(MONDAY, days), (MONDAY, np.zeros(70)), (MONDAY, weekly_days(30))])
    assert len(cut.truth) == 3  # of 8, those whose week ahead ends before day 65
    assert cut.weekday.tolist() == [0, 1, 2]
    assert cut.chance.sum() == pytest.approx(1)


def test_training_needs_a_long_series():
    with pytest.raises(ValueError, match="63 days"):
        windows([(MONDAY, weekly_days(40))])


def test_a_saved_model_forecasts_the_same(tmp_path):
    network = train(windows([(MONDAY, weekly_days(90))]), seed=0, epochs=1)
    model = GlobalLSTM([network])
    model.save(tmp_path / "lstm.pt")
    history = weekly_days(56)[None]
    again = GlobalLSTM.load(tmp_path / "lstm.pt")
    assert np.array_equal(again.predict(history, MONDAYS), model.predict(history, MONDAYS))


def test_weights_that_are_not_those_of_the_card_are_refused(tmp_path):
    GlobalLSTM([Network()]).save(tmp_path / shipped.WEIGHTS)
    write_card(tmp_path, {"name": "forecast"}, [shipped.WEIGHTS])
    (tmp_path / shipped.WEIGHTS).write_bytes(b"something else")
    with pytest.raises(ArtifactError, match="sha256"):
        shipped.forecaster_in(tmp_path)


def test_the_card_names_licences_and_figures_and_the_weights_are_small():
    card = load_card(shipped.NAME)
    assert all(one["licence"] in ("MIT", "CC-BY-4.0", "CC-BY-3.0-AU") for one in card["data"])
    assert card["metrics"]["test"]["lstm"]["mae_ratio"] < 0.87
    assert card["metrics"]["unseen"]["lstm"]["mae_ratio"] < 0.87
    assert shipped.artifacts.verified_path("forecast", shipped.WEIGHTS).stat().st_size < 1_000_000
