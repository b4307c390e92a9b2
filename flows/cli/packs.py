"""The command that makes what a person takes to a meeting."""

import json
from pathlib import Path
from typing import Annotated

import typer

from data.workspace import Workspace, shown_path
from flows.cli.answers import PurposeOption
from flows.cli.shared import JsonOption, WorkspaceOption, app


@app.command()
def briefing(
    characteristic: Annotated[
        str, typer.Option(help="race, religion, sexual_orientation, disability, transgender or all, also in words.")
    ] = "all",
    area: Annotated[str | None, typer.Option(help="Name or code of an area; none: the whole force.")] = None,
    every: Annotated[bool, typer.Option("--all", help="A pack for each place and characteristic.")] = False,
    target: Annotated[
        Path | None, typer.Option("--to", help="Folder for the packs; none: public/briefings/ in the workspace.")
    ] = None,
    texts: Annotated[
        Path | None, typer.Option(help="Folder with words.csv, support.csv or question_texts.csv of your own.")
    ] = None,
    purpose: PurposeOption = "",
    workspace: WorkspaceOption = Path("workspace"),
    as_json: JsonOption = False,
) -> None:
    """Make the meeting pack from the current release: one page, slides, workbook, plain text, large print."""
    from flows import briefing as packs

    place = Workspace(workspace.absolute())
    into = target.absolute() if target else None
    own = texts.absolute() if texts else None
    made = (
        packs.every(place, into, own, purpose) if every else packs.one(place, characteristic, area, into, own, purpose)
    )
    if as_json:
        typer.echo(json.dumps([str(folder) for folder in made]))
    else:
        typer.echo("\n".join(shown_path(folder) for folder in made))
