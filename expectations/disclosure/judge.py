"""The judge: settles for each cell asked about whether what can be worked out of it is too much."""

from collections.abc import Callable

import numpy as np

from data.policies import Policy
from expectations.disclosure.search import Search
from expectations.disclosure.system import APRIL, System


class Judge:
    """One system and the cells of it that are asked about, each by its number among these."""

    def __init__(self, system: System, asked: np.ndarray, policy: Policy, exact: np.ndarray | None) -> None:
        """`exact` is the count of each cell of the system: it only tells which are no small counts at all."""
        self.exact = exact
        self._asked, self._policy = asked, policy
        self._hidden = system.cells["hidden"].to_numpy()[asked]
        goal = np.where(self._hidden, policy.protected_to, policy.threshold).astype(float)
        self.search = Search(system, asked, goal, policy.protected_from)

    def unsafe(self) -> dict[int, str]:
        """Return the cells of which too much can be worked out, and what kind of finding each is."""
        self._look_everywhere()
        found = {}
        for number in np.flatnonzero(self._open()).tolist():
            # Without a certain answer yet: most are open, and a table near by shows it soonest.
            if not self._is_shown(number, self.search.seek) and (kind := self.kind(number)):
                found[number] = kind
        return found

    def kind(self, number: int) -> str:
        """Settle one cell for certain; return the kind of finding, or nothing."""
        kind = self._judged(number)
        is_large = self.exact is not None and self.exact[self._asked[number]] >= self._policy.threshold
        return self._judged_large(number) if kind == "too_tight" and is_large else kind

    def tells_as_much(self, number: int, kind: str, other: "Judge") -> bool:
        """Tell whether this system, which knows less than the other, limits a cell as closely as that one does."""
        if not self.search.tables and not self.search.start():
            return False
        if kind == "unproven":
            return self.kind(number) == kind
        return self.search.settle(number) == other.search.settle(number)

    def _look_everywhere(self) -> None:
        """Look for tables near known ones: within a characteristic, then within a year with the total it belongs to."""
        system = self.search.system
        kinds = [system.kind == kind for kind in np.unique(system.kind)]
        years = [(system.month - APRIL) // 12 == year for year in np.unique((system.month - APRIL) // 12)]
        pairs = [(kind | kinds[system.total]) & year for year in years for kind in kinds] if system.total >= 0 else []
        for masks in (kinds, pairs, pairs):
            for free in masks:
                if not self._open().any():
                    return
                self.search.look_around(free, self._hidden)

    def _open(self) -> np.ndarray:
        """Return which of the asked cells the tables found so far do not show to be safe."""
        search, policy = self.search, self._policy
        both_ways = (search.least <= policy.protected_from) & (search.most >= policy.protected_to)
        return ~(both_ways | ~self._hidden & (search.most >= policy.threshold))

    def _judged(self, number: int) -> str:
        policy, hidden = self._policy, bool(self._hidden[number])
        least, most = self.search.settle(number)
        if least >= policy.threshold:
            return self._judged_large(number) if hidden else ""
        if most == 0 and not hidden:
            return ""
        if least == most:
            return "exact"
        if most < policy.protected_to or (least > policy.protected_from and (hidden or most < policy.threshold)):
            return "too_tight"
        return "" if self._is_shown(number, self.search.reach) else "unproven"

    def _is_shown(self, number: int, look: Callable[..., bool]) -> bool:
        """Tell whether `look` finds tables in which a cell is small and large, or, not hidden, no small count."""
        policy = self._policy
        if not self._hidden[number] and look(number, policy.threshold, largest=True):
            return True
        return look(number, self.search.floor, largest=False) and look(number, policy.protected_to, largest=True)

    def _judged_large(self, number: int) -> str:
        """Settle a hidden cell that is no small count: it must not be as good as printed."""
        least, most = self.search.settle(number)
        if most - least < self._policy.hidden_width:
            return "exact" if least == most else "implied"
        return "" if self._spans(number, least, most) else "unproven"

    def _spans(self, number: int, least: float, most: float) -> bool:
        """Tell whether tables were found in which a cell, which none has outside its limits, differs by the width."""
        search, width = self.search, self._policy.hidden_width
        for look in (search.seek, search.reach):
            for largest in (True, False):
                if search.most[number] - search.least[number] < width:
                    up, down = min(most, search.least[number] + width), max(least, search.most[number] - width)
                    look(number, up if largest else down, largest=largest)
        return bool(search.most[number] - search.least[number] >= width)
