"""Small worlds of known truth: ten districts, five characteristics, Hertfordshire's volumes."""

from dataclasses import dataclass, field
from datetime import date

import numpy as np
import pandas as pd

from transforms.signals.delay import delay
from transforms.signals.dropout import drop_out
from transforms.signals.expected import lower_than_expected
from transforms.signals.past import lower_than_before
from transforms.signals.repeats import repeats
from transforms.signals.routes import route_mix
from transforms.signals.severity import severity
from transforms.signals.silence import silence
from transforms.signals.unknown import unknown

PEOPLE = np.array([97_592, 155_457, 105_471, 133_463, 93_966, 96_623, 149_317, 123_893, 151_786, 88_104], dtype=float)
AREAS = [f"district{n}" for n in range(10)]
A_YEAR = {"race": 1_101, "sexual_orientation": 200, "religion": 100, "disability": 57, "transgender": 36}
ROUTES = ["online", "non_emergency_101", "third_party", "officer", "unknown"]
ROUTE_SHARES = [0.35, 0.4, 0.08, 0.12, 0.05]
OFFENCES = ["public_order", "stalking_and_harassment", "violence_with_injury", "violence_without_injury"]
OFFENCE_SHARES = [0.5, 0.25, 0.1, 0.15]
EXTRACTED = date(2025, 9, 1)


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


def signals_of(world: SignalWorld, rng: np.random.Generator) -> pd.DataFrame:
    """Draw one world and return the results of all its signals, one below the other."""
    now, before, by_month = _counts(world, rng)
    level = now.rename(columns={"report_count": "observed"})
    earlier = before.rename(columns={"report_count": "observed"})
    change = now.rename(columns={"report_count": "now"}).assign(
        before=before["report_count"].to_numpy(), has_break=False
    )
    reports = _reports(now, world, rng)
    keys = ["area_code", "characteristic"]

    def counted(column: str) -> pd.DataFrame:
        return reports.groupby([*keys, column], as_index=False).size().rename(columns={"size": "report_count"})

    unknowns = reports.assign(unknown_count=(reports["reporting_route"] == "unknown").astype(int), report_count=1)
    results = [
        lower_than_expected(level),
        lower_than_expected(earlier, signal="lower_before"),
        silence(by_month),
        lower_than_before(change),
        delay(reports),
        drop_out(reports, EXTRACTED),
        route_mix(counted("reporting_route")),
        severity(counted("offence_group_code")),
        repeats(reports),
        unknown(unknowns.groupby(keys, as_index=False)[["unknown_count", "report_count"]].sum()),
    ]
    return pd.concat(results, ignore_index=True)


def _counts(world: SignalWorld, rng: np.random.Generator) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    now, before, months = [], [], []
    for characteristic, volume in world.volumes.items():
        share = PEOPLE / PEOPLE.sum()
        yearly = share * volume
        if world.yearly is not None and characteristic == world.what:
            yearly = np.full(10, world.yearly)
            share = np.full(10, 0.1)
        level = rng.gamma(1 / world.spread**2, world.spread**2, 10) if world.spread else np.ones(10)
        factors = np.ones((2, 10))
        if characteristic == world.what:
            factors[:, 0] = world.factor_now, world.factor_before
        rate = yearly * level
        monthly = rng.poisson(rate[:, None] * factors[0][:, None] / 12, (10, 12))
        past = rng.poisson(rate * factors[1] * (world.years - 1))
        for number, area in enumerate(AREAS):
            key = {"area_code": area, "characteristic": characteristic}
            now.append({**key, "report_count": int(monthly[number].sum()), "exposure": share[number]})
            before.append({**key, "report_count": int(past[number]), "exposure": share[number]})
            months += [
                {
                    **key,
                    "month": month,
                    "observed": int(monthly[number, month]),
                    "expected": yearly[number] / 12,
                }
                for month in range(12)
            ]
    return pd.DataFrame(now), pd.DataFrame(before), pd.DataFrame(months)


def _reports(now: pd.DataFrame, world: SignalWorld, rng: np.random.Generator) -> pd.DataFrame:
    reports = now.loc[now.index.repeat(now["report_count"]), ["area_code", "characteristic"]].reset_index(drop=True)
    n = len(reports)
    marked = ((reports["area_code"] == AREAS[0]) & (reports["characteristic"] == world.what)).to_numpy()
    same_day = rng.random(n) < 0.55
    lag = np.where(same_day, 0, rng.lognormal(2.0, 1.6, n)) * np.where(marked, world.slower, 1)
    if world.slower != 1:
        lag = np.where(marked & same_day, rng.lognormal(1.0, 1.2, n), lag)
    ends = rng.random(n) < np.where(marked, world.drop_out, 0.25)
    outcome = np.where(ends, np.where(rng.random(n) < 0.5, "14", "16"), "18")
    return reports.assign(
        reporting_delay_days=lag.astype(int),
        recorded_date=pd.Timestamp("2024-10-01"),
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
