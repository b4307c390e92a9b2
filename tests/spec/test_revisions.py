"""The newest extract's row of a report stands; every earlier version is kept; every row has one outcome."""

import itertools

from transforms import quarantine

JANUARY = """
| report_id | district_code | grounds | record_class | status   |
| a         | E07000103     | race    | crime        | recorded |
| b         | E07000103     | race    | crime        | recorded |
| c         | E07000098     | race    | crime        | recorded |
"""
FEBRUARY = """
| report_id | district_code | grounds       | record_class | status    | recorded_date |
| a         | E07000098     | race religion | crime        | recorded  | 2024-01-10    |
| b         | E07000103     | race          | crime        | cancelled | 2024-01-10    |
| d         | E07000103     | disability    | crime        | recorded  | 2024-02-10    |
"""


def outcomes(core):
    return dict(core.ask("select outcome, sum(row_count)::int from core.row_outcomes group by all"))


def test_moved_gained_and_cancelled(count_drawn):
    core = count_drawn(("2024-02-04", JANUARY), ("2024-03-04", FEBRUARY))
    reports = core.ask("select report_id, area_code, characteristics, version_number from core.reports order by 1")
    assert reports == [
        ("a", "E07000098", ["race", "religion"], 2),
        ("c", "E07000098", ["race"], 1),
        ("d", "E07000103", ["disability"], 1),
    ]
    assert outcomes(core) == {"counted": 3, "superseded": 2, "cancelled": 1, "rejected": 0, "out_of_scope": 0}
    assert core.ask("select count(*) from core.report_versions") == [(6,)]


def test_order_of_delivery_does_not_matter(count_drawn):
    march = JANUARY.replace("E07000098", "E07000240")
    extracts = [("2024-02-04", JANUARY), ("2024-03-04", FEBRUARY), ("2024-04-04", march)]
    counts = [
        count_drawn(*order).ask("from core.monthly_counts order by all") for order in itertools.permutations(extracts)
    ]
    assert all(count == counts[0] for count in counts)
    assert len(counts[0]) > 0


def test_rows_repeated_in_one_extract_make_one_report(count_drawn):
    core = count_drawn(
        (
            "2024-02-04",
            """
            | report_id | grounds |
            | a         | race    |
            | a         | race    |
            """,
        )
    )
    assert core.ask("select count(*) from core.reports") == [(1,)]
    assert outcomes(core)["counted"] == 2


def test_faulty_rows_are_set_aside_with_rule_line_and_column(count_drawn):
    core = count_drawn(
        (
            "2024-02-04",
            """
            | report_id | district_code | recorded_date | reporting_route | grounds |
            | a         | E07000103     | 2024-01-10    | online          | race    |
            | b         | Atlantis      | 2024-01-10    | online          | race    |
            | c         | E07000103     | 10/01/2024    | online          | race    |
            | d         | E07000103     | 2024-02-30    | online          | race    |
            |           | E07000103     | 2024-01-10    | pigeon          | race    |
            """,
        )
    )
    assert core.ask("select line_number, rule, column_name from core.rejected_reports order by all") == [
        (3, "area_known", "area"),
        (4, "date_readable", "recorded"),
        (5, "date_readable", "recorded"),
        (6, "label_known", "reporting_route"),
        (6, "report_id_present", "report_id"),
    ]
    assert outcomes(core) == {"counted": 1, "superseded": 0, "cancelled": 0, "rejected": 4, "out_of_scope": 0}


def test_an_unknown_label_is_never_lumped(count_drawn):
    core = count_drawn(
        (
            "2024-02-04",
            """
            | report_id | race |
            | a         | Y    |
            | b         | ?    |
            """,
        )
    )
    assert core.ask("select line_number, rule, column_name from core.rejected_reports") == [
        (3, "motivation_known", "race")
    ]


def test_a_date_after_the_extract_is_found_in_the_column_that_holds_it(count_drawn, tmp_path):
    """R3: the line is listed under the first column that cannot be so: what is recorded, told or said to have been."""
    core = count_drawn(
        (
            "2024-02-04",
            """
            | report_id | grounds | occurred_date | reported_date | recorded_date |
            | a         | race    | 2024-01-10    | 2024-01-10    | 2024-02-05    |
            | b         | race    | 2024-01-10    | 2024-02-05    | 2024-01-10    |
            | c         | race    | 2024-02-05    | 2024-01-10    | 2024-01-10    |
            """,
        )
    )
    found = quarantine.find(core.database, tmp_path, {}, [], [("no_date_after_extract", extract_of(core))], [])
    assert list(zip(found.rows["line_number"], found.rows["column_name"], strict=True)) == [
        (4, "occurred"),
        (2, "recorded"),
        (3, "reported"),
    ]


def extract_of(core) -> str:
    ((extract_id,),) = core.ask("select extract_id from raw.extracts")
    return extract_id
