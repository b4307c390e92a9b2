"""Commands that keep a workspace going by itself: its health, what a run would change, schedules and retention."""

import json
import sys
from datetime import datetime
from pathlib import Path

import typer

from data.workspace import Workspace
from flows.cli.shared import JsonOption, WorkspaceOption, app, tell


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
