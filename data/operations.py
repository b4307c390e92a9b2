"""What a workspace does by itself: when, who is told, who must agree, how long things are kept. One TOML file."""

import tomllib
from datetime import time
from pathlib import Path
from typing import Annotated, Final, Literal, get_args

from pydantic import Field, ValidationError, field_validator, model_validator

from data.description import Strict
from data.errors import UsageError
from data.workspace import Workspace

WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
JOBS: Final = ("monthly_release", "landing_check", "weekly_verification", "retention")
Event = Literal[
    "published",
    "waiting_for_approval",
    "held",
    "failed",
    "late_extract",
    "missing_extract",
    "drift",
    "retention",
]
"""What people can be told of."""

EVENTS: Final[tuple[Event, ...]] = get_args(Event)

_Day = Annotated[int, Field(ge=1, le=28, description="28 at most, so that every month has it")]


class Moment(Strict):
    """When a job is due, by London's clock: every day, or one weekday of each week, or one day of each month."""

    at: time
    weekday: Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"] | None = None
    day: _Day | None = None

    @model_validator(mode="after")
    def _one_rhythm(self) -> "Moment":
        if self.weekday and self.day:
            raise ValueError("needs a weekday or a day of the month, not both")
        if self.at.second or self.at.microsecond or self.at.tzinfo:
            raise ValueError("needs a time such as 06:00")
        return self

    @property
    def cron(self) -> str:
        """The moment as cron writes it."""
        weekday = (WEEKDAYS.index(self.weekday) + 1) % 7 if self.weekday else "*"
        return f"{self.at.minute} {self.at.hour} {self.day or '*'} * {weekday}"


class Schedule(Strict):
    """When each job is due. Early hours, because a run takes the machine; not between 01:00 and 02:00, when clocks
    change."""

    monthly_release: Moment = Moment(at=time(6), day=5)
    landing_check: Moment = Moment(at=time(7))
    weekly_verification: Moment = Moment(at=time(5), weekday="sunday")
    retention: Moment = Moment(at=time(4), day=1)

    def of(self, job: str) -> Moment:
        """When one job is due."""
        moment: Moment = getattr(self, job)
        return moment


class Email(Strict):
    """A mail server. The password is in a file of its own that only its owner can read, never in this one."""

    host: str
    port: Annotated[int, Field(ge=1, le=65535)] = 25
    sender: str
    recipients: Annotated[list[str], Field(min_length=1)]
    starttls: bool = False
    user: str | None = None
    password_file: Path | None = None

    @field_validator("sender", "recipients")
    @classmethod
    def _is_address(cls, given: str | list[str]) -> str | list[str]:
        for one in [given] if isinstance(given, str) else given:
            if one.count("@") != 1 or any(character.isspace() for character in one):
                raise ValueError("needs an e-mail address")
        return given

    @model_validator(mode="after")
    def _hangs_together(self) -> "Email":
        if (self.user is None) != (self.password_file is None):
            raise ValueError("user and password_file come together")
        if self.user is not None and not self.starttls:
            raise ValueError("a password goes only over an encrypted connection: add starttls = true")
        return self


class Webhook(Strict):
    """An address that takes a message by HTTP, as Teams and Slack give out. Whoever knows it can write there."""

    address: str
    style: Literal["slack", "teams"] = "slack"

    @field_validator("address")
    @classmethod
    def _is_http(cls, address: str) -> str:
        if not address.startswith(("https://", "http://")):
            raise ValueError("needs an address that begins with https://")
        return address


class Notices(Strict):
    """Who is told, and of what."""

    events: tuple[Event, ...] = EVENTS
    folder: Path | None = None
    email: Email | None = None
    webhook: Webhook | None = None


class Approval(Strict):
    """Whose agreement a release waits for: accounts of this machine. Nobody agrees to what they ran themselves."""

    approvers: Annotated[list[str], Field(min_length=1)]


class Retention(Strict):
    """How long what is no longer needed stays. What is not named stays for ever."""

    landing_days: Annotated[int, Field(ge=1)] | None = None
    quarantine_days: Annotated[int, Field(ge=1)] | None = None
    notes_days: Annotated[int, Field(ge=1)] | None = None
    releases_kept: Annotated[int, Field(ge=1)] | None = None
    extracts_months: Annotated[int, Field(ge=1)] | None = None


class Operations(Strict):
    """Everything a workspace does by itself; each part has a default, and none of it is needed to run by hand."""

    profile: str = "hertfordshire"
    beside: tuple[str, ...] = ()
    packs: bool = True
    """Whether a release that comes by the schedule holds a meeting pack for each place and characteristic."""

    extract_due_day: _Day = 5
    schedule: Schedule = Schedule()
    notices: Notices = Notices()
    approval: Approval | None = None
    retention: Retention = Retention()


def path(place: Workspace) -> Path:
    """Where the file lies: on the private side, because a webhook's address is a secret and a gate is not for all."""
    return place.private / "operations.toml"


def load(place: Workspace) -> Operations:
    """Read the workspace's file, or the defaults where it has none.

    Raises UsageError naming the entry at fault.
    """
    file = path(place)
    if not file.is_file():
        return Operations()
    try:
        settings = Operations(**tomllib.loads(file.read_text(encoding="utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"private/{file.name} is not valid TOML: {error}.", "Mend the line it names.") from None
    except ValidationError as error:
        first = min(error.errors(include_url=False), key=lambda one: one["type"] != "extra_forbidden")
        where = ".".join(str(part) for part in first["loc"]) or "the file"
        raise UsageError(
            f"private/{file.name}, {where}: {first['msg'].removeprefix('Value error, ')}.",
            "Mend the entry; docs/analyst.md shows each one.",
        ) from None
    # A profile of your own lies beside this file, so that a schedule finds it from wherever it starts.
    own = {"profile": _beside(file, settings.profile), "beside": tuple(_beside(file, one) for one in settings.beside)}
    return settings.model_copy(update=own)


def _beside(file: Path, profile: str) -> str:
    return str(file.parent / profile) if profile.endswith(".toml") else profile
