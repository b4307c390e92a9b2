"""Rules and suites: each finds exactly the rows that break it, and a check that cannot be made is never a pass."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from data.errors import IntegrityFailed, Unexpected, UsageError
from data.schema import TABLES
from expectations import suites
from expectations.rules import RULES

SOUND = (Path(__file__).parent / "sound_warehouse.sql").read_text(encoding="utf-8")

Broken = Callable[..., Path]


@pytest.fixture
def broken(tmp_path: Path) -> Broken:
    """Build a sound warehouse file, then break it by the statements given."""

    def build(*statements: str) -> Path:
        database = tmp_path / "warehouse.duckdb"
        with duckdb.connect(str(database)) as con:
            for schema in ("raw", "core", "ref"):
                con.execute(f"create schema {schema}")
            for table in TABLES:
                if "." in table.name:
                    columns = ", ".join(f"{column.name} {column.type}" for column in table.columns)
                    con.execute(f"create table {table.name} ({columns})")
            con.execute(SOUND)
            for statement in statements:
                con.execute(statement)
        return database

    return build


def failures(database: Path, stage: suites.Stage) -> dict[str, int]:
    return {result.rule: result.failed_count for result in suites.check(database, stage) if not result.passed}


RAW_CASES = {
    "nothing is wrong": (["select 1"], {}),
    "an extract without rows": (
        ["insert into raw.extracts values ('herts', 'x2', '2024-06-01', 0, 'report', 'one')"],
        {},
    ),
    "keys that look like others": (
        [
            "update raw.reports set report_id = 'A ' where line_number = 2",
            "update raw.reports set report_id = report_id || chr(8203) where line_number = 3",
        ],
        {"report_id_plain": 2},
    ),
    "rows were lost": (["delete from raw.reports where report_id = 'B'"], {"rows_loaded": 1}),
    "a whole extract was lost": (
        ["insert into raw.extracts values ('herts', 'x2', '2024-06-01', 7, 'report', 'one')"],
        {"rows_loaded": 1},
    ),
    "no key, no known area, no date": (
        [
            "update raw.reports set report_id = null where line_number in (2, 3)",
            "update raw.reports set area = null where line_number = 2",
            "update raw.reports set area = 'Wattford' where line_number = 3",
            "update raw.reports set occurred = null, reported = null, recorded = null where line_number = 3",
        ],
        {"report_id_present": 2, "area_known": 2, "date_present": 1},
    ),
    "one date is enough": (["update raw.reports set occurred = null, recorded = null"], {}),
    "dates in no declared format": (
        [
            "update raw.reports set occurred = '31 Feb' where line_number = 2",
            "update raw.reports set reported = '10 Jan' where line_number = 2",
            "update raw.reports set recorded = 'never' where line_number in (2, 3)",
        ],
        {"date_readable.occurred": 1, "date_readable.reported": 1, "date_readable.recorded": 2},
    ),
    "one key, two different rows": (
        ["update raw.reports set outcome_code = '16' where line_number = 5"],
        {"report_once_per_extract": 1},
    ),
    "one key, different grounds alone": (
        ['update raw.reports set motivations = \'{"grounds":"R;F"}\' where line_number = 5'],
        {"report_once_per_extract": 1},
    ),
    "several rows a report, as the profile says": (
        ["update raw.extracts set rows_per_report = 'several'", "update raw.reports set report_id = 'A'"],
        {},
    ),
    "labels that the profile does not know": (
        [
            """update raw.reports set record_class = 'new', status = 'new', offence_group = 'new', outcome_code = 'new',
            aggravated = 'new', reporting_route = 'live' where line_number = 2""",
            "update raw.reports set aggravated = 'new' where line_number = 3",
            'update raw.reports set motivations = \'{"grounds":"R;?"}\' where line_number = 2',
            'update raw.reports set motivations = \'{"grounds":"never met"}\' where line_number = 3',
        ],
        {
            "motivation_known": 2,
            "label_known.record_class": 1,
            "label_known.status": 1,
            "label_known.reporting_route": 1,
            "label_known.offence_group": 1,
            "label_known.outcome_code": 1,
            "label_known.aggravated": 2,
        },
    ),
    "a table that is not as defined": (
        [
            "update raw.reports set line_number = 0 where line_number > 3",
            "alter table raw.reports add column surname varchar",
            "alter table raw.reports alter line_number type integer",
        ],
        {"raw.reports.unique": 1, "raw.reports.minimum": 2, "raw.reports.columns": 1, "raw.reports.types": 1},
    ),
    "counts: lines lost, labels unknown, numbers and months that are none, a cell twice": (
        [
            "insert into raw.count_extracts values ('mps', 'c1', '2024-05-01', 5, false)",
            *(
                "insert into raw.count_cells select 'mps', 'c1', "
                f"{line}, '{month}', 'E09000002', 'Barking', 'district', 'hate_crime', 'faith', '2024-01-01', 7, "
                f"list_transform([{rules}], lambda rule: {{'rule': rule, 'column_name': 'area'}})"
                for line, month, rules in (
                    (2, "Jan", "'count_label_known', 'count_cell_once'"),
                    (2, "Feb", "'count_label_known'"),
                    (3, "Jan", "'count_readable'"),
                    (4, "Jan", "'count_cell_once'"),
                )
            ),
        ],
        {"count_lines_loaded": 1, "count_label_known": 1, "count_readable": 1, "count_cell_once": 2},
    ),
}

CORE_CASES = {
    "nothing is wrong": (["select 1"], {}),
    "counts: a line without an outcome": (
        [
            "insert into raw.count_extracts values ('mps', 'c1', '2024-05-01', 5, false)",
            "insert into core.count_line_outcomes values ('mps', 'c1', 'counted', 4)",
        ],
        {"count_lines_accounted": 1},
    ),
    "counts: two extracts of one day, and one of another source": (
        [
            "insert into raw.count_extracts values ('mps', 'c1', '2024-05-01', 0, true), "
            "('mps', 'c2', '2024-05-01', 0, true), ('wmp', 'c3', '2024-05-01', 0, false)",
            "insert into core.count_line_outcomes select source, extract_id, 'counted', 0 from raw.count_extracts",
        ],
        {"one_count_extract_a_day": 2},
    ),
    "two months far from the usual": (
        [
            "insert into core.recent_months values ('herts', '2024-02-01', true), ('herts', '2024-03-01', true), "
            "('herts', '2024-04-01', false)"
        ],
        {"volume_plausible": 2},
    ),
    "an outcome too few, and an extract nobody received": (
        [
            "update core.row_outcomes set row_count = 1 where outcome = 'cancelled'",
            "insert into core.row_outcomes values ('herts', 'x2', 'counted', 1)",
        ],
        {"rows_accounted": 2},
    ),
    "grounds out of order, missing, unknown": (
        [
            "insert into core.reports by name "
            "select * replace ('D' as report_id) from core.reports where report_id = 'B'",
            "update core.reports set characteristics = ['religion', 'race'] where report_id = 'A'",
            "update core.reports set characteristics = [] where report_id = 'B'",
            "update core.reports set characteristics = ['wealth'] where report_id = 'D'",
        ],
        # B's ground stands in the bridge alone, D's in the reports alone; D is counted nowhere.
        {"characteristics_named": 3, "characteristics_agree": 2, "counts_agree_with_reports": 3},
    ),
    "more reports of a ground than reports": (
        [
            "update core.monthly_counts set report_count = 2 "
            "where month = '2024-01-01' and date_basis = 'recorded' and characteristic = 'race' and report_count = 1"
        ],
        {"overlap_within_bounds": 2},
    ),
    "more reports than the grounds name together": (
        [
            "update core.monthly_counts set report_count = 3 "
            "where month = '2024-01-01' and date_basis = 'recorded' and characteristic = 'all' and report_count = 1"
        ],
        {"overlap_within_bounds": 2, "counts_agree_with_reports": 1},
    ),
    "no totals": (
        ["delete from core.monthly_counts where characteristic = 'all'"],
        # 3 areas, 3 months and 3 kinds of date; then 3 kinds of date.
        {"overlap_within_bounds": 27, "counts_agree_with_reports": 3},
    ),
    "an area that is in no total": (
        [
            "insert into core.monthly_counts by name select * replace ('E07000098' as area_code) "
            "from core.monthly_counts where area_code = 'E07000103' and date_basis = 'occurred'"
        ],
        # January's race, religion and all.
        {"areas_add_up": 3},
    ),
    "a month that is missing, and a month that starts on the second": (
        [
            "delete from core.monthly_counts where month = '2024-02-01' and date_basis = 'recorded'",
            "update core.monthly_counts set month = '2024-02-02' "
            "where month = '2024-02-01' and characteristic = 'race'",
        ],
        # 3 areas and 4 characteristics by the recorded date; 3 areas and race by the other two.
        {"months_complete": 18, "overlap_within_bounds": 6},
    ),
    "two extracts of one day that disagree, and one that repeats": (
        [
            "insert into core.report_versions by name select versions.* "
            "replace (id as extract_id, 2 as version_number, false as is_latest) "
            "from core.report_versions as versions cross join (values ('x2'), ('x3')) as more (id)",
            "update core.report_versions set area_code = 'E07000098' where extract_id = 'x2' and report_id = 'A'",
            # Of another day, and not the one that stands: nothing hangs on it.
            "update core.report_versions set extracted_on = '2024-04-01', status = 'cancelled' "
            "where extract_id = 'x3' and report_id = 'B'",
        ],
        {"same_day_extracts_agree": 1},
    ),
    "two snapshots of the newest day": (
        [
            "update raw.extracts set revision_rule = 'snapshot'",
            "insert into raw.extracts values ('herts', 'x2', '2024-05-01', 0, 'snapshot', 'one')",
            "insert into core.row_outcomes values ('herts', 'x2', 'counted', 0)",
        ],
        {"one_snapshot_a_day": 1},
    ),
    "two snapshots of an older day": (
        [
            "update raw.extracts set revision_rule = 'snapshot'",
            "insert into raw.extracts values ('herts', 'x2', '2024-04-01', 0, 'snapshot', 'one')",
            "insert into raw.extracts values ('herts', 'x3', '2024-04-01', 0, 'snapshot', 'one')",
            "insert into core.row_outcomes values ('herts', 'x2', 'counted', 0), ('herts', 'x3', 'counted', 0)",
        ],
        {},
    ),
    "dates out of order, one way or another": (
        [
            "insert into core.reports by name select reports.* replace (id as report_id) from core.reports as reports "
            "cross join (values ('D'), ('E'), ('F'), ('G')) as more (id) where report_id = 'A'",
            "insert into core.report_characteristics by name select source, report_id, unnest(characteristics) "
            "as characteristic from core.reports where report_id not in ('A', 'B')",
            "update core.reports set occurred_date = '2024-01-12' where report_id = 'A'",
            "update core.reports set reported_date = '2024-01-12' where report_id = 'D'",
            "update core.reports set reported_date = null, occurred_date = '2024-01-12' where report_id = 'E'",
            # Where only months are known, the same month is in order and a later one is not.
            "update core.reports set occurred_date = null where report_id = 'F'",
            "update core.reports set occurred_date = null, occurred_month = '2024-02-01' where report_id = 'G'",
        ],
        {"dates_in_order": 4, "counts_agree_with_reports": 3},
    ),
    "dates after the extract was taken": (
        [
            "update core.report_versions set recorded_date = '2024-05-01' where report_id = 'A'",
            "update core.report_versions set occurred_month = '2024-06-01' where report_id = 'B'",
            "update core.report_versions set recorded_date = '2024-05-02' where report_id = 'C'",
        ],
        # A's is the very day, and C was cancelled.
        {"no_date_after_extract": 1},
    ),
    "old dates": (
        [
            "update core.reports set occurred_date = '1900-01-01', occurred_month = '1900-01-01' where report_id = 'A'",
            "update core.reports set occurred_date = null, occurred_month = null, reported_date = null, "
            "reported_month = '1999-12-01' where report_id = 'B'",
        ],
        {"no_default_date": 1, "no_date_before_2000": 1, "counts_agree_with_reports": 1},
    ),
    "aggravated, by code or by flag, without race or religion": (
        [
            "insert into core.reports by name select * replace ('D' as report_id, '9B' as offence_code) "
            "from core.reports where report_id = 'B'",
            "insert into core.report_characteristics values ('herts', 'D', 'disability')",
            "update core.reports set is_aggravated = true where report_id = 'B'",
        ],
        {"aggravated_needs_race_or_religion": 2, "counts_agree_with_reports": 3},
    ),
    "much is unknown": (
        [
            "update core.reports set reporting_route = 'unknown' where report_id = 'A'",
            "update core.reports set characteristics = ['not_recorded'] where report_id = 'B'",
            "update core.report_characteristics set characteristic = 'not_recorded' where report_id = 'B'",
        ],
        {"reporting_route_known": 1, "characteristic_recorded": 1},
    ),
    "tables that are not as defined": (
        [
            "update core.reports set area_code = null, version_number = null where report_id = 'A'",
            "update core.reports set area_code = null, reporting_route = 'pigeon' where report_id = 'B'",
            "insert into core.report_motivations select * from core.report_motivations",
            "alter table core.report_versions alter recorded_month type timestamp",
        ],
        {
            "core.reports.not_null": 3,
            "core.reports.allowed": 1,
            "core.report_motivations.unique": 3,
            "core.report_versions.types": 1,
        },
    ),
}


@pytest.mark.parametrize("case", RAW_CASES)
def test_rows_as_received_are_found_by_the_rule_they_break_and_by_no_other(broken: Broken, case: str) -> None:
    statements, expected = RAW_CASES[case]
    assert failures(broken(*statements), "raw") == expected


@pytest.mark.parametrize("case", CORE_CASES)
def test_reports_and_counts_are_found_by_the_rule_they_break_and_by_no_other(broken: Broken, case: str) -> None:
    statements, expected = CORE_CASES[case]
    assert failures(broken(*statements), "core") == expected


def test_every_rule_has_a_case_that_breaks_it() -> None:
    broken_somewhere = {rule for _, found in (*RAW_CASES.values(), *CORE_CASES.values()) for rule in found}
    assert {rule.name for rule in RULES} <= broken_somewhere


def test_no_rule_can_fetch_a_value(broken: Broken) -> None:
    """Every query selects the constant 1 and nothing else, so there is no value to leak."""
    with duckdb.connect(str(broken()), read_only=True) as con:
        for rule in RULES:
            assert rule.violations.split()[:4] == ["select", "1", "as", "violation"], rule.name
            ((name, kind, *_),) = con.execute(f"describe {rule.violations}").fetchall()
            assert (name, kind) == ("violation", "INTEGER"), rule.name


def test_counts_are_whole_above_a_million(broken: Broken) -> None:
    """Great Expectations fetches at most 200 rows of a query; the count must not stop there."""
    database = broken(
        "insert into raw.reports by name select 'herts' as source, 'x1' as extract_id, range as line_number, "
        "'Watford' as area, '10 Jan' as occurred, '{\"grounds\":\"D\"}' as motivations from range(100, 1000601)",
    )
    assert failures(database, "raw") == {"report_id_present": 1_000_501, "rows_loaded": 1}


def test_a_result_says_what_was_checked_in_words_and_counts(broken: Broken) -> None:
    database = broken("update core.reports set area_code = null where report_id = 'A'")
    (result,) = [result for result in suites.check(database, "core") if not result.passed]
    assert result.as_dict() == {
        "rule": "core.reports.not_null",
        "stage": "core",
        "table": "core.reports",
        "sentence": "Every row of core.reports is filled in each column that must be: source, report_id, extract_id, "
        "version_number, area_code, record_class, reporting_route, characteristics.",
        "severity": "stop",
        "rejectable": False,
        "checked_count": 16,
        "failed_count": 1,
        "passed": False,
        "columns_at_fault": ["area_code"],
    }


FAULTY_ROWS = """
    | report_id | occurred_date | reported_date | recorded_date | district_code | reporting_route | outcome_code |
    | A         | 2024-01-10    | 2024-01-10    | 2024-01-10    | E07000103     | online          |              |
    | B         | 2024-01-32    | 10/01/2024    | 2024-1-10     | E07000103     | online          |              |
    | C         | 2024-01-10    | 2024-01-10    | 2024-01-10    | E99999999     | pigeon          | 99           |
    | D         |               |               |               |               | online          |              |
    |           | 2024-01-10    | 2024-01-10    | 2024-01-10    | E07000103     | online          |              |
"""


def test_rules_that_set_rows_aside_are_those_core_names(count_drawn: Callable) -> None:
    """A row that breaks a rejectable rule, and no other, is in core.rejected_reports under that rule and column."""
    core = count_drawn(("2024-02-01", FAULTY_ROWS))
    set_aside = dict(
        core.ask(
            "select case when rule in ('date_readable', 'label_known') then rule || '.' || column_name else rule end, "
            "count(*) from core.rejected_reports group by 1"
        )
    )
    found = {
        one.rule: one.failed_count for one in suites.check(core.database, "raw") if one.rejectable and not one.passed
    }
    assert found == set_aside
    assert len(found) >= 8


def test_a_profile_may_lower_a_rule_that_holds(broken: Broken) -> None:
    database = broken("update core.reports set occurred_date = '2024-01-12' where report_id = 'A'")
    before, after = (
        {result.rule: (result.severity, result.passed) for result in suites.check(database, "core", lowered)}
        for lowered in ({}, {"dates_in_order": "warn", "area_known": "warn"})
    )
    assert before.pop("dates_in_order") == ("hold", False)
    assert after.pop("dates_in_order") == ("warn", False)
    assert before == after


@pytest.mark.parametrize(
    "lowered",
    [
        {"dates_in_oder": "warn"},
        {"areas_add_up": "warn"},
        {"areas_add_up": "hold"},
        {"no_default_date": "hold"},
        {"dates_in_order": "stop"},
        {"dates_in_order": "none"},
    ],
)
def test_nothing_else_may_be_lowered(broken: Broken, lowered: dict[str, str]) -> None:
    with pytest.raises(UsageError, match=next(iter(lowered))):
        suites.check(broken(), "core", lowered)


@pytest.mark.parametrize(
    ("stage", "statement", "error", "names"),
    [
        ("raw", "drop table ref.area_labels", Unexpected, "area_known"),
        ("core", "drop table core.monthly_counts", Unexpected, "core.monthly_counts"),
        ("core", "alter table core.reports alter characteristics type varchar", Unexpected, "characteristics_named"),
        (
            "core",
            "alter table core.reports drop column area_code",
            IntegrityFailed,
            "core.reports has no column area_code",
        ),
    ],
)
def test_what_cannot_be_evaluated_never_passes(
    broken: Broken, stage: suites.Stage, statement: str, error: type[Exception], names: str
) -> None:
    with pytest.raises(error, match=names):
        suites.check(broken(statement), stage)


def test_what_is_no_database_is_an_integrity_fault(tmp_path: Path) -> None:
    with pytest.raises(IntegrityFailed, match=r"no database missing\.duckdb"):
        suites.check(tmp_path / "missing.duckdb", "raw")
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "text.duckdb").write_text("report_id,area\n" * 1000, encoding="utf-8")
    with pytest.raises(IntegrityFailed, match=r"text\.duckdb cannot be opened"):
        suites.check(tmp_path / "text.duckdb", "raw")


def test_the_file_is_read_where_it_lies_and_let_go(broken: Broken, tmp_path: Path) -> None:
    """Nothing is written, nothing is left beside it, an odd path is no trouble, and a writer may follow at once."""
    odd = tmp_path / "place of $HOME 100%25 &#"
    odd.mkdir()
    database = broken().rename(odd / "warehouse.duckdb")
    before = database.read_bytes()
    assert failures(database, "raw") == {}
    assert database.read_bytes() == before
    assert list(tmp_path.rglob("*")) == [odd, database]
    with duckdb.connect(str(database)) as con:
        con.execute("create table ref.after (one integer)")


def test_nothing_heavy_is_imported_before_a_check() -> None:
    """`hatecrime --help` imports the suites; Great Expectations alone takes many seconds."""
    heavy = "{'great_expectations', 'sqlalchemy', 'duckdb', 'pandas'}"
    code = f"import sys, expectations.suites; print(sorted({heavy} & set(sys.modules)))"
    seen = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert seen.stdout == "[]\n"
