"""The parameters of a synthetic world: places, volumes, reporting rates, delays and revisions."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Final

import numpy as np

from data.schema import MONITORED_CHARACTERISTICS


@dataclass(frozen=True)
class Place:
    """Where an incident can happen: our code, what an extract writes, the code before 2012–13, and exposure.

    `exposure` is proportional to the incidents expected there, before any factor of the world.
    """

    area_code: str
    extract_code: str
    former_code: str | None
    exposure: float


def _district(code: str, population: int, relative_rate: float, former_code: str | None = None) -> Place:
    return Place(code, code, former_code, population * relative_rate)


PLACES: Final = (
    _district("E07000095", 97_592, 1.1),
    _district("E07000096", 155_457, 0.95),
    _district("E07000098", 105_471, 1.15),
    _district("E07000099", 133_463, 0.8),
    _district("E07000102", 93_966, 0.8),
    _district("E07000103", 96_623, 1.5),
    _district("E07000240", 149_317, 0.9, "E07000100"),
    _district("E07000241", 123_893, 1.2, "E07000104"),
    _district("E07000242", 151_786, 0.7, "E07000097"),
    _district("E07000243", 88_104, 1.25, "E07000101"),
    Place("herts_outside", "outside", None, 12_000),
    Place("herts_online", "online", None, 30_000),
    Place("herts_unknown", "unknown", None, 18_000),
)
"""Mid-2020 populations times invented relative rates; the last three are places no map holds."""

Factors = tuple[tuple[str, str, float], ...]
"""(area_code, characteristic, factor) for each pair that departs from the rest."""

Changes = tuple[tuple[str, str, str, str, float], ...]
"""(area_code, characteristic, first month, last month, factor); `all` stands for every one."""


@dataclass(frozen=True)
class World:
    """Everything that decides a synthetic world; the defaults are the demo's.

    Volumes follow Hertfordshire's published totals (Home Office by way of the Watford Observer, October 2021,
    HemelToday, October 2023, and The Independent / PA, October 2025). Everything else is invented.

    With `exact_totals` the crimes that stand in the last extract, by year recorded, equal `crimes_by_year`
    times `scale` to the unit: the world is drawn given those totals. Without it they vary by Poisson chance.
    """

    seed: int = 2021
    first_month: str = "2020-04"
    crimes_by_year: tuple[int, ...] = (1_627, 1_675, 1_430, 1_479, 1_843)
    scale: float = 1.0
    exact_totals: bool = True
    non_crime_incidents_per_crime: float = 0.15
    report_mix: Mapping[str, float] = field(
        default_factory=lambda: {
            "race": 0.746,
            "religion": 0.060,
            "sexual_orientation": 0.133,
            "disability": 0.039,
            "transgender": 0.022,
        }
    )
    """Share of reports by leading characteristic, if reporting were the same everywhere."""

    reporting_rates: Mapping[str, float] = field(
        default_factory=lambda: {
            "race": 0.48,
            "religion": 0.45,
            "sexual_orientation": 0.25,
            "disability": 0.35,
            "transgender": 0.18,
        }
    )
    """Share of true incidents that police are ever told of, by leading characteristic."""

    incidence_factors: Factors = (("E07000098", "religion", 2.5), ("E07000103", "religion", 1.4))
    reporting_factors: Factors = (("E07000095", "sexual_orientation", 0.5),)
    """The demo's hidden fact: half as many of these incidents are reported as elsewhere."""

    delay_shares: Mapping[str, tuple[float, float, float, float]] = field(
        default_factory=lambda: {
            "race": (0.62, 0.25, 0.11, 0.02),
            "religion": (0.60, 0.26, 0.12, 0.02),
            "sexual_orientation": (0.50, 0.27, 0.17, 0.06),
            "disability": (0.50, 0.28, 0.17, 0.05),
            "transgender": (0.42, 0.27, 0.22, 0.09),
        }
    )
    """Share of reports made the same day, within a week, within half a year, and within five years."""

    cancelled_share: float = 0.02
    reclassified_share: float = 0.015
    moved_share: float = 0.012
    lost_share: float = 0.01
    gained_share_of_pairs: float = 0.15
    """Reports with two characteristics whose second one is added only later."""

    reporting_changes: Changes = ()
    """What changes how many of the incidents of some months are reported, such as a campaign."""

    slower: Factors = ()
    """How many times as long people wait there; those who would tell the same day wait as long in days."""

    withdrawn: Factors = ()
    """The share of cases there that end without the victim's support beside those that do anyway."""

    recorded_from: tuple[tuple[str, float], ...] = ()
    """(month, share): from that month of recording on, only this share of reports is recorded, everywhere."""

    level_spread: float = 0.0
    """How far places differ in incidents for no reason, by characteristic: the standard deviation of a factor."""

    monthly_spread: float = 0.0
    """How far months differ in incidents beyond Poisson chance, by place and characteristic."""

    def characteristic_shares(self, shares: Mapping[str, Any]) -> np.ndarray:
        """Return one of the mappings above as an array in the order of the monitored characteristics."""
        return np.array([shares[name] for name in MONITORED_CHARACTERISTICS])

    def crime_targets(self) -> np.ndarray:
        """Return the crimes of each year after scaling, as whole numbers."""
        return np.rint(np.array(self.crimes_by_year) * self.scale).astype(np.int64)

    def random(self, stage: str) -> np.random.Generator:
        """Return the stage's own random numbers, so that one stage's draws never shift another's."""
        return np.random.default_rng([self.seed, *stage.encode("ascii")])

    def parameters(self) -> dict[str, Any]:
        """Return every parameter in plain types, ready for JSON."""
        return asdict(self)


def place_factors(factors: Factors, otherwise: float = 1.0) -> np.ndarray:
    """Return the factors as place × characteristic, `otherwise` where none is named."""
    table = np.full((len(PLACES), len(MONITORED_CHARACTERISTICS)), otherwise)
    codes = [place.area_code for place in PLACES]
    for area_code, characteristic, factor in factors:
        at = codes.index(area_code), MONITORED_CHARACTERISTICS.index(characteristic)
        table[at] = factor * (table[at] if otherwise else 1)
    return table


def month_factors(changes: Changes, months: np.ndarray) -> np.ndarray:
    """Return the changes as place × characteristic × month, 1 where none is named."""
    table = np.ones((len(PLACES), len(MONITORED_CHARACTERISTICS), len(months)))
    codes = [place.area_code for place in PLACES]
    for area_code, characteristic, first, last, factor in changes:
        here = np.array([area_code in ("all", code) for code in codes])
        named = np.array([characteristic in ("all", name) for name in MONITORED_CHARACTERISTICS])
        then = (months >= np.datetime64(first, "M")) & (months <= np.datetime64(last, "M"))
        table[np.ix_(here, named, then)] *= factor
    return table
