"""The network itself. Needs torch: only workers and commands import it."""

import torch
from torch import Tensor, nn

from forecasting.forecasters.contract import HORIZON, QUANTILES
from forecasting.forecasters.scaling import STEP_FEATURES, TARGET_FEATURES

UNITS = 64
DROPOUT = 0.2


class Network(nn.Module):
    """An LSTM over the days read, a small decoder for each day to forecast, quantiles that cannot cross."""

    def __init__(self) -> None:
        super().__init__()
        self.reader = nn.LSTM(STEP_FEATURES, UNITS, batch_first=True)
        self.dropout = nn.Dropout(DROPOUT)
        self.decoder = nn.Sequential(
            nn.Linear(UNITS + TARGET_FEATURES, 64),
            nn.ReLU(),
            nn.Dropout(DROPOUT),
            nn.Linear(64, 64),
            nn.ReLU(),
            nn.Linear(64, len(QUANTILES)),
        )

    def forward(self, steps: Tensor, targets: Tensor, base: Tensor, unit: Tensor) -> Tensor:
        """(n, 28, 10), (n, 7, 26), (n, 7), (n,) -> (n, 7, 7) in scales."""
        state = self.dropout(self.reader(steps)[0][:, -1])
        out = self.decoder(torch.cat([state[:, None].expand(-1, HORIZON, -1), targets], -1))
        half = len(QUANTILES) // 2
        middle = out[..., half : half + 1]
        above = torch.cumsum(nn.functional.softplus(out[..., half + 1 :]), -1)
        below = torch.cumsum(nn.functional.softplus(out[..., :half]).flip(-1), -1).flip(-1)
        residual = torch.cat([middle - below, middle, middle + above], -1)
        return base[..., None] + unit[:, None, None] * residual
