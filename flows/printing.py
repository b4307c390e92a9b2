"""Schedules for machines without Prefect: one line asks every quarter of an hour, and the ledger knows what is due."""

import shlex
import sys
from collections.abc import Callable, Mapping
from typing import Final

from data.workspace import Workspace

EVERY_MINUTES: Final = 15


def _command(place: Workspace) -> list[str]:
    return [sys.executable, "-m", "flows.cli", "perform", "--workspace", str(place.root)]


def crontab(place: Workspace) -> str:
    """One line for crontab. The time zone is ours, so that it need not be cron's."""
    return f"*/{EVERY_MINUTES} * * * * {shlex.join(_command(place))}\n"


def systemd(place: Workspace) -> str:
    """A service and its timer, which also makes good what was missed while the machine was off."""
    return (
        "# hatecrime.service\n[Unit]\nDescription=Hate crime figures: what is due\n\n"
        f"[Service]\nType=oneshot\nUMask=0077\nExecStart={shlex.join(_command(place))}\n"
        "# Another run at work is no failure.\nSuccessExitStatus=6\n\n"
        "# hatecrime.timer\n[Unit]\nDescription=Hate crime figures: ask what is due\n\n"
        f"[Timer]\nOnCalendar=*:0/{EVERY_MINUTES}\nPersistent=true\n\n[Install]\nWantedBy=timers.target\n"
    )


def windows(place: Workspace) -> str:
    """One command for the Windows task scheduler."""
    inner = " ".join(f'\\"{word}\\"' if " " in word else word for word in _command(place))
    return f'schtasks /Create /TN "Hate crime figures" /SC MINUTE /MO {EVERY_MINUTES} /TR "{inner}"\n'


PRINTED: Final[Mapping[str, Callable[[Workspace], str]]] = {"cron": crontab, "systemd": systemd, "windows": windows}
