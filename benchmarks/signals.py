"""How well signals and verdict tell truth from chance: false flags, power beside its bound, coverage."""

import argparse
import itertools
import sys
import time
from pathlib import Path

import numpy as np
from scipy import stats

sys.path.append(str(Path(__file__).parents[1] / "tests"))

from signal_worlds import AREAS, SignalWorld, late_reports, signals_of

from transforms.signals.intervals import poisson_limits, rate_ratio
from transforms.signals.nowcast import nowcast
from transforms.signals.verdict import verdicts

FOUND = ("watch", "look_here_first")


def false_flags(worlds: int, spread: float, rng: np.random.Generator) -> None:
    flagged, watched, silent, cells = 0, 0, 0, 0
    for _ in range(worlds):
        found = verdicts(signals_of(SignalWorld(spread=spread), rng))["verdict"]
        flagged += bool((found == "look_here_first").any())
        watched += int((found == "watch").sum())
        silent += int((found == "cannot_tell").sum())
        cells += len(found)
    lower, upper = poisson_limits(flagged)
    print(
        f"nothing wrong, areas spread {spread:g}: {flagged} of {worlds} worlds show any look_here_first "
        f"({flagged / worlds:.1%}, limits {lower / worlds:.1%} to {upper / worlds:.1%}); "
        f"watch {watched / cells:.2%} and cannot_tell {silent / cells:.1%} of cells"
    )


def power(worlds: int, rng: np.random.Generator, means: tuple[float, ...] = (2.5, 10, 20, 30, 60)) -> None:
    """Reporting halves in one cell: lately or for ever, alone or with longer delays and more drop-out."""
    for expected in means:
        alone = {"sexual_orientation": 10 * expected}
        nothing = SignalWorld(yearly=expected, volumes=alone)
        false = np.isin([_verdict(nothing, rng) for _ in range(3 * worlds)], FOUND).mean()
        print(f"expected {expected:g}: watch with nothing wrong {false:.1%}, bound {bound(expected, false):.0%}")
        for lasting, moved in itertools.product((False, True), (False, True)):
            world = SignalWorld(
                yearly=expected,
                volumes=alone,
                factor_now=0.5,
                factor_before=0.5 if lasting else 1,
                slower=2 if moved else 1,
                drop_out=0.55 if moved else 0.25,
            )
            found = np.array([_verdict(world, rng) for _ in range(worlds)])
            when, what = "for ever" if lasting else "lately", "delay and drop-out too" if moved else "alone"
            print(
                f"  halved {when}, {what}: "
                f"watch or stronger {np.isin(found, FOUND).mean():.0%}, "
                f"look_here_first {(found == 'look_here_first').mean():.0%}",
                flush=True,
            )


def bound(expected: float, false_share: float) -> float:
    """Return the power of the exact Poisson test with known expectation, made random to flag exactly
    `false_share`.
    """
    counts = np.arange(int(stats.poisson.ppf(0.999, expected)))
    left = false_share - stats.poisson.cdf(counts - 1, expected)
    share = np.clip(left / stats.poisson.pmf(counts, expected), 0, 1)
    return float((stats.poisson.pmf(counts, expected / 2) * share).sum())


def coverage(draws: int, rng: np.random.Generator) -> None:
    for mean in (3, 10, 30, 100, 1000):
        drawn = rng.poisson(mean, draws)
        lower, upper = poisson_limits(drawn)
        print(f"counts around {mean}: limits cover {np.mean((lower <= mean) & (mean <= upper)):.1%}")
        base = rng.poisson(mean * 1.5, draws)
        limits = [rate_ratio(a, 1, b, 1) for a, b in zip(drawn[:2000], base[:2000], strict=True)]
        print(f"ratios around {mean}: limits cover {np.mean([r.lower <= 2 / 3 <= r.upper for r in limits]):.1%}")


def late(worlds: int, rng: np.random.Generator) -> None:
    for mean, extracts in itertools.product((2, 10, 40, 130), (4, 6, 13, 24)):
        held = []
        for _ in range(worlds):
            snapshots, final = late_reports(rng, mean, extracts)
            found = nowcast(snapshots)
            inside = (found["lower"] <= final[-len(found) :]) & (final[-len(found) :] <= found["upper"])
            held += inside[found["age"] < 12].tolist()
        print(f"nowcasts of {mean} a month from {extracts} extracts: limits cover {np.mean(held):.1%}")


def _verdict(world: SignalWorld, rng: np.random.Generator) -> str:
    signals = signals_of(world, rng)
    cell = signals[(signals["area_code"] == AREAS[0]) & (signals["characteristic"] == world.what)]
    return str(verdicts(cell)["verdict"].iloc[0])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--worlds", type=int, default=1000, help="worlds with nothing wrong")
    parser.add_argument("--trials", type=int, default=200, help="trials a point of power; of nowcasts, a third as many")
    parser.add_argument("--seed", type=int, default=2021)
    options = parser.parse_args()
    rng = np.random.default_rng(options.seed)
    for part in (
        lambda: coverage(20_000, rng),
        lambda: late(options.trials // 3, rng),
        lambda: power(options.trials, rng),
        lambda: false_flags(options.worlds, 0.0, rng),
        lambda: false_flags(options.worlds // 4, 0.2, rng),
    ):
        started = time.perf_counter()
        part()
        print(f"took {time.perf_counter() - started:.0f} s", flush=True)


if __name__ == "__main__":
    main()
