"""Shares of reports that a release may tell: what each is a share of, and how finely it is rounded."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from data.lateness import MONTHS_LATE, measure

_MONTHS: Final = ("a month", "two months", "three months", "four months", "five months")


@dataclass(frozen=True)
class ShareOf:
    """One share: the measure that holds it, and what it says in words.

    `events` ends `About 40% of reports …`; `base` is what the share is of; `least_known` is the part of all reports
    that the base must hold, for a share of the few that are known would pass for a share of all.
    """

    measure: str
    title: str
    base: str
    events: str
    least_known: float
    meaning: str


JOURNEY: Final = (
    ShareOf(
        "share_told_within_7_days",
        "Told within a week",
        "reports",
        "reached the police within a week",
        0.9,
        "Of reports that say when it happened and when the police were told: all but one in ten at most. A longer wait "
        "can mean fear or doubt before telling. It can also be good news: after outreach, people come forward with "
        "what happened long ago.",
    ),
    ShareOf(
        "share_online",
        "Online",
        "reports",
        "came online",
        1.0,
        "A way of reporting that grows can bring new people, or the same people by another way.",
    ),
    ShareOf(
        "share_third_party",
        "Through an organisation",
        "reports",
        "came through an organisation",
        1.0,
        "People who do not turn to the police themselves are heard this way. A low share can mean that few such "
        "places are open, known or trusted.",
    ),
    ShareOf(
        "share_officer",
        "Found by an officer",
        "reports",
        "were found by an officer",
        1.0,
        "Where officers find most reports, people may not be bringing them.",
    ),
    ShareOf(
        "share_route_unknown",
        "Way not recorded",
        "reports",
        "do not say how they came",
        1.0,
        "The other ways are then larger than they look.",
    ),
    ShareOf(
        "share_not_supported",
        "Ended without the victim's support",
        "cases with an outcome",
        "ended without the victim's support",
        0.5,
        "Outcomes 14 and 16 of the Home Office's list. They say that people stopped, and not why: fear, time, "
        "pressure, or a wish only to have it on record.",
    ),
)
_LATER: Final = ("when their month ended", *(f"{name} later" for name in _MONTHS))
ON_RECORD: Final = tuple(
    ShareOf(
        measure(months),
        f"On record {_LATER[months]}",
        "reports",
        f"were on record {_LATER[months]}",
        0.9,
        "The rest came later: a recent month is not complete.",
    )
    for months in MONTHS_LATE
)
"""How late reports come: what `data.lateness` reads the latest complete month from."""

SHARES: Final = (*JOURNEY, *ON_RECORD)
MEASURES: Final = tuple(one.measure for one in SHARES)
WAYS: Final = ("share_online", "share_third_party", "share_officer", "share_route_unknown")
"""Shares of the same reports that exclude one another: what they leave over came by any other way."""

TOLD_WITHIN_DAYS: Final = 7
"""A week: most people who tell at once do so in it, and it is the first of the delays that are compared."""

_NOTE: Final = "points_"


def note_id(step: int) -> str:
    """Return the note of a share that is right to within this many points of a hundred."""
    return f"{_NOTE}{step}"


def step_of(note_ids: Iterable[str]) -> int:
    """Return to how many points a share is right, by its notes; 0 where it is no share."""
    return max((int(one.removeprefix(_NOTE)) for one in note_ids if one.startswith(_NOTE)), default=0)


def notes(note_ids: Iterable[str]) -> dict[str, str]:
    """Return the words of every such note among these."""
    return {
        one: f"A share of reports, given to the nearest {step} points of a hundred. A share that was printed before "
        f"stands until it is {step} points off, so take it as right to within {step}."
        for one in note_ids
        if (step := step_of([one])) > 1
    } | {one: "A share of reports, exact." for one in note_ids if step_of([one]) == 1}
