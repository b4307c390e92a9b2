"""Notices: who is told of what, by mail, webhook or file. Each says what to do next; none holds a value or a count."""

import json
import os
import smtplib
import ssl
import urllib.request
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from email.message import EmailMessage
from http.client import HTTPMessage
from pathlib import Path
from typing import IO, Final
from uuid import uuid4

from data.errors import (
    DisclosureRefused,
    EnvironmentUnfit,
    HateCrimeError,
    InputRejected,
    IntegrityFailed,
    StorageFailed,
    UsageError,
)
from data.operations import Email, Event, Notices, Webhook
from data.workspace import Workspace
from flows import ledger
from flows.locking import sole_writer

ANSWER_SECONDS: Final = 20

KINDS: Final[dict[type[HateCrimeError], tuple[str, str]]] = {
    UsageError: ("what is asked for does not exist", "Run `hatecrime doctor`, then the job by hand."),
    InputRejected: (
        "a file was refused: it is not what its profile declares",
        "Run `hatecrime run` by hand: it names the file, the line and the column. Ask for a corrected export.",
    ),
    DisclosureRefused: (
        "disclosure control refused the release",
        "Nothing was published. Report this with the version; the findings are on the private side.",
    ),
    StorageFailed: (
        "the disk or a permission stopped the work",
        "Run `hatecrime doctor`: it names the fault and the fix. The last release still stands.",
    ),
    EnvironmentUnfit: ("something this program needs is missing", "Run `hatecrime doctor`: it names the fault."),
    IntegrityFailed: (
        "what is stored is not what was recorded",
        "Run `hatecrime verify`: it names the files. `hatecrime rollback` goes to the last good release.",
    ),
}
"""What may be said of a failure outside the private side: its kind. The error's own sentence can hold counts."""


@dataclass(frozen=True)
class Notice:
    """One thing to tell. `key` names the occasion: nobody is told twice of one."""

    event: Event
    key: str
    subject: str
    text: str
    next_step: str

    def as_text(self) -> str:
        """The whole message."""
        return f"{self.text}\n\nWhat to do: {self.next_step}\n"


def published(release_id: str) -> Notice:
    """A release is what readers see."""
    return Notice(
        "published",
        release_id,
        f"Hate crime figures: release {release_id} is out",
        f"Release {release_id} is what readers see now.",
        "Open public/releases/" + release_id + "/index.html; it begins with what changed.",
    )


def waiting(release_id: str) -> Notice:
    """A release waits for a second person."""
    return Notice(
        "waiting_for_approval",
        release_id,
        f"Hate crime figures: release {release_id} waits for approval",
        f"Release {release_id} is made and audited. Readers see the one before it until a second person agrees.",
        f"Look at waiting/{release_id}/index.html, then: hatecrime approve {release_id}",
    )


def held(run_id: str, rules: Sequence[str]) -> Notice:
    """A batch waits for a decision."""
    return Notice(
        "held",
        run_id,
        "Hate crime figures: an extract is held",
        f"Rules hold the newest extract: {', '.join(rules)}. Nothing was published; the last release stands.",
        f"hatecrime quarantine {run_id} shows the lines. Ask for a corrected export, or let it through with "
        f"hatecrime accept {run_id}.",
    )


def failed(job: str, error: HateCrimeError, run_id: str) -> Notice:
    """A job ended with an error."""
    what, next_step = KINDS.get(
        type(error), ("something went wrong that should not have", "Run it by hand; details are on the private side.")
    )
    return Notice("failed", run_id, f"Hate crime figures: {_plain(job)} failed", f"{_plain(job)}: {what}.", next_step)


def late(month: date, due_day: int) -> Notice:
    """The extract of a month has not come by its day."""
    return Notice(
        "late_extract",
        f"{month:%Y-%m}",
        f"Hate crime figures: the extract taken in {month:%B %Y} is late",
        f"No extract taken in {month:%B %Y} has come, and it was due on day {due_day} of the month.",
        "Ask whoever exports it, and put it into landing/; the daily check takes it in.",
    )


def missing(months: Sequence[date]) -> Notice:
    """Months between others from which no extract ever came."""
    named = ", ".join(f"{month:%B %Y}" for month in months)
    return Notice(
        "missing_extract",
        ",".join(f"{month:%Y-%m}" for month in months),
        "Hate crime figures: extracts are missing between others",
        f"No extract taken in {named} ever came, though older and newer ones did.",
        "Ask whether the export failed then. What only it carried is not counted until it comes.",
    )


def drifted(release_id: str, sentences: Sequence[str]) -> Notice:
    """The newest figures are far from their own past."""
    return Notice(
        "drift",
        release_id,
        "Hate crime figures: something moved more than chance explains",
        "\n".join(sentences),
        "Ask whether the export, a code or recording changed before you ask what happened: a change in reports is "
        "not a change in hate crime. To take the extract back: hatecrime withdraw.",
    )


def retained(run_id: str, proof: str) -> Notice:
    """What the policy let go is gone."""
    return Notice(
        "retention",
        run_id,
        "Hate crime figures: what the retention policy lets go was erased",
        f"What was erased, and the search afterwards, stand in {proof}.",
        "Keep the proof. Copies made elsewhere and backups are out of its reach.",
    )


def send(place: Workspace, settings: Notices, notice: Notice, tell: Callable[[str], None]) -> None:
    """Tell everybody who is to be told, once; whatever goes wrong is said and recorded, and stops nothing."""
    if notice.event not in settings.events:
        return
    ways: dict[str, Callable[[], None]] = {}
    if settings.email:
        email = settings.email
        ways["email"] = lambda: _mail(email, notice)
    if settings.webhook:
        webhook = settings.webhook
        ways["webhook"] = lambda: _post(webhook, notice)
    if settings.folder:
        folder = place.root / settings.folder
        ways["folder"] = lambda: _drop(folder, notice)
    told = _told(place)
    for name, way in ways.items():
        if (notice.event, notice.key, name) in told:
            continue
        outcome = {"event": notice.event, "key": notice.key, "way": name}
        try:
            way()
            kind = "noticed"
        except Exception as error:  # a mail server can fail in any way, and none may cost a run
            tell(f"A notice could not be sent by {name} ({type(error).__name__}): {notice.subject}.")
            kind, outcome = "notice_failed", outcome | {"error": type(error).__name__}
        with suppress(HateCrimeError, OSError), sole_writer(place):
            ledger.append(place.ledger, uuid4().hex[:12], kind, outcome)


def _told(place: Workspace) -> set[tuple[str, str, str]]:
    with suppress(HateCrimeError):
        sent = ledger.entries(place.ledger, "noticed")
        return {(entry.content["event"], entry.content["key"], entry.content["way"]) for entry in sent}
    return set()


def _mail(settings: Email, notice: Notice) -> None:
    message = EmailMessage()
    message["From"], message["To"] = settings.sender, ", ".join(settings.recipients)
    message["Subject"] = notice.subject
    message["Date"] = datetime.now(UTC)
    message.set_content(notice.as_text())
    with smtplib.SMTP(settings.host, settings.port, timeout=ANSWER_SECONDS) as server:
        if settings.starttls:
            server.starttls(context=ssl.create_default_context())
        if settings.user and settings.password_file:
            server.login(settings.user, settings.password_file.read_text(encoding="utf-8").strip())
        server.send_message(message)


class _StayHere(urllib.request.HTTPRedirectHandler):
    """What is configured is the whole way: an answer cannot send a notice elsewhere."""

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> None:
        """Follow nothing."""


def _post(settings: Webhook, notice: Notice) -> None:
    text = f"{notice.subject}\n\n{notice.as_text()}"
    body: dict[str, object] = {"text": text}
    if settings.style == "teams":
        blocks = [{"type": "TextBlock", "text": part, "wrap": True} for part in text.strip().split("\n\n")]
        card = {"type": "AdaptiveCard", "version": "1.4", "body": blocks}
        attached = {"contentType": "application/vnd.microsoft.card.adaptive", "content": card}
        body = {"type": "message", "attachments": [attached]}
    request = urllib.request.Request(
        settings.address, json.dumps(body).encode(), {"Content-Type": "application/json"}, method="POST"
    )
    with urllib.request.build_opener(_StayHere).open(request, timeout=ANSWER_SECONDS):
        pass


def _drop(folder: Path, notice: Notice) -> None:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    name = f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}-{notice.event}.txt"
    new = folder / f".{name}"
    new.write_text(f"{notice.subject}\n\n{notice.as_text()}", encoding="utf-8")
    os.replace(new, folder / name)


def _plain(job: str) -> str:
    return "the " + job.replace("_", " ")
