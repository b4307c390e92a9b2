"""How well signals and verdict tell truth from chance: false flags, power beside its bound, coverage."""

import argparse
import itertools
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import stats

sys.path.append(str(Path(__file__).parents[1] / "tests"))

from conftest import Core
from signal_worlds import AREAS, SignalWorld, cell_of, late_reports, panel_of

from data.synthetic import World, make_extracts, named_world
from transforms.signals.events import event_effect
from transforms.signals.intervals import mid_p_poisson_limits, poisson_limits, rate_ratio
from transforms.signals.nowcast import nowcast
from transforms.signals.panel import Panel, evidence_panel

FOUND = ("watch", "look_here_first")
PARTS = ("coverage", "late", "campaign", "power", "null", "spread", "pipeline", "forces")


def false_flags(worlds: int, spread: float, rng: np.random.Generator) -> None:
    flagged, watched, silent, cells = 0, 0, 0, 0
    for _ in range(worlds):
        found = panel_of(SignalWorld(spread=spread), rng).verdicts["verdict"]
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
    """Reporting halves in one cell: lately or for ever, alone or with longer delays and more drop-out.

    The area has other reports too, as many as keep it cheap. Beside each power stands the best that any test could
    reach which flags as often where nothing is wrong.
    """
    for expected in means:
        volumes = {"religion": 15 * expected, "sexual_orientation": 10 * expected}
        nothing = [panel_of(SignalWorld(yearly=expected, volumes=volumes), rng) for _ in range(3 * worlds)]
        false = np.isin([cell_of(one, SignalWorld()) for one in nothing], FOUND).mean()
        false_level = np.mean([_level_flags(one) for one in nothing])
        best, best_level = bound(expected, false), bound(expected, false_level)
        print(
            f"expected {expected:g}: with nothing wrong watch or stronger {false:.1%} (best power at that {best:.0%}), "
            f"signal of level {false_level:.1%} (best {best_level:.0%})"
        )
        for lasting, moved in itertools.product((False, True), (False, True)):
            world = SignalWorld(
                yearly=expected,
                volumes=volumes,
                factor_now=0.5,
                factor_before=0.5 if lasting else 1,
                slower=2 if moved else 1,
                drop_out=0.55 if moved else 0.25,
            )
            panels = [panel_of(world, rng) for _ in range(worlds)]
            found = np.array([cell_of(one, world) for one in panels])
            level = np.mean([_level_flags(one) for one in panels])
            when, what = "for ever" if lasting else "lately", "delay and drop-out too" if moved else "alone"
            watched = np.isin(found, FOUND).mean()
            print(
                f"  halved {when}, {what}: watch or stronger {watched:.0%} ({_share_of(watched, best)} of best), "
                f"look_here_first {(found == 'look_here_first').mean():.0%}, "
                f"signal of level {level:.0%} ({_share_of(level, best_level)} of best)",
                flush=True,
            )


def _share_of(found: float, best: float) -> str:
    return f"{found / best:.0%}" if best > 0 else "nothing"


def _level_flags(panel: Panel) -> bool:
    rows = panel.evidence[
        (panel.evidence["area_code"] == AREAS[0])
        & (panel.evidence["characteristic"] == SignalWorld().what)
        & (panel.evidence["signal"] == "lower_than_expected")
    ]
    return bool((rows["state"] == "flag").any())


def bound(expected: float, false_share: float) -> float:
    """Return the power of the exact Poisson test with known expectation, made random to flag exactly
    `false_share`.
    """
    counts = np.arange(int(stats.poisson.ppf(0.999, expected)))
    left = false_share - stats.poisson.cdf(counts - 1, expected)
    share = np.clip(left / stats.poisson.pmf(counts, expected), 0, 1)
    return float((stats.poisson.pmf(counts, expected / 2) * share).sum())


def coverage(draws: int, rng: np.random.Generator) -> None:
    for mean in (1, 2, 3, 5, 7, 10, 15, 20, 30, 100, 1000):
        drawn = rng.poisson(mean, draws)
        held = []
        for limits in (poisson_limits, mid_p_poisson_limits):
            lower, upper = limits(drawn)
            held.append(np.mean((lower <= mean) & (mean <= upper)))
        base = rng.poisson(mean * 1.5, 2000)
        ratios = [rate_ratio(a, 1, b, 1) for a, b in zip(drawn[:2000], base, strict=True)]
        ratio = np.mean([one.lower <= 2 / 3 <= one.upper for one in ratios if not np.isnan(one.ratio)])
        print(f"counts around {mean}: limits hold {held[0]:.1%}, mid-P {held[1]:.1%}; ratios hold {ratio:.1%}")
    spread = rng.uniform(1, 30, draws)
    drawn = rng.poisson(spread)
    for name, limits in (("exact below 10 and Byar", poisson_limits), ("mid-P", mid_p_poisson_limits)):
        lower, upper = limits(drawn)
        print(f"counts around 1 to 30 together: {name} hold {np.mean((lower <= spread) & (spread <= upper)):.1%}")


def late(worlds: int, rng: np.random.Generator) -> None:
    for mean, extracts in itertools.product((2, 10, 40, 130), (4, 6, 13, 24)):
        held = []
        for _ in range(worlds):
            snapshots, final = late_reports(rng, mean, extracts)
            found = nowcast(snapshots)
            inside = (found["lower"] <= final[-len(found) :]) & (final[-len(found) :] <= found["upper"])
            held += inside[found["age"] < 12].tolist()
        print(f"nowcasts of {mean} a month from {extracts} extracts: limits cover {np.mean(held):.1%}")


def campaigns(trials: int, rng: np.random.Generator) -> None:
    """Three months in which three in ten more are reported, and the same months without: found, limits, placebos."""
    months = pd.date_range("2020-04-01", periods=60, freq="MS")
    season = np.asarray(1 + 0.12 * np.cos(2 * np.pi * (months.month - 7) / 12)) * (1 + 0.002 * np.arange(60))
    for mean, spread, factor in itertools.product((30, 130), (0.0, 0.1), (1.3, 1.0)):
        effects = []
        for _ in range(trials):
            rate = mean * season * (rng.gamma(1 / spread**2, spread**2, 60) if spread else 1)
            rate[49:52] *= factor
            series = pd.DataFrame({"month": months, "report_count": rng.poisson(rate)})
            effects.append(event_effect(series, date(2024, 5, 1), declared_on=date(2024, 3, 1)))
        found = np.mean([effect.state == "found" for effect in effects])
        held = np.mean([effect.lower <= factor <= effect.upper for effect in effects])
        print(
            f"{mean} a month, spread {spread:g}, times {factor}: found {found:.0%}, limits hold {held:.0%}", flush=True
        )


def pipeline(seeds: int) -> None:
    """Named worlds as extracts through reading and core: nothing wrong several times, each of the others once."""
    names = ["nothing_wrong"] * seeds + ["spread"] * seeds + ["halved", "halved_for_ever", "withdrawing", "break"]
    for seed, name in enumerate(names):
        with tempfile.TemporaryDirectory() as folder:
            core = _core(named_world(name, seed), Path(folder))
            found = evidence_panel(core.database, core.folder).verdicts
        pointed = found[found["verdict"].isin(FOUND)]
        said = [f"{one.area_name} {one.characteristic} {one.verdict}" for one in pointed.itertuples()]
        print(f"{name} (seed {seed}): {'; '.join(said) or 'nothing points anywhere'}", flush=True)


def forces(count: int) -> None:
    """One force of average size, read and judged again for each of the country's forces."""
    with tempfile.TemporaryDirectory() as folder:
        core = _core(replace(named_world("nothing_wrong", 1), scale=2.0), Path(folder))
        started = time.process_time()
        for _ in range(count):
            evidence_panel(core.database, core.folder)
        spent = time.process_time() - started
    print(f"all signals of one force {spent / count:.1f} s of CPU, of {count} forces {spent:.0f} s")


def _core(world: World, folder: Path) -> Core:
    files = make_extracts(world, folder / "landing", folder / "truth")
    return Core(folder).build("hertfordshire", *files)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--worlds", type=int, default=1000, help="worlds with nothing wrong")
    parser.add_argument("--trials", type=int, default=200, help="trials a point of power; of nowcasts, a third as many")
    parser.add_argument("--seed", type=int, default=2021)
    parser.add_argument("--part", choices=PARTS, help="only this part")
    options = parser.parse_args()
    parts: dict[str, Callable[[np.random.Generator], None]] = {
        "coverage": lambda rng: coverage(20_000, rng),
        "late": lambda rng: late(options.trials // 3, rng),
        "power": lambda rng: power(options.trials, rng),
        "null": lambda rng: false_flags(options.worlds, 0.0, rng),
        "spread": lambda rng: false_flags(options.worlds // 4, 0.2, rng),
        "campaign": lambda rng: campaigns(options.trials // 2, rng),
        "pipeline": lambda _: pipeline(5),
        "forces": lambda _: forces(43),
    }
    for name, part in parts.items():
        if options.part in (None, name):
            started = time.process_time()
            # Each part draws its own numbers, so that one alone says what it says among all.
            part(np.random.default_rng([options.seed, *name.encode("ascii")]))
            print(f"took {time.process_time() - started:.0f} s of CPU", flush=True)


if __name__ == "__main__":
    main()
