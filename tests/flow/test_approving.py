"""A release waits for a second person's account; until then readers and the register know nothing of it."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from histories import HEADER, SECOND, bytes_of, drop, month, run

from data.errors import IntegrityFailed, UsageError
from data.workspace import Workspace
from flows import approving, keeping, ledger, locking, register, running

POLICY = '[approval]\napprovers = ["nobody", "games"]\n'
NOBODY = 65534

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only an administrator can act as several accounts")


@pytest.fixture(scope="module")
def about(one_release) -> Workspace:
    """A workspace of one published release and a second that waits, where other accounts can get to it."""
    before = os.umask(0o077)
    folder = Path(tempfile.mkdtemp(prefix="approving-"))
    folder.chmod(0o755)
    place = Workspace(shutil.copytree(one_release.root, folder / "workspace"))
    (place.private / "operations.toml").write_text(POLICY, encoding="utf-8")
    drop(place, SECOND, "2024-02-04")
    job, said = run(place)
    assert job.waits and any(f"hatecrime approve {job.release_id}" in sentence for sentence in said)
    os.umask(before)
    yield place
    shutil.rmtree(folder)


@pytest.fixture
def place(about) -> Workspace:
    folder = Path(tempfile.mkdtemp(prefix="approving-"))
    folder.chmod(0o755)
    yield Workspace(shutil.copytree(about.root, folder / "workspace"))
    shutil.rmtree(folder)


def approve(place: Workspace, release: str, account: int) -> subprocess.CompletedProcess[str]:
    """The command as another account of this machine, which cannot see the private side.

    The program is loaded first: it may lie where that account cannot read it.
    """
    turned = f"os.setgroups([]); os.setgid({account}); os.setuid({account}); main()"
    return subprocess.run(
        [
            *(sys.executable, "-c", f"import os; import flows.running; from flows.cli import main; {turned}"),
            *("approve", release, "--workspace", str(place.root)),
        ],
        capture_output=True,
        text=True,
        check=False,
    )


def waits(place: Workspace) -> str:
    standing = approving.waiting(place)
    return standing["release_id"] if standing else ""


def statement(place: Workspace, account: int, name: str = "s.json", **changes: str) -> None:
    made = approving.waiting(place)
    content = {"release_id": made["release_id"], "manifest_sha256": made["manifest_sha256"]} | changes
    path = place.approvals / name
    path.write_text(json.dumps(content), encoding="utf-8")
    os.chown(path, account, account)


def test_a_release_that_waits_is_not_published_and_a_second_account_publishes_it(place):
    first = place.current_release().name
    second = waits(place)
    assert [path.name for path in place.releases.iterdir()] == [first]
    assert [path.stem for path in place.register.iterdir()] == [first]
    assert [path.stem for path in place.counts.iterdir()] == [first]
    job, said = run(place)
    assert job.nothing_new and "waits for a second person" in said[0]
    assert f"Release {second} waits for a second person." in keeping.verify(place)
    made = bytes_of(place.waiting / second)
    refused = approve(place, second, 1)
    assert refused.returncode == 2 and "daemon is not one of the approvers (nobody, games)" in refused.stderr
    agreed = approve(place, second, NOBODY)
    assert agreed.returncode == 0, agreed.stderr
    assert "The next scheduled job or run publishes it" in agreed.stderr and place.current_release().name == first
    running.take_up_approvals(place, said.append)
    assert f"Release {second}, made by root, was approved by nobody and is in place." in said
    assert place.current_release().name == second and bytes_of(place.current_release()) == made
    assert {path.stem for path in place.register.iterdir()} == {first, second}
    assert {path.stem for path in place.counts.iterdir()} == {first, second}
    assert not list(place.waiting.iterdir()) and not list(place.approvals.iterdir())
    keeping.verify(place)
    assert run(place)[0].nothing_new
    (entry,) = ledger.entries(place.ledger, "approved")
    assert entry.content["by"] == "nobody" and entry.content["made"]["by"] == "root"


def test_nobody_agrees_to_what_they_made_themselves(place):
    second = waits(place)
    (place.private / "operations.toml").write_text('[approval]\napprovers = ["root", "nobody"]\n', encoding="utf-8")
    assert locking.account() == "root"
    with pytest.raises(UsageError, match="root made this release"):
        running.approve(place, second, print)
    statement(place, 0)
    said: list[str] = []
    running.take_up_approvals(place, said.append)
    assert "does not count" in said[0] and waits(place) == second


@pytest.mark.parametrize(
    ("account", "changes", "why"),
    [
        (NOBODY, {"manifest_sha256": "0" * 64}, "another manifest"),
        (NOBODY, {"release_id": "2024-01-00000000"}, "No such release"),
        (12345, {}, "12345 is not one of the approvers"),
    ],
)
def test_a_statement_that_does_not_count_is_recorded_with_its_reason(place, account, changes, why):
    second = waits(place)
    statement(place, account, **changes)
    said: list[str] = []
    running.take_up_approvals(place, said.append)
    assert why in said[0] and waits(place) == second and not list(place.approvals.iterdir())
    assert why in ledger.entries(place.ledger, "approval_refused")[0].content["because"]


def test_links_and_pipes_in_approvals_are_no_statements(place):
    second = waits(place)
    (place.approvals / "a.json").symlink_to(place.ledger)
    os.mkfifo(place.approvals / "b.json")
    (place.approvals / "d.json").mkdir()
    (place.approvals / "c.json").write_bytes(b"\xff{")
    said: list[str] = []
    running.take_up_approvals(place, said.append)
    assert len(said) == 1 and waits(place) == second and place.ledger.is_file()


def test_a_waiting_release_that_was_changed_is_not_published(place):
    second = waits(place)
    page = place.waiting / second / "index.html"
    page.write_bytes(page.read_bytes() + b" ")
    with pytest.raises(IntegrityFailed, match=r"index\.html has other bytes"):
        keeping.verify(place)
    statement(place, NOBODY)
    with pytest.raises(IntegrityFailed, match=r"index\.html has other bytes"):
        running.take_up_approvals(place, print)
    assert place.current_release().name != second


def test_an_approval_cut_short_is_carried_out_by_the_next_run(place):
    """Killed after the decision: figures already in the register, the folder moved, the pointer not yet."""
    second, made = waits(place), approving.waiting(place)
    agreed = {"release_id": second, "manifest_sha256": made["manifest_sha256"], "by": "nobody", "made": made}
    ledger.append(place.ledger, "agreed", "approved", agreed)
    register.admit(place, second)
    os.replace(place.waiting / second, place.releases / second)
    job, said = run(place)
    assert job.nothing_new and place.current_release().name == second
    assert "was approved by nobody and is in place" in said[0]
    keeping.verify(place)


def test_a_newer_extract_takes_the_waiting_release_back(place):
    """It was audited without what comes after it, so nobody may agree to it any more; the newer one waits instead."""
    second = waits(place)
    old = approving.waiting(place)
    drop(place, "\n".join([HEADER, *month(2024, 2)]), "2024-03-04")
    third = run(place)[0].release_id
    assert waits(place) == third != second
    assert {path.name for path in place.waiting.iterdir()} == {third, f"{third}.json"}
    assert not any(path.exists() for path in register.staged(place, second))
    assert all(path.is_file() for path in register.staged(place, third))
    statement(place, NOBODY, release_id=second, manifest_sha256=old["manifest_sha256"])
    said: list[str] = []
    running.take_up_approvals(place, said.append)
    assert "No such release waits" in said[0] and waits(place) == third
    keeping.verify(place)


def test_a_withdrawal_leaves_nothing_of_a_release_that_nobody_agreed_to(place):
    first = place.current_release().name
    waits(place)
    said: list[str] = []
    running.withdraw(place, "hertfordshire_2024-02-04.csv", "the force asked for it back", "hertfordshire", said.append)
    assert place.current_release().name == first and waits(place) == ""
    assert not list(place.waiting.iterdir()) and not list((place.private / "waiting").iterdir())
    assert [path.stem for path in place.register.iterdir()] == [first]
    keeping.verify(place)
