"""The command line: one function a command, data to stdout, messages to stderr, nothing heavy imported until needed."""

import gc
import signal
import sys
from types import FrameType
from typing import NoReturn

import typer

from data.errors import HateCrimeError, Stopped, Unexpected
from flows.cli.shared import app

# In the order in which help lists their commands.
from flows.cli import runs  # isort: skip
from flows.cli import answers, packs, audit, batches, operations, releases, sources  # isort: skip

__all__ = ["answers", "app", "audit", "batches", "main", "operations", "packs", "releases", "runs", "sources"]


def _fail(error: HateCrimeError) -> NoReturn:
    typer.echo(f"{error.problem}\n{error.next_step}", err=True)
    sys.exit(error.exit_code)


def _stop(number: int, frame: FrameType | None) -> NoReturn:
    raise Stopped(number)


def main() -> None:
    """Run the command line; every failure is one plain sentence, a next step and its exit code."""
    # The libraries of a run make a million objects that stay; to look for cycles after every 700 of them costs 6%.
    gc.set_threshold(50_000, 20, 20)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _stop)
    try:
        app()
    except HateCrimeError as error:
        _fail(error)
    except Stopped as stopped:
        how = "Interrupted" if stopped.signal_number == signal.SIGINT else "Stopped from outside"
        typer.echo(f"{how}: nothing was published.", err=True)
        sys.exit(128 + stopped.signal_number)
    except BrokenPipeError:
        sys.exit(0)
    except Exception as error:
        # A traceback could quote data on the terminal; the steps keep theirs on the private side.
        _fail(Unexpected(f"Something went wrong that should not have ({type(error).__name__}).", "Report this fault."))
