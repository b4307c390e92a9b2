"""Spark, on a cluster of two workers, makes the core that DuckDB makes. Runs where it is installed: `make spark`."""

from datetime import date
from importlib.util import find_spec
from pathlib import Path

import pytest
from contents import content
from drawing import hertfordshire

pytestmark = pytest.mark.skipif(
    not (find_spec("pyspark") and find_spec("sqlglot")), reason="Spark is not installed: `make spark` installs and runs"
)

JANUARY = """
| report_id | district_code | grounds       | occurred_date | reported_date | offence_code | status    | outcome_code |
| moved     | E07000103     | race          | 2024-01-10    | 2024-01-11    | 9B           | recorded  | 16           |
| lost      | E07000103     | race religion | 2024-01-10    | 2024-01-11    | 9B           | recorded  |              |
| withdrawn | E07000098     | disability    | 2024-01-10    | 2024-01-11    | 9A           | recorded  |              |
| later     | E07000098     | disability    | 2023-12-31    | 2024-01-01    | 9A           | recorded  |              |
| on_rows   | E07000098     |               |               | 2024-01-12    | 9A           | recorded  | 16           |
| on_rows   | E07000098     | transgender   | 2024-01-09    | 2024-01-12    |              | recorded  |              |
| on_rows   | E07000098     | race          | 2024-01-09    |               | 9a           | recorded  | 14           |
| nowhere   | nowhere       | race          | 2024-01-10    | 2024-01-11    | 9B           | recorded  | 16           |
| no_day    | E07000103     | race          | 2024-13-10    | 2024-01-11    | 9B           | unheard   | 16           |
"""
FEBRUARY = """
| report_id | district_code | grounds       | occurred_date | reported_date | offence_code | status    | outcome_code |
| moved     | E07000098     | race          | 2024-01-10    | 2024-01-11    | 9B           | recorded  | 16           |
| lost      | E07000103     | religion      | 2024-01-10    | 2024-01-11    | 9B           | recorded  |              |
| withdrawn | E07000098     | disability    | 2024-01-10    | 2024-01-11    | 9A           | cancelled |              |
| later     | E07000098     | disability    | 2024-02-01    | 2024-02-01    | 9A           | recorded  |              |
"""


@pytest.fixture(autouse=True)
def two_workers(monkeypatch):
    monkeypatch.setenv("PYSPARK_SUBMIT_ARGS", "--master local-cluster[2,1,1024] pyspark-shell")


def both(core, profile: str, *files: Path | tuple[Path, date]) -> list[dict[str, tuple]]:
    return [content(core.build(profile, *files, backend=backend).database) for backend in ("duckdb", "spark")]


def test_drawn_revisions_several_rows_and_faults(core, tmp_path):
    files = []
    for day, picture in (("2024-02-04", JANUARY), ("2024-03-04", FEBRUARY)):
        files.append(tmp_path / f"hertfordshire_{day}.csv")
        files[-1].write_text(hertfordshire(picture), encoding="utf-8")
    duckdb, spark = both(core, "hertfordshire", *files)
    assert spark == duckdb
    rows = {table: count for table, (_, count, _) in spark.items()}
    assert (rows["core.report_versions"], rows["core.reports"], rows["core.rejected_reports"]) == (9, 4, 3)


def test_nypd_snapshots(core, real_data):
    folder = real_data / "nypd_2024"
    days = {"20240929": date(2024, 9, 29), "20241206": date(2024, 12, 6)}
    files = [(folder / f"NYPD_Hate_Crimes_{day}.csv", taken) for day, taken in days.items()]
    duckdb, spark = both(core, "nypd", *files)
    assert spark == duckdb
    assert spark["core.reports"][1] == 2991
