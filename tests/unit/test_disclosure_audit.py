"""The audit catches planted leaks and lets clean figures pass."""

import pandas as pd
import pytest
from cubes import random_cube

from data.errors import UsageError
from data.policies import PARTNER, PUBLIC
from data.schema import PUBLISHED
from expectations.disclosure import audit

STRUCTURE = pd.DataFrame([("A", "A"), ("B", "B"), ("force", "A"), ("force", "B")], columns=["area_code", "part_code"])
ENDS = {"2024-04": "2024-04-30", "2024-05": "2024-05-31", "2024-06": "2024-06-30"}


def figures(picture: dict[tuple[str, str], list], characteristic="race", measure="report_count") -> pd.DataFrame:
    """(area, period) → value or None for hidden; periods are months, or Q for the quarter of all three."""
    rows = []
    for (area, period), value in picture.items():
        quarter = period == "Q"
        start, end = ("2024-04-01", "2024-06-30") if quarter else (f"{period}-01", ENDS[period])
        kind = "quarter" if quarter else "month"
        marker = "[c]" if value is None else ""
        rows.append(
            (
                *(measure, area, area, "district", characteristic, "crime", "recorded", kind, start, end),
                *(float("nan") if value is None else float(value), float("nan"), float("nan"), "reports", marker, ""),
            )
        )
    return pd.DataFrame(rows, columns=PUBLISHED.column_names)


def row(area, april, may, june, quarter):
    return dict(zip([(area, period) for period in (*ENDS, "Q")], [april, may, june, quarter], strict=True))


CLEAN = row("A", 10, 10, None, None) | row("B", 40, 40, 40, 120) | row("force", 50, 50, 45, 140)


def kinds(frame, policy=PUBLIC, register=None):
    return {
        finding.kind
        for finding in audit(
            frame, STRUCTURE, policy, None if register is None else register.assign(policy=policy.name)
        ).findings
    }


def test_clean_figures_pass():
    assert kinds(figures(row("A", 10, 10, None, None) | row("B", 40, 40, None, 120))) == set()


def test_rounding_that_pins_a_month_is_too_tight():
    """10, 10 and a quarter of 15 leave 0 or 1 for the third month."""
    assert kinds(figures(row("A", 10, 10, None, 15) | row("B", 40, 40, 40, 120))) == {"too_tight"}


def test_subtraction_of_exact_figures_is_exact():
    assert kinds(figures(row("A", 8, 8, None, 18)), PARTNER) == {"exact"}


def test_places_subtracted_from_the_force_are_found():
    frame = figures({("A", "2024-04"): None, ("B", "2024-04"): 40, ("force", "2024-04"): 42})
    assert kinds(frame, PARTNER) == {"exact"}


def test_a_cell_left_out_altogether_is_judged_too():
    frame = figures({("B", "2024-04"): 40, ("force", "2024-04"): 42})
    assert kinds(frame, PARTNER) == {"exact"}


def test_a_small_count_printed():
    assert "printed_small" in kinds(figures({("A", "2024-04"): 3}), PARTNER)


def test_a_count_not_rounded():
    assert "not_rounded" in kinds(figures({("A", "2024-04"): 12}))


def test_a_hidden_figure_that_can_be_worked_out_is_implied_even_if_large():
    assert kinds(figures(row("A", 8, 8, None, 30)), PARTNER) == {"exact"}
    assert kinds(figures(row("A", 8, 8, None, 30) | row("B", 9, 9, 9, 27)), PARTNER) == {"exact"}


def test_a_value_beside_the_marker():
    frame = figures({("A", "2024-04"): 10})
    frame["marker"] = "[c]"
    assert "marked_but_printed" in kinds(frame)


@pytest.mark.parametrize("measure", ["rate_per_100_000", "share", "change"])
def test_a_rate_of_a_hidden_count(measure):
    frame = pd.concat([figures({("A", "2024-04"): None}), figures({("A", "2024-04"): 20}, measure=measure)])
    assert "rate_of_hidden" in kinds(frame)


def test_limits_of_an_interval_around_a_hidden_count():
    frame = figures({("A", "2024-04"): None})
    frame["upper_ci"] = 8.8
    assert "rate_of_hidden" in kinds(frame)


def test_overlap_bound():
    """All 40 less race 37 leaves at least 3 for religion."""
    cell = ("A", "2024-04")
    frame = pd.concat([figures({cell: 40}, "all"), figures({cell: 37}, "race"), figures({cell: None}, "religion")])
    assert kinds(frame, PARTNER) == {"too_tight"}


@pytest.mark.parametrize(("counts", "found"), [((4, 4, 0), {"guessed"}), ((0, 8, 0), set()), ((4, 5, 0), set())])
def test_a_guess_that_hidden_figures_are_small_is_a_finding_where_it_is_right(counts, found):
    """Two hidden months in a quarter of 8 to 12 can only be 4 and 4 for whoever takes them for small."""
    frame = figures(row("A", None, None, 0, 10) | row("B", 40, 40, 40, 120))
    months = [pd.Timestamp(f"{month}-01") for month in ENDS]
    exact = pd.DataFrame(
        [("A", "race", month, count) for month, count in zip(months, counts, strict=True)]
        + [("B", "race", month, 40) for month in months],
        columns=["area_code", "characteristic", "month", "report_count"],
    ).assign(record_class="crime", date_basis="recorded")
    assert {finding.kind for finding in audit(frame, STRUCTURE, PUBLIC, None, exact).findings} == found


def test_reports_that_name_no_ground_have_no_other():
    """All 10 less the 8 that name none leaves at most 2 for race, and for religion."""
    cell = ("A", "2024-04")
    told = {"all": 10, "not_recorded": 8, "race": None, "religion": None}
    frame = pd.concat([figures({cell: value}, kind) for kind, value in told.items()])
    assert kinds(frame, PARTNER) == {"too_tight"}


def test_a_small_group_that_is_all_of_one_kind():
    cell = ("A", "2024-04")
    frame = pd.concat(
        [
            figures({cell: None}, "all"),
            figures({cell: None}, "race"),
            figures({cell: 0}, "religion"),
            figures({cell: 0}, "disability"),
        ]
    )
    assert "group" in kinds(frame)


def test_an_earlier_release_counts():
    """Each release alone is clean; the quarter of the first and the months of the second are not."""
    first = figures(row("A", 10, None, None, 15))
    second = figures(row("A", 10, 10, None, None))
    assert kinds(first) == set()
    assert kinds(second) == set()
    assert kinds(second, register=first) == {"too_tight"}


def test_a_withdrawn_figure_no_longer_counts():
    first = figures(row("A", 10, None, None, 15))
    second = figures(row("A", 10, 10, None, None))
    second.loc[second["period_type"] == "quarter", "note_ids"] = "withdrawn"
    assert kinds(second, register=first) == set()


def test_a_characteristic_without_any_figure_still_makes_up_all():
    """All 10 beside race 5 fits where the release names religion too, and shows none of it."""
    cell = ("A", "2024-04")
    frame = pd.concat([figures({cell: 10}, "all"), figures({cell: 5}, "race")])
    assert {finding.kind for finding in audit(frame, STRUCTURE, PUBLIC).findings} == {"contradiction"}
    assert not audit(frame, STRUCTURE, PUBLIC, characteristics=["all", "race", "religion"]).findings


def test_figures_that_no_counts_could_give():
    assert kinds(figures(row("A", 10, 10, 10, 90))) == {"contradiction"}


def test_an_earlier_figure_that_cannot_hold_any_more_is_set_aside():
    first = figures(row("A", 10, 10, None, 90))
    second = figures(row("A", 10, 10, 10, None))
    assert "contradiction" not in kinds(second, register=first)


def test_an_area_outside_the_structure_is_refused():
    with pytest.raises(UsageError, match="structure"):
        audit(figures({("Z", "2024-04"): 10}), STRUCTURE, PUBLIC)


def test_findings_hold_no_value():
    verdict = audit(figures(row("A", 8, 8, None, 18)), STRUCTURE, PARTNER)
    assert not verdict.passed
    assert all("18" not in str(finding) for finding in verdict.findings)


def test_the_random_cubes_of_the_attack_are_cubes():
    """Guards the guard: no characteristic exceeds all, and all does not exceed their sum."""
    counts = random_cube(3, place_count=4, month_count=12)
    table = counts.pivot_table(index=["area_code", "month"], columns="characteristic", values="report_count")
    single = table.drop(columns="all")
    assert (single.max(axis=1) <= table["all"]).all()
    assert (table["all"] <= single.sum(axis=1)).all()


def exact(april, may, june):
    """Counts of A, beside B's 40 a month and the force's sums."""
    months = [pd.Timestamp(f"{month}-01") for month in ENDS]
    rows = [("A", "race", month, count) for month, count in zip(months, (april, may, june), strict=True)]
    rows += [("B", "race", month, 40) for month in months]
    return pd.DataFrame(rows, columns=["area_code", "characteristic", "month", "report_count"]).assign(
        area_type="district", record_class="crime", date_basis="recorded"
    )


def over_time(second, linked=True):
    """The kinds found in a second release, after one that printed April as 8 and a quarter of 20, of 8, 8 and 4.

    Between the two April has changed, and nothing else.
    """
    first = figures(row("A", 8, None, None, 20) | row("B", 40, 40, 40, 120))
    second = figures(second | row("B", 40, 40, 40, 120))
    second.loc[second["value"].isna(), "note_ids"] = "withdrawn"
    told = first.assign(policy=PARTNER.name, release_id="first")
    past = exact(8, 8, 4).assign(release_id="first") if linked else None
    verdict = audit(second, STRUCTURE, PARTNER, told, exact(9, 8, 4), past=past)
    return [(finding.kind, finding.area_code, finding.start) for finding in verdict.findings], verdict


JUNE = 2024 * 12 + 5


def test_a_month_printed_later_gives_another_away_through_a_quarter_that_was_withdrawn():
    """May and June were 12 then and have not changed: printing May as 8 leaves 4 for June."""
    assert over_time(row("A", None, 8, None, None))[0] == [("linked", "A", JUNE)]


def test_without_the_counts_of_the_earlier_release_the_verdict_says_that_this_is_not_covered():
    found, verdict = over_time(row("A", None, 8, None, None), linked=False)
    assert found == []
    assert verdict.linked_count == 0
    assert any("1 earlier releases whose exact counts are not kept" in words for words in verdict.not_covered)


def test_what_earlier_releases_tell_together_is_no_alarm_where_this_one_adds_nothing():
    found, verdict = over_time(row("A", None, None, None, None))
    assert found == []
    assert (verdict.linked_count, verdict.told_count) == (1, 0)


def test_a_count_that_has_changed_is_another_unknown_in_each_release():
    """May changed too: May and June were 12 together, but which of that is May as printed now nobody knows."""
    first = figures(row("A", 8, None, None, 20) | row("B", 40, 40, 40, 120))
    second = figures(row("A", None, 9, None, None) | row("B", 40, 40, 40, 120))
    second.loc[second["value"].isna(), "note_ids"] = "withdrawn"
    told = first.assign(policy=PARTNER.name, release_id="first")
    past = exact(8, 8, 4).assign(release_id="first")
    assert audit(second, STRUCTURE, PARTNER, told, exact(9, 9, 4), past=past).findings == ()


def test_a_count_that_an_earlier_release_hid_stays_hidden_after_it_has_changed():
    """June was 4 and is 9. Printing May as 8 tells nothing of June now, but all of what it was."""
    first = figures(row("A", 8, None, None, 20) | row("B", 40, 40, 40, 120))
    second = figures(row("A", 8, 8, 9, None) | row("B", 40, 40, 40, 120))
    second.loc[second["value"].isna(), "note_ids"] = "withdrawn"
    told = first.assign(policy=PARTNER.name, release_id="first")
    past = exact(8, 8, 4).assign(release_id="first")
    findings = audit(second, STRUCTURE, PARTNER, told, exact(8, 8, 9), past=past).findings
    assert ("linked", "A", JUNE) in [(finding.kind, finding.area_code, finding.start) for finding in findings]


def test_what_earlier_releases_already_gave_away_stands_in_the_verdict_and_stops_nothing():
    """The second release printed May; the third adds nothing to what the first two tell of June."""
    first = figures(row("A", 8, None, None, 20) | row("B", 40, 40, 40, 120))
    second = figures(row("A", None, 8, None, None) | row("B", 40, 40, 40, 120))
    second.loc[second["value"].isna(), "note_ids"] = "withdrawn"
    told = pd.concat(
        [one.assign(policy=PARTNER.name, release_id=name) for name, one in (("first", first), ("second", second))]
    )
    past = pd.concat([exact(8, 8, 4).assign(release_id="first"), exact(9, 8, 4).assign(release_id="second")])
    verdict = audit(second.assign(note_ids=""), STRUCTURE, PARTNER, told, exact(9, 8, 4), past=past)
    assert verdict.findings == ()
    assert verdict.told_count == 1
    assert any(words.startswith("Hidden counts that earlier releases alone narrow") for words in verdict.not_covered)
