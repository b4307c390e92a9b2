"""Survey benchmarks: what recorded figures would mean if people here reported as they told national surveys.

Source: recorded ÷ share reported on a comparable subset, over the range of published surveys (no confidence
interval: surveys differ in whom and what they ask). May claim, as a scenario: if people reported at the
surveyed rates, about so many. May not claim: a local reporting rate, a ranking, or recorded ÷ survey as a
reporting rate, as the survey has no public order offences and no one under 16. Gates: a comparable subset;
two surveys; a region or larger for ratios.
"""

from typing import Final, NamedTuple

import numpy as np

from data.errors import UsageError
from transforms.signals.intervals import Ratio, poisson_limits

WIDE_ENOUGH: Final = ("country", "region")
LABEL: Final = "range of published surveys, not a confidence interval"


class Scenario(NamedTuple):
    """Reports of the comparable subset, and the incidents they would stand for at the surveyed shares."""

    recorded: int
    lower: float
    upper: float
    label: str


def scenario_band(
    recorded: int, reported_shares: tuple[float, ...], without_public_order: bool, adults_only: bool
) -> Scenario:
    """Return the band of incidents that `recorded` would stand for at the lowest and highest
    `reported_shares` (0–1).

    Its ends take in the chance of the recorded count (exact or Byar's limits). Raises UsageError where the
    count is not of the subset that the surveys ask about, or where only one share is given.
    """
    if not (without_public_order and adults_only):
        raise UsageError(
            "The survey asks adults, and not about public order offences, half of recorded hate crime.",
            "Count offences against adults without public order offences, then ask again.",
        )
    if len(reported_shares) < 2 or not all(0 < share <= 1 for share in reported_shares):
        raise UsageError(
            "A scenario needs the shares of at least two surveys, each above 0 and at most 1.",
            "Give the lowest and the highest published share.",
        )
    lower, upper = poisson_limits(recorded)
    return Scenario(recorded, float(lower) / max(reported_shares), float(upper) / min(reported_shares), LABEL)


def recorded_to_surveyed(
    recorded: float, surveyed: float, comparable_share: float | None, survey_cv: float | None, area_type: str
) -> Ratio:
    """Return recorded ÷ (surveyed × comparable share) with 95% log-normal limits; it may pass 1 and is never
    clipped.

    It mixes reporting, flagging and coverage, and is not a reporting rate. Raises UsageError without the
    share of the survey's incidents that police could record, without the survey's relative standard error, or
    below a region.
    """
    if comparable_share is None:
        raise UsageError(
            "Recorded ÷ survey is not a reporting rate: the two do not cover the same offences or people.",
            "Give the share of the survey's incidents that is comparable, or use a scenario band.",
        )
    if survey_cv is None:
        raise UsageError(
            "The survey's standard error is not known, so that the ratio would look more exact than it is.",
            "Use a scenario band over several surveys.",
        )
    if area_type not in WIDE_ENOUGH:
        raise UsageError(
            "The survey has too few answers to say anything below a region.",
            "Ask for the region or the country.",
        )
    ratio = recorded / (surveyed * comparable_share)
    half = 1.959964 * np.sqrt(np.log(1 + survey_cv**2))
    return Ratio(ratio, ratio * float(np.exp(-half)), ratio * float(np.exp(half)), "log-normal")
