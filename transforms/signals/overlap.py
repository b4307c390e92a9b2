"""Hidden figures from overlapping lists, for the analyst only: how many people either list could have
reached.

Sources: Chapman 1951 with log-normal limits (Sadinle 2008); log-linear models of list overlaps (Bishop,
Fienberg and Holland 1975; Rivest and Baillargeon 2007; Chan, Silverman and Vincent 2021 for pairs that never
overlap). May claim, as modelled: the number reachable by the lists, if they are independent or depend as the
model says. May not claim: those invisible to all lists, nor any one model's answer alone; referral between
lists makes two-list answers a lower bound. Gates: an overlap of 7, aggregate counts only, force level only.
"""

import warnings
from itertools import combinations, product
from typing import Any, Final, NamedTuple

import numpy as np
import pandas as pd
from scipy import stats

from data.errors import UsageError

MIN_OVERLAP: Final = 7
ODDS_RATIOS: Final = (0.5, 1.0, 2.0, 4.0)
"""How many times likelier the second list is for those on the first: 1 is independence."""
ADD_BELOW: Final = 0.02
"""A pair enters where its overlap would be this unlikely without it (SparseMSE's threshold)."""

Pairs = tuple[tuple[str, str], ...]


class Population(NamedTuple):
    """An estimated number of people with its standard error and 95% log-normal limits."""

    estimate: float
    standard_error: float
    lower: float
    upper: float


def chapman(first: int, second: int, both: int) -> Population:
    """Return Chapman's estimate from two list sizes and their overlap, limits log-normal around those never
    seen.
    """
    if not 0 <= both <= min(first, second):
        raise UsageError("The overlap is larger than a list.", "Give the two list sizes and how many stand on both.")
    if both < MIN_OVERLAP:
        raise UsageError(
            f"The lists share {both} people, fewer than {MIN_OVERLAP}: no total can be told from them.",
            "Join periods or areas until at least 7 stand on both lists.",
        )
    estimate = (first + 1) * (second + 1) / (both + 1) - 1
    variance = (first + 1) * (second + 1) * (first - both) * (second - both) / ((both + 1) ** 2 * (both + 2))
    seen = first + second - both
    unseen = estimate - seen
    spread = np.exp(1.959964 * np.sqrt(np.log(1 + variance / unseen**2))) if unseen > 0 else 1.0
    return Population(estimate, float(np.sqrt(variance)), seen + unseen / spread, seen + unseen * spread)


def dependence(first: int, second: int, both: int) -> pd.DataFrame:
    """Return `odds_ratio` and `estimate`: the total if the lists depend, from θ n10 n01 ÷ n11 people never
    seen.
    """
    chapman(first, second, both)
    only_first, only_second = first - both, second - both
    unseen = [theta * only_first * only_second / both for theta in ODDS_RATIOS]
    seen = first + second - both
    return pd.DataFrame({"odds_ratio": ODDS_RATIOS, "estimate": [seen + more for more in unseen]})


def multiple_systems(histories: pd.DataFrame, pairs: Pairs = ()) -> Population:
    """Return the estimate of one log-linear model from list columns of 0 and 1 and `person_count`.

    `pairs` names the lists that depend. A pair that never overlaps has no finite effect: the histories with
    both are left out, as they are certain to be empty. Histories not given count 0. Raises UsageError where
    fewer than 7 people stand on two lists or more.
    """
    shared = int(histories.loc[histories[_lists(histories)].sum(axis=1) >= 2, "person_count"].sum())
    if shared < MIN_OVERLAP:
        raise UsageError(
            f"The lists share {shared} people, fewer than {MIN_OVERLAP}: no total can be told from them.",
            "Join periods or areas until at least 7 stand on two lists or more.",
        )
    fit = _fitted(_model(histories, pairs)[0])
    seen = float(histories["person_count"].sum())
    log_unseen, variance = float(fit.params[0]), float(fit.cov_params()[0, 0])
    unseen, half = float(np.exp(log_unseen)), 1.959964 * np.sqrt(variance)
    return Population(
        seen + unseen,
        float(np.sqrt(unseen + unseen**2 * variance)),
        seen + unseen * float(np.exp(-half)),
        seen + unseen * float(np.exp(half)),
    )


def model_spread(histories: pd.DataFrame) -> pd.DataFrame:
    """Return the models side by side: none, each pair, the selected and all pairs, with estimate, limits and
    BIC.

    A model that the lists cannot identify has no estimate. The spread over models is the answer's
    uncertainty; no row alone is. Raises UsageError below three lists.
    """
    lists = _lists(histories)
    if len(lists) < 3:
        raise UsageError(f"There are {len(lists)} lists; dependence needs 3.", "Use `chapman` for two lists.")
    every = tuple(combinations(lists, 2))
    models: dict[str, Pairs] = {"independent": ()}
    models |= {f"{a} with {b}": ((a, b),) for a, b in every}
    models |= {"selected": select_pairs(histories), "all pairs": every}
    rows = []
    for name, pairs in models.items():
        model, dropped = _model(histories, pairs)
        row: dict[str, Any] = {"model": name, "never_overlap": dropped}
        if np.linalg.matrix_rank(model.exog) == model.exog.shape[1]:
            row |= {**multiple_systems(histories, pairs)._asdict(), "bic": float(_fitted(model).bic_llf)}
        rows.append(row)
    return pd.DataFrame(rows)


def select_pairs(histories: pd.DataFrame, below: float = ADD_BELOW) -> Pairs:
    """Return the pairs that enter one by one, the least likely overlap first, while one is less likely than
    `below`.
    """
    lists = _lists(histories)
    chosen: list[tuple[str, str]] = []
    weight = histories["person_count"].to_numpy(dtype=float)
    while True:
        fit = _fitted(_model(histories, tuple(chosen))[0])
        table = _table(histories, tuple(chosen))
        chances = {}
        for a, b in combinations(lists, 2):
            if (a, b) not in chosen:
                overlap = float((weight * histories[a] * histories[b]).sum())
                mean = float((fit.mu * table[a] * table[b]).sum())
                chances[a, b] = min(stats.poisson.cdf(overlap, mean), stats.poisson.sf(overlap - 1, mean))
        least = min(chances, key=lambda pair: chances[pair], default=None)
        if least is None or chances[least] >= below:
            return tuple(chosen)
        chosen.append(least)


def _model(histories: pd.DataFrame, pairs: Pairs) -> tuple[Any, int]:
    """Return the model, and how many of its pairs never overlap."""
    from statsmodels.genmod.families import Poisson
    from statsmodels.genmod.generalized_linear_model import GLM

    table = _table(histories, pairs)
    design = [np.ones(len(table)), *(table[name].to_numpy(dtype=float) for name in _lists(histories))]
    overlapping = [(table[a] * table[b]).to_numpy(dtype=float) for a, b in pairs]
    design += [column for column in overlapping if column.any()]
    counts = table["person_count"].to_numpy(dtype=float)
    model = GLM(counts, np.column_stack(design), family=Poisson())
    return model, sum(not column.any() for column in overlapping)


def _fitted(model: Any) -> Any:
    from statsmodels.tools.sm_exceptions import PerfectSeparationWarning

    with warnings.catch_warnings():
        # A model with a parameter for every history fits it exactly, and is still identified.
        warnings.simplefilter("ignore", PerfectSeparationWarning)
        return model.fit(tol=1e-12)


def _table(histories: pd.DataFrame, pairs: Pairs) -> pd.DataFrame:
    """Return every possible history but the unseen one with its count, without those that certain pairs rule
    out.
    """
    lists = _lists(histories)
    every = pd.DataFrame([row for row in product((0, 1), repeat=len(lists)) if any(row)], columns=lists)
    counts = histories.groupby(lists, as_index=False)["person_count"].sum()
    table = every.merge(counts, how="left", on=lists).fillna({"person_count": 0})
    for a, b in pairs:
        if not (histories["person_count"] * histories[a] * histories[b]).any():
            table = table[table[a] * table[b] == 0]
    return table


def _lists(histories: pd.DataFrame) -> list[str]:
    return [name for name in histories.columns if name != "person_count"]
