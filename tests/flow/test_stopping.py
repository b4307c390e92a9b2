"""A run that is told to stop says so, leaves nothing half done, and the next one does the work."""

import os
import signal
import subprocess
import sys

import pytest
from histories import FIRST, SECOND, bytes_of, drop, run

from flows import keeping


@pytest.mark.parametrize(
    ("what", "exit_code", "words"),
    [
        (signal.SIGINT, 130, "Interrupted: nothing was published."),
        (signal.SIGTERM, 143, "Stopped from outside: nothing was published."),
    ],
)
def test_a_run_that_is_stopped_leaves_the_old_release_and_nothing_behind(place, what, exit_code, words):
    """C2: once while it reads; what it says is one sentence and its exit code."""
    drop(place, FIRST, "2024-01-04")
    run(place)
    before = bytes_of(place.public)
    drop(place, SECOND, "2024-02-04")
    with subprocess.Popen(
        [sys.executable, "-m", "flows.cli", "run", "--engine", "local", "--workspace", str(place.root)],
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONUNBUFFERED": "1"},
    ) as process:
        said = next(process.stderr)
        assert said.startswith("1/6")
        process.send_signal(what)
        rest = process.stderr.read()
    assert process.returncode == exit_code, rest
    assert rest.splitlines()[-1] == words and "Traceback" not in rest
    assert not list(place.tmp.iterdir()) and bytes_of(place.public) == before
    keeping.verify(place)
    job, _ = run(place)
    assert not job.nothing_new
