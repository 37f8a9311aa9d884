"""One LSTM for every sensor: the mean of a few networks trained alike. Needs torch."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch

from emads.lib.arrays import FloatArray, IntArray
from forecasting.forecasters.contract import HORIZON, QUANTILES
from forecasting.forecasters.days import filled
from forecasting.forecasters.network import Network
from forecasting.forecasters.scaling import scaled
from forecasting.forecasters.simple import lowest

BATCH = 4096  # windows at once: bounds memory
torch.set_num_threads(1)  # two threads on two busy cores are ten times slower than one


class GlobalLSTM:
    """Forecasts every series with the same weights."""

    name = "global LSTM"

    def __init__(self, networks: Sequence[Network]) -> None:
        self.networks = [network.eval() for network in networks]

    def predict(self, history: FloatArray, weekday: IntArray) -> FloatArray:
        """See the package: needs 48 of the 56 days; the missing ones get their weekday's mean."""
        out = np.full((len(history), HORIZON, len(QUANTILES)), np.nan)
        whole, usable = filled(history)
        chosen = np.flatnonzero(usable)
        for start in range(0, len(chosen), BATCH):
            rows = chosen[start : start + BATCH]
            out[rows] = self._infer(whole[rows], weekday[rows])
        return out

    @torch.inference_mode()
    def _infer(self, history: FloatArray, weekday: IntArray) -> FloatArray:
        """Complete windows only."""
        given = scaled(history, weekday)
        inputs = [torch.from_numpy(a) for a in (given.steps, given.targets, given.base, given.unit)]
        mean = torch.stack([network(*inputs) for network in self.networks]).mean(0).numpy().astype(float)
        return np.maximum(mean * given.scale[..., None], lowest(history)[:, None, None])

    def save(self, path: Path) -> None:
        """Weights only, no code."""
        torch.save([network.state_dict() for network in self.networks], path)

    @classmethod
    def load(cls, path: Path) -> "GlobalLSTM":
        """From saved weights; reads tensors, never runs code from the file."""
        states: list[dict[str, Any]] = torch.load(path, map_location="cpu", weights_only=True)
        networks = []
        for state in states:
            network = Network()
            network.load_state_dict(state)
            networks.append(network)
        return cls(networks)
