"""Commands over batches that a rule held."""

import json
from pathlib import Path
from typing import Annotated

import typer

from data.workspace import Workspace
from flows.cli.shared import JsonOption, ReasonOption, WorkspaceOption, app, free, tell


@app.command()
def quarantine(
    run: Annotated[str | None, typer.Argument(help="A held run; none: list them.")] = None,
    workspace: WorkspaceOption = Path("workspace"),
    as_json: JsonOption = False,
) -> None:
    """List the batches that a rule held, or show the lines that hold one: file, line, rule and column, no cell."""
    from flows import holding

    place = Workspace(workspace.absolute())
    if run is not None:
        batch, lines = holding.shown(place, run)
        tell(f"{batch.detail}\nLabels that the profile does not know, where there are any, are in {batch.folder}.")
        typer.echo(json.dumps(batch.as_dict() | {"lines": lines}) if as_json else "\n".join(lines))
        return
    batches = list(holding.held(place))
    if as_json:
        typer.echo(json.dumps([batch.as_dict() for batch in batches]))
    elif batches:
        typer.echo("\n".join(batch.as_text() for batch in batches))
    else:
        tell("No batch was ever held here.")


@app.command()
def accept(
    run: Annotated[str, typer.Argument(help="A held run, as `hatecrime quarantine` lists it.")],
    because: ReasonOption,
    workspace: WorkspaceOption = Path("workspace"),
) -> None:
    """Let a held batch through, for its extracts and the rules that held it, this month and later."""
    place = free(workspace)
    from flows import holding, locking

    with locking.sole_writer(place):
        typer.echo(holding.let_through(place, run, because))
