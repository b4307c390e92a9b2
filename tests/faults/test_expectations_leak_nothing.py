"""Checking data that breaks every kind of rule tells counts and names, and no value of the data, anywhere."""

import json
import logging
import socket
import subprocess
import sys
import tempfile
import traceback
from pathlib import Path

import duckdb
import pytest

from data.errors import Unexpected
from data.schema import TABLES
from expectations import suites

CANARY = "CANARY7731"
DAY = "1867-03-19"
NUMBER = -7_731_867
TRACES = (CANARY.lower(), "1867", "7731867", "7,731,867")
"""What a leak of any planted text, day or number would show, also as date(1867, 3, 19)."""

VALUES = {
    "VARCHAR": f"'{CANARY}' || {{}}",
    "DATE": f"date '{DAY}'",
    "BIGINT": f"{NUMBER} - {{}}",
    "INTEGER": f"{NUMBER}",
    "BOOLEAN": "true",
    "VARCHAR[]": f"['{CANARY}b', '{CANARY}a']",
    'STRUCT("rule" VARCHAR, column_name VARCHAR)[]': f"[{{{{'rule': 'count_readable', 'column_name': '{CANARY}'}}}}]",
    "MAP(VARCHAR, VARCHAR)": f"map {{{{'{CANARY}key': '{CANARY}cell'}}}}",
}
LABELS = f"""
create table raw.extracts as select '{CANARY}' as source, '{CANARY}9' as extract_id, date '{DAY}' as extracted_on,
    {NUMBER} as row_count, '{CANARY}' as revision_rule, 'one' as rows_per_report;
create table raw.count_extracts as select '{CANARY}' as source, '{CANARY}9' as extract_id, date '{DAY}' as extracted_on,
    {NUMBER} as row_count, true as has_rival;
create table core.recent_months as select '{CANARY}' as source, date '{DAY}' as month, true as is_implausible;
create table ref.value_labels as select '{CANARY}' as source, 'status' as field, '{CANARY}' as as_received,
    null as code;
create table ref.date_labels as select '{CANARY}' as source, 'recorded' as field, '{CANARY}' as as_received,
    null::date as parsed;
create table ref.area_labels as select '{CANARY}' as source, '{CANARY}' as as_received, null as area_code;
create table ref.motivation_sets as select '{CANARY}' as source, '{CANARY}' as motivations,
    ['{CANARY}'] as characteristics, '{CANARY}' as unknown_column;
create table ref.aggravated_offences as select '{CANARY}1' as offence_code;
"""


@pytest.fixture
def poisoned(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A warehouse whose every column of every table holds canaries, twice, with a home of its own beside it."""
    home = tmp_path / "home"
    home.mkdir()
    for name in ("HOME", "TMPDIR", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"):
        monkeypatch.setenv(name, str(home))
    monkeypatch.setattr(tempfile, "tempdir", str(home))
    monkeypatch.chdir(home)
    database = tmp_path / "warehouse.duckdb"
    with duckdb.connect(str(database)) as con:
        for schema in ("raw", "core", "ref"):
            con.execute(f"create schema {schema}")
        con.execute(LABELS)
        for table in TABLES:
            if "." in table.name:
                columns = ", ".join(f"{column.name} {column.type}" for column in table.columns)
                con.execute(f"create table {table.name} ({columns})")
                for row in (1, 1, 2):
                    values = ", ".join(VALUES[column.type].format(row) for column in table.columns)
                    con.execute(f"insert into {table.name} values ({values})")
    return database


def shown_by(text: str) -> list[str]:
    return [trace for trace in TRACES if trace in text.lower()]


@pytest.mark.parametrize("stage", ["raw", "core"])
def test_results_output_logs_and_files_hold_no_value(
    poisoned: Path,
    stage: suites.Stage,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[object] = []
    monkeypatch.setattr(socket, "getaddrinfo", lambda *address, **_: asked.append(address))
    monkeypatch.setattr(socket.socket, "connect", lambda _, address: asked.append(address))
    with caplog.at_level(logging.DEBUG), caplog.at_level(logging.DEBUG, "sqlalchemy"):
        results = suites.check(poisoned, stage)

    failed = [result for result in results if not result.passed]
    assert len(failed) > 10
    assert {"stop", "hold"} <= {result.severity for result in failed}
    assert shown_by(json.dumps([result.as_dict() for result in results])) == []
    assert shown_by(repr(results)) == []
    assert caplog.records == []
    assert capfd.readouterr() == ("", "")
    assert sorted(poisoned.parent.rglob("*")) == sorted([poisoned, poisoned.parent / "home"])
    assert asked == []


@pytest.mark.parametrize(("stage", "table"), [("raw", "raw.extracts"), ("core", "core.row_outcomes")])
def test_an_error_that_quotes_the_data_is_not_passed_on(
    poisoned: Path,
    stage: suites.Stage,
    table: str,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """DuckDB says which text it could not read as a number, and Great Expectations logs what DuckDB says."""
    with duckdb.connect(str(poisoned)) as con:
        con.execute(f"alter table {table} alter row_count type varchar")
        con.execute(f"update {table} set row_count = '{CANARY}'")
        with pytest.raises(duckdb.ConversionException, match=CANARY):
            con.execute(f"select row_count::bigint from {table}").fetchall()
    with caplog.at_level(logging.DEBUG), pytest.raises(Unexpected, match="row") as caught:
        suites.check(poisoned, stage)
    error: BaseException | None = caught.value
    assert shown_by("".join(traceback.format_exception(caught.value))) == []
    while error is not None:
        assert shown_by(repr(error)) == []
        error = error.__context__
    assert caplog.records == []
    assert capfd.readouterr() == ("", "")


def test_a_process_that_checks_says_nothing_even_as_it_ends(poisoned: Path) -> None:
    code = f"import sys, pathlib; sys.path.insert(0, {str(Path(__file__).parents[2])!r}); "
    code += "from expectations import suites; suites.check(pathlib.Path(sys.argv[1]), 'core')"
    command = [sys.executable, "-c", code, str(poisoned)]
    ended = subprocess.run(command, check=False, capture_output=True, text=True, timeout=240)
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")
    assert sorted(poisoned.parent.rglob("*")) == sorted([poisoned, poisoned.parent / "home"])
