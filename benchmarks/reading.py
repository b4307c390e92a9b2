"""How long receiving one CSV takes, against DuckDB loading that file as text into a table, measured in one run.

Reading is all of it: the file's hash, the independent count, canonical Parquet, and the content's hash. Receiving is
reading and the privacy gate's search of every column. Each side runs in a process of its own, so that each has its own
peak of memory; they take turns, and the best of each counts.
"""

import argparse
import multiprocessing
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from data import profile as profiles
from data.synthetic import World, generate
from transforms import privacy, reading
from transforms.connection import connect

FILE_NAME = "hertfordshire_2024-02-04.csv"


def write_extract(rows: int, folder: Path, line_end: str, quoted: bool) -> Path:
    """Write synthetic Hertfordshire reports over and over, each with a report id of its own."""
    versions = generate(World(scale=2.0)).versions.drop(columns="extracted_on").astype(str)
    path = folder / FILE_NAME
    part, written = folder / "part.csv", 0
    with connect(None, folder) as con, path.open("wb") as target:
        con.register("versions", versions.replace({"nan": None, "None": None}))
        while written < rows:
            # Turn by turn, because DuckDB holds what one COPY to CSV writes in order.
            batch = con.sql(
                """
                select 'HC' || substr(md5(report_id || $turn), 1, 16) as report_id,
                    * exclude (report_id) replace (left(occurred_date, 10) as occurred_date,
                    left(reported_date, 10) as reported_date, left(recorded_date, 10) as recorded_date)
                from versions limit $rows
                """,
                params={"turn": str(written), "rows": rows - written},
            )
            batch.write_csv(str(part), header=written == 0, quoting="all" if quoted else None)
            text = part.read_bytes()
            target.write(text.replace(b"\n", b"\r\n") if line_end == "crlf" else text)
            written += min(len(versions), rows - written)
    part.unlink()
    return path


def load(path: Path, folder: Path) -> None:
    with connect(None, folder) as con:
        con.execute("create table loaded as from read_csv($path, all_varchar = true)", {"path": str(path)})


def read(path: Path, folder: Path) -> None:
    reading.read(path, profiles.load("hertfordshire"), folder)


def receive(path: Path, folder: Path) -> None:
    profile = profiles.load("hertfordshire")
    inspection = privacy.inspect(reading.read(path, profile, folder).parquet, profile, folder)
    assert not inspection.stops


SIDES = {"load": load, "read": read, "receive": receive}


def timed(side: str, path: Path, folder: Path) -> tuple[float, float, float]:
    """Return seconds by the clock, seconds of processor, and the process's peak memory in GiB."""
    started, before = time.perf_counter(), time.process_time()
    SIDES[side](path, folder)
    seconds, processor = time.perf_counter() - started, time.process_time() - before
    for left in folder.glob("*.parquet"):
        left.unlink()
    # Not getrusage: its peak is handed down from the parent process.
    peak = Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0]
    return seconds, processor, int(peak) / 2**20


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--turns", type=int, default=2)
    parser.add_argument("--line-end", choices=("lf", "crlf"), default="lf")
    parser.add_argument("--quoted", action="store_true", help="quote every value")
    options = parser.parse_args()
    context = multiprocessing.get_context("spawn")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = write_extract(options.rows, folder, options.line_end, options.quoted)
        print(f"{options.rows:,} rows, {path.stat().st_size / 1e6:,.0f} MB")
        best: dict[str, tuple[float, float, float]] = {}
        for _ in range(options.turns):
            for side in SIDES:
                with ProcessPoolExecutor(1, mp_context=context) as pool:
                    taken = pool.submit(timed, side, path, folder).result()
                best[side] = min(best.get(side, taken), taken)
                print(f"  {side}: {taken[0]:.2f} s ({taken[1]:.2f} s of processor), peak {taken[2]:.2f} GiB")
    for side in ("read", "receive"):
        clock, processor = (best[side][n] / best["load"][n] for n in (0, 1))
        print(f"to {side} takes {clock:.2f} times as long as to load ({processor:.2f} of processor)")


if __name__ == "__main__":
    main()
