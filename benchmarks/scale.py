"""How a whole run compares, in one run on one machine, with the engine's limit and with what one would write instead.

Every side is a process of its own that reads the same CSV of synthetic Hertfordshire reports:

load        DuckDB reads the CSV as text into a table of a file: the least that keeping the rows can cost
aggregate   DuckDB counts by district, month and ground, from that table
counted     all of a run that reads every report: both readers, privacy gate, checks, versions, exact counts
pipeline    a whole run: that, and protection, audit and pages, which take as long for any number of reports
script      what an analyst would write: pandas, six checks of Great Expectations, groupby, one plain Plotly page
polars      Polars counts the same from Parquet
spark       Spark counts the same from Parquet, on this machine's cores

Polars and Spark are no part of the program; put them into a folder of their own, so that nothing else changes:
    pip install --target EXTRAS polars pyspark sqlglot
    python -m benchmarks.scale --extras EXTRAS --rows 10000 1000000 10000000 --write docs
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

GROUNDS = ("disability", "race", "religion", "sexual_orientation", "transgender")
FILE_NAME = "hertfordshire_2025-04-04.csv"
WIDE = (
    "select district_code, month, "
    + ", ".join(f"sum({ground}) as {ground}" for ground in GROUNDS)
    + ", count(*) as reports from (select district_code, left(recorded_date, 7) as month, "
    + ", ".join(f"({ground} = 'Y')::integer as {ground}" for ground in GROUNDS)
    + " from {rows}) group by district_code, month"
)


def write_extract(rows: int, folder: Path) -> Path:
    """Write one extract of so many reports, each once, over the five years of the synthetic world."""
    from data.synthetic import World, generate
    from transforms.connection import connect

    versions = generate(World(scale=2.0)).versions.drop(columns="extracted_on").astype(str)
    path, part, written = folder / FILE_NAME, folder / "part.csv", 0
    with connect(None, folder) as con, path.open("wb") as target:
        con.register("versions", versions.replace({"nan": None, "None": None}))
        con.execute(
            "create table reports as from versions "
            "qualify row_number() over (partition by report_id order by recorded_date) = 1 order by md5(report_id)"
        )
        ((least,),) = con.execute("select count(*) from reports").fetchall()
        while written < rows:
            batch = con.sql(
                """
                select 'HC' || substr(md5(report_id || $turn), 1, 16) as report_id,
                    * exclude (report_id) replace (left(occurred_date, 10) as occurred_date,
                    left(reported_date, 10) as reported_date, left(recorded_date, 10) as recorded_date)
                from reports limit $rows
                """,
                params={"turn": str(written), "rows": min(least, rows - written)},
            )
            batch.write_csv(str(part), header=written == 0)
            target.write(part.read_bytes())
            written += min(least, rows - written)
        con.read_csv(str(path), all_varchar=True).write_parquet(str(path.with_suffix(".parquet")), compression="zstd")
    part.unlink()
    return path


def load(path: Path, folder: Path) -> None:
    from transforms.connection import connect

    with connect(folder / "loaded.duckdb", folder) as con:
        con.execute("create table loaded as from read_csv($path, all_varchar = true)", {"path": str(path)})


def aggregate(path: Path, folder: Path) -> None:
    from transforms.connection import connect

    with connect(folder / "loaded.duckdb", folder) as con:
        con.execute(WIDE.format(rows="loaded")).fetchall()


def counted(path: Path, folder: Path) -> dict[str, float]:
    """Run the steps that read every report, and return the seconds of processor of each."""
    return _run(path, folder, whole=False)


def pipeline(path: Path, folder: Path) -> dict[str, float]:
    """Run every step, and return the seconds of processor of each."""
    return _run(path, folder, whole=True)


def _run(path: Path, folder: Path, whole: bool) -> dict[str, float]:
    from data.workspace import Workspace
    from flows.job import Job
    from flows.steps import STEPS

    place, taken = Workspace(folder / "workspace"), {}
    place.prepare()
    job = Job(place.root, "hertfordshire", (path,))
    for step in STEPS if whole else STEPS[:-2]:
        before = time.process_time()
        job = step(job)
        taken[step.title] = time.process_time() - before
    return taken


def script(path: Path, folder: Path) -> None:
    import great_expectations
    import great_expectations.expectations as gx
    import pandas as pd
    import plotly.express as px

    frame = pd.read_csv(path, dtype="str")
    for column in ("occurred_date", "reported_date", "recorded_date"):
        frame[column] = pd.to_datetime(frame[column])
    context = great_expectations.get_context(mode="ephemeral")
    asset = context.data_sources.add_pandas("pandas").add_dataframe_asset("reports")
    batch = asset.add_batch_definition_whole_dataframe("all").get_batch({"dataframe": frame})
    for check in (
        gx.ExpectColumnValuesToNotBeNull(column="report_id"),
        gx.ExpectColumnValuesToBeUnique(column="report_id"),
        gx.ExpectColumnValuesToMatchRegex(column="district_code", regex="^E0700"),
        gx.ExpectColumnValuesToBeInSet(column="record_class", value_set=["crime", "non_crime_incident"]),
        gx.ExpectColumnValuesToNotBeNull(column="recorded_date"),
        gx.ExpectColumnPairValuesAToBeGreaterThanB(column_A="recorded_date", column_B="reported_date", or_equal=True),
    ):
        batch.validate(check)
    flags = frame[list(GROUNDS)] == "Y"
    counts = flags.groupby([frame["district_code"], frame["recorded_date"].dt.to_period("M").dt.start_time]).sum()
    long = counts.stack().rename("reports").rename_axis(["district", "month", "ground"]).reset_index()
    by_month = long.groupby(["month", "ground"], as_index=False)["reports"].sum()
    px.line(by_month, x="month", y="reports", color="ground").write_html(folder / "page.html")


def polars(path: Path, folder: Path) -> None:
    import polars as pl

    rows = pl.scan_parquet(path.with_suffix(".parquet"))
    month = pl.col("recorded_date").str.slice(0, 7).alias("month")
    sums = [(pl.col(ground) == "Y").sum() for ground in GROUNDS]
    rows.group_by("district_code", month).agg(*sums, pl.len().alias("reports")).collect(engine="streaming")


def spark(path: Path, folder: Path) -> None:
    import sqlglot
    from pyspark.sql import SparkSession

    session = SparkSession.builder.master("local[*]").config("spark.local.dir", str(folder)).getOrCreate()
    session.sparkContext.setLogLevel("OFF")
    session.read.parquet(str(path.with_suffix(".parquet"))).createOrReplaceTempView("loaded")
    session.sql(sqlglot.transpile(WIDE.format(rows="loaded"), read="duckdb", write="spark")[0]).collect()


SIDES = {one.__name__: one for one in (load, aggregate, counted, pipeline, script, polars, spark)}
IN_EXTRAS = ("polars", "spark")


def measured(side: str, path: Path, folder: Path) -> dict[str, float]:
    """Do one side here: seconds by the clock and of processor, peak GB and GB written, with those of its children."""
    started = time.perf_counter()
    steps = SIDES[side](path, folder) or {}
    seconds = time.perf_counter() - started
    family = [os.getpid(), *_children(os.getpid())]
    ticks = os.sysconf("SC_CLK_TCK")
    spent = [Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split() for one in family]
    peaks = [Path(f"/proc/{one}/status").read_text().split("VmHWM:")[1].split()[0] for one in family]
    written = [Path(f"/proc/{one}/io").read_text().split("\nwrite_bytes: ")[1].split()[0] for one in family]
    return {
        "seconds": seconds,
        "processor": sum(int(fields[11]) + int(fields[12]) for fields in spent) / ticks,
        "peak_gb": sum(map(int, peaks)) / 1e6,
        "written_gb": sum(map(int, written)) / 1e9,
        **steps,
    }


def _children(of: int) -> list[int]:
    found = [int(child) for child in Path(f"/proc/{of}/task/{of}/children").read_text().split()]
    return found + [deeper for child in found for deeper in _children(child)]


def run_side(side: str, path: Path, folder: Path, extras: Path | None) -> dict[str, float] | None:
    """Measure one side in a process of its own; None where what it needs is not there."""
    if side in IN_EXTRAS and not (extras and (extras / ("pyspark" if side == "spark" else side)).is_dir()):
        return None
    more = {"PYTHONPATH": str(extras)} if extras and side in IN_EXTRAS else {}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "benchmarks.scale", "--side", side, str(path), str(folder)],
        env=os.environ | more | {"GX_ANALYTICS_ENABLED": "false"},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        check=True,
    )
    return json.loads(done.stdout.splitlines()[-1])


def as_table(results: dict[int, dict[str, dict[str, float]]]) -> str:
    """One row a side and number of rows; processor time also as a multiple of DuckDB's own loading."""
    lines = [
        "| rows | side | seconds | of processor | times `load` (processor) | peak GB | GB written |",
        "|---:|---|---:|---:|---:|---:|---:|",
    ]
    for rows, sides in results.items():
        for side, taken in sides.items():
            ratio = taken["processor"] / sides["load"]["processor"]
            lines.append(
                f"| {rows:,} | {side} | {taken['seconds']:.1f} | {taken['processor']:.1f} | {ratio:.1f} "
                f"| {taken['peak_gb']:.2f} | {taken['written_gb']:.2f} |"
            )
    return "\n".join(lines) + "\n"


def as_steps(results: dict[int, dict[str, dict[str, float]]]) -> str:
    """One row a step of the pipeline; seconds of processor at each number of rows."""
    found = {rows: sides.get("pipeline") or sides.get("counted", {}) for rows, sides in results.items()}
    steps = [name for name in next(iter(found.values())) if name[0].isupper()]
    lines = [f"| step | {' | '.join(f'{rows:,} rows' for rows in results)} |", f"|---|{'---:|' * len(results)}"]
    for step in steps:
        cells = " | ".join(f"{taken[step]:.1f}" if step in taken else "" for taken in found.values())
        lines.append(f"| {step} | {cells} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, nargs="+", default=[10_000, 1_000_000])
    parser.add_argument("--sides", nargs="+", choices=SIDES, default=[*SIDES])
    parser.add_argument("--extras", type=Path, help="folder with Polars and Spark")
    parser.add_argument("--write", type=Path, help="folder for scale-measured.md and scale.svg")
    parser.add_argument("--side", nargs=3, metavar=("SIDE", "CSV", "FOLDER"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.side:
        side, path, folder = options.side
        print(json.dumps(measured(side, Path(path), Path(folder))), flush=True)
        return
    results: dict[int, dict[str, dict[str, float]]] = {}
    for rows in options.rows:
        with tempfile.TemporaryDirectory() as name:
            path = write_extract(rows, Path(name))
            print(f"{rows:,} rows, {path.stat().st_size / 1e9:.2f} GB", flush=True)
            results[rows] = {}
            for side in options.sides:
                if taken := run_side(side, path, Path(name), options.extras):
                    results[rows][side] = taken
                    print(f"  {side}: {json.dumps({key: round(value, 2) for key, value in taken.items()})}", flush=True)
    print(as_table(results), as_steps(results), sep="\n")
    if options.write:
        from benchmarks.scale_chart import chart

        (options.write / "scale-measured.md").write_text(f"{as_table(results)}\n{as_steps(results)}", encoding="utf-8")
        (options.write / "scale.svg").write_text(chart(results), encoding="utf-8")


if __name__ == "__main__":
    main()
