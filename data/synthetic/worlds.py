"""Named worlds of known truth, for trials of methods: what is wrong in each is said here, never in its extracts."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from data.errors import UsageError
from data.synthetic.world import World

_WATFORD: Final = "E07000103"
_GROUND: Final = "race"
_PLAIN: Final = World(crimes_by_year=(1_600,) * 5, exact_totals=False, incidence_factors=(), reporting_factors=())
"""Years alike, as a rise of all crime in one April looks like a campaign in May."""
_LAST_YEAR: Final = ("2024-04", "2025-03")

WORLDS: Final[Mapping[str, tuple[str, World]]] = {
    "demo": ("the demo's: half as many reports of one ground in one district, for ever", World()),
    "nothing_wrong": ("districts differ in size and rate, and in nothing else", _PLAIN),
    "spread": (
        "nothing wrong, but places and months differ beyond chance",
        replace(_PLAIN, level_spread=0.2, monthly_spread=0.2),
    ),
    "halved": (
        "in Watford half as many incidents of one ground are reported in the last year",
        replace(_PLAIN, reporting_changes=((_WATFORD, _GROUND, *_LAST_YEAR, 0.5),)),
    ),
    "halved_for_ever": (
        "in Watford half as many incidents of one ground are reported in all years",
        replace(_PLAIN, reporting_factors=((_WATFORD, _GROUND, 0.5),)),
    ),
    "withdrawing": (
        "as halved, and those who do report there wait longer and support their case less often",
        replace(
            _PLAIN,
            reporting_changes=((_WATFORD, _GROUND, *_LAST_YEAR, 0.5),),
            slower=((_WATFORD, _GROUND, 3.0),),
            withdrawn=((_WATFORD, _GROUND, 0.4),),
        ),
    ),
    "campaign": (
        "from May to July 2024 three in ten more incidents are reported everywhere",
        replace(_PLAIN, reporting_changes=(("all", "all", "2024-05", "2024-07", 1.3),)),
    ),
    "break": (
        "from October 2023 a new system records only three reports in four, everywhere",
        replace(_PLAIN, recorded_from=(("2023-10", 0.75),)),
    ),
    "late": (
        "one report in six comes after more than half a year",
        replace(_PLAIN, delay_shares=dict.fromkeys(_PLAIN.delay_shares, (0.40, 0.25, 0.20, 0.15))),
    ),
}
"""By name what is wrong, and the world."""


def named_world(name: str, seed: int) -> World:
    """Return the world of that name with its own seed. Raises UsageError where there is none."""
    if name not in WORLDS:
        raise UsageError(f"There is no world called {name}.", f"Use one of: {', '.join(WORLDS)}.")
    return replace(WORLDS[name][1], seed=seed)
