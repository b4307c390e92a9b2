"""Lower in the mix: reports of one ground beside the area's reports of all others, at the other areas' mix.

Formula: `expected.lower_than_expected` with the area's other reports as the exposure, a count with chance of its
own. It needs no population, and sees one ground that is quiet where the area is not. May claim: fewer recorded
than the area's other reports would give. May not claim: that fewer are reported; many reports of another kind do
the same. Gates: those of `expected`; a ground that is at most half of all reports, as a large one is set beside
a remainder that says little about it.
"""

from typing import Final

import pandas as pd

from transforms.signals.expected import lower_than_expected
from transforms.signals.result import KEYS, require_columns, result_frame

SIGNAL: Final = "lower_in_mix"
LARGEST_SHARE: Final = 0.5


def lower_in_mix(counts: pd.DataFrame, signal: str = SIGNAL, noise: float = 0.0) -> pd.DataFrame:
    """Return one result a row of `counts` (`area_code`, `characteristic`, `observed`, `others`): is it lower?

    `others` counts the area's reports that do not name the characteristic. `noise` is the variance that rounding
    adds to a published count; a hidden count is NaN.
    """
    require_columns(counts, [*KEYS, "observed", "others"], "counts")
    shown = counts[counts["observed"].notna() & counts["others"].notna()]
    sums = shown.groupby("characteristic")[["observed", "others"]].sum()
    largest = sums.index[sums["observed"] > LARGEST_SHARE * sums.sum(axis=1)]
    is_large = counts["characteristic"].isin(largest)
    gate = "Most reports name this ground, so that the others say little about it."
    cells = counts.loc[is_large, list(KEYS)].to_dict("records")
    smaller = counts.loc[~is_large, [*KEYS, "observed", "others"]].rename(columns={"others": "exposure"})
    judged = lower_than_expected(smaller, True, signal, "the area's other reports", noise)
    if not cells:
        return judged
    gated = result_frame(signal, [{**cell, "gate": gate} for cell in cells])
    return pd.concat([judged, gated] if len(judged) else [gated], ignore_index=True)
