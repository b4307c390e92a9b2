"""Loaded first by every Python of a simulated month: the time of day is the one a file says, and goes on from there.

The file holds a time and the machine's monotonic clock when it was that time; the monotonic clock is left alone, so
timeouts and event loops are real.
"""

import os
import threading
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import time_machine

CLOCK = Path(os.environ["SIMULATED_CLOCK"])
LOOK_SECONDS = 0.05


def said() -> tuple[float, datetime]:
    then, since = map(float, CLOCK.read_text().split())
    return then, datetime.fromtimestamp(then + time.monotonic() - since, UTC)


def follow(seen: float, coordinates: Any) -> None:
    while True:
        time.sleep(LOOK_SECONDS)
        then, now = said()
        if then != seen:
            coordinates.move_to(now)
            seen = then


moved_to, first = said()
threading.Thread(target=follow, args=(moved_to, time_machine.travel(first).start()), daemon=True).start()
