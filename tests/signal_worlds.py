"""Small worlds of known truth: ten districts, five characteristics, Hertfordshire's volumes."""

from dataclasses import dataclass, field
from datetime import date

import numpy as np
import pandas as pd

from transforms.signals.inputs import Inputs, Period
from transforms.signals.panel import Panel, judged

PEOPLE = np.array([97_592, 155_457, 105_471, 133_463, 93_966, 96_623, 149_317, 123_893, 151_786, 88_104], dtype=float)
AREAS = [f"district{n}" for n in range(10)]
A_YEAR = {"race": 1_101, "sexual_orientation": 200, "religion": 100, "disability": 57, "transgender": 36}
ROUTES = ["online", "non_emergency_101", "third_party", "officer", "unknown"]
ROUTE_SHARES = [0.35, 0.4, 0.08, 0.12, 0.05]
OFFENCES = ["public_order", "stalking_and_harassment", "violence_with_injury", "violence_without_injury"]
OFFENCE_SHARES = [0.5, 0.25, 0.1, 0.15]
LAST_MONTH = pd.Period("2025-03", "M")
EXTRACTED = date(2025, 4, 4)


@dataclass(frozen=True)
class SignalWorld:
    """`years` of monthly counts, the last one under scrutiny; in cell (0, `what`) things may be different.

    `factor_now` and `factor_before` multiply its reports; `slower` its delays; `drop_out` is its share of
    cases that end without support (0.25 elsewhere). `spread` is the standard deviation of areas' own levels,
    by characteristic.
    """

    years: int = 5
    what: str = "sexual_orientation"
    yearly: float | None = None
    factor_now: float = 1.0
    factor_before: float = 1.0
    slower: float = 1.0
    drop_out: float = 0.25
    spread: float = 0.0
    volumes: dict[str, float] = field(default_factory=lambda: dict(A_YEAR))


def panel_of(world: SignalWorld, rng: np.random.Generator) -> Panel:
    """Draw one world and return its evidence and verdicts, assembled as a run assembles them."""
    monthly = _monthly(world, rng)
    first = (LAST_MONTH - 11).to_timestamp()
    recent = monthly[(monthly["month"] >= first - pd.DateOffset(months=5)) & (monthly["characteristic"] != "all")]
    return judged(
        Inputs(
            period=Period(first.date(), LAST_MONTH.to_timestamp().date(), EXTRACTED, "recorded", "crime"),
            areas=pd.DataFrame(
                {"area_code": AREAS, "area_name": AREAS, "area_type": "district", "persons": PEOPLE.astype(float)}
            ),
            monthly=monthly,
            reports=_reports(recent, world, rng),
            breaks=pd.DataFrame(columns=["starts_on", "characteristic"]),
            snapshots=pd.DataFrame(
                columns=["date_basis", "characteristic", "extracted_month", "month", "report_count"]
            ),
        )
    )


def cell_of(panel: Panel, world: SignalWorld) -> str:
    """Return the verdict of the area × characteristic in which things may be different."""
    verdicts = panel.verdicts
    here = (verdicts["area_code"] == AREAS[0]) & (verdicts["characteristic"] == world.what)
    return str(verdicts.loc[here, "verdict"].item())


def _monthly(world: SignalWorld, rng: np.random.Generator) -> pd.DataFrame:
    """Draw reports by area, characteristic and month; `all` is their sum, as no report here names two grounds."""
    months = pd.period_range(end=LAST_MONTH, periods=12 * world.years, freq="M").to_timestamp()
    counts = {}
    for characteristic, volume in world.volumes.items():
        yearly = PEOPLE / PEOPLE.sum() * volume
        if world.yearly is not None and characteristic == world.what:
            yearly = world.yearly * PEOPLE / PEOPLE[0]
        level = rng.gamma(1 / world.spread**2, world.spread**2, 10) if world.spread else np.ones(10)
        rate = np.repeat((yearly * level)[:, None] / 12, len(months), axis=1)
        if characteristic == world.what:
            rate[0, -12:] *= world.factor_now
            rate[0, :-12] *= world.factor_before
        counts[characteristic] = rng.poisson(rate)
    counts["all"] = sum(counts.values())
    return pd.concat(
        [
            pd.DataFrame(
                {
                    "area_code": np.repeat(AREAS, len(months)),
                    "characteristic": characteristic,
                    "month": np.tile(months, len(AREAS)),
                    "report_count": table.ravel(),
                }
            )
            for characteristic, table in counts.items()
        ],
        ignore_index=True,
    )


def _reports(recent: pd.DataFrame, world: SignalWorld, rng: np.random.Generator) -> pd.DataFrame:
    reports = recent.loc[recent.index.repeat(recent["report_count"]), ["area_code", "characteristic", "month"]]
    reports = reports.reset_index(drop=True)
    n = len(reports)
    marked = ((reports["area_code"] == AREAS[0]) & (reports["characteristic"] == world.what)).to_numpy()
    same_day = rng.random(n) < 0.55
    lag = np.where(same_day, 0, rng.lognormal(2.0, 1.6, n)) * np.where(marked, world.slower, 1)
    if world.slower != 1:
        lag = np.where(marked & same_day, rng.lognormal(1.0, 1.2, n), lag)
    ends = rng.random(n) < np.where(marked, world.drop_out, 0.25)
    outcome = np.where(ends, np.where(rng.random(n) < 0.5, "14", "16"), "18")
    return reports.assign(
        told_month=reports["month"],
        recorded_date=reports["month"] + pd.to_timedelta(rng.integers(0, 28, n), unit="D"),
        reporting_delay_days=lag.astype(int),
        occurred_date=reports["month"],
        outcome_code=np.where(rng.random(n) < 0.95, outcome, ""),
        reporting_route=rng.choice(ROUTES, n, p=ROUTE_SHARES),
        offence_group_code=rng.choice(OFFENCES, n, p=OFFENCE_SHARES),
        victim_pseudonym=[f"v{number}" for number in rng.integers(0, 9 * n, n)],
    )


DELAY_SHARES = np.array([0.6, 0.15, 0.08, 0.05, 0.03, 0.025, 0.02, 0.015, 0.01, 0.008, 0.006, 0.004, 0.002])


def late_reports(
    rng: np.random.Generator, mean: float, extracts: int, months: int = 36, leaving: float = 0.02
) -> tuple[pd.DataFrame, np.ndarray]:
    """Draw what the last `extracts` monthly extracts showed of `months` months, and the final counts.

    Reports arrive up to 12 months late; a share `leaving` of them is cancelled at some later age.
    """
    shares = DELAY_SHARES / DELAY_SHARES.sum()
    longest = len(shares) - 1
    arrived = rng.poisson(mean * shares, (months, longest + 1))
    counts = arrived.cumsum(axis=1).astype(float)
    for month in range(months):
        for age in range(longest):
            for gone in rng.integers(age + 1, longest + 1, rng.binomial(arrived[month, age], leaving)):
                counts[month, gone:] -= 1
    start = pd.Period("2022-01", "M")
    rows = [
        (
            (start + extract).to_timestamp(),
            (start + month).to_timestamp(),
            counts[month, min(extract - month, longest)],
        )
        for extract in range(months - extracts, months)
        for month in range(extract + 1)
    ]
    return pd.DataFrame(rows, columns=["extracted_month", "month", "report_count"]), counts[:, longest]
