"""A small Hertfordshire whose second extract revises the first, and what can be read of a workspace afterwards."""

import hashlib
import os
import time
from pathlib import Path

import duckdb
from drawing import hertfordshire, pseudonym

from data.workspace import Workspace
from flows import running

HEADER = (
    "| report_id | grounds | district_code | occurred_date | reported_date | recorded_date | status | offence_code |"
)
DISTRICTS = {"E07000103": 7, "E07000098": 6, "E07000240": 3}


def line(*key: object, grounds: str = "race", area: str, day: str, status: str = "recorded", code: str = "9A") -> str:
    """One drawn report."""
    return f"| {pseudonym(*key)} | {grounds} | {area} | {day} | {day} | {day} | {status} | {code} |"


def month(year: int, number: int) -> list[str]:
    """One month's reports: 16 of race, and one a district of race and religion."""
    return [
        line(area, year, number, n, grounds=grounds, area=area, day=f"{year}-{number:02}-10")
        for area, size in DISTRICTS.items()
        for n, grounds in enumerate(["race"] * size + ["religion race"])
    ]


FIRST = "\n".join([HEADER, *(drawn for number in range(1, 13) for drawn in month(2023, number))])
"""Twelve months of 2023, taken on 4 January 2024."""

REVISED = [
    # Of March 2023 in Watford: one cancelled, one moved to Stevenage, one also of religion, one of another offence.
    line("E07000103", 2023, 3, 0, area="E07000103", day="2023-03-10", status="cancelled"),
    line("E07000103", 2023, 3, 1, area="E07000243", day="2023-03-10"),
    line("E07000103", 2023, 3, 2, grounds="race religion", area="E07000103", day="2023-03-10"),
    line("E07000103", 2023, 3, 3, area="E07000103", day="2023-03-10", code="8N"),
]
SECOND = "\n".join([HEADER, *month(2024, 1), *REVISED])
"""January 2024 and what changed of 2023, taken on 4 February 2024."""


def at_rest(file: Path) -> Path:
    """Let a file be a minute old, so that no run waits to see whether it still grows."""
    minute_ago = time.time() - 60
    os.utime(file, (minute_ago, minute_ago))
    return file


def drop(place: Workspace, picture: str, day: str, name: str = "hertfordshire") -> Path:
    """Put a drawn extract into landing/."""
    place.prepare()
    file = place.landing / f"{name}_{day}.csv"
    file.write_text(hertfordshire(picture), encoding="utf-8")
    return at_rest(file)


def run(place: Workspace, *files: Path, allow_rejects: int = 0):
    """Run without Prefect and return the job and what was said."""
    said: list[str] = []
    return running.run(place, files, "hertfordshire", "local", None, allow_rejects, said.append), said


def bytes_of(folder: Path) -> dict[str, str]:
    """Every file's SHA-256."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def rows_of(warehouse: Path) -> str:
    """One hash over every row of every table: two warehouses that say the same give the same."""
    digest = hashlib.sha256()
    with duckdb.connect(str(warehouse), read_only=True) as con:
        tables = con.execute("select table_schema || '.' || table_name from information_schema.tables order by 1")
        for (table,) in tables.fetchall():
            digest.update(table.encode())
            for row in con.execute(f"select cast(t as varchar) from {table} as t order by 1").fetchall():
                digest.update(row[0].encode())
    return digest.hexdigest()
