"""An isolation forest as plain arrays: scored without scikit-learn, with the same bits.

F. T. Liu, K. M. Ting, Z.-H. Zhou: Isolation Forest, ICDM 2008. Each tree is laid out as a complete binary
tree, so that the children of node i are 2i + 1 and 2i + 2 and a level of all trees is one step for all rows.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from emads.lib.arrays import FloatArray

Float32Array = npt.NDArray[np.float32]
CHUNK = 64  # rows at once: nodes of all trees stay in the cache


@dataclass(frozen=True, slots=True)
class Forest:
    """`feature`, `threshold` (trees, 2^depth - 1); `path` (trees, 2^depth): length with the leaf's allowance.

    typical : mean path length of an unsuccessful search among the samples of one tree
    """

    feature: npt.NDArray[np.int8]
    threshold: Float32Array
    path: FloatArray
    typical: float

    @property
    def depth(self) -> int:
        """Levels of every tree."""
        return int(self.path.shape[1]).bit_length() - 1

    def score(self, rows: Float32Array) -> FloatArray:
        """Strangeness between 0 and 1, as minus scikit-learn's `score_samples`. (n, features) -> (n,)"""
        trees, inner = self.feature.shape
        feature, threshold, path = self.feature.ravel(), self.threshold.ravel(), self.path.ravel()
        first_node = (np.arange(trees, dtype=np.int32) * inner)[:, None]
        first_leaf = (np.arange(trees, dtype=np.int32) * (inner + 1) - inner)[:, None]
        depths = np.empty(len(rows))
        for at in range(0, len(rows), CHUNK):
            block = rows[at : at + CHUNK]
            values, offset = block.ravel(), np.arange(len(block), dtype=np.int32) * block.shape[1]
            node = np.zeros((trees, len(block)), dtype=np.int32)
            for _ in range(self.depth):
                here = node + first_node
                right = values.take(feature.take(here) + offset) > threshold.take(here)
                node = 2 * node + 1 + right
            depths[at : at + CHUNK] = path.take(node + first_leaf).sum(axis=0)
        return np.asarray(2.0 ** (-depths / (trees * self.typical)), dtype=np.float64)
