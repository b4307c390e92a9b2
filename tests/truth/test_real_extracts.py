"""Real extracts give, out of core, the answers that others computed independently or the police published."""

import json
from collections import Counter
from datetime import date
from pathlib import Path

import openpyxl

from data import profile
from transforms import reading


def counts_by_year(core, basis):
    return {
        str(year): count
        for year, count in core.ask(
            "select year(month), sum(report_count)::int from core.monthly_counts "
            f"where area_code = 'all' and characteristic = 'all' and date_basis = '{basis}' group by all"
        )
    }


def expected(folder: Path) -> dict:
    return json.loads((folder / "expected.json").read_text(encoding="utf-8"))


def test_nypd_counts_complaints_not_rows(core, real_data):
    """One row a complaint and arrest: 755 rows of 2023 are 669 reports."""
    folder = real_data / "nypd_2024"
    answers = expected(folder)["20241206"]
    core.build("nypd", folder / "NYPD_Hate_Crimes_20241206.csv")
    assert counts_by_year(core, "reported") == answers["distinct_complaints_by_year"]
    assert core.ask("select count(*) from raw.reports where reported like '2023-%'") == [(755,)]
    assert core.ask("select count(*) from core.reports where year(reported_month) = 2023") == [(669,)]
    assert core.ask("select outcome, row_count from core.row_outcomes where row_count > 0") == [("counted", 3255)]


def test_nypd_motives_of_2023(core, real_data):
    folder = real_data / "nypd_2024"
    core.build("nypd", folder / "NYPD_Hate_Crimes_20241206.csv")
    found = dict(
        core.ask(
            "select motivation, count(distinct report_id) from core.report_motivations "
            "join core.reports using (source, report_id) where year(reported_month) = 2023 group by all"
        )
    )
    assert found == expected(folder)["20241206"]["distinct_complaints_by_bias_2023"]


def test_nypd_published_precinct_table(core, real_data):
    """The police's own table of 2023: 1,226 of its 1,232 cells are equal; three complaints moved since."""
    folder = real_data / "nypd_2024"
    core.build("nypd", folder / "NYPD_Hate_Crimes_20241206.csv")
    found = Counter(
        {
            (area, motive.replace("NON-CONFORMING", "NON CONFORMING")): count
            for area, motive, count in core.ask(
                "select area_code, motivation, count(distinct report_id) from core.report_motivations "
                "join core.reports using (source, report_id) where year(reported_month) = 2023 group by all"
            )
        }
    )
    sheet = openpyxl.load_workbook(folder / "published_hate-crime-complaints-by-motivation-annual-2023.xlsx").active
    rows = [row for row in sheet.iter_rows(values_only=True) if row[0] is not None]
    start = next(number for number, row in enumerate(rows) if row[0] == "PRECINCT")
    motives = [str(motive).strip() for motive in rows[start][1:-1]]
    cells = {
        (str(int(row[0])), motive): int(count or 0)
        for row in rows[start + 1 :]
        if str(row[0]).strip().isdigit()
        for motive, count in zip(motives, row[1:-1], strict=True)
    }
    assert len(cells) == 1232
    differing = {cell for cell, count in cells.items() if found[cell] != count}
    assert len(differing) == 6


def test_newer_snapshot_replaces_older_in_either_order(core, real_data):
    folder = real_data / "nypd_2024"
    september, december = (folder / f"NYPD_Hate_Crimes_{day}.csv" for day in ("20240929", "20241206"))
    first = core.build("nypd", september, december).ask("from core.monthly_counts order by all")
    second = core.build("nypd", december, september).ask("from core.monthly_counts order by all")
    assert first == second
    assert counts_by_year(core, "reported")["2023"] == 669
    assert dict(core.ask("select outcome, sum(row_count) from core.row_outcomes group by all"))["superseded"] == 3078


def test_older_snapshot_alone_gives_its_own_figures(core, real_data):
    folder = real_data / "nypd_2024"
    core.build("nypd", folder / "NYPD_Hate_Crimes_20240929.csv")
    assert counts_by_year(core, "reported") == expected(folder)["20240929"]["distinct_complaints_by_year"]


def test_toronto_by_occurrence_and_by_report(core, real_data):
    """2018 is 133 by occurrence and 132 by report; the 137 of the annual report counts cases not in this extract."""
    folder = real_data / "toronto_2018_2023"
    answers = expected(folder)
    core.build("toronto", folder / "raw_data.csv")
    assert counts_by_year(core, "occurred") == answers["rows_by_year"]
    assert counts_by_year(core, "reported") == answers["rows_by_REPORTED_YEAR"]
    labels = Counter(
        {
            f"{column}={motive}": count
            for column, motive, count in core.ask(
                "select column_name, motivation, count(*) from core.report_motivations group by all"
            )
        }
    )
    yes_or_no = {"MENTAL_OR_PHYSICAL_DISABILITY=YES"}
    assert {k: v for k, v in labels.items() if k not in yes_or_no} == {
        k: v for k, v in answers["bias_value_mentions_split_on_comma"].items() if k not in yes_or_no
    }


def test_toronto_quoted_twin_is_the_same_extract(core, real_data):
    folder = real_data / "toronto_2018_2023"
    toronto = profile.load("toronto")
    first = reading.read(folder / "raw_data.csv", toronto, core.folder)
    second = reading.read(folder / "unedited_data_all_quoted.csv", toronto, core.folder)
    assert first.extract_id == second.extract_id
    assert first.file_sha256 != second.file_sha256


def test_fbi_incidents_several_biases_and_years(core, real_data):
    folder = real_data / "fbi_master_1991_2020"
    answers = expected(folder)
    core.build("fbi", folder / "hate_crime.zip")
    assert core.ask("select count(*) from core.reports") == [(219577,)]
    assert core.ask(
        "select count(*) from (select report_id from core.report_motivations group by all having count(*) > 1)"
    ) == [(1019,)]
    assert counts_by_year(core, "occurred") == answers["rows_by_year"]
    months = {
        month: count
        for month, count in core.ask(
            "select strftime(month, '%Y-%m'), report_count from core.monthly_counts "
            "where area_code = 'all' and characteristic = 'all'"
        )
    }
    assert months == answers["rows_by_month"]
    mentions = dict(core.ask("select motivation, count(*) from core.report_motivations group by all"))
    assert mentions == answers["bias_mentions_exploded_on_semicolon"]


def test_london_borough_months_are_counted_already(core, real_data):
    """Wide months of 33 areas: domestic abuse filed under hate is set aside, and overlapping strands stay apart."""
    folder = real_data / "uk_mps_monthly_borough"
    answers = expected(folder)
    core.build_beside("mps_borough_months", folder / answers["file"])
    found = core.ask(
        "select category_name, sum(recorded_count)::bigint from core.source_counts "
        "where measure = 'hate_crime' group by all"
    )
    foreign = {"Domestic Abuse", "Domestic Abuse Homicide", "Domestic Abuse VWI"}
    totals = {label: count for label, count in answers["total_by_type_all_months"].items() if label not in foreign}
    assert {label.removeprefix("Hate / "): count for label, count in found} == totals
    years = core.ask(
        "select year(month - interval 3 month), sum(recorded_count)::int from core.source_counts "
        "where category = 'faith' group by all order by all"
    )
    by_year = answers["total_by_type_and_financial_year"]["Faith Hate Crime"]
    assert [(f"{year}/{(year + 1) % 100}", count) for year, count in years] == list(by_year.items())
    ((areas, months, cells),) = core.ask(
        "select count(distinct area_code), count(distinct month), count(*) from core.source_counts "
        "where category = 'faith'"
    )
    assert (areas, months, cells) == (answers["n_boroughs"], answers["months"][2], 33 * 134)
    assert core.ask("select count(*) from core.monthly_counts where report_count > 0") == [(0,)]
    outcomes = dict(core.ask("select outcome, row_count from core.count_line_outcomes"))
    assert outcomes == {"counted": 9 * 33, "out_of_scope": 14 * 33, "rejected": 0, "superseded": 0}


def test_nypd_months_of_which_a_handful_of_reports_came_are_doubted(core, real_data):
    """The December snapshot ends in September; the 5 reports dated later are no months of a city with about 60."""
    core.build("nypd", real_data / "nypd_2024" / "NYPD_Hate_Crimes_20241206.csv")
    new = "select month::varchar, report_count, is_implausible from core.recent_months where is_new order by all"
    assert core.ask(new) == [("2024-11-01", 1, True)]
    older = (real_data / "nypd_2024" / "NYPD_Hate_Crimes_20240929.csv", date(2024, 9, 29))
    newer = (real_data / "nypd_2024" / "NYPD_Hate_Crimes_20241206.csv", date(2024, 12, 6))
    core.build("nypd", older, newer)
    assert core.ask(new) == [("2024-09-01", 49, False), ("2024-10-01", 1, True), ("2024-11-01", 1, True)]
    assert core.ask("select count(*) from core.recent_months where is_implausible and not is_new") == [(0,)]
