"""Counts that a source made itself stand beside records: marked by source, coded by profile, added to nothing."""

from pathlib import Path

import pytest
from drawing import drawn, hertfordshire, pseudonym

from data import counts_profile
from data import profile as profiles
from data.errors import InputRejected, UsageError
from transforms import reading, warehouse

LONG = r"""
kind = "counts"
name = "herts_all_crime"
title = "Hertfordshire, all recorded crime by district"
date_basis = "recorded"
record_class = "crime"
unit = "offences"
month_format = "%b %Y"
[force]
code = "E23000027"
name = "Hertfordshire"
[extract]
file_name = '^all_crime_(\d{4}-\d{2}-\d{2})'
revision_rule = "period"
[columns]
area = "District"
category = "Offence"
month = "Month"
count = "Offences"
[area]
reference = true
[categories."All crime"]
code = "all_crime"
measure = "control"
[categories."Hate crime"]
code = "hate"
measure = "hate_crime"
characteristic = "all"
[categories."Racist hate crime"]
code = "racist"
measure = "hate_crime"
characteristic = "race"
part_of = "hate"
[excluded]
"Stalking" = "Filed beside hate crime; it is another subject."
"""


@pytest.fixture
def beside(core, tmp_path):
    """Build core from a drawn record extract and drawn count extracts, given as (day taken, picture)."""

    def build(*extracts: tuple[str, str], toml: str = LONG):
        path = tmp_path / "counts.toml"
        path.write_text(toml, encoding="utf-8")
        sources = [profiles.load("hertfordshire"), counts_profile.load(str(path))]
        records = tmp_path / "hertfordshire_2024-02-04.csv"
        picture = f"| report_id | grounds |\n| {pseudonym(1)} | race |\n| {pseudonym(2)} | race religion |"
        records.write_text(hertfordshire(picture), encoding="utf-8")
        received = [reading.read(records, sources[0], core.folder)]
        for day, drawing in extracts:
            rows = drawn(drawing)
            file = tmp_path / f"all_crime_{day}.csv"
            lines = [",".join(rows[0]), *(",".join(row.values()) for row in rows)]
            file.write_text("\n".join(lines) + "\n", encoding="utf-8")
            received.append(reading.read(file, sources[1], core.folder))
        stored = [
            warehouse.StoredExtract(e.extract_id, e.source, e.row_count, e.extracted_on, e.parquet) for e in received
        ]
        core.database.unlink(missing_ok=True)
        warehouse.build_raw(core.database, stored, {source.name: source for source in sources}, core.folder)
        warehouse.build_core(core.database, core.folder)
        return core

    return build


JANUARY = """
| District  | Offence           | Month    | Offences |
| Watford   | All crime         | Jan 2024 | 900      |
| watford   | Hate crime        | Jan 2024 | 7        |
| E07000103 | Racist hate crime | Jan 2024 | 0        |
| Watford   | Stalking          | Jan 2024 | 30       |
| St Albans | All crime         | Jan 2024 |          |
"""


def test_counts_are_coded_and_a_missing_number_is_not_zero(beside):
    core = beside(("2024-02-05", JANUARY))
    assert core.ask(
        "select area_code, category, characteristic, part_of, recorded_count from core.source_counts order by all"
    ) == [
        ("E07000103", "all_crime", None, None, 900),
        ("E07000103", "hate", "all", None, 7),
        ("E07000103", "racist", "race", "hate", 0),
        ("E07000240", "all_crime", None, None, None),
    ]
    assert warehouse.count_lines(core.database, core.folder) == {
        "counted": 4,
        "out_of_scope": 1,
        "rejected": 0,
        "superseded": 0,
    }


def test_counts_change_no_figure_made_from_records_of_the_same_place(beside):
    alone = beside().ask("from core.monthly_counts order by all")
    assert beside(("2024-02-05", JANUARY)).ask("from core.monthly_counts order by all") == alone
    assert sum(row[-1] for row in alone if row[0] == "E07000103" and row[2] == "all") == 6


REVISED = """
| District | Offence   | Month    | Offences |
| Watford  | All crime | Jan 2024 | 905      |
"""
FEBRUARY = """
| District | Offence   | Month    | Offences |
| Watford  | All crime | Feb 2024 | 800      |
"""


def test_a_newer_extract_replaces_the_months_it_holds_in_any_order(beside):
    """By `period` January is the second extract's alone; by `snapshot` only the newest extract stands."""
    orders = [("2024-02-05", JANUARY), ("2024-03-05", REVISED), ("2024-04-05", FEBRUARY)]
    for extracts in (orders, orders[::-1]):
        core = beside(*extracts)
        standing = "select month::varchar, category, recorded_count from core.source_counts order by all"
        assert core.ask(standing) == [("2024-01-01", "all_crime", 905), ("2024-02-01", "all_crime", 800)]
        outcomes = warehouse.count_lines(core.database, core.folder)
        assert (outcomes["counted"], outcomes["superseded"], outcomes["out_of_scope"]) == (2, 4, 1)
        snapshot = beside(*extracts, toml=LONG.replace('"period"', '"snapshot"'))
        assert snapshot.ask(standing) == [("2024-02-01", "all_crime", 800)]


def test_two_extracts_of_one_day_are_rivals_where_they_hold_the_same_months(beside):
    """By `period` January and February of one day stand side by side; by `snapshot` one day has one extract."""
    rivals = "select count(*) from raw.count_extracts where has_rival"
    doubts = "select rule from ({})".format(warehouse.statement("quarantine_doubts"))
    apart = [("2024-03-05", REVISED), ("2024-03-05_again", FEBRUARY)]
    core = beside(*apart)
    assert core.ask(rivals) == [(0,)] and len(core.ask("from core.source_counts")) == 2
    assert beside(("2024-03-05", JANUARY), ("2024-03-05_again", REVISED)).ask(rivals) == [(2,)]
    core = beside(*apart, toml=LONG.replace('"period"', '"snapshot"'))
    assert core.ask(rivals) == [(2,)] and core.ask(doubts).count(("one_count_extract_a_day",)) == 2


FAULTY = """
| District  | Offence    | Month    | Offences |
| Watford   | All crime  | Jan 2024 | 900      |
| Watford   | All crime  | Jan 2024 | 901      |
| Wattford  | All crime  | Jan 2024 | 900      |
| St Albans | Arson      | Jan 2024 | 9        |
| St Albans | All crime  | 2024-01  | 9        |
| Hertsmere | All crime  | Jan 2024 | -4       |
| Dacorum   | All crime  | Jan 2024 | 1e12     |
| Three Rivers | All crime | Jan 2024 | NaN    |
| Stevenage | All crime  | Jan 2024 | 12       |
"""


def test_lines_that_cannot_be_read_are_set_aside_by_rule_and_column(beside):
    """R10 and S8: a negative, a vast or no number, an unknown label, a month of another form, a cell twice."""
    core = beside(("2024-02-05", FAULTY))
    found = core.ask(
        "select line_number, fault.rule, fault.column_name "
        "from (select line_number, unnest(faults) as fault from raw.count_cells) order by all"
    )
    assert found == [
        (2, "count_cell_once", "area"),
        (3, "count_cell_once", "area"),
        (4, "count_label_known", "area"),
        (5, "count_label_known", "category"),
        (6, "count_readable", "month"),
        (7, "count_readable", "count"),
        (8, "count_readable", "count"),
        (9, "count_readable", "count"),
    ]
    assert core.ask("select area_name, recorded_count from core.source_counts") == [("Stevenage", 12)]
    assert list(warehouse.rejected_rows(core.database, core.folder).values()) == [8]


def test_a_total_below_the_counts_is_no_row(beside):
    with pytest.raises(InputRejected, match="a total"):
        beside(("2024-02-05", JANUARY + "| Total | All crime | Jan 2024 | 900 |"))


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ('kind = "counts"', 'kind = "records"', "describes records, not counts"),
        ('part_of = "hate"', 'part_of = "crime"', "which is not another"),
        ('characteristic = "race"', 'characteristic = "all"', "both claim to count all of all"),
        ('code = "racist"', 'code = "hate"', "is the code of several"),
        ('"Stalking" =', '"All crime" =', "is also a category"),
        ('month = "Month"\n', "", "month and count go together"),
        ("reference = true", "", "needs either reference"),
        ('characteristic = "all"', 'characteristic = "crime"', "cannot count the characteristic"),
    ],
)
def test_a_profile_of_counts_that_contradicts_itself_is_refused(tmp_path: Path, before, after, words):
    assert before in LONG
    path = tmp_path / "counts.toml"
    path.write_text(LONG.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(UsageError, match=words):
        counts_profile.load(str(path))


def test_a_profile_of_records_and_one_of_counts_are_not_taken_for_each_other():
    with pytest.raises(UsageError, match="describes counts, not records") as refused:
        profiles.load(str(counts_profile.SHIPPED / "mps_borough_months.toml"))
    assert "--beside" in refused.value.next_step
