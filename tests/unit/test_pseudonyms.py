"""Pseudonyms are keyed, repeatable and made only with a key that is kept as keys should be."""

import csv

import pytest
from typer.testing import CliRunner

from data.errors import HateCrimeError, InputRejected, StorageFailed, UsageError
from flows.cli import app
from transforms.privacy import pseudonymise

# RFC 4231, test case 6: a key of 131 bytes.
RFC_KEY = b"\xaa" * 131
RFC_TEXT = "Test Using Larger Than Block-Size Key - Hash Key First"
RFC_DIGEST = "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
SECRET = "41/98765/21"


@pytest.fixture
def key(tmp_path):
    path = tmp_path / "secret.key"
    path.write_bytes(RFC_KEY)
    path.chmod(0o600)
    return path


def run(tmp_path, key, text, column="crime_no", **options):
    source, target = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_bytes(text if isinstance(text, bytes) else text.encode())
    count = pseudonymise(source, column, key, target, workspace=tmp_path / "workspace", **options)
    with target.open(encoding="utf-8", newline="") as handle:
        return count, list(csv.reader(handle))


def test_the_published_test_vector(tmp_path, key):
    count, rows = run(tmp_path, key, f'crime_no,note\n"{RFC_TEXT}","a, ""b"""\n')
    assert (count, rows) == (1, [["crime_no", "note"], [RFC_DIGEST, 'a, "b"']])


def test_revisions_match_and_nothing_else_changes(tmp_path, key):
    """The same id in a later extract, spaces around it aside, gets the same pseudonym; an empty one stays empty."""
    count, rows = run(
        tmp_path, key, f"month,crime_no\n2024-01,{SECRET}\n2024-02, {SECRET} \n2024-02,41/1/21\n2024-03,\n"
    )
    first, again, other, empty = [row[1] for row in rows[1:]]
    assert count == 4
    assert first == again != other
    assert empty == ""
    assert [row[0] for row in rows] == ["month", "2024-01", "2024-02", "2024-02", "2024-03"]
    assert all(len(pseudonym) == 64 for pseudonym in (first, other))
    assert SECRET not in (tmp_path / "out.csv").read_text()


def test_a_folder_takes_several_files_and_keeps_what_it_has(tmp_path, key):
    """Each month's new export beside the old ones: one command, the same each month."""
    for name, number in (("a.csv", "1/1/24"), ("b.csv", "1/2/24")):
        (tmp_path / name).write_text(f"ref\n{number}\n")
    folder = tmp_path / "to"
    command = ["pseudonymise", "--column", "ref", "--key", str(key), "--to", str(folder)]
    refused = CliRunner().invoke(app, [*command, str(tmp_path / "a.csv"), str(tmp_path / "b.csv")])
    assert isinstance(refused.exception, UsageError)
    folder.mkdir()
    assert CliRunner().invoke(app, [*command, str(tmp_path / "a.csv")]).exit_code == 0
    before = (folder / "a.csv").read_bytes()
    again = CliRunner().invoke(app, [*command, str(tmp_path / "a.csv"), str(tmp_path / "b.csv")])
    assert again.exit_code == 0 and "a.csv is there already" in again.output
    assert (folder / "a.csv").read_bytes() == before and "1/2/24" not in (folder / "b.csv").read_text()


def test_another_key_gives_other_pseudonyms(tmp_path, key):
    _, first = run(tmp_path, key, f"crime_no\n{SECRET}\n")
    (tmp_path / "out.csv").unlink()
    key.write_bytes(b"\xab" * 131)
    _, second = run(tmp_path, key, f"crime_no\n{SECRET}\n")
    assert first[1] != second[1]


def test_any_encoding_and_delimiter_comes_out_as_utf_8(tmp_path, key):
    _, rows = run(tmp_path, key, "crime_no;place\n1;Café\n".encode("cp1252"), encoding="cp1252", delimiter=";")
    assert rows[1][0].endswith(";Café")
    (tmp_path / "out.csv").unlink()
    assert run(tmp_path, key, f"\ufeffcrime_no\n{SECRET}\n")[1][0] == ["crime_no"]


def test_the_result_is_for_its_owner_alone(tmp_path, key):
    run(tmp_path, key, f"crime_no\n{SECRET}\n")
    assert (tmp_path / "out.csv").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o666])
def test_a_key_that_others_may_touch_is_refused(tmp_path, key, mode):
    key.chmod(mode)
    with pytest.raises(UsageError, match="Others than its owner"):
        run(tmp_path, key, f"crime_no\n{SECRET}\n")


def test_a_key_inside_the_workspace_is_refused_also_by_a_link(tmp_path, key):
    inside = tmp_path / "workspace" / "private" / "my.key"
    inside.parent.mkdir(parents=True)
    key.rename(inside)
    link = tmp_path / "link.key"
    link.symlink_to(inside)
    for path in (inside, link):
        with pytest.raises(UsageError, match="inside the workspace"):
            run(tmp_path, path, f"crime_no\n{SECRET}\n")


def test_a_short_or_missing_key_is_refused(tmp_path, key):
    key.write_bytes(b"x" * 31)
    with pytest.raises(UsageError, match="31 bytes"):
        run(tmp_path, key, f"crime_no\n{SECRET}\n")
    key.unlink()
    with pytest.raises(UsageError, match="cannot be read"):
        run(tmp_path, key, f"crime_no\n{SECRET}\n")


REFUSED = {
    "no such column": (f"crime\n{SECRET}\n", UsageError),
    "twice the column": (f"crime_no,crime_no\n{SECRET},1\n", UsageError),
    "empty file": ("", UsageError),
    "ragged": (f"crime_no,a\n{SECRET},1\n{SECRET}\n", InputRejected),
    "open quote": (f'crime_no,a\n"{SECRET},1\n', InputRejected),
    "not UTF-8": (f"crime_no\n{SECRET}é\n".encode("cp1252"), InputRejected),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused_without_a_value_and_without_a_file(tmp_path, key, case):
    text, kind = REFUSED[case]
    with pytest.raises(kind) as refusal:
        run(tmp_path, key, text)
    assert SECRET not in str(refusal.value)
    assert {path.name for path in tmp_path.iterdir()} == {"in.csv", "secret.key"}


def test_an_existing_target_stays_as_it_is(tmp_path, key):
    (tmp_path / "out.csv").write_text("mine")
    with pytest.raises(UsageError, match="already exists"):
        run(tmp_path, key, f"crime_no\n{SECRET}\n")
    assert (tmp_path / "out.csv").read_text() == "mine"


def test_a_missing_file_is_a_storage_failure(tmp_path, key):
    with pytest.raises(StorageFailed) as refusal:
        pseudonymise(tmp_path / "gone.csv", "a", key, tmp_path / "out.csv", workspace=tmp_path / "workspace")
    assert isinstance(refusal.value, HateCrimeError)
    assert not (tmp_path / "out.csv").exists()
