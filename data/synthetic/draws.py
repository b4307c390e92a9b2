"""Drawing categories from a table of shares, one row of the table a case."""

import numpy as np


def draw(rng: np.random.Generator, shares: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Return one column number of `shares` for each of `rows`, drawn with that row's shares (scaled to 1).

    The rows' cumulative shares laid end to end turn every draw into one search of a sorted array.
    """
    cumulative = shares.cumsum(axis=1)
    row = rows.astype(np.int64)
    ends = (cumulative / cumulative[:, -1:] + np.arange(len(shares))[:, None]).ravel()
    return np.searchsorted(ends, row + rng.random(len(row)), side="right") - row * shares.shape[1]
