"""How soon a question is answered on the command line: against Python itself starting, and with a long log of pulls.

`python -m benchmarks.answers WORKSPACE` after a demo. CPU seconds, the median of several runs in turn, as ratios of one
run: another machine, or a busy one, gives other seconds and about the same ratios.
"""

import argparse
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from data.workspace import Workspace
from flows import pulls

QUESTION = "sexual orientation, Watford, last 12 months"
LONG_LOG = 5000


def seconds(*command: str) -> float:
    """CPU seconds of one run of a command."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, *command], check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("workspace", type=Path)
    parser.add_argument("--times", type=int, default=9)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        place = Workspace(Path(folder) / "workspace")
        shutil.copytree(given.workspace / "public", place.public)
        place.private.mkdir()
        ask = ("-m", "flows.cli", "figures", QUESTION, "--workspace", str(place.root))
        turns = {"python": ("-c", ""), "help": ("-m", "flows.cli", "--help"), "answer": ask}
        found: dict[str, list[float]] = {name: [] for name in turns}
        for _ in range(given.times):
            for name, command in turns.items():
                found[name].append(seconds(*command))
        asked = pulls.Asked("race", "E07000103", "crime", "2024-04", "2025-03", pulls.GIVEN)
        for _ in range(LONG_LOG):
            pulls.log(place, "figures", "2025-03-0123abcd", [asked])
        long = statistics.median(seconds(*ask) for _ in range(given.times))
        bare = statistics.median(found["python"])
        for name, runs in found.items():
            took = statistics.median(runs)
            print(f"{name}: {took:.2f} s of CPU, {took / bare:.0f} × python starting")
        short = statistics.median(found["answer"])
        print(f"answer after {LONG_LOG:,} pulls: {long / short:.2f} × the answer after none")


if __name__ == "__main__":
    main()
