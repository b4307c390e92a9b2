"""Each SQL file is one table, headed by its grain and what it reads, and built after what it reads."""

import re
from pathlib import Path

import pytest

from data import schema
from transforms import warehouse

FILES = sorted(warehouse.SQL.glob("*.sql"))
ORDER = [*warehouse.RAW_ORDER, *warehouse.CORE_ORDER]
QUALIFIED = r"(?:raw|ref|core|information_schema)\.[a-z_]+"


def header(path: Path) -> dict[str, str]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return {
        "name": lines[0].removeprefix("-- ").split(":")[0],
        "grain": lines[1].removeprefix("-- grain: "),
        "reads": lines[2].removeprefix("-- reads: "),
    }


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_header_names_the_table_its_grain_and_what_it_reads(path):
    head = header(path)
    body = re.sub(r"--.*", "", path.read_text(encoding="utf-8"))
    assert head["name"] == path.stem
    assert path.read_text(encoding="utf-8").splitlines()[1].startswith("-- grain: ")
    read = set(re.findall(rf"(?:from|join)\s+({QUALIFIED})", body))
    assert set(re.findall(QUALIFIED, head["reads"])) == read


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_no_inner_join_and_no_silent_coercion(path):
    """A row without a partner must not vanish, and a text that is no date must not become null unseen."""
    body = re.sub(r"--.*", "", path.read_text(encoding="utf-8"))
    joins = re.findall(r"(\w+)\s+join\b", body)
    assert set(joins) <= {"left", "semi", "anti", "cross"}
    assert "try_cast" not in body


def test_each_table_is_built_after_what_it_reads():
    made = {name for name in ORDER}
    for number, name in enumerate(ORDER):
        for table in re.findall(QUALIFIED, header(warehouse.SQL / f"{name}.sql")["reads"]):
            if table in made:
                assert table in ORDER[:number], f"{name} reads {table} before it is built"


def test_every_file_of_a_table_is_built():
    tables = {path.stem for path in FILES if re.match(r"(raw|ref|core)\.", path.stem)}
    assert tables - set(ORDER) == {"raw.reports", "raw.count_lines", "ref.date_readings", "ref.stray_area_codes"}


PICTURE = """
| report_id | grounds       | district_code |
| a         | race religion | E07000103     |
| a         | race          | E07000103     |
| b         | disability    | online        |
| c         |               | nowhere       |
"""


def test_grains_and_columns_are_those_declared(count_drawn):
    """Schema, SQL headers and built tables agree on columns, types and what makes a row unique."""
    core = count_drawn(("2024-02-04", PICTURE), ("2024-03-04", PICTURE.replace("online", "outside")))
    for name in [*ORDER, "raw.reports"]:
        grain = header(warehouse.SQL / f"{name}.sql")["grain"]
        ((rows, unique),) = core.ask(f"select count(*), count(distinct ({grain})) from {name}")
        assert rows == unique, f"{name} has rows that share {grain}"
    for table in schema.TABLES:
        if table.name == "published":
            continue
        assert header(warehouse.SQL / f"{table.name}.sql")["grain"] == ", ".join(table.grain)
        built = [(column, kind) for column, kind, *_ in core.ask(f"describe {table.name}")]
        assert built == [(column.name, column.type) for column in table.columns], table.name
