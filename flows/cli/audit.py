"""Commands that show who took figures out of the workspace, and prove that this record is whole."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from data.workspace import Workspace
from flows.cli.shared import JsonOption, WorkspaceOption, app

audit_app = typer.Typer(help="The log of pulls: who asked for which figures, and what was given.")
app.add_typer(audit_app, name="audit")


@audit_app.callback(invoke_without_command=True)
def audit(
    context: typer.Context,
    by: Annotated[str | None, typer.Option(help="Only the pulls of this user.")] = None,
    workspace: WorkspaceOption = Path("workspace"),
    as_json: JsonOption = False,
) -> None:
    """List every pull of figures: when, who, with which command, what of, and what was given. No figure is in it."""
    if context.invoked_subcommand:
        return
    from flows import pulls

    found = [one for one in pulls.entries(Workspace(workspace.absolute())) if by in (None, one.who)]
    if as_json:
        typer.echo(json.dumps([asdict(one) | {"outcome": one.outcome} for one in found], ensure_ascii=False))
        return
    for one in found:
        typer.echo(f"{one.number}  {one.at}  {one.who}  {one.command}  {one.outcome}  release {one.release_id}")
        for asked in one.asked:
            what = (asked.characteristic, asked.area_code, asked.record_class)
            typer.echo(f"    {', '.join(what)}, {asked.first_month} to {asked.last_month}: {asked.outcome}")
        if one.purpose:
            typer.echo(f"    for: {one.purpose}")
    if not found:
        typer.echo("No pull of figures is logged here.")


@audit_app.command()
def verify(
    noted: Annotated[str, typer.Option(help="A mark written down earlier, which must still be in the log.")] = "",
    workspace: WorkspaceOption = Path("workspace"),
    as_json: JsonOption = False,
) -> None:
    """Check the log from its first entry to its last; print a mark to write down elsewhere."""
    from flows import pulls

    number, mark = pulls.check(Workspace(workspace.absolute()), noted)
    if as_json:
        typer.echo(json.dumps({"pulls": number, "mark": mark}))
        return
    typer.echo(f"The log's {number:,} pulls follow from one another." if number else "No pull of figures is logged.")
    if mark:
        typer.echo(f"Mark: {mark}")
