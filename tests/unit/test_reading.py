"""A file is read as its profile declares or refused by line and column; no row vanishes, no value is echoed."""

import gzip
import zipfile
from pathlib import Path

import pandas as pd
import pytest
from drawing import hertfordshire

from data import profile
from data.errors import InputRejected
from transforms import reading

PICTURE = """
| report_id | grounds  |
| a         | race     |
| b         | religion |
| #c        | race     |
"""
TEXT = hertfordshire(PICTURE)
SECRET = "ZQX-CANARY"


def read(tmp_path: Path, content: bytes | str, name: str = "hertfordshire_2024-02-04.csv", **changes):
    work = tmp_path / "work"
    work.mkdir(exist_ok=True)
    file = tmp_path / name
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    source = profile.load("hertfordshire")
    if changes:
        source = source.model_copy(update={"file": source.file.model_copy(update=changes)})
    return reading.read(file, source, work)


def zipped(tmp_path: Path, members: dict[str, str]) -> bytes:
    path = tmp_path / "made.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    return path.read_bytes()


def test_the_same_rows_in_any_wrapping_or_order_are_the_same_extract(tmp_path):
    header, *rows = TEXT.splitlines()
    plain = read(tmp_path, TEXT)
    others = [
        read(tmp_path, "\n".join([header, *reversed(rows)]) + "\n"),
        read(tmp_path, TEXT.replace("\n", "\r\n")),
        read(tmp_path, b"\xef\xbb\xbf" + TEXT.encode()),
        read(tmp_path, gzip.compress(TEXT.encode())),
        read(tmp_path, zipped(tmp_path, {"any.csv": TEXT})),
        read(tmp_path, TEXT.encode("utf-16"), encoding="utf-16"),
    ]
    assert plain.row_count == 3
    assert {other.extract_id for other in others} == {plain.extract_id}


def test_parquet_gives_the_same_extract(tmp_path):
    frame = pd.read_csv(tmp_path / read(tmp_path, TEXT).file_name, dtype=str)
    frame.to_parquet(tmp_path / "twin.parquet", index=False)
    twin = read(tmp_path, (tmp_path / "twin.parquet").read_bytes(), "twin.parquet", format="parquet")
    plain = read(tmp_path, TEXT)
    # Its name gives no day, so it is the same rows of a day that nobody says.
    assert twin.extract_id == twin.content_id == plain.content_id != plain.extract_id


def test_a_row_that_starts_with_a_hash_is_a_row(tmp_path):
    stored = pd.read_parquet(read(tmp_path, TEXT).parquet)
    assert list(stored["report_id"]) == ["a", "b", "#c"]
    assert list(stored[reading.LINE_NUMBER]) == [2, 3, 4]


def test_line_numbers_are_those_of_the_file_where_a_value_spans_lines(tmp_path):
    text = TEXT.replace("\na,", '\n"a\nb\nc",')
    stored = pd.read_parquet(read(tmp_path, text).parquet)
    assert list(stored["report_id"]) == ["a\nb\nc", "b", "#c"]
    assert list(stored[reading.LINE_NUMBER]) == [2, 5, 6]


def test_columns_in_another_order_are_the_same_extract(tmp_path):
    table = [line.split(",") for line in TEXT.splitlines()]
    turned = "\n".join(",".join(reversed(row)) for row in table) + "\n"
    assert read(tmp_path, turned).extract_id == read(tmp_path, TEXT).extract_id


def test_the_day_comes_from_the_file_name(tmp_path):
    assert str(read(tmp_path, TEXT).extracted_on) == "2024-02-04"
    assert read(tmp_path, TEXT, "no_day.csv").extracted_on is None


REFUSED = {
    "empty": (b"", "is empty"),
    "header only": (TEXT.splitlines()[0] + "\n", "no rows"),
    "short row": (TEXT + f"{SECRET},1\n", "first: line 5"),
    "long row": (TEXT + TEXT.splitlines()[1] + f",{SECRET}\n", "first: line 5"),
    "blank line inside": (TEXT.replace("\nb,", "\n\nb,"), "line 3: a blank line"),
    "stray quote": (TEXT.replace("\nb,", f'\n"b"{SECRET},'), "line 3: a quote"),
    "open quote": (TEXT.replace("\nb,", f'\n"{SECRET},'), "cut off"),
    "not UTF-8": (TEXT.replace("\nb,", "\n\u2019,").encode("cp1252"), "bytes that are not utf-8"),
    "NUL": (TEXT.replace("\nb,", "\nb\0,"), "line 3: a NUL"),
    "extra column": (TEXT.replace("report_id,", "report_id,victim_name,"), "victim_name"),
    "missing column": (TEXT.replace("recorded_date", "recorded"), "did you mean recorded"),
    "semicolons": (TEXT.replace(",", ";"), "looks like semicolon-separated"),
    "twice the same column": (TEXT.replace("occurred_date", "reported_date"), "stands twice"),
    "a title above": ("Hate crime extract\n" + TEXT, "first line is not the header"),
    "a PDF": (b"%PDF-1.7 " + SECRET.encode(), "is a PDF"),
    "HTML": (b"<html>" + SECRET.encode(), "is HTML"),
    "an old Excel file": (b"\xd0\xcf\x11\xe0" + SECRET.encode(), "Excel"),
    "a cut-off gzip": (gzip.compress(TEXT.encode())[:-20], "damaged"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused_in_one_sentence_without_a_value(tmp_path, case):
    content, words = REFUSED[case]
    with pytest.raises(InputRejected) as refusal:
        read(tmp_path, content)
    assert words in refusal.value.problem
    assert refusal.value.next_step
    assert SECRET not in str(refusal.value)
    assert not list((tmp_path / "work").iterdir())


def test_a_zip_with_two_files_is_refused(tmp_path):
    with pytest.raises(InputRejected, match="holds 2 files"):
        read(tmp_path, zipped(tmp_path, {"a.csv": TEXT, "b.csv": TEXT}))


def test_a_link_is_refused(tmp_path):
    target = tmp_path / "target.csv"
    target.write_text(TEXT)
    link = tmp_path / "link.csv"
    link.symlink_to(target)
    with pytest.raises(InputRejected, match="not a regular file"):
        reading.read(link, profile.load("hertfordshire"), tmp_path)
