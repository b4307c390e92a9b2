"""The doctor: what is wrong with the machine, the disk or the store, and how each thing is mended; changes nothing."""

from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime

from data.workspace import Workspace
from flows.doctor import disk, machine, store
from flows.doctor.finding import Finding, Kind

__all__ = ["Finding", "Kind", "as_dict", "examine", "exit_code"]

CHECKS = (
    machine.versions,
    machine.time_zone,
    machine.umask,
    machine.reference_facts,
    machine.prefect_server,
    machine.clock,
    disk.file_system,
    disk.read_only,
    disk.room,
    disk.file_count,
    disk.owner,
    disk.private_side,
    disk.landing_side,
    disk.prefect_home,
    store.operations_file,
    store.mail_server,
    store.mail_password,
    store.webhook,
    store.way_for_approvers,
    store.lock,
    store.ledger_file,
    store.stored_bytes,
    store.pull_log,
    store.pointer,
    store.unclosed_warehouse,
    store.release_age,
)
"""Cheap ones first. A check that needs a workspace finds nothing where there is none yet."""


def examine(place: Workspace, now: datetime) -> Iterator[Finding]:
    """Everything that is wrong, a finding each. `now` is the machine's clock, with its zone."""
    for check in CHECKS:
        yield from check(place, now)


def exit_code(findings: list[Finding]) -> int:
    """0 when well, else the exit code of the worst kind: integrity before storage before environment."""
    return next((kind.exit_code for kind in Kind if any(finding.kind is kind for finding in findings)), 0)


def as_dict(finding: Finding) -> dict[str, object]:
    """One finding as plain values, ready for JSON."""
    return asdict(finding) | {"kind": finding.kind.name.lower(), "exit_code": finding.kind.exit_code}
