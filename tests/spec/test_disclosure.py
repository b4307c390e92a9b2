"""What may leave: small counts hidden, others rounded, and nothing small left to be worked out."""

from dataclasses import replace
from datetime import date

import pandas as pd
import pytest
from cubes import cube, random_cube, true_counts, yearly

from data import policies
from data.errors import UsageError
from data.policies import INTERNAL
from expectations.disclosure import audit
from transforms.disclosure import protect

PUBLIC = replace(policies.PUBLIC, offered_share=0)
PARTNER = replace(policies.PARTNER, offered_share=0)
"""The profiles as they are, but showing even where nearly all is hidden, so that there is the more to attack."""

QUARTER = ("2024-04", "2024-05", "2024-06")


def figure(protected, area, period_start, period_type="month", characteristic="race"):
    rows = protected.figures
    rows = rows[
        (rows["area_code"] == area)
        & (rows["characteristic"] == characteristic)
        & (rows["period_type"] == period_type)
        & (rows["period_start"].astype(str) == period_start)
    ]
    (row,) = rows.itertuples()
    return row.marker if pd.isna(row.value) else int(row.value)


def months(protected, area, characteristic="race"):
    return [figure(protected, area, f"{month}-01", characteristic=characteristic) for month in QUARTER]


def test_edge_counts_of_the_public_profile():
    """0 is printed, 1 and 4 are hidden, 5 to 7 print as 5 and 8 as 10."""
    protected = protect(
        cube("""
            area | characteristic | 2024-04 | 2024-05 | 2024-06
            A    | race           | 0       | 1       | 4
            B    | race           | 5       | 7       | 8
            C    | race           | 60      | 60      | 60
        """),
        PUBLIC,
    )
    assert months(protected, "A")[1:] == ["[c]", "[c]"]
    assert months(protected, "B") == [5, 5, 10]


def test_the_same_count_always_prints_the_same():
    protected = protect(
        cube("""
            area | characteristic | 2024-04 | 2024-05 | 2024-06
            A    | race           | 12      | 12      | 12
            B    | race           | 12      | 12      | 12
        """),
        PUBLIC,
    )
    assert months(protected, "A") == months(protected, "B") == [10, 10, 10]
    assert figure(protected, "A", "2024-04-01", "quarter") == 35, "rounded from 36, not added up from 10, 10, 10"


def test_a_quarter_that_pins_a_hidden_month_does_not_stand():
    """8 and 8 print as 10 and 10, 17 as 15: then the third month could only be 0 or 1."""
    counts = cube("""
        area | characteristic | 2024-04 | 2024-05 | 2024-06
        A    | race           | 8       | 8       | 1
        B    | race           | 40      | 40      | 40
        C    | race           | 40      | 40      | 40
    """)
    protected = protect(counts, PUBLIC)
    shown = [*months(protected, "A"), figure(protected, "A", "2024-04-01", "quarter")]
    assert shown[2] == "[c]"
    assert shown.count("[c]") == 2, "one figure more is hidden, and no more than that"
    assert audit(protected.figures, protected.structure, PUBLIC).passed


def test_two_hidden_ones_with_a_known_sum_of_two_are_not_both_ones():
    """Exact figures: a quarter less its printed month gives 2; only a zero or a total hidden besides helps."""
    counts = cube("""
        area | characteristic | 2024-04 | 2024-05 | 2024-06
        A    | race           | 1       | 1       | 10
        B    | race           | 40      | 40      | 40
    """)
    protected = protect(counts, PARTNER)
    shown = [*months(protected, "A"), figure(protected, "A", "2024-04-01", "quarter")]
    assert shown[:2] == ["[c]", "[c]"]
    assert "[c]" in shown[2:]
    assert audit(protected.figures, protected.structure, PARTNER).passed


def test_overlap_of_characteristics_gives_no_small_count_away():
    """All 40, race 37: whoever subtracts must not learn that religion is 3."""
    counts = cube("""
        area | characteristic | 2024-04
        A    | all            | 40
        A    | race           | 37
        A    | religion       | 3
        B    | all            | 60
        B    | race           | 40
        B    | religion       | 30
    """)
    protected = protect(counts, PARTNER)
    verdict = audit(protected.figures, protected.structure, PARTNER)
    assert figure(protected, "A", "2024-04-01", characteristic="religion") == "[c]"
    shown = [figure(protected, "A", "2024-04-01", characteristic=kind) for kind in ("all", "race")]
    assert "[c]" in shown, "religion is at least all less race, which is 3"
    assert verdict.passed


@pytest.mark.parametrize(("may", "quarter"), [(4, "[c]"), (3, 5)])
def test_a_sum_of_hidden_parts_is_not_printed_where_a_right_guess_recovers_them(may, quarter):
    """4 and 4 add up to 8, which prints 10: who takes both for 1 to 4 knows that it can only be 4 and 4."""
    counts = cube(f"""
        area | characteristic | 2024-04 | 2024-05 | 2024-06
        A    | race           | 4       | {may}   | 0
        B    | race           | 40      | 40      | 40
        C    | race           | 40      | 40      | 40
    """)
    protected = protect(counts, PUBLIC)
    assert figure(protected, "A", "2024-04-01", "quarter") == quarter
    assert audit(protected.figures, protected.structure, PUBLIC, None, counts).passed


def test_reports_that_name_no_ground_give_no_small_count_away():
    """All 12 less 9 that name none would leave at most 3 for race, and for religion."""
    counts = cube("""
        area | characteristic | 2024-04
        A    | race           | 2
        A    | religion       | 2
        A    | not_recorded   | 9
        A    | all            | 12
        B    | race           | 3
        B    | religion       | 3
        B    | not_recorded   | 20
        B    | all            | 25
        C    | race           | 40
        C    | religion       | 30
        C    | not_recorded   | 20
        C    | all            | 80
    """)
    protected = protect(counts, PARTNER)
    shown = [figure(protected, "A", "2024-04-01", characteristic=kind) for kind in ("not_recorded", "all")]
    assert "[c]" in shown
    assert audit(protected.figures, protected.structure, PARTNER).passed


def test_a_zero_may_be_hidden_to_protect_a_neighbour():
    """Exact figures: 3 and 0 in one quarter of 13 with 10 printed; hiding the zero alone would not lose a report."""
    counts = cube("""
        area | characteristic | 2024-04 | 2024-05 | 2024-06
        A    | race           | 3       | 0       | 10
        B    | race           | 40      | 40      | 40
    """)
    protected = protect(counts, PARTNER)
    hidden = protected.figures[protected.figures["marker"] == "[c]"]
    assert hidden["value"].isna().all()
    assert audit(protected.figures, protected.structure, PARTNER).passed


@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_a_hidden_cell_reads_the_same_whatever_it_hides(count):
    picture = f"""
        area | characteristic | 2024-04 | 2024-05 | 2024-06
        A    | race           | {count} | 3       | 2
        B    | race           | 3       | 2       | 2
        C    | race           | 2       | 2       | 3
    """
    rows = protect(cube(picture), PUBLIC).figures
    cell = rows[(rows["area_code"] == "A") & (rows["period_start"].astype(str) == "2024-04-01")]
    month = cell[cell["period_type"] == "month"].drop(columns=["value"]).to_dict("records")
    assert len(month) == 1
    assert month[0]["marker"] == "[c]"
    assert str(count) not in str(month[0]["note_ids"])


def test_a_small_group_that_is_all_of_one_kind_does_not_show():
    """Three reports, all of them race: printed zeros for the rest would say what each was."""
    counts = cube("""
        area | characteristic | 2024-04
        A    | all            | 3
        A    | race           | 3
        A    | religion       | 0
        A    | disability     | 0
        B    | all            | 60
        B    | race           | 40
        B    | religion       | 20
        B    | disability     | 10
    """)
    protected = protect(counts, PUBLIC)
    shown = {figure(protected, "A", "2024-04-01", characteristic=kind) for kind in ("religion", "disability")}
    assert shown == {"[c]"}


def test_two_releases_taken_together_give_nothing_away():
    """A quarter hidden in May for the sake of one month must not be printed in June for another's."""
    first = cube("""
        area | characteristic | 2024-04 | 2024-05 | 2024-06
        A    | race           | 8       | 8       | 1
        B    | race           | 40      | 40      | 40
        C    | race           | 40      | 40      | 40
    """)
    later = cube("""
        area | characteristic | 2024-04 | 2024-05 | 2024-06 | 2024-07
        A    | race           | 8       | 8       | 1       | 9
        B    | race           | 40      | 40      | 40      | 40
        C    | race           | 40      | 40      | 40      | 40
    """)
    one = protect(first, PUBLIC)
    two = protect(later, PUBLIC, one.entries)
    assert audit(two.figures, two.structure, PUBLIC, one.entries).passed
    printed = one.figures[one.figures["value"].notna()]
    again = two.figures.merge(printed, on=["area_code", "characteristic", "period_type", "period_start"])
    assert len(again) == len(printed), "what was printed and still holds is printed again"
    assert (again["value_x"] == again["value_y"]).all()


def test_a_new_figure_is_hidden_before_an_old_one_that_still_holds_is_withdrawn():
    """May grew from 4 to 8: beside it the old quarter would leave 0 or 1 for June. May is hidden, the quarter stays."""
    first = cube("""
        area | characteristic | 2024-04 | 2024-05 | 2024-06
        A    | race           | 8       | 4       | 1
        B    | race           | 40      | 40      | 40
        C    | race           | 40      | 40      | 40
    """)
    later = cube("""
        area | characteristic | 2024-04 | 2024-05 | 2024-06
        A    | race           | 8       | 8       | 1
        B    | race           | 40      | 40      | 40
        C    | race           | 40      | 40      | 40
    """)
    one = protect(first, PUBLIC)
    two = protect(later, PUBLIC, one.entries)
    assert figure(one, "A", "2024-04-01", "quarter") == figure(two, "A", "2024-04-01", "quarter") == 15
    assert months(one, "A") == months(two, "A") == [10, "[c]", "[c]"]
    withdrawn = two.figures[two.figures["note_ids"] == "withdrawn"]
    assert withdrawn["area_code"].tolist() == ["force"], "the force's May of 85 no longer holds, and its 90 would tell"
    assert audit(two.figures, two.structure, PUBLIC, one.entries, later).passed


@pytest.mark.parametrize(("first", "later", "linked"), [("ABC", "ABCD", 1), ("ABCD", "ABC", 0)])
def test_a_place_that_came_later_was_nothing_before_and_one_that_is_no_more_leaves_its_releases_unlinked(
    first, later, linked
):
    """The sums of a release that had a place more are not of the places there are now."""
    reports = {"A": "8 | 4 | 1", "B": "40 | 40 | 40", "C": "12 | 3 | 9", "D": "7 | 2 | 6"}

    def counts(places: str) -> pd.DataFrame:
        rows = "\n".join(f"            {place} | race | {reports[place]}" for place in places)
        return cube(f"""
            area | characteristic | 2024-04 | 2024-05 | 2024-06
{rows}
        """)

    one = protect(counts(first), PUBLIC)
    told, past = one.entries.assign(release_id="one"), counts(first).assign(release_id="one")
    two = protect(counts(later), PUBLIC, told, past=past)
    verdict = audit(two.figures, two.structure, PUBLIC, told, counts(later), past=past)
    assert verdict.findings == ()
    assert verdict.linked_count == linked


def test_a_release_that_changes_nothing_is_the_same_again():
    counts = random_cube(1, place_count=3, month_count=12)
    one = protect(counts, PUBLIC)
    two = protect(counts, PUBLIC, one.entries.assign(release_id="one"), past=counts.assign(release_id="one"))
    assert two.figures.equals(one.figures)


def test_a_figure_once_printed_keeps_its_place_where_the_like_of_it_no_longer_has_one():
    """Of 14 reports 6 show by month, of 26 no longer enough: April was printed, so it is printed again."""
    first = cube("""
        area | characteristic | 2024-04 | 2024-05 | 2024-06
        A    | race           | 6       | 4       | 4
        B    | race           | 40      | 40      | 40
    """)
    later = cube("""
        area | characteristic | 2024-04 | 2024-05 | 2024-06 | 2024-07 | 2024-08 | 2024-09
        A    | race           | 6       | 4       | 4       | 4       | 4       | 4
        B    | race           | 40      | 40      | 40      | 40      | 40      | 40
    """)
    one = protect(first, policies.PUBLIC)
    two = protect(later, policies.PUBLIC, one.entries)
    assert months(one, "A") == [5, "[c]", "[c]"]
    assert figure(two, "A", "2024-04-01") == 5
    alone = protect(later, policies.PUBLIC).figures
    assert "month" not in set(alone.loc[alone["area_code"] == "A", "period_type"])


def test_a_figure_that_became_small_is_withdrawn_and_a_changed_one_marked():
    first = cube("""
        area | characteristic | 2024-04
        A    | race           | 5
        B    | race           | 40
        C    | race           | 30
    """)
    later = cube("""
        area | characteristic | 2024-04
        A    | race           | 4
        B    | race           | 46
        C    | race           | 30
    """)
    one = protect(first, PUBLIC)
    two = protect(later, PUBLIC, one.entries)
    rows = two.figures.set_index("area_code")
    assert rows.loc["A", "marker"] == "[c]"
    assert rows.loc["A", "note_ids"] == "withdrawn"
    assert rows.loc["B", "marker"] == "[r]"
    assert rows.loc["B", "value"] == 45
    assert rows.loc["C", "marker"] == ""


def test_a_block_of_years_that_has_moved_on_is_said_again_where_it_changed():
    """Readers hold the old block: where late reports make it untrue, the release says so and is not refused."""
    first = yearly({"A": [3, 3, 3], "B": [480, 480, 480]}, date(2021, 4, 1))
    later = yearly({"A": [3, 3, 8, 3], "B": [480, 480, 480, 480]}, date(2021, 4, 1))
    one = protect(first, PUBLIC)
    two = protect(later, PUBLIC, one.entries)
    assert figure(one, "A", "2021-04-01", "several_years") == 10
    assert figure(two, "A", "2021-04-01", "several_years") == 15
    assert audit(two.figures, two.structure, PUBLIC, one.entries, later).passed


def test_months_that_the_counts_no_longer_cover_are_withdrawn_and_not_told_as_zero():
    """Of all that April and May held, one report was left behind in May when the others moved to June."""
    first = cube("""
        area | characteristic | 2024-04 | 2024-05
        A    | race           | 8       | 8
        B    | race           | 0       | 0
    """)
    later = cube("""
        area | characteristic | 2024-05 | 2024-06
        A    | race           | 1       | 15
        B    | race           | 0       | 0
    """)
    one = protect(first, PUBLIC)
    two = protect(later, PUBLIC, one.entries)
    april = two.figures[two.figures["period_start"].astype(str) == "2024-04-01"]
    assert set(april["area_code"]) == {"A", "B", "force"}
    assert set(zip(april["marker"], april["note_ids"], strict=True)) == {("[x]", "withdrawn")}
    assert audit(two.figures, two.structure, PUBLIC, one.entries, later).passed
    three = protect(later, PUBLIC, pd.concat([one.entries, two.entries]))
    assert not (three.figures["period_start"].astype(str) == "2024-04-01").any(), "it is said once"


def test_a_table_too_large_for_months_stands_by_quarter_and_later_keeps_to_it():
    few = replace(PUBLIC, most_monthly_counts=40)
    first = random_cube(4, place_count=3, month_count=14, first=date(2023, 2, 1))
    later = random_cube(4, place_count=3, month_count=17, first=date(2023, 2, 1))
    one = protect(first, few)
    two = protect(later, few, one.entries)
    for protected, counts, register in ((one, first, None), (two, later, one.entries)):
        figures = protected.figures
        assert set(figures["period_type"]) >= {"quarter", "year_ending_march"}
        assert "month" not in set(figures["period_type"])
        assert audit(figures, protected.structure, few, register, counts).passed
        assert protected.grain["sentence"].str.startswith("Figures stand by quarter: there are too many places").any()
    shown = one.figures[one.figures["value"].notna() & (one.figures["period_type"] == "quarter")]
    truth = true_counts(first)
    assert len(shown) > 10
    for row in shown.itertuples():
        exact = truth[row.area_code, row.characteristic, str(row.period_start), str(row.period_end)]
        assert row.value == PUBLIC.printed(exact)


def test_what_was_shown_by_month_goes_on_by_month_however_large_it_grows():
    counts = random_cube(4, place_count=3, month_count=14, first=date(2023, 2, 1))
    one = protect(counts[counts["month"] < date(2024, 1, 1)], PUBLIC)
    two = protect(counts, replace(PUBLIC, most_monthly_counts=40), one.entries)
    assert "month" in set(two.figures["period_type"])


def test_the_internal_profile_is_exact_and_stamped():
    protected = protect(
        cube("""
            area | characteristic | 2024-04
            A    | race           | 1
            B    | race           | 42
        """),
        INTERNAL,
    )
    assert sorted(protected.figures["value"]) == [1, 42, 43]
    assert protected.policy.stamp.startswith("internal")


def test_the_grain_says_what_stands_and_names_no_count():
    protected = protect(
        cube("""
            area | characteristic | 2024-04 | 2024-05 | 2024-06
            A    | race           | 3       | 4       | 3
            B    | race           | 40      | 40      | 40
        """),
        PUBLIC,
    )
    grain = protected.grain.set_index("area_code")
    assert grain.loc["B", "period_type"] == "month"
    assert grain.loc["A", "period_type"] == "quarter"
    assert "months are merged" in grain.loc["A", "sentence"]


def test_counts_that_do_not_add_up_are_refused():
    counts = cube("""
        area | characteristic | 2024-04
        A    | race           | 6
        B    | race           | 40
    """)
    counts.loc[counts["area_code"] == "force", "report_count"] += 1
    with pytest.raises(UsageError, match="sum"):
        protect(counts, PUBLIC)
