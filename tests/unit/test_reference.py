"""The reference facts are sourced, hashed, coded as the schema says and true to published sums."""

import csv
import shutil
from datetime import date, timedelta
from pathlib import Path

import pandas as pd
import pytest

from data import reference, schema
from data.errors import IntegrityFailed, UsageError
from data.policy import HIDDEN_SENTENCE

HERTFORDSHIRE = "E23000027"
KEYS = {
    "aggravated_offences": ["offence_code"],
    "area_aliases": ["alias"],
    "area_former_codes": ["former_code"],
    "area_roll_ups": ["roll_up_code", "area_code"],
    "areas": ["area_code"],
    "characteristics": ["characteristic"],
    "events": ["event_id", "characteristic"],
    "notes": ["note_id"],
    "offence_groups": ["offence_group_code"],
    "outcome_groups": ["outcome_group_code"],
    "outcomes": ["outcome_code"],
    "populations": ["area_code", "year", "edition"],
    "published_figures": ["coverage", "period_start", "edition", "characteristic"],
    "question_texts": ["question", "sort_order"],
    "record_classes": ["record_class"],
    "question_replies": ["reply_id"],
    "question_words": ["word_group"],
    "recording_breaks": ["break_id"],
    "reporting_routes": ["reporting_route"],
    "support": ["kind", "name"],
    "towns": ["town"],
    "survey_estimates": ["survey", "period", "characteristic", "measure"],
    "words_en": ["word_id"],
}


@pytest.fixture
def copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the reference folder that a test may spoil."""
    folder = tmp_path / "reference"
    shutil.copytree(reference.FOLDER, folder)
    monkeypatch.setattr(reference, "FOLDER", folder)
    monkeypatch.setattr(reference, "SOURCES", folder / "sources.toml")
    return folder


def test_tables_read_as_text_with_blanks_as_empty_strings() -> None:
    for name in reference.names():
        table = reference.read(name)
        assert len(table) > 0
        assert not table.isna().to_numpy().any()
        assert all(isinstance(cell, str) for cell in table.to_numpy().ravel())
    areas = reference.read("areas").set_index("area_code")
    assert areas.loc["E07000095", "valid_from"] == ""


def test_text_that_looks_like_a_missing_value_or_a_number_stays_text(copy: Path) -> None:
    (copy / "areas.csv").write_text("area_code,area_name\nNA,null\n007,1e3\n", encoding="utf-8")
    assert reference.read("areas").to_numpy().tolist() == [["NA", "null"], ["007", "1e3"]]


@pytest.mark.parametrize("name", ["nowhere", "areas.csv", "../schema", ""])
def test_an_unknown_table_is_a_usage_error_that_lists_the_known_ones(name: str) -> None:
    for ask in (reference.read, reference.path):
        with pytest.raises(UsageError) as caught:
            ask(name)
        assert "area_former_codes" in caught.value.next_step


def test_every_file_agrees_with_the_hash_on_record() -> None:
    reference.check()
    assert {f"{name}.csv" for name in KEYS} == set(reference.hashes()) == set(reference.files())


@pytest.mark.parametrize("change", ["edited", "missing", "unrecorded"])
def test_a_file_that_does_not_agree_with_the_record_is_named(copy: Path, change: str) -> None:
    culprit = copy / "notes.csv"
    if change == "edited":
        culprit.write_bytes(culprit.read_bytes().replace(b"people", b"People", 1))
    elif change == "missing":
        culprit.unlink()
    else:
        culprit = copy / "stray.csv"
        culprit.write_text("a\n1\n", encoding="utf-8")
    with pytest.raises(IntegrityFailed) as caught:
        reference.check()
    assert culprit.name in caught.value.problem
    assert caught.value.problem.startswith("1 ")


def test_renewing_the_hashes_settles_an_edit_and_changes_one_line_alone(copy: Path) -> None:
    before = (copy / "sources.toml").read_text(encoding="utf-8").splitlines()
    with (copy / "area_aliases.csv").open("a", encoding="utf-8") as file:
        file.write("Watford town,E07000103\n")
    reference.update_hashes()
    reference.check()
    after = (copy / "sources.toml").read_text(encoding="utf-8").splitlines()
    assert len(before) == len(after)
    assert [old != new for old, new in zip(before, after, strict=True)].count(True) == 1


def test_every_source_used_exists_and_every_source_is_used() -> None:
    known = reference.sources()
    used = set()
    for file_name, record in reference.files().items():
        table = reference.read(Path(file_name).stem)
        rows = set(table["source_id"]) if "source_id" in table else set()
        assert rows <= set(record["sources"]), file_name
        used |= set(record["sources"])
    assert used == set(known)
    for source_id, source in known.items():
        assert set(source) == {"publisher", "title", "address", "date", "licence"}, source_id
        assert all(source.values()), source_id
        assert source_id == "this_project" or source["address"].startswith("http"), source_id


@pytest.mark.parametrize("name", sorted(KEYS))
def test_files_are_plain_text_with_one_row_a_key(name: str) -> None:
    content = reference.path(name).read_bytes()
    assert content.endswith(b"\n")
    assert b"\r" not in content
    assert not content.startswith(b"\xef\xbb\xbf")
    table = reference.read(name)
    assert not table.duplicated(KEYS[name]).any()
    assert all(cell == cell.strip() for cell in table.to_numpy().ravel())
    assert (table[KEYS[name]] != "").to_numpy().all()


def test_dates_are_days_of_the_calendar_or_blank() -> None:
    dated = ("valid_from", "valid_to", "starts_on", "ends_on", "period_start", "period_end")
    for name in reference.names():
        table = reference.read(name)
        for column in {*dated, "published_on", "reference_date", "checked_on"} & set(table.columns):
            for cell in table[column]:
                assert cell == "" or date.fromisoformat(cell).isoformat() == cell
    for name in ("recording_breaks", "events"):
        table = reference.read(name)
        assert set(table["date_precision"]) <= {"day", "month", "year", "year_ending_march", ""}
        assert ((table["starts_on"] == "") == (table["date_precision"] == "")).all()
        coarse = table.loc[~table["date_precision"].isin(["day", ""]), "starts_on"]
        assert coarse.str.endswith("-01").all()


def test_codes_agree_with_the_schema() -> None:
    assert set(reference.read("characteristics")["characteristic"]) == {"all", *schema.CHARACTERISTICS}
    assert tuple(reference.read("record_classes")["record_class"]) == schema.RECORD_CLASSES
    assert tuple(reference.read("reporting_routes")["reporting_route"]) == schema.REPORTING_ROUTES
    monitored = reference.read("characteristics").query("is_monitored == 'true'")
    assert tuple(monitored["characteristic"]) == schema.MONITORED_CHARACTERISTICS
    assert monitored["home_office_name"].ne("").all()


def test_characteristics_are_shown_with_all_reports_first_and_the_home_office_order_next() -> None:
    shown = reference.display_names()
    assert list(shown)[:6] == ["all", *schema.MONITORED_CHARACTERISTICS]
    assert shown["transgender"] == "Transgender identity"
    assert len(set(shown.values())) == len(shown)


def test_characteristics_named_elsewhere_are_known() -> None:
    known = {"all", *schema.CHARACTERISTICS}
    for name in ("recording_breaks", "events"):
        assert set(reference.read(name)["characteristic"]) <= known
    words = reference.read("question_words").query("kind == 'characteristic'")
    assert {code for means in words["means"] for code in means.split()} == known
    for cell in reference.read("support")["applies_to"]:
        assert set(cell.split()) <= known
    assert set(reference.read("published_figures")["characteristic"]) <= known | {"sum_of_characteristics"}
    assert set(reference.read("survey_estimates")["characteristic"]) <= known | {"lgbt"}


def test_area_codes_named_elsewhere_are_areas() -> None:
    known = set(reference.read("areas")["area_code"])
    for name in reference.names():
        table = reference.read(name)
        for column in {"area_code", "parent_code", "roll_up_code"} & set(table.columns):
            assert set(table[column]) - {""} <= known, name


def test_only_outcomes_14_and_16_say_that_the_victim_does_not_support_action() -> None:
    outcomes = reference.read("outcomes").merge(reference.read("outcome_groups"), how="left")
    not_supporting = outcomes.loc[outcomes["is_victim_not_supporting"] == "true", "outcome_code"]
    assert sorted(not_supporting) == ["14", "16"]
    ungrouped = outcomes.loc[outcomes["display_name"].isna(), ["outcome_code", "outcome_group_code"]]
    assert ungrouped.to_numpy().tolist() == [["5", ""], ["17", ""], ["19", ""]]


def test_aggravated_offences_pair_each_code_with_an_offence_that_is_not_aggravated() -> None:
    offences = reference.read("aggravated_offences")
    pairs = dict(zip(offences["offence_code"], offences["control_code"], strict=True))
    assert pairs == {"8P": "8N", "105B": "105A", "8M": "8L", "9B": "9A", "58J": "58A"}
    assert offences["offence_name"].str.startswith("Racially or religiously aggravated ").all()
    assert not offences["control_name"].str.contains("aggravated").any()
    assert set(offences["offence_group_code"]) <= set(reference.read("offence_groups")["offence_group_code"])


def test_no_area_is_valid_twice_and_no_label_means_two_areas() -> None:
    areas, aliases = reference.read("areas"), reference.read("area_aliases")
    assert areas["area_code"].is_unique
    former = reference.read("area_former_codes")["former_code"]
    labels = pd.concat([areas["area_code"], areas["area_name"], former, aliases["alias"]]).str.lower()
    assert not labels.duplicated().any()


def test_ten_districts_add_up_to_the_published_county_population() -> None:
    populations = reference.read("populations").set_index("area_code")["persons"].astype(int)
    areas = reference.read("areas").set_index("area_code")
    districts = areas.index[areas["area_type"] == "district"]
    assert len(districts) == 10
    assert set(areas.loc[districts, "parent_code"]) == {HERTFORDSHIRE}
    assert populations[list(districts)].sum() == 1_195_672
    assert populations[HERTFORDSHIRE] == 1_195_672


def test_former_codes_end_the_day_before_the_code_that_replaced_them_begins() -> None:
    areas = reference.read("areas").set_index("area_code")
    former = reference.read("area_former_codes")
    assert sorted(former["former_code"]) == ["E07000097", "E07000100", "E07000101", "E07000104"]
    assert not set(former["former_code"]) & set(areas.index)
    for row in former.itertuples():
        last_day = date.fromisoformat(str(row.valid_to))
        first_day = date.fromisoformat(areas.loc[row.area_code, "valid_from"])
        assert first_day - last_day == timedelta(days=1)
    assert set(areas.index[areas["valid_from"] != ""]) == set(former["area_code"])


def test_the_roll_ups_share_out_the_ten_districts() -> None:
    areas, roll_ups = reference.read("areas"), reference.read("area_roll_ups")
    assert sorted(roll_ups["area_code"]) == sorted(areas.query("area_type == 'district'")["area_code"])
    assert set(roll_ups["roll_up_code"]) == set(areas.query("area_type == 'roll_up'")["area_code"])
    assert roll_ups["roll_up_code"].value_counts().tolist() == [5, 5]


def test_places_off_the_map_belong_to_the_force() -> None:
    places = reference.read("areas").query("area_type == 'not_geographic'").set_index("area_code")
    assert sorted(places.index) == ["herts_online", "herts_outside", "herts_unknown"]
    assert set(places["parent_code"]) == {HERTFORDSHIRE}


def test_there_are_43_police_force_areas() -> None:
    forces = reference.read("areas").query("area_type == 'police_force'")
    assert len(forces) == 43
    assert set(forces["parent_code"]) == {"K04000001"}
    assert forces["area_code"].str.startswith("W15").sum() == 4


def test_forces_and_districts_agree_with_the_lookup_of_2023(real_data: Path) -> None:
    lookup = real_data / "geo_uk" / "LAD23_CSP23_PFA23_lookup.csv"
    with lookup.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    areas, aliases = reference.read("areas"), reference.read("area_aliases")
    meaning = dict(zip(areas["area_name"], areas["area_code"], strict=True))
    meaning |= dict(zip(aliases["alias"], aliases["area_code"], strict=True))
    for row in rows:
        assert meaning[row["PFA23NM"]] == row["PFA23CD"]
    forces = set(areas.query("area_type == 'police_force'")["area_code"])
    assert forces == {row["PFA23CD"] for row in rows}
    districts = areas.query("area_type == 'district'")
    expected = {(row["LAD23CD"], row["LAD23NM"]) for row in rows if row["PFA23CD"] == HERTFORDSHIRE}
    assert set(zip(districts["area_code"], districts["area_name"], strict=True)) == expected


def _published(coverage: str, year_ending_march: int, characteristic: str) -> pd.DataFrame:
    figures = reference.read("published_figures")
    chosen = (
        (figures["coverage"] == coverage)
        & (figures["period_end"] == f"{year_ending_march}-03-31")
        & (figures["characteristic"] == characteristic)
        & (figures["unit"] == "offences")
    )
    return figures[chosen]


def test_published_strands_overlap_but_never_exceed_the_whole() -> None:
    figures = reference.read("published_figures").query("unit == 'offences'")
    whole_editions = 0
    for _, edition in figures.groupby(["coverage", "period_start", "edition"]):
        values = dict(zip(edition["characteristic"], edition["value"].astype(int), strict=True))
        strands = [values[name] for name in schema.MONITORED_CHARACTERISTICS if name in values]
        if "all" not in values or not strands:
            continue
        assert max(strands) <= values["all"]
        if len(strands) == len(schema.MONITORED_CHARACTERISTICS):
            whole_editions += 1
            assert values["all"] <= sum(strands)
    assert whole_editions >= 8


def test_factors_of_2011_12_are_never_offered_as_offences() -> None:
    figures = reference.read("published_figures").query("period_end == '2012-03-31' and area_code == 'K04000001'")
    assert set(figures["unit"]) == {"motivating_factors"}
    assert "all" not in set(figures["characteristic"])
    first = figures[figures["edition"].str.startswith("first")].set_index("characteristic")["value"].astype(int)
    assert first.pop("sum_of_characteristics") == first.sum() == 43_748


@pytest.mark.parametrize(
    ("coverage", "characteristic", "year", "published_change"),
    [
        # Percentages as the Home Office gave them, in the bulletin for each year.
        ("England and Wales except Greater Manchester", "all", 2020, 8),
        ("England and Wales except Greater Manchester", "all", 2021, 9),
        ("England and Wales except Greater Manchester", "race", 2021, 12),
        ("England and Wales", "all", 2022, 26),
        ("England and Wales", "race", 2022, 19),
        ("England and Wales", "transgender", 2022, 56),
        ("England and Wales except Devon and Cornwall", "all", 2023, -5),
        ("England and Wales", "all", 2024, -5),
        ("England and Wales", "religion", 2024, 25),
        ("England and Wales except Metropolitan Police", "all", 2025, 2),
        ("England and Wales except Metropolitan Police", "sexual_orientation", 2025, -2),
        ("England and Wales except Metropolitan Police", "transgender", 2025, -11),
    ],
)
def test_published_changes_follow_from_the_figures_of_one_coverage(
    coverage: str, characteristic: str, year: int, published_change: int
) -> None:
    [before] = _published(coverage, year - 1, characteristic)["value"].astype(int)
    [after] = _published(coverage, year, characteristic)["value"].astype(int)
    assert round(100 * (after / before - 1)) == published_change


def test_a_correction_keeps_both_editions() -> None:
    religion = _published("England and Wales except Devon and Cornwall", 2023, "religion")
    assert religion["value"].tolist() == ["9387", "8241"]
    assert religion["published_on"].tolist() == ["2023-10-05", "2023-11-02"]


def test_an_area_code_stands_only_where_the_coverage_is_that_area() -> None:
    figures = reference.read("published_figures")
    names = reference.read("areas").set_index("area_code")["area_name"]
    coded = figures[figures["area_code"] != ""]
    assert (coded["area_code"].map(names) == coded["coverage"]).all()
    assert figures.loc[figures["area_code"] == "", "coverage"].str.contains(" except ").all()


def test_surveys_carry_no_interval_that_was_not_published() -> None:
    surveys = reference.read("survey_estimates")
    assert set(surveys["lower_ci"]) == set(surveys["upper_ci"]) == {""}
    crime_survey = surveys[surveys["survey"] == "Crime Survey for England and Wales"]
    assert crime_survey["note"].str.contains("leaves out public order offences").all()


def test_notes_are_whole_sentences_and_explain_the_hidden_marker() -> None:
    notes = reference.notes()
    assert set(notes) == {
        *("reports_not_crime", "fall_is_not_fall", "overlap", "hidden", "crimes_only", "incidents"),
        *("recorded_basis", "reported_basis", "occurred_basis", "revised", "withdrawn"),
    }
    assert notes["hidden"] == HIDDEN_SENTENCE
    assert notes["reports_not_crime"].startswith("These are reports to police, not all hate crime.")
    assert (
        notes["overlap"]
        == "A report can name several characteristics, so characteristics add up to more than all reports."
    )
    assert all(text.endswith(".") and text[0].isupper() for text in notes.values() if not text.startswith("["))


def test_support_tells_people_how_to_report_without_the_police_and_in_an_emergency() -> None:
    support = reference.read("support").set_index("name")
    assert support.loc["Emergency", "contact"] == "999"
    assert support.loc["Police, not an emergency", "contact"] == "101"
    assert "0800 999 5428" in support.loc["Galop", "contact"]
    assert set(support["kind"]) == {"report", "support"}
