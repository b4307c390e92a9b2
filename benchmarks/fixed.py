"""What a small run pays before and beside its rows, against the bare import of Great Expectations, in one run.

import      Python imports Great Expectations and ends
month       a whole run, local engine, over 200 rows of a synthetic month, into a fresh workspace
years       the same over 200 rows spread over five years: nearly every count is small, and protecting them is the cost
figures     `hatecrime figures …` on the month's release
help        `hatecrime --help`

    python -m benchmarks.fixed --turns 5

Seconds of processor, children included: the least of all turns, since whatever else the machine does only adds.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROWS = 200
COMMAND = [sys.executable, "-m", "flows.cli"]
IMPORT = [sys.executable, "-W", "ignore", "-c", "import great_expectations"]


def write_month(folder: Path) -> Path:
    """Write the second month's extract of the demo's world, cut to its first 200 rows."""
    from data.synthetic import make_extracts, named_world

    made = make_extracts(named_world("demo", 1), folder / "made", folder / "truth")
    month = folder / made[1].name
    month.write_text("".join(made[1].read_text(encoding="utf-8").splitlines(keepends=True)[: ROWS + 1]), "utf-8")
    return month


def run_over(extract: Path, place: Path) -> list[str]:
    return [*COMMAND, "run", str(extract), "--engine", "local", "--workspace", str(place)]


def processor(command: list[str]) -> float:
    """Run a command that must succeed, and return the seconds of processor of it and its children."""
    started = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, spent = os.wait4(started.pid, 0)
    if status:
        raise SystemExit(f"{' '.join(command)} ended with {os.waitstatus_to_exitcode(status)}")
    return spent.ru_utime + spent.ru_stime


def main() -> None:
    from benchmarks.scale import write_extract

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--turns", type=int, default=5)
    parser.add_argument("--years", action="store_true", help="also the rows spread over five years: a minute a turn")
    options = parser.parse_args()
    taken: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        month = write_month(folder)
        (folder / "spread").mkdir()
        years = write_extract(ROWS, folder / "spread") if options.years else None
        for turn in range(options.turns):
            place = folder / f"month-{turn}"
            commands = {"import": IMPORT, "month": run_over(month, place)}
            if years:
                commands["years"] = run_over(years, folder / f"years-{turn}")
            commands["figures"] = [*COMMAND, "figures", "hate crime in May 2020", "--workspace", str(place)]
            commands["help"] = [*COMMAND, "--help"]
            for side, command in commands.items():
                taken.setdefault(side, []).append(processor(command))
    least = {side: min(seconds) for side, seconds in taken.items()}
    for side, seconds in least.items():
        print(f"{side:8} {seconds:6.2f} s of processor, {seconds / least['import']:5.2f} times the import")


if __name__ == "__main__":
    main()
