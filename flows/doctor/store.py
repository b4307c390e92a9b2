"""The store: the workspace's own files, their records, who holds it, and how old what readers see is."""

import json
import os
import socket
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

from data import operations
from data import profile as profiles
from data.errors import HateCrimeError, UsageError
from data.workspace import Workspace
from flows import approving, keeping, ledger, locking, pulls, verifying
from flows.doctor.finding import Finding, Kind

LONGEST_RUN: Final = timedelta(hours=6)
"""Ten million rows take minutes; whoever holds the workspace for longer hangs, or was suspended."""

STALE: Final = timedelta(days=45)
"""A month's extract comes within days of its end; a fortnight later than the next one, somebody must ask."""

ANSWER_SECONDS: Final = 3


def operations_file(place: Workspace, now: datetime) -> Iterator[Finding]:
    """A policy file that cannot be read, is open to others, or names a profile that is not there."""
    file = operations.path(place)
    try:
        profiles.load(operations.load(place).profile)
    except UsageError as error:
        yield Finding("operations", Kind.ENVIRONMENT, error.problem, error.next_step)
    if file.is_file() and file.stat().st_mode & 0o077:
        yield Finding(
            "operations",
            Kind.STORAGE,
            f"private/{file.name} can be read or changed by other accounts: it decides who must agree to a release.",
            f"Shut it: chmod 600 WORKSPACE/private/{file.name}",
        )


def mail_server(place: Workspace, now: datetime) -> Iterator[Finding]:
    """A mail server that does not answer: nobody would hear of a late or held extract."""
    settings = _settings(place)
    email = settings.notices.email if settings else None
    if email is not None and not _answers(email.host, email.port):
        yield Finding(
            "mail server",
            Kind.ENVIRONMENT,
            f"The mail server {email.host}:{email.port} does not answer, so notices do not arrive.",
            f"Mend [notices.email] in private/{operations.path(place).name}, or ask who keeps the server.",
        )


def mail_password(place: Workspace, now: datetime) -> Iterator[Finding]:
    """A password file that cannot be read when a notice goes out at night, or that others can read."""
    settings = _settings(place)
    file = settings.notices.email.password_file if settings and settings.notices.email else None
    if file is None:
        return
    if not os.access(file, os.R_OK):
        yield Finding(
            "mail password",
            Kind.ENVIRONMENT,
            "The password_file of [notices.email] cannot be read by this account, so notices do not arrive.",
            "Write the password into it, and give it to the account that runs this.",
        )
    elif file.stat().st_mode & 0o077:
        yield Finding(
            "mail password",
            Kind.STORAGE,
            "The password_file of [notices.email] can be read or changed by other accounts.",
            f"Shut it: chmod 600 {file}",
        )


def webhook(place: Workspace, now: datetime) -> Iterator[Finding]:
    """A webhook whose host does not answer. Its address is a secret, and is not said."""
    settings = _settings(place)
    if settings is None or settings.notices.webhook is None:
        return
    address = urlsplit(settings.notices.webhook.address)
    port = address.port or (443 if address.scheme == "https" else 80)
    if not _answers(address.hostname or "", port):
        yield Finding(
            "webhook",
            Kind.ENVIRONMENT,
            "The host of [notices.webhook] does not answer, so notices do not arrive.",
            f"Mend the address in private/{operations.path(place).name}, or ask whether this machine may reach it.",
        )


def way_for_approvers(place: Workspace, now: datetime) -> Iterator[Finding]:
    """A release waits for somebody's agreement, and they cannot get to it."""
    settings = _settings(place)
    if settings and settings.approval and place.root.is_dir() and not place.root.stat().st_mode & 0o011:
        yield Finding(
            "approvers",
            Kind.STORAGE,
            "Releases wait for a second person, and no other account can reach the workspace.",
            "Let them pass through it, without seeing what is in it: chmod o+x WORKSPACE",
        )


def lock(place: Workspace, now: datetime) -> Iterator[Finding]:
    """A workspace that has been held for longer than any run takes."""
    try:
        locking.refuse_if_busy(place)
    except HateCrimeError as busy:
        held = locking.holder(place)
        since = datetime.fromisoformat(held["since"]) if held else now
        if now - since > LONGEST_RUN:
            yield Finding(
                "lock",
                Kind.ENVIRONMENT,
                busy.problem,
                f"No run takes so long. If it hangs, end that process (kill {held['pid']}); its lock goes with it.",
            )
    except OSError:
        yield Finding(
            "lock", Kind.STORAGE, "private/run.lock cannot be opened.", "Give it back to the account that runs this."
        )


def ledger_file(place: Workspace, now: datetime) -> Iterator[Finding]:
    """A ledger that is damaged, of another program's version, or cannot be read."""
    if not place.ledger.exists():
        if place.extracts.is_dir() and any(place.extracts.iterdir()):
            yield Finding(
                "ledger",
                Kind.INTEGRITY,
                "private/ledger.sqlite is missing, although extracts are stored.",
                "Restore it from a backup.",
            )
        return
    try:
        ledger.check_file(place.ledger)
    except HateCrimeError as error:
        kind = Kind.STORAGE if error.exit_code == Kind.STORAGE.exit_code else Kind.INTEGRITY
        yield Finding("ledger", kind, error.problem, error.next_step)


def stored_bytes(place: Workspace, now: datetime) -> Iterator[Finding]:
    """Extracts, releases, the register or the warehouse where they are not as recorded."""
    if not _readable(place):
        return
    own = set(verifying.pointer_faults(place))
    found = [fault for fault in verifying.everything(place) if fault not in own] + list(approving.faults(place))
    if found:
        more = f", and {len(found) - 1} more" if len(found) > 1 else ""
        yield Finding("store", Kind.INTEGRITY, f"{found[0].file} {found[0].what}{more}.", keeping.RESTORE)


def pull_log(place: Workspace, now: datetime) -> Iterator[Finding]:
    """A log of pulls whose entries do not follow from one another."""
    if not _readable(place):
        return
    try:
        pulls.check(place)
    except HateCrimeError as error:
        yield Finding("pulls", Kind.INTEGRITY, error.problem, error.next_step)


def pointer(place: Workspace, now: datetime) -> Iterator[Finding]:
    """A pointer that names no release that stands."""
    if not _readable(place):
        return
    for fault in verifying.pointer_faults(place):
        yield Finding(
            "pointer",
            Kind.INTEGRITY,
            f"{fault.file} {fault.what}: readers see nothing.",
            "hatecrime rollback goes to the last good release.",
        )


def unclosed_warehouse(place: Workspace, now: datetime) -> Iterator[Finding]:
    """A warehouse that another program opened and did not close."""
    if place.warehouse.with_name(f"{place.warehouse.name}.wal").exists():
        yield Finding(
            "warehouse",
            Kind.INTEGRITY,
            "The warehouse was opened for writing by another program and not closed.",
            "Close that program; the next `hatecrime run` builds the warehouse again. Open it read-only from then on.",
        )


def release_age(place: Workspace, now: datetime) -> Iterator[Finding]:
    """A release that is older than a month's rhythm explains."""
    if not _readable(place):
        return
    current = place.current_release()
    if current is None or not (current / "about.json").is_file():
        return
    about = json.loads((current / "about.json").read_text(encoding="utf-8"))
    taken = date.fromisoformat(about["extracted_on"])
    if now.date() - taken > STALE:
        yield Finding(
            "stale release",
            Kind.ENVIRONMENT,
            f"Readers see release {current.name}, whose newest extract was taken on {taken}.",
            "Ask for the newer extract, put it into landing/, and run; `hatecrime quarantine` lists what is held.",
        )


def _answers(host: str, port: int) -> bool:
    try:
        socket.create_connection((host, port), ANSWER_SECONDS).close()
    except (OSError, UnicodeError):
        return False
    return True


def _readable(place: Workspace) -> bool:
    """Whether there is a ledger that can be asked; what is wrong with it, `ledger_file` says."""
    folders = (place.extracts, place.releases)
    if not place.ledger.is_file() or not all(folder.is_dir() for folder in folders):
        return False
    try:
        ledger.entries(place.ledger)
    except HateCrimeError:
        return False
    return True


def _settings(place: Workspace) -> operations.Operations | None:
    """The workspace's settings, or None where `operations_file` says what is wrong with them."""
    try:
        return operations.load(place)
    except UsageError:
        return None
