"""How long a small extract takes onto a long history, against building that history anew: measured in one run.

A tenth of the new rows revise reports of the history: they move, lose a ground or are cancelled. Both ways must end
with the same rows, table by table. Times are of processor; the checks, protection and pages of a run come on top.
"""

import argparse
import shutil
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from contents import content

from benchmarks.scale import write_extract
from data import memory
from data import profile as profiles
from transforms import increment, reading, warehouse
from transforms.connection import connect


def write_month(history: Path, rows: int, path: Path, folder: Path) -> Path:
    """Write an extract that repeats `rows` / 10 reports with other values, and carries the rest as new ones."""
    with connect(None, folder) as con:
        con.sql(
            """
            select
                case when number % 10 = 0 then report_id else 'HC' || substr(md5(report_id || 'new'), 1, 16) end
                    as report_id,
                * exclude (report_id, number) replace (
                    case when number % 20 = 0 then 'E07000103' else district_code end as district_code,
                    case when number % 30 = 0 then 'N' else race end as race,
                    case when number % 70 = 0 then 'cancelled' else status end as status
                )
            from (
                select *, row_number() over () as number from read_csv($history, all_varchar = true) limit $rows
            )
            """,
            params={"history": str(history), "rows": rows},
        ).write_csv(str(path))
    return path


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000, help="of the history")
    parser.add_argument("--new", type=int, default=10_000)
    parser.add_argument("--memory", help="most memory to take, such as 3GB")
    options = parser.parse_args()
    memory.keep_to(options.memory)
    profile = profiles.load("hertfordshire")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        before, stored = time.process_time(), []
        history = write_extract(options.rows, folder)
        month = write_month(history, options.new, folder / "hertfordshire_2025-05-04.csv", folder)
        for file, day in ((history, date(2025, 4, 4)), (month, date(2025, 5, 4))):
            before = time.process_time()
            found = reading.read(file, profile, folder, day)
            stored.append(warehouse.StoredExtract(found.extract_id, profile.name, found.row_count, day, found.parquet))
            print(f"read {found.row_count:,} rows: {time.process_time() - before:.1f} s", flush=True)
            file.unlink()

        def built(database: Path, extracts: list[warehouse.StoredExtract]) -> float:
            before = time.process_time()
            warehouse.build_raw(database, extracts, {profile.name: profile}, folder)
            warehouse.build_core(database, folder)
            return time.process_time() - before

        standing, whole = folder / "standing.duckdb", folder / "whole.duckdb"
        print(f"history built: {built(standing, stored[:1]):.1f} s, {standing.stat().st_size / 1e9:.2f} GB", flush=True)
        rebuilt = built(whole, stored)
        print(f"history and month built anew: {rebuilt:.1f} s", flush=True)
        before = time.process_time()
        shutil.copyfile(standing, folder / "extended.duckdb")
        increment.extend_raw(folder / "extended.duckdb", stored[1:], profile, folder)
        increment.extend_core(folder / "extended.duckdb", [stored[1].extract_id], folder)
        extended = time.process_time() - before
        same = content(whole) == content(folder / "extended.duckdb")
        print(f"month taken in: {extended:.1f} s, {extended / rebuilt:.1%} of that; the same rows: {same}")


if __name__ == "__main__":
    main()
