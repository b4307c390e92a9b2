"""F2: a header without rows counts as zero for the months it covers where its source or a person says so, else not."""

from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from conftest import Core
from drawing import hertfordshire
from made_workbooks import ods, ods_rows
from nasty_files import HEADER, book, parquet

from data import profile as profiles
from data.description import FileFormat
from data.errors import InputRejected
from data.profile import Profile
from transforms import reading

NO_ROWS = ",".join(HEADER) + "\n"
ONE_REPORT = """
| report_id | recorded_date | grounds |
| a         | 2024-01-10    | race    |
"""


@pytest.fixture
def saying_nil(tmp_path: Path) -> Path:
    """Hertfordshire's profile, whose source says nothing was recorded by a file without rows."""
    text = (profiles.SHIPPED / "hertfordshire.toml").read_text(encoding="utf-8")
    path = tmp_path / "hertfordshire.toml"
    path.write_text(text.replace("[extract]\n", '[extract]\nwithout_rows = "nil_return"\n'), encoding="utf-8")
    return path


def dropped(folder: Path, day: str, content: str = NO_ROWS) -> Path:
    path = folder / f"hertfordshire_{day}.csv"
    path.write_text(content, encoding="utf-8")
    return path


def months(core: Core, basis: str) -> dict[str, int]:
    """Reports of the whole force by month, zeros among them."""
    return dict(
        core.ask(
            "select strftime(month, '%Y-%m'), sum(report_count)::int from core.monthly_counts "
            f"where area_code = 'all' and characteristic = 'all' and date_basis = '{basis}' group by all order by all"
        )
    )


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0)])
def test_a_declared_nil_return_covers_its_months_with_zeros(core, saying_nil, tmp_path, order):
    files = [
        dropped(tmp_path, "2024-02-04", hertfordshire(ONE_REPORT)),
        dropped(tmp_path, "2024-03-04"),
        dropped(tmp_path, "2024-05-04"),
    ]
    core.build(str(saying_nil), *(files[number] for number in order))
    for basis in ("recorded", "reported", "occurred"):
        assert months(core, basis) == {"2024-01": 1, "2024-02": 0, "2024-03": 0, "2024-04": 0}
    # Every place, ground and class has its zero, as it has for a quiet month.
    cells = core.ask("select count(*) from core.monthly_counts where month = date '2024-04-01'")
    assert cells == core.ask("select count(*) from core.monthly_counts where month = date '2024-01-01'")
    assert core.ask("select outcome, row_count from core.row_outcomes where row_count > 0") == [("counted", 1)]
    assert core.ask("select count(*) from raw.extracts") == [(3,)]


def test_a_report_that_comes_late_fills_the_month_that_a_nil_return_covered(core, saying_nil, tmp_path):
    nil = dropped(tmp_path, "2024-03-04")
    late = dropped(tmp_path, "2024-04-04", hertfordshire(ONE_REPORT.replace("2024-01-10", "2024-02-10")))
    core.build(str(saying_nil), nil, late)
    assert months(core, "recorded") == {"2024-02": 1}


def test_a_nil_return_alone_is_one_month_of_zeros(core, saying_nil, tmp_path):
    core.build(str(saying_nil), dropped(tmp_path, "2024-03-04"))
    assert months(core, "recorded") == {"2024-02": 0}


def read(folder: Path, profile: Profile, content: bytes | str = NO_ROWS, day: date | None = date(2024, 3, 4)):
    file = folder / "extract.file"
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    (folder / "work").mkdir(exist_ok=True)
    return reading.read(file, profile, folder / "work", day)


def test_a_nil_return_is_the_same_extract_in_every_format_and_another_each_month(tmp_path):
    source = profiles.load("hertfordshire").taking_nil_returns()
    empty = [[*HEADER]]
    contents = {"csv": NO_ROWS, "xlsx": book(empty), "ods": ods({"A": ods_rows(empty)})}
    contents["parquet"] = parquet(pd.DataFrame({column: pd.Series(dtype="str") for column in HEADER}))
    ids = set()
    for form, content in contents.items():
        found = read(tmp_path, source.model_copy(update={"file": FileFormat(format=form)}), content)
        assert found.row_count == 0
        ids.add(found.extract_id)
    assert len(ids) == 1
    assert read(tmp_path, source, day=date(2024, 4, 4)).extract_id not in ids


def test_what_is_no_nil_return_is_refused(tmp_path):
    source = profiles.load("hertfordshire")
    snapshot = source.extract.model_copy(update={"revision_rule": "snapshot"})
    declared = source.taking_nil_returns()
    for profile, day, words in (
        (source, date(2024, 3, 4), "a header and no rows"),
        (declared, None, "does not say when it was taken"),
        (source.model_copy(update={"extract": snapshot}).taking_nil_returns(), date(2024, 3, 4), "no report would be"),
    ):
        with pytest.raises(InputRejected, match=words):
            read(tmp_path, profile, day=day)
    with pytest.raises(InputRejected, match="first line is not the header"):
        read(tmp_path, declared, "\n")
    assert not list((tmp_path / "work").iterdir())
