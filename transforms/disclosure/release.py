"""A release in the making: which figures it prints, and what earlier ones say of them."""

from dataclasses import dataclass

import numpy as np


@dataclass
class Release:
    """What becomes of each cell, as masks and arrays over the flattened cube.

    `offered`: the release has a place for it. `hidden`: offered, but not printed. `pinned`: printed before and
    still true, so that hiding it would be of no use unless it were withdrawn. `known_lowest`, `known_highest`: what
    an earlier release says.
    """

    offered: np.ndarray
    hidden: np.ndarray
    pinned: np.ndarray
    known_lowest: np.ndarray
    known_highest: np.ndarray

    @property
    def printed(self) -> np.ndarray:
        """The cells that are printed."""
        return self.offered & ~self.hidden

    def hide(self, cells: np.ndarray) -> None:
        """Print these cells no more; an earlier figure of theirs is withdrawn and no longer known to hold."""
        self.offered[cells] = self.hidden[cells] = True
        self.pinned[cells] = False
        self.known_lowest[cells], self.known_highest[cells] = 0, np.inf
