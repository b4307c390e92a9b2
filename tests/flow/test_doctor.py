"""The doctor names each fault that is seeded, says its fix, and says nothing of a sound machine."""

import json
import os
import shutil
import socket
import subprocess
import sys
import threading
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import filelock
import pytest
from histories import bytes_of

from data.workspace import Workspace
from flows import doctor, locking
from flows.doctor import disk

ROOT = Path(__file__).parents[2]
STALE = "stale release"


@pytest.fixture
def well(one_release, tmp_path) -> Workspace:
    """A sound workspace, but that nobody brought a newer extract since January 2024."""
    return Workspace(shutil.copytree(one_release.root, tmp_path / "workspace"))


def named(place: Workspace, now: datetime | None = None) -> dict[str, doctor.Finding]:
    """What is found beside the age of the release, by name."""
    found = doctor.examine(place, now or datetime.now(UTC))
    return {finding.check: finding for finding in found if finding.check != STALE}


def only(place: Workspace, check: str, exit_code: int, now: datetime | None = None) -> doctor.Finding:
    """The doctor finds this one thing and no other."""
    found = named(place, now)
    assert set(found) == {check}, found
    assert doctor.exit_code(list(found.values())) == exit_code
    assert found[check].problem and found[check].next_step
    return found[check]


def asked(place: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """The doctor as a process of its own, because these faults are of the process."""
    return subprocess.run(
        [sys.executable, "-m", "flows.cli", "doctor", "--json", "--workspace", str(place)],
        env=os.environ | variables,
        cwd=place.parent,
        capture_output=True,
        text=True,
        check=False,
    )


@contextmanager
def disk_of(place: Workspace, options: str):
    """Let the workspace lie on a small disk of its own."""
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(place.root)], check=False, capture_output=True
    )
    if mounted.returncode:
        pytest.skip("this account may not mount a disk")
    try:
        yield
    finally:
        subprocess.run(["umount", str(place.root)], check=True)


def test_a_sound_workspace_is_well_and_left_as_it_was(well):
    before = bytes_of(well.root)
    assert named(well) == {}
    assert bytes_of(well.root) == before
    assert named(Workspace(well.root.parent / "none yet")) == {}


@pytest.mark.parametrize(
    ("package", "version"), [("fastapi", "0.165.0"), ("sqlalchemy", "2.1.9"), ("prefect", "2.20.4")]
)
def test_versions_that_break_each_other(well, tmp_path, package, version, monkeypatch):
    shadow = tmp_path / f"{package}-{version}.dist-info"
    shadow.mkdir()
    (shadow / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: {version}\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    found = only(well, "versions", 8)
    assert f"{package} {version}" in found.problem and "requirements.lock" in found.next_step


def test_reference_facts_that_are_gone(tmp_path):
    """A copy of the program whose areas.csv was deleted."""
    for package in ("data", "flows", "transforms", "dashboards", "expectations"):
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "data" / "reference" / "areas.csv").unlink()
    answer = asked(tmp_path / "workspace", PYTHONPATH=str(tmp_path))
    (found,) = json.loads(answer.stdout)
    assert answer.returncode == 9 and found["check"] == "reference" and "areas.csv" in found["problem"]


def test_a_time_zone_that_is_none_and_a_prefect_that_does_not_answer(well):
    answer = asked(well.root, TZ="Narnia/Lantern", PREFECT_API_URL="http://127.0.0.1:9/api")
    assert answer.returncode == 8
    assert [found["check"] for found in json.loads(answer.stdout)] == ["time zone", "prefect", STALE]


def test_a_prefect_of_another_version(well, monkeypatch):
    class Old(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b'"2.20.4"' if self.path.endswith("version") else b"true")

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Old)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("PREFECT_API_URL", f"http://127.0.0.1:{server.server_port}/api")
    assert "2.20.4" in only(well, "prefect", 8).problem
    server.shutdown()
    server.server_close()


def test_a_umask_that_lets_anybody_write(well):
    os.umask(0)
    only(well, "umask", 8)


def test_a_clock_that_went_back(well):
    only(well, "clock", 8, datetime.now(UTC) - timedelta(days=2))


def test_a_private_side_that_is_open(well):
    well.private.chmod(0o755)
    found = only(well, "private side", 7)
    assert "chmod" in found.next_step
    well.private.chmod(0o700)
    well.extracts.chmod(0o750)
    assert "private/extracts" in only(well, "private side", 7).problem


def test_extracts_that_anybody_can_read(well):
    for folder in (well.root, well.landing):
        folder.chmod(0o755)
    next(well.landing.iterdir()).chmod(0o644)
    only(well, "landing", 7)


def test_a_prefect_store_that_anybody_can_read(well, tmp_path, monkeypatch):
    home = tmp_path / "prefect"
    home.mkdir(mode=0o755)
    (home / "prefect.db").touch(0o644)
    monkeypatch.setenv("PREFECT_HOME", str(home))
    only(well, "prefect home", 7)


@pytest.mark.skipif(os.geteuid() != 0, reason="only an administrator can give a file away")
def test_a_file_of_another_account(well):
    os.chown(well.warehouse, 12345, 12345)
    assert "private/warehouse.duckdb" in only(well, "owner", 7).problem


@pytest.mark.parametrize(
    ("options", "check"),
    [("size=1m", "disk space"), ("size=1g,nr_inodes=100", "file count"), ("size=1g,ro", "read-only")],
)
def test_a_disk_that_does_not_suffice(well, options, check):
    with disk_of(well, options):
        only(well, check, 7)


@pytest.mark.parametrize("kind", ["nfs4", "cifs", "fuse.sshfs"])
def test_a_workspace_on_a_network_disk(well, tmp_path, kind):
    """As the kernel tells it: the innermost mount counts, the last where several are on one folder, blanks escaped."""
    shared = tmp_path / "a share"
    shared.mkdir()
    mounts = tmp_path / "mountinfo"
    escaped = str(shared).replace(" ", "\\040")
    mounts.write_text(
        "22 1 8:1 / / rw - ext4 /dev/sda1 rw\n"
        f"23 22 0:40 / {escaped} rw shared:3 - ext4 /dev/sdb1 rw\n"
        f"24 22 0:41 / {escaped} rw shared:4 - {kind} server:/share rw\n"
    )
    assert not list(disk.file_system(well, datetime.now(UTC), mounts))
    (found,) = disk.file_system(Workspace(shared / "workspace"), datetime.now(UTC), mounts)
    assert kind in found.problem and found.kind.exit_code == 7


def test_operations_that_cannot_be_read_or_are_open(well):
    file = well.private / "operations.toml"
    file.write_text('profile = "nowhere"\n')
    file.chmod(0o600)
    assert "nowhere" in only(well, "operations", 8).problem
    file.write_text("[retention]\nlanding_day = 3\n")
    assert "retention.landing_day" in only(well, "operations", 8).problem
    file.write_text("")
    file.chmod(0o664)
    assert "chmod 600" in only(well, "operations", 7).next_step


def test_a_mail_server_that_does_not_answer_and_approvers_who_are_shut_out(well):
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        file = well.private / "operations.toml"
        file.touch(0o600)
        server = f'host = "127.0.0.1"\nport = {held.getsockname()[1]}\n'
        file.write_text(f'[notices.email]\n{server}sender = "a@b"\nrecipients = ["c@d"]\n')
        only(well, "mail server", 8)
    file.write_text('[approval]\napprovers = ["somebody"]\n')
    well.root.chmod(0o700)
    only(well, "approvers", 7)


def test_a_webhook_that_does_not_answer_and_a_password_that_others_read_or_nobody(well, tmp_path):
    """Each is found by day, not when the first notice is lost; the webhook's address is a secret and is not said."""
    file, password = well.private / "operations.toml", tmp_path / "password"
    file.touch(0o600)
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        file.write_text(f'[notices.webhook]\naddress = "http://127.0.0.1:{held.getsockname()[1]}/secret"\n')
        found = only(well, "webhook", 8)
    assert "secret" not in found.as_text()
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        where = f'host = "127.0.0.1"\nport = {server.getsockname()[1]}\nstarttls = true\nuser = "u"\n'
        file.write_text(f'[notices.email]\n{where}sender = "a@b"\nrecipients = ["c@d"]\npassword_file = "{password}"\n')
        only(well, "mail password", 8)
        password.write_text("x")
        password.chmod(0o644)
        assert "chmod 600" in only(well, "mail password", 7).next_step
        password.chmod(0o600)
        assert named(well) == {}


def test_a_lock_that_is_held_too_long(well):
    """A process that hangs while it holds the workspace; one that is merely at work is no fault."""
    with locking.sole_writer(well):
        assert named(well) == {}
        found = only(well, "lock", 8, datetime.now(UTC) + timedelta(hours=8))
        assert str(os.getpid()) in found.next_step
    assert filelock.FileLock(well.lock, timeout=0).acquire()


@pytest.mark.parametrize("fault", ["scribbled", "gone", "folder"])
def test_a_ledger_that_cannot_be_read(well, fault):
    content = well.ledger.read_bytes()
    well.ledger.unlink()
    if fault == "scribbled":
        well.ledger.write_bytes(content.replace(b"finished", b"FINISHED"))
    elif fault == "folder":
        well.ledger.mkdir()
    only(well, "ledger", 7 if fault == "folder" else 9)


def test_a_damaged_store_names_the_file(well):
    page = well.current_release() / "index.html"
    page.write_bytes(page.read_bytes() + b" ")
    assert "index.html has other bytes" in only(well, "store", 9).problem


def test_a_pointer_to_nothing(well):
    well.current.write_text("2030-01-00000000\n")
    assert "rollback" in only(well, "pointer", 9).next_step


def test_a_warehouse_left_open_by_another_program(well):
    well.warehouse.with_name("warehouse.duckdb.wal").write_bytes(b"x")
    only(well, "warehouse", 9)


def test_a_release_that_nobody_renewed(well):
    """A fortnight after the next extract should have come, and not a fortnight after this one came."""
    found = {finding.check: finding for finding in doctor.examine(well, datetime(2024, 2, 20, tzinfo=UTC))}
    assert found[STALE].kind.exit_code == 8 and "2024-01-04" in found[STALE].problem
    assert STALE not in {finding.check for finding in doctor.examine(well, datetime(2024, 2, 17, tzinfo=UTC))}


def test_the_worst_kind_is_the_exit_code(well):
    os.umask(0)
    well.private.chmod(0o755)
    assert doctor.exit_code(list(named(well).values())) == 7
    well.current.write_text("2030-01-00000000\n")
    found = named(well)
    assert {finding.kind.exit_code for finding in found.values()} == {7, 8, 9}
    assert doctor.exit_code(list(found.values())) == 9
