"""Notices arrive by mail, webhook and file, once each; what fails is said and recorded, and stops nothing."""

import json
import re
import socketserver
import threading
from contextlib import contextmanager
from datetime import date
from email import message_from_bytes
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from data.errors import InputRejected, StorageFailed, Unexpected
from data.operations import Email, Notices, Webhook
from flows import ledger, notices


class MailHandler(socketserver.StreamRequestHandler):
    """As much of a mail server as RFC 5321 asks of a client's session."""

    def handle(self):
        self.wfile.write(b"220 post ready\r\n")
        while line := self.rfile.readline():
            verb = line.split()[0].upper() if line.split() else b""
            if verb == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                content = b""
                while (line := self.rfile.readline()) != b".\r\n":
                    content += line
                self.server.received.append(message_from_bytes(content))
            self.wfile.write(b"221 bye\r\n" if verb == b"QUIT" else b"250 fine\r\n")


class HookHandler(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.received.append((self.path, json.loads(body)))
        self.send_response(307 if self.path == "/elsewhere" else 200)
        self.send_header("Location", "/other")
        self.end_headers()

    def log_message(self, *_):
        pass


@contextmanager
def serving(kind, handler):
    with kind(("127.0.0.1", 0), handler) as server:
        server.received = []
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def mail():
    with serving(socketserver.ThreadingTCPServer, MailHandler) as server:
        yield server


@pytest.fixture
def hook():
    with serving(HTTPServer, HookHandler) as server:
        yield server


def sent(place, settings: Notices, *many: notices.Notice) -> list[str]:
    said: list[str] = []
    for notice in many:
        notices.send(place, settings, notice, said.append)
    return said


EVERY = [
    notices.published("2025-03-0a1b2c3d"),
    notices.waiting("2025-03-0a1b2c3d"),
    notices.held("abc123", ["date_is_plausible", "area_is_known"]),
    notices.failed("monthly_release", InputRejected("a.csv line 7: 3 rows of zqxcanary.", "zqxcanary"), "r1"),
    notices.failed("retention", StorageFailed("4 zqxcanary", "zqxcanary"), "r2"),
    notices.failed("landing_check", Unexpected("zqxcanary 2", "zqxcanary"), "r3"),
    notices.late(date(2025, 4, 1), 5),
    notices.missing([date(2025, 1, 1), date(2025, 2, 1)]),
    notices.drifted("2025-03-0a1b2c3d", ["March 2025 holds far fewer reports than expected."]),
    notices.retained("r4", "private/withdrawals/x.json"),
]


def test_every_notice_says_what_to_do_and_none_tells_a_value_or_a_count():
    assert {notice.event for notice in EVERY} == set(Notices().events)
    for notice in EVERY:
        text = notice.subject + notice.as_text()
        assert "What to do: " in text and len(notice.next_step) > 20
        assert "zqxcanary" not in text
        names = r"20\d\d-\d\d-\w{8}|20\d\d|abc123|x\.json|day 5 of"
        assert not re.search(r"\d", re.sub(names, "", text)), text


def test_mail_webhook_and_file_each_get_a_notice_once(place, mail, hook):
    settings = Notices(
        folder="outbox",
        email=Email(host="127.0.0.1", port=mail.server_address[1], sender="a@force", recipients=["b@force", "c@force"]),
        webhook=Webhook(address=f"http://127.0.0.1:{hook.server_port}/hook"),
    )
    assert sent(place, settings, EVERY[2], EVERY[2]) == []
    (message,) = mail.received
    assert message["To"] == "b@force, c@force" and message["Subject"] == EVERY[2].subject
    assert "hatecrime quarantine abc123" in message.get_payload()
    ((path, body),) = hook.received
    assert path == "/hook" and "hatecrime accept abc123" in body["text"]
    (file,) = (place.root / "outbox").iterdir()
    assert file.read_text(encoding="utf-8").startswith(EVERY[2].subject)
    assert len(ledger.entries(place.ledger, "noticed")) == 3


def test_teams_gets_a_card(place, hook):
    address = f"http://127.0.0.1:{hook.server_port}/hook"
    sent(place, Notices(webhook=Webhook(address=address, style="teams")), EVERY[0])
    content = hook.received[0][1]["attachments"][0]["content"]
    assert content["type"] == "AdaptiveCard" and EVERY[0].subject == content["body"][0]["text"]


def test_an_answer_cannot_send_a_notice_elsewhere(place, hook):
    said = sent(place, Notices(webhook=Webhook(address=f"http://127.0.0.1:{hook.server_port}/elsewhere")), EVERY[0])
    assert [path for path, _ in hook.received] == ["/elsewhere"] and "could not be sent by webhook" in said[0]


def test_what_cannot_be_sent_is_said_and_recorded_and_tried_again(place, mail):
    """Nobody listens on port 9; the file arrives all the same, and the next occasion tries the mail again."""
    dead = Notices(folder="outbox", email=Email(host="127.0.0.1", port=9, sender="a@b", recipients=["c@d"]))
    said = sent(place, dead, EVERY[0])
    assert "could not be sent by email (ConnectionRefusedError)" in said[0] and len(said) == 1
    assert len(list((place.root / "outbox").iterdir())) == 1
    assert [entry.content["way"] for entry in ledger.entries(place.ledger, "notice_failed")] == ["email"]
    well = dead.model_copy(update={"email": dead.email.model_copy(update={"port": mail.server_address[1]})})
    assert sent(place, well, EVERY[0]) == []
    assert len(mail.received) == 1 and len(list((place.root / "outbox").iterdir())) == 1


def test_only_what_was_asked_for_is_told(place):
    assert sent(place, Notices(folder="outbox", events=["held"]), *EVERY) == []
    assert len(list((place.root / "outbox").iterdir())) == 1
