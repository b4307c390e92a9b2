"""The privacy gate finds nearly every identifier in whatever column it hides, lets clean and real extracts through,
and never says a value. `benchmarks/privacy_gate.py trial` runs the same trials in full."""

import logging
import random
import traceback

import phonenumbers
import pytest
from drawing import hertfordshire
from identifiers import DATE_COLUMNS, KINDS, clean_file, clean_rows, planted_trial, words, written

from data import profile as profiles
from data.description import AllowedColumn
from data.errors import InputRejected, StorageFailed, UsageError
from transforms import reading
from transforms.privacy import Kind, inspect, refusal

HERTFORDSHIRE = profiles.load("hertfordshire")


def inspected(tmp_path, frame, profile=HERTFORDSHIRE):
    return inspect(written(frame, tmp_path / "extract.parquet"), profile, tmp_path)


def rows(count: int = 60):
    return clean_rows().head(count).reset_index(drop=True)


def test_recall_is_at_least_99_in_100(tmp_path):
    found = planted_trial(800, seed=11, folder=tmp_path)
    planted = sum(count for count, _ in found.values())
    assert planted == 800
    assert min(count for count, _ in found.values()) > 30
    assert sum(hits for _, hits in found.values()) >= 0.99 * planted


def test_clean_files_pass(tmp_path):
    """The 0.1% that is allowed needs the full trial; here a single stopped file is too many."""
    for seed in range(8):
        file, profile = clean_file(7_000 + seed, tmp_path)
        assert inspect(file, profile, tmp_path).stops == ()


@pytest.mark.parametrize("kind", KINDS)
def test_one_identifier_stops_a_file_and_is_never_said(tmp_path, kind, caplog, capfd):
    caplog.set_level(logging.DEBUG)
    r = random.Random(kind)
    frame = rows()
    column = r.choice([name for name in frame if name not in DATE_COLUMNS])
    value = KINDS[kind](r)
    frame.loc[40, column] = value
    inspection = inspected(tmp_path, frame)
    told = refusal(inspection, "2024-04.csv")
    assert isinstance(told, InputRejected)
    assert f"column {column}" in told.problem
    assert "line 42" in told.problem
    assert told.next_step
    out, err = capfd.readouterr()
    said = "".join([str(told), repr(told), repr(inspection), caplog.text, out, err])
    assert value not in said
    assert {path.name for path in tmp_path.iterdir()} == {"extract.parquet"}


def test_a_clean_extract_is_not_refused(tmp_path):
    inspection = inspected(tmp_path, rows())
    assert inspection.findings == ()
    assert refusal(inspection, "2024-04.csv") is None


def test_numbers_that_the_library_gives_as_examples_are_found(tmp_path):
    """One number a country in its international writing, from the phonenumbers library's own examples."""
    regions = sorted(phonenumbers.SUPPORTED_REGIONS)
    numbers = [phonenumbers.example_number(region) for region in regions]
    written_out = [
        phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL) for number in numbers if number
    ]
    held = [text for text in written_out if sum(c.isdigit() for c in text) >= 9]
    frame = clean_rows().head(len(held)).reset_index(drop=True)
    frame["outcome_code"] = held
    (found,) = [f for f in inspected(tmp_path, frame).stops if f.kind is Kind.PHONE]
    assert found.count >= 0.99 * len(held)


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("nypd", "nypd_2024/NYPD_Hate_Crimes_20241206.csv"),
        ("nypd", "nypd_2024/NYPD_Hate_Crimes_20240929.csv"),
        ("toronto", "toronto_2018_2023/raw_data.csv"),
        ("fbi", "fbi_master_1991_2020/hate_crime.zip"),
    ],
)
def test_published_extracts_pass_under_their_profiles(tmp_path, real_data, name, file):
    profile = profiles.load(name)
    extract = reading.read(real_data / file, profile, tmp_path)
    inspection = inspect(extract.parquet, profile, tmp_path)
    assert inspection.stops == ()
    assert 0 < inspection.risk.unique_share <= inspection.risk.small_group_share < 1


def test_a_suspicious_name_needs_its_reason(tmp_path, real_data):
    extract = reading.read(real_data / "nypd_2024/NYPD_Hate_Crimes_20241206.csv", profiles.load("nypd"), tmp_path)
    bare = profiles.load("nypd").model_copy(update={"allowed_columns": {}})
    told = refusal(inspect(extract.parquet, bare, tmp_path), "nypd.csv")
    assert told is not None
    assert "column Offense Description" in told.problem
    assert '[allowed_columns."Offense Description"]' in told.next_step


def test_a_reason_must_name_known_kinds(tmp_path):
    allowed = AllowedColumn(because="reason enough", may_hold=["gossip"])
    profile = HERTFORDSHIRE.model_copy(update={"allowed_columns": {"offence_code": allowed}})
    with pytest.raises(UsageError, match="gossip"):
        inspected(tmp_path, rows(), profile)


CLEAR = {
    "a crime number": lambda n: f"41/{1000 + n}/21",
    "a running number": lambda n: str(n + 1),
    "a long running number": lambda n: f"CR{2_021_000_000 + n}",
    "year and number": lambda n: f"2021-{n:06}",
    "year before number": lambda n: f"2021{n:011}",
    "a prefix and a number": lambda n: f"HC{n:05}",
}


@pytest.mark.parametrize("case", CLEAR)
def test_report_ids_in_clear_are_refused_with_the_remedy(tmp_path, case):
    frame = rows()
    frame["report_id"] = [CLEAR[case](n) for n in range(len(frame))]
    told = refusal(inspected(tmp_path, frame), "2024-04.csv")
    assert told is not None
    assert "column report_id" in told.problem
    assert CLEAR[case](0) not in told.problem.replace("(lines 2, 3, 4, 5, 6", "")


def test_the_remedy_is_named_and_a_published_key_needs_none(tmp_path):
    frame = rows()
    frame["report_id"] = [str(9_000 + n) for n in range(len(frame))]
    told = refusal(inspected(tmp_path, frame), "2024-04.csv")
    assert told is not None
    assert "hatecrime pseudonymise" in told.next_step
    published = HERTFORDSHIRE.report.model_copy(update={"key_is_published_because": "The source publishes it."})
    assert inspected(tmp_path, frame, HERTFORDSHIRE.model_copy(update={"report": published})).stops == ()


def test_one_number_in_clear_among_pseudonyms_is_one_too_many(tmp_path):
    frame = rows()
    frame.loc[10, "report_id"] = "410012345"
    stops = inspected(tmp_path, frame).stops
    assert {(stop.kind, stop.line_numbers) for stop in stops} == {(Kind.CLEAR_KEY, (12,))}


def test_a_column_called_after_crime_numbers_may_hold_pseudonyms_and_nothing_else(tmp_path):
    named = HERTFORDSHIRE.model_copy(update={"columns": HERTFORDSHIRE.columns | {"report_id": ["Crime Ref"]}})
    frame = rows().rename(columns={"report_id": "Crime Ref"})
    assert inspected(tmp_path, frame, named).stops == ()
    for value in ("46/12345/24", "Bedford Road", "abc"):
        frame.loc[10, "Crime Ref"] = value
        told = refusal(inspected(tmp_path, frame, named), "2024-04.csv")
        assert told is not None and 'hatecrime pseudonymise FILE --column "Crime Ref"' in told.next_step


def test_an_id_that_looks_like_something_else_has_the_same_remedy(tmp_path):
    """Ids of another form read like a name or a number here and there; no export could leave them out."""
    frame = rows()
    frame.loc[5, "report_id"] = "01632 960123"
    told = refusal(inspected(tmp_path, frame), "2024-04.csv")
    assert told is not None
    assert "hatecrime pseudonymise" in told.next_step and "publishes" not in told.next_step


def test_a_phone_number_hides_neither_in_dates_nor_among_published_keys(tmp_path):
    frame = rows()
    frame["report_id"] = [str(3_000_000 + n) for n in range(len(frame))]
    frame.loc[5, "report_id"] = "07700900123"
    frame.loc[6, "occurred_date"] = "01632 960123"
    published = HERTFORDSHIRE.report.model_copy(update={"key_is_published_because": "The source publishes it."})
    stops = inspected(tmp_path, frame, HERTFORDSHIRE.model_copy(update={"report": published})).stops
    assert {(stop.column, stop.line_numbers) for stop in stops} == {
        ("report_id", (7,)),
        ("occurred_date", (8,)),
    }


def test_numbers_that_pass_a_check_by_chance_are_no_nhs_numbers(tmp_path):
    """One random number of ten digits in eleven passes the NHS check; a column of them is of another sort."""
    r = random.Random(3)
    frame = clean_rows().head(400).reset_index(drop=True)
    frame["row_version"] = [f"3{r.randrange(10**9):09}" for _ in range(len(frame))]
    profile = HERTFORDSHIRE.model_copy(update={"ignored_columns": ["row_version"]})
    assert inspected(tmp_path, frame, profile).stops == ()


def test_times_finer_than_an_hour_are_a_warning(tmp_path):
    frame = rows(4)
    for column, times in {
        "occurred_date": ["2024-01-10 21:35", "2024-01-10T21:00:00", "2024-01-10", "10/01/2024 09:05:00"],
        "reported_date": ["2024-01-10 21:00", "2024-01-10T00:00:00Z", "2024-01-10", "10/01/2024 9:00"],
    }.items():
        frame[column] = times
    inspection = inspected(tmp_path, frame)
    assert inspection.stops == ()
    assert [(w.kind, w.column, w.line_numbers) for w in inspection.warnings] == [
        (Kind.TIME_OF_DAY, "occurred_date", (2, 5))
    ]


def test_a_column_of_free_text_is_found_without_any_telling_word(tmp_path):
    r = random.Random(5)
    nouns = words("shop bus park football match pub taxi school gate flat stairwell train platform market")
    frame = rows()
    frame["extra"] = [" ".join(r.sample(nouns, 5)) for _ in range(len(frame))]
    profile = HERTFORDSHIRE.model_copy(update={"ignored_columns": ["extra"]})
    stops = inspected(tmp_path, frame, profile).stops
    assert {(stop.kind, stop.column) for stop in stops} == {(Kind.FREE_TEXT, "extra")}


RISK = """
| report_id | occurred_date | recorded_date | district_code | grounds | offence_group |
| a1        | 2024-01-02    | 2024-01-03    | E07000103     | race    | public_order  |
| a2        | 2024-01-04    | 2024-01-20    | E07000103     | race    | public_order  |
| a3        | 2024-01-05    | 2024-01-28    | E07000103     | race    | public_order  |
| a4        | 2024-01-05    | 2024-01-28    | E07000103     | race    | public_order  |
| a5        | 2024-01-05    | 2024-01-28    | E07000103     | race    | public_order  |
| b1        | 2024-01-05    | 2024-02-01    | E07000103     | race    | public_order  |
| b2        | 2024-01-05    | 2024-02-02    | E07000103     | race    | public_order  |
| c1        | 2024-01-05    | 2024-02-02    | E07000096     | race    | public_order  |
| d1        | 2024-01-05    | 2024-01-02    | E07000103     | race religion | public_order |
| e1        | 2024-01-05    | 2024-01-02    | E07000103     | race    | robbery       |
"""


def test_risk_counts_reports_alike_on_area_month_grounds_and_offence(tmp_path):
    """Five alike in January, two in February, and three that differ in area, grounds or offence alone."""
    file = tmp_path / "hertfordshire_2024-03-04.csv"
    file.write_text(hertfordshire(RISK))
    risk = inspect(reading.read(file, HERTFORDSHIRE, tmp_path).parquet, HERTFORDSHIRE, tmp_path).risk
    assert (risk.report_count, risk.group_count) == (10, 5)
    assert (risk.unique_share, risk.small_group_share) == (0.3, 0.5)
    assert risk.known == ("area", "month", "grounds", "offence")


def test_risk_counts_a_report_on_several_rows_once(tmp_path, real_data):
    extract = reading.read(real_data / "nypd_2024/NYPD_Hate_Crimes_20241206.csv", profiles.load("nypd"), tmp_path)
    assert inspect(extract.parquet, profiles.load("nypd"), tmp_path).risk.report_count == 2_991


def test_an_engine_fault_says_no_value(tmp_path):
    """DuckDB quotes what it falls over; neither the message nor the printed traceback may."""
    secret = "ZQX-CANARY-4711"
    broken = tmp_path / "broken.parquet"
    broken.write_bytes(b"PAR1" + secret.encode() * 50 + b"PAR1")
    with pytest.raises(StorageFailed) as failure:
        inspect(broken, HERTFORDSHIRE, tmp_path)
    printed = "".join(traceback.format_exception(failure.value))
    assert secret not in printed
