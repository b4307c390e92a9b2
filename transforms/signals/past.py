"""Lower than before: an area's reports beside its own past, moved on by what happened elsewhere.

Formula: E = own past × (rest now ÷ rest before), for the same characteristic and calendar months of like
length, so that season, days and a force-wide change cancel; the chance is conditional on all four counts
(difference in differences). May claim: it fell behind its own past by more than chance, beyond the rest of
the force. May not claim: why. Gates: an expectation of 3, 10 reports before, 10 now and before elsewhere, no
recording break between.
"""

from typing import Final

import numpy as np
import pandas as pd

from transforms.signals import chance
from transforms.signals.expected import HIDDEN
from transforms.signals.intervals import odds_ratio
from transforms.signals.result import KEYS, require_columns, require_unique, result_frame

SIGNAL: Final = "lower_than_before"
MIN_EXPECTED: Final = 3.0
MIN_REPORTS: Final = 10


def lower_than_before(counts: pd.DataFrame, noise: float = 0.0, noise_before: float = 0.0) -> pd.DataFrame:
    """Return one result a row of `counts` (`area_code`, `characteristic`, `now`, `before`, `has_break`).

    `now` and `before` count the same calendar months in the present and in all earlier years; `has_break`
    says that recording changed between them. `estimate` is the ratio of the area's change to the change
    elsewhere.

    Published figures may be hidden (NaN) and rounded: elsewhere is where both figures are shown, and `noise`, the
    variance that rounding adds to a count now, and `noise_before` widen the chance.
    """
    require_columns(counts, [*KEYS, "now", "before", "has_break"], "counts")
    require_unique(counts, KEYS, "counts")
    rows: list[dict[str, object]] = []
    for _, group in counts.groupby("characteristic", sort=True):
        shown = group[group["now"].notna() & group["before"].notna()]
        now_all, before_all = float(shown["now"].sum()), float(shown["before"].sum())
        others = max(len(shown) - 1, 0)
        for row in group.to_dict("records"):
            now, before = float(row["now"]), float(row["before"])
            rows.append(
                {
                    **{name: row[name] for name in KEYS},
                    **_judged(
                        (now, before, now_all - now, before_all - before),
                        bool(row["has_break"]),
                        (noise, noise_before, others * noise, others * noise_before),
                    ),
                }
            )
    return result_frame(SIGNAL, rows)


def _judged(
    counts: tuple[float, float, float, float], has_break: bool, noises: tuple[float, float, float, float]
) -> dict[str, object]:
    now, before, rest_now, rest_before = counts
    if np.isnan(now) or np.isnan(before):
        return {"gate": HIDDEN}
    if has_break:
        return {"observed": now, "gate": "Recording changed between the two periods."}
    if min(before, rest_now, rest_before) < MIN_REPORTS:
        return {"observed": now, "gate": "Too few reports before or elsewhere to say what to expect."}
    expected = before * rest_now / rest_before
    if expected < MIN_EXPECTED:
        gate = f"Too few expected to judge: {expected:.1f}, below {MIN_EXPECTED:g}."
        return {"observed": now, "expected": expected, "gate": gate}
    about = "about " if noises[0] else ""
    variance = 1 / before + 1 / rest_now + 1 / rest_before
    variance += sum(noise / mean**2 for noise, mean in zip(noises, (expected, *counts[1:]), strict=True))
    ratio, lower, upper, _ = odds_ratio(now, rest_now, before, rest_before)
    return {
        "observed": now,
        "expected": expected,
        "estimate": ratio,
        "lower": lower,
        "upper": upper,
        "p_value": float(chance.of_so_few(now, expected, variance)),
        "reason": f"{about}{now:g} recorded where its own past and the change elsewhere give about {expected:.1f}.",
    }
