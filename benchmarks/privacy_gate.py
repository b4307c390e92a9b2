"""How fast the privacy gate searches, against DuckDB loading the same CSV as text, and how well it finds.

`speed` times one file in one run; `trial` plants identifiers of every kind and reads clean files.
"""

import argparse
import resource
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from identifiers import clean_file, planted_trial

from data import profile as profiles
from data.synthetic import World, generate
from transforms.connection import connect
from transforms.privacy import inspect
from transforms.reading import LINE_NUMBER


def large_extract(rows: int, folder: Path) -> tuple[Path, Path]:
    """Write the same synthetic Hertfordshire rows as CSV and as canonical Parquet, each report id of its own."""
    versions = generate(World(scale=2.0)).versions.drop(columns="extracted_on").astype(str)
    csv, parquet = folder / "large.csv", folder / "large.parquet"
    with connect(None, folder) as con:
        con.register("versions", versions.replace({"nan": None, "None": None}))
        times = -(-rows // len(versions))
        con.execute(
            f"""
            create view rows as
            select 'HC' || substr(md5(report_id || turn), 1, 16) as report_id,
                * exclude (report_id, turn) replace (left(occurred_date, 10) as occurred_date,
                left(reported_date, 10) as reported_date, left(recorded_date, 10) as recorded_date)
            from versions, range({times}) as turns(turn) limit {rows}
            """
        )
        con.execute(f"copy rows to '{csv}' (header)")
        con.execute(
            f"copy (select row_number() over () + 1 as {LINE_NUMBER}, * from rows) "
            f"to '{parquet}' (format parquet, compression zstd)"
        )
    return csv, parquet


def speed(rows: int, folder: Path) -> None:
    csv, parquet = large_extract(rows, folder)
    for turn in range(2):
        with connect(None, folder) as con:
            start = time.perf_counter()
            con.execute(f"create table loaded as from read_csv('{csv}', all_varchar = true)")
            load = time.perf_counter() - start
        start = time.perf_counter()
        found = inspect(parquet, profiles.load("hertfordshire"), folder)
        gate = time.perf_counter() - start
        million = rows / 1e6
        print(
            f"run {turn + 1}: {rows:,} rows, load {load / million:.2f} s, gate {gate / million:.2f} s a million rows, "
            f"ratio {gate / load:.2f}, stops {len(found.stops)}, "
            f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20:.2f} GiB"
        )


def trial(identifiers: int, files: int, seed: int, folder: Path) -> None:
    found = planted_trial(identifiers, seed, folder)
    missed = sum(planted - hit for planted, hit in found.values())
    total = sum(planted for planted, _ in found.values())
    for kind, (planted, hit) in found.items():
        print(f"{kind:<18} {hit:>6} of {planted:>6} found ({hit / planted:.2%})")
    print(f"all kinds: {total - missed} of {total} found ({1 - missed / total:.3%})")
    alarms = 0
    for number in range(files):
        file, profile = clean_file(seed * 1_000_003 + number, folder)
        stops = inspect(file, profile, folder).stops
        alarms += bool(stops)
        for stop in stops:
            print(f"false alarm in clean file {number}: {stop.kind} in column {stop.column}")
    print(f"{alarms} of {files} clean files stopped ({alarms / max(files, 1):.2%})")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=("speed", "trial"))
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--identifiers", type=int, default=10_000)
    parser.add_argument("--files", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if options.what == "speed":
            speed(options.rows, Path(folder))
        else:
            trial(options.identifiers, options.files, options.seed, Path(folder))


if __name__ == "__main__":
    main()
