"""Each report counts once at every level: area × characteristic, area × all, force × characteristic, force × all."""


def cells(core, basis="recorded", record_class="crime"):
    """The counts that are not zero, as (area, characteristic, month): count."""
    return {
        (area, characteristic, month): count
        for area, characteristic, month, count in core.ask(
            "select area_code, characteristic, strftime(month, '%Y-%m'), report_count from core.monthly_counts "
            f"where date_basis = '{basis}' and record_class = '{record_class}' and report_count > 0"
        )
    }


def test_a_report_with_two_characteristics_counts_once_in_each_and_once_in_all(count_drawn):
    core = count_drawn(
        (
            "2024-02-04",
            """
            | report_id | district_code | grounds       |
            | a         | E07000103     | race religion |
            | b         | E07000103     | race          |
            | c         | E07000098     | transgender   |
            """,
        )
    )
    assert cells(core) == {
        ("E07000103", "race", "2024-01"): 2,
        ("E07000103", "religion", "2024-01"): 1,
        ("E07000103", "all", "2024-01"): 2,
        ("E07000098", "transgender", "2024-01"): 1,
        ("E07000098", "all", "2024-01"): 1,
        ("all", "race", "2024-01"): 2,
        ("all", "religion", "2024-01"): 1,
        ("all", "transgender", "2024-01"): 1,
        ("all", "all", "2024-01"): 3,
    }


def test_quiet_areas_characteristics_and_months_are_zero_not_absent(count_drawn):
    core = count_drawn(
        (
            "2024-04-04",
            """
            | report_id | recorded_date | grounds |
            | a         | 2024-01-10    | race    |
            | b         | 2024-03-10    | race    |
            """,
        )
    )
    # 13 places of the force and `all`, five characteristics and `all`, three months, two record classes.
    assert core.ask("select count(*) from core.monthly_counts where date_basis = 'recorded'") == [(14 * 6 * 3 * 2,)]
    assert core.ask(
        "select report_count from core.monthly_counts where area_code = 'E07000103' and characteristic = 'race' "
        "and date_basis = 'recorded' and record_class = 'crime' and month = date '2024-02-01'"
    ) == [(0,)]


def test_crimes_and_incidents_are_never_mixed(count_drawn):
    core = count_drawn(
        (
            "2024-02-04",
            """
            | report_id | record_class       | offence_code | offence_group | grounds |
            | a         | crime              | 9A           | public_order  | race    |
            | b         | non_crime_incident |              |               | race    |
            """,
        )
    )
    assert cells(core)["all", "all", "2024-01"] == 1
    assert cells(core, record_class="non_crime_incident")["all", "all", "2024-01"] == 1


def test_three_date_bases_place_a_report_in_three_months(count_drawn):
    core = count_drawn(
        (
            "2024-04-04",
            """
            | report_id | occurred_date | reported_date | recorded_date | grounds |
            | a         | 2023-12-31    | 2024-01-31    | 2024-02-01    | race    |
            """,
        )
    )
    assert ("all", "race", "2023-12") in cells(core, "occurred")
    assert ("all", "race", "2024-01") in cells(core, "reported")
    assert ("all", "race", "2024-02") in cells(core, "recorded")
    assert core.ask("select reporting_delay_days from core.reports") == [(31,)]


def test_former_codes_names_and_spellings_are_one_area(count_drawn):
    core = count_drawn(
        (
            "2024-02-04",
            """
            | report_id | district_code      | grounds |
            | a         | E07000240          | race    |
            | b         | E07000100          | race    |
            | c         | St Albans          | race    |
            | d         | st albans          | race    |
            """,
        )
    )
    assert cells(core)["E07000240", "race", "2024-01"] == 4


def test_places_without_geography_stand_beside_the_districts(count_drawn):
    core = count_drawn(
        (
            "2024-02-04",
            """
            | report_id | district_code | grounds |
            | a         | online        | race    |
            | b         | outside       | race    |
            """,
        )
    )
    assert cells(core)["herts_online", "race", "2024-01"] == 1
    assert cells(core)["all", "race", "2024-01"] == 2


def test_one_separated_column_counts_as_five_flags_do(core, tmp_path):
    """The contract allows either layout; both give the same grounds."""
    header = (
        "report_id,occurred_date,reported_date,recorded_date,district_code,characteristics,record_class,offence_code,"
        "offence_group,outcome_code,reporting_route,status,is_aggravated"
    )
    row = "2024-01-10,2024-01-10,2024-01-10,E07000103,{},crime,9A,public_order,,online,recorded,N"
    file = tmp_path / "hertfordshire_2024-02-04.csv"
    lines = [header, "a," + row.format("race; religion"), "b," + row.format("disability")]
    file.write_text("\n".join(lines) + "\n")
    core.build("hertfordshire", file)
    assert cells(core)["all", "all", "2024-01"] == 2
    assert cells(core)["all", "race", "2024-01"] == 1
    assert cells(core)["all", "religion", "2024-01"] == 1
    assert cells(core)["all", "disability", "2024-01"] == 1


def test_a_record_that_names_no_strand_is_out_of_scope(count_drawn):
    core = count_drawn(
        (
            "2024-02-04",
            """
            | report_id | grounds |
            | a         | race    |
            | b         |         |
            """,
        )
    )
    assert cells(core)["all", "all", "2024-01"] == 1
    assert dict(core.ask("select outcome, row_count from core.row_outcomes"))["out_of_scope"] == 1
