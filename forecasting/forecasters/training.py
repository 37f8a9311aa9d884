"""Training of the global LSTM. Needs torch."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.lib.stride_tricks import sliding_window_view
from torch import Tensor, nn

from emads.lib.arrays import FloatArray, IntArray
from forecasting.forecasters.contract import HORIZON, QUANTILES, WINDOW
from forecasting.forecasters.days import filled
from forecasting.forecasters.network import Network
from forecasting.forecasters.scaling import scaled

BATCH = 512
RATE = 2e-3
DECAY = 1e-4
PER_EPOCH = 12_288  # windows drawn for each epoch
EPOCHS = 14
MOST_WEIGHT = 50.0
FURTHEST = 12.0  # targets are clipped this many units from the base


@dataclass(frozen=True, slots=True)
class Windows:
    """Histories and what followed.

    history : (n, 56) [Wh], complete
    weekday : (n,) of the first day that followed
    truth   : (n, 7) [Wh]
    chance  : (n,) how often each is drawn, sums to 1
    """

    history: FloatArray
    weekday: IntArray
    truth: FloatArray
    chance: FloatArray


def windows(series: Sequence[tuple[int, FloatArray]]) -> Windows:
    """All usable windows of daily series; a long series is drawn more often, by the root of its length.

    series : (number of the first day since 1970, (d,) daily energy with NaN gaps [Wh]) each.
    raises : ValueError if no series is long enough.
    """
    histories, weekdays, truths, chances = [], [], [], []
    for first, wh in series:
        if len(wh) < WINDOW + HORIZON:
            continue
        cut = sliding_window_view(wh, WINDOW + HORIZON)
        history, usable = filled(cut[:, :WINDOW])
        usable &= ~np.isnan(cut[:, WINDOW:]).any(axis=1) & (np.nan_to_num(history).max(axis=1) > 0)
        rows = np.flatnonzero(usable)
        histories.append(history[rows])
        truths.append(cut[rows, WINDOW:])
        weekdays.append((first + WINDOW + rows + 3) % 7)  # day 0 was a Thursday
        chances.append(np.full(len(rows), 1 / max(1.0, np.sqrt(len(rows)))))
    if not histories or not sum(map(len, histories)):
        raise ValueError(f"no series has {WINDOW + HORIZON} days in a row")
    chance = np.concatenate(chances)
    return Windows(
        np.concatenate(histories), np.concatenate(weekdays), np.concatenate(truths), chance / chance.sum()
    )


def pinball(truth: Tensor, quantiles: Tensor, weight: Tensor) -> Tensor:
    """Weighted quantile loss. (n, 7), (n, 7, 7), (n,) -> ()"""
    levels = torch.tensor(QUANTILES, dtype=torch.float32)
    error = truth[..., None] - quantiles
    return (torch.maximum(levels * error, (levels - 1) * error).mean((1, 2)) * weight).mean()


Tell = Callable[[int], object] | None  # hears of every finished epoch


def train(given: Windows, *, seed: int, epochs: int = EPOCHS, tell: Tell = None) -> Network:
    """One network; the loss of a window counts by its own weekly error, so that it is close to MASE."""
    torch.set_num_threads(1)
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    x = scaled(given.history, given.weekday)
    reach = FURTHEST * x.unit[:, None]
    truth = np.clip((given.truth / x.scale).astype(np.float32), x.base - reach, x.base + reach)
    data = [torch.from_numpy(a) for a in (x.steps, x.targets, x.base, x.unit, truth)]
    weight = torch.from_numpy(1 / x.unit).clamp(max=MOST_WEIGHT)
    drawn = min(PER_EPOCH, -(-len(truth) // BATCH) * BATCH)
    network = Network()
    optimiser = torch.optim.AdamW(network.parameters(), RATE, weight_decay=DECAY)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, RATE, total_steps=epochs * (drawn // BATCH), pct_start=0.2
    )
    for epoch in range(epochs):
        network.train()
        order = torch.from_numpy(rng.choice(len(truth), drawn, p=given.chance))
        for rows in torch.split(order, BATCH):
            steps, targets, base, unit, y = (part[rows] for part in data)
            loss = pinball(y, network(steps, targets, base, unit), weight[rows])
            optimiser.zero_grad()
            torch.autograd.backward(loss)
            nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimiser.step()
            schedule.step()
        if tell:
            tell(epoch)
    return network.eval()
