"""Kills and failing disks in full: `python benchmarks/crashes.py --points 200 --timed 50 --failing 50`.

Each is a run in a process of its own over a copy of one workspace, checked after the stop and after the next run; a
next run that starts from what another started from is not made again. Prints a line for each fault and ends with 1
where there is any.
"""

import argparse
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

import crashing
import histories

from data.workspace import Workspace


def stops(options: argparse.Namespace, draw: random.Random, calls: int, seconds: float) -> Iterator[tuple[str, dict]]:
    """Every stop to try: its name, and how `crashing.end` makes it."""
    for at in sorted(draw.sample(range(1, calls + 1), min(options.points, calls))):
        yield f"killed at call {at} of {calls}", {"action": "kill", "at": at}
    for _ in range(options.timed):
        after = draw.uniform(0.05, seconds)
        yield f"killed after {after:.2f} of {seconds:.1f} s", {"after": after}
    for number in range(options.failing):
        action = ("full", "broken")[number % 2]
        # One call out of each of as many equal stretches of the run.
        at = min(calls, 1 + int((number + draw.random()) * calls / options.failing))
        yield f"disk {action} at call {at} of {calls}", {"action": action, "at": at}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--points", type=int, default=200, help="kills at a random call that changes the disk")
    parser.add_argument("--timed", type=int, default=50, help="kills at a random moment")
    parser.add_argument("--failing", type=int, default=50, help="calls that find the disk full or broken")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    faulty = tried = 0
    kinds: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        standing = Workspace(Path(folder, "standing"))
        histories.drop(standing, histories.FIRST, "2024-01-04")
        crashing.end(standing.root)
        trial = crashing.trial(standing, Path(folder))
        started = time.monotonic()
        crashing.end(trial.copy(Path(folder, "timed")).root)
        seconds = time.monotonic() - started
        draw = random.Random(options.seed)
        tries = list(stops(options, draw, trial.calls, seconds))
        # In any order, so that a trial that is cut short has tried some of each kind.
        draw.shuffle(tries)
        for name, how in tries:
            place = trial.copy(Path(folder, "tried"))
            ending = crashing.end(place.root, **how)
            faults = trial.faults_after(place)
            if "after" not in how and ending.exit_code not in ((-9,) if how["action"] == "kill" else (0, 7)):
                faults.append(f"ended with {ending.exit_code}: {ending.error}")
            for fault in faults:
                print(f"{name}: {fault}", flush=True)
            tried, faulty = tried + 1, faulty + bool(faults)
            kinds["timed kill" if "after" in how else how["action"]] += 1
            print(f"{tried} tried ({dict(kinds)}), {faulty} with faults", end="\r", file=sys.stderr, flush=True)
            shutil.rmtree(place.root)
    print(f"{tried} stops tried ({dict(kinds)}), {faulty} with faults; {len(trial.judged)} states to go on from")
    sys.exit(1 if faulty else 0)


if __name__ == "__main__":
    main()
