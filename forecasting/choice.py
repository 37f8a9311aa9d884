"""Which forecaster serves: the first that the history carries, unless another did better before."""

import numpy as np

from emads.lib.arrays import FloatArray
from forecasting.evaluation import Rolling, Score, score

CLEARLY = 0.9  # a change of model must cut the error by a tenth: eight weeks are few, and luck is not skill
Named = dict[str, FloatArray]  # quantiles (k, 7, 7) under the forecaster's name, best first


def ladder(given: Named) -> tuple[FloatArray, list[str]]:
    """Each row from the first forecaster that has one. -> (k, 7, 7) and (k,) names, "" where none has."""
    names = list(given)
    out = np.full_like(given[names[0]], np.nan)
    chosen = np.full(len(out), "", dtype=object)
    for name in names:
        rows = np.isnan(out[:, 0, 0]) & ~np.isnan(given[name][:, 0, 0])
        out[rows], chosen[rows] = given[name][rows], name
    return out, list(chosen)


def ladders(given: Named) -> dict[str, Named]:
    """What would serve if the first one, two ... forecasters were left out."""
    names = list(given)
    return {name: {n: given[n] for n in names[place:]} for place, name in enumerate(names)}


def earned(judged: Rolling, given: Named) -> tuple[str, Score | None]:
    """The forecaster that serves, and its score: the first, unless a later one was clearly better."""
    scores = {name: score(judged, ladder(rest)[0]) for name, rest in ladders(given).items()}
    first = next(iter(scores))
    if not scores[first].days:
        return first, None
    best = min(scores, key=lambda name: scores[name].mae_wh)
    clear = scores[best].mae_wh < CLEARLY * scores[first].mae_wh
    return (best, scores[best]) if clear else (first, scores[first])
