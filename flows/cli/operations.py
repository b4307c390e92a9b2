"""Commands that keep a workspace going by itself: its health, what a run would change, schedules and retention."""

import json
import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from data.workspace import Workspace
from flows.cli.shared import (
    BesideOption,
    DateOption,
    JsonOption,
    ProfileOption,
    RejectsOption,
    WorkspaceOption,
    app,
    day,
    free,
    tell,
)


@app.command()
def doctor(workspace: WorkspaceOption = Path("workspace"), as_json: JsonOption = False) -> None:
    """Find what is wrong with the machine, the disk or the store, and say the fix; changes nothing."""
    from flows import doctor as examining

    place = Workspace(workspace.absolute())
    findings = list(examining.examine(place, datetime.now().astimezone()))
    if as_json:
        typer.echo(json.dumps([examining.as_dict(finding) for finding in findings]))
    for finding in [] if as_json else findings:
        typer.echo(finding.as_text())
    if not findings:
        tell(f"{len(examining.CHECKS)} checks: all is well.")
    sys.exit(examining.exit_code(findings))


@app.command()
def plan(
    files: Annotated[list[Path] | None, typer.Argument(help="Extracts; none: everything in landing/.")] = None,
    profile: ProfileOption = "hertfordshire",
    workspace: WorkspaceOption = Path("workspace"),
    extracted_on: DateOption = None,
    allow_rejects: RejectsOption = 0,
    beside: BesideOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say what a run would change, in which months and characteristics, in sizes safe to read; changes nothing."""
    place = free(workspace)
    from flows import running

    found = running.plan(place, files or [], profile, day(extracted_on), allow_rejects, tell, beside or [])
    typer.echo(json.dumps(found.as_dict()) if as_json else found.as_text())
