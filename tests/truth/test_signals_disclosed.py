"""Evidence in a release gives no hidden count away: an attack on it, and what it still tells.

The attack: change what is hidden in every way that leaves the printed figures as they are, and look for a
difference in the evidence.
"""

import numpy as np
import pandas as pd
import pytest

from data.schema import EVIDENCE
from transforms.signals.disclosed import public_evidence
from transforms.signals.wording import overclaims

AREAS = [f"E0700009{n}" for n in range(8)]
PERSONS = [98_000, 155_000, 105_000, 133_000, 94_000, 97_000, 149_000, 88_000]
PEOPLE = pd.DataFrame({"area_code": AREAS, "reference_date": "2021-06-30", "persons": PERSONS})
YEARS = [pd.Timestamp(year, 4, 1).date() for year in (2022, 2023, 2024)]
A_YEAR = {"race": 900.0, "sexual_orientation": 170.0, "disability": 40.0, "transgender": 22.0}


def drawn_counts(rng: np.random.Generator, low: dict[tuple[str, str], float] | None = None) -> pd.DataFrame:
    """Draw whole years of eight districts and their force as the exact published table; `all` is their sum."""
    share = PEOPLE["persons"].to_numpy() / PEOPLE["persons"].sum()
    rows = []
    for year in YEARS:
        total = np.zeros(len(AREAS), dtype=int)
        for characteristic, volume in A_YEAR.items():
            factor = np.array([(low or {}).get((area, characteristic), 1.0) for area in AREAS])
            counts = rng.poisson(volume * share * factor)
            total += counts
            rows += [(area, "district", characteristic, year, count) for area, count in zip(AREAS, counts, strict=True)]
            rows.append(("E23000027", "police_force", characteristic, year, int(counts.sum())))
        rows += [(area, "district", "all", year, count) for area, count in zip(AREAS, total, strict=True)]
        rows.append(("E23000027", "police_force", "all", year, int(total.sum())))
    frame = pd.DataFrame(rows, columns=["area_code", "area_type", "characteristic", "period_start", "value"])
    return frame.assign(
        measure="report_count",
        area_name=frame["area_code"],
        record_class="crime",
        date_basis="recorded",
        period_type="year_ending_march",
        period_end=[pd.Timestamp(day.year + 1, 3, 31).date() for day in frame["period_start"]],
        value=frame["value"].astype(float),
    )


def printed(counts: pd.DataFrame) -> pd.DataFrame:
    """Hide small counts and, where one alone is hidden in a sum, the next smallest too; round the rest to 5.

    Whatever protects a release, the argument is the same: evidence is made from what was printed.
    """
    hidden = counts["value"].between(1, 4)
    for _, part in counts[counts["area_type"] == "district"].groupby(["characteristic", "period_start"]):
        if hidden[part.index].sum() == 1:
            hidden[part["value"].where(~hidden[part.index]).idxmin()] = True
    shown = (counts["value"] + 2) // 5 * 5
    return counts.assign(value=shown.where(~hidden), marker=np.where(hidden, "[c]", ""))


def evidence_of(figures: pd.DataFrame) -> pd.DataFrame:
    return public_evidence(figures, PEOPLE, rounding_base=5)


def test_nothing_hidden_can_be_read_from_the_evidence() -> None:
    rng = np.random.default_rng(11)
    unseen = 0
    for _ in range(1):
        counts = drawn_counts(rng)
        figures = printed(counts)
        said = evidence_of(figures).to_csv()
        districts = counts["area_type"] == "district"
        for row in np.flatnonzero(figures["value"].isna() & districts & (counts["characteristic"] != "all")):
            for count in range(5):
                # The count and every sum that holds it move together.
                changed = counts.copy()
                moved = count - changed.loc[row, "value"]
                changed.loc[row, "value"] = float(count)
                sums = (changed["period_start"] == counts["period_start"].iloc[row]) & (
                    ((changed["area_code"] == counts["area_code"].iloc[row]) & (changed["characteristic"] == "all"))
                    | (
                        (changed["area_type"] == "police_force")
                        & changed["characteristic"].isin(["all", counts["characteristic"].iloc[row]])
                    )
                )
                changed.loc[sums, "value"] += moved
                again = printed(changed)
                if moved and again[["value", "marker"]].equals(figures[["value", "marker"]]):
                    unseen += 1
                    assert evidence_of(again).to_csv() == said
    # The attack is only worth something where many worlds look alike from outside.
    assert unseen > 15


def test_an_area_whose_count_is_hidden_can_never_be_told() -> None:
    figures = printed(drawn_counts(np.random.default_rng(12)))
    evidence = evidence_of(figures)
    last = figures[(figures["period_start"] == YEARS[-1]) & (figures["area_type"] == "district")]
    hidden = {tuple(key) for key in last.loc[last["value"].isna(), ["area_code", "characteristic"]].to_numpy()}
    assert hidden
    marked = evidence[evidence["marker"] == "[c]"]
    assert {tuple(key) for key in marked[["area_code", "characteristic"]].to_numpy()} == hidden - {
        key for key in hidden if key[1] == "all"
    }
    of_now = marked[marked["signal"].isin(["verdict", "lower_than_expected", "lower_in_mix", "lower_than_before"])]
    assert set(of_now["state"]) == {"cannot_tell"}
    assert of_now["observed"].isna().all()


def test_half_as_many_reports_for_years_are_found_from_printed_figures_alone() -> None:
    found = 0
    for seed in range(12):
        counts = drawn_counts(np.random.default_rng(seed), {(AREAS[1], "sexual_orientation"): 0.4})
        evidence = evidence_of(printed(counts)).set_index(["area_code", "characteristic", "signal"])
        found += evidence.loc[(AREAS[1], "sexual_orientation", "verdict"), "state"] in ("watch", "look_here_first")
    assert found >= 9


def test_rounding_and_hidden_peers_make_no_fair_area_look_low() -> None:
    flags, told = 0, 0
    for seed in range(15):
        evidence = evidence_of(printed(drawn_counts(np.random.default_rng(100 + seed))))
        level = evidence[evidence["evidence"].isin(["level", "level before"])]
        flags += int((level["state"] == "flag").sum())
        told += int(level["state"].isin(["flag", "clear"]).sum())
    # One in 20 by chance, and fewer where peers are hidden; 7% would be beyond chance.
    assert told > 600
    assert flags / told < 0.07


def test_evidence_table_is_as_declared_and_says_no_more_than_it_may() -> None:
    evidence = evidence_of(printed(drawn_counts(np.random.default_rng(13), {(AREAS[1], "race"): 0.5})))
    assert list(evidence.columns) == EVIDENCE.column_names
    assert not evidence.duplicated(list(EVIDENCE.grain)).any()
    for column in EVIDENCE.columns:
        if column.required:
            assert evidence[column.name].notna().all(), column.name
        if column.allowed:
            assert set(evidence[column.name]) <= set(column.allowed), column.name
    for row in evidence.to_dict("records"):
        assert overclaims(row["sentence"], row["claim_class"]) == [], row["sentence"]
    watched = evidence[evidence["state"].isin(["watch", "look_here_first"])]
    assert len(watched) > 0
    assert watched["question"].str.endswith("?").all()
    assert (watched["other_explanations"] != "").all()


@pytest.mark.parametrize("figures", ["no year", "one area"])
def test_without_years_side_by_side_there_is_no_evidence(figures: str) -> None:
    counts = printed(drawn_counts(np.random.default_rng(14)))
    if figures == "no year":
        assert evidence_of(counts.assign(period_type="month")).empty
    else:
        alone = counts[counts["area_code"].isin([AREAS[0], "E23000027"])]
        assert set(evidence_of(alone)["state"]) == {"cannot_tell"}


def test_the_population_is_that_of_the_year_judged() -> None:
    """A mid-year after the year judged is not used while an earlier one is there."""
    counts = printed(drawn_counts(np.random.default_rng(15)))
    later = PEOPLE.assign(reference_date="2025-06-30", persons=[9, 9, 9, 9, 9, 9, 9, 9_000_000])
    both = public_evidence(counts, pd.concat([later, PEOPLE]), rounding_base=5)
    pd.testing.assert_frame_equal(both, evidence_of(counts))
