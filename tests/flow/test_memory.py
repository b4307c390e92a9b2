"""A run keeps to the memory it was given, and what does not fit lies on the private side and is gone afterwards."""

import pytest

from data import memory
from data.errors import UsageError
from transforms.connection import connect

SORTED = "select md5(range::varchar) as report_id, range as line_number from range(600_000) order by report_id"


@pytest.fixture
def said():
    yield memory.keep_to
    memory.keep_to(None)


@pytest.mark.parametrize("amount", ["lots", "4", "-1GB", "4 TB", "999MB", "100000GB"])
def test_what_is_no_possible_amount_is_refused(said, amount):
    with pytest.raises(UsageError):
        said(amount)


def test_half_of_the_machine_unless_it_is_said(said):
    assert memory.allowed() == max(memory.machine() // 2, memory.LEAST_BYTES)
    said("1.5 gb")
    assert memory.allowed() == 1_500_000_000


def test_the_engine_gets_what_the_program_leaves_and_no_thread_too_many(said, tmp_path):
    said("1GB")
    with connect(None, tmp_path) as con:
        ((limit, threads),) = con.execute(
            "select current_setting('memory_limit'), current_setting('threads')"
        ).fetchall()
    assert limit == "476.8 MiB" and threads <= 2


def test_rows_that_do_not_fit_are_spilled_under_the_private_folder_alone(tmp_path, monkeypatch):
    """With a twentieth of what the rows take, the answer is that of ample memory, and the disk held the rest."""
    monkeypatch.setattr(memory, "of_engine", lambda: 24_000_000)
    with connect(None, tmp_path) as con:
        con.execute(f"create table sorted as {SORTED}")
        ((spilled,),) = con.execute("select coalesce(sum(size), 0) from duckdb_temporary_files()").fetchall()
        first = con.execute("select line_number from sorted limit 3").fetchall()
        assert spilled > 0 and any(tmp_path.iterdir())
    monkeypatch.undo()
    with connect(None, tmp_path) as con:
        assert con.execute(f"select line_number from ({SORTED}) limit 3").fetchall() == first
    assert not list(tmp_path.iterdir())
