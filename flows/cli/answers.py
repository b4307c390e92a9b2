"""Commands that answer a question from the current release."""

from pathlib import Path
from typing import Annotated

import typer

from data.workspace import Workspace
from flows.cli.shared import JsonOption, WorkspaceOption, app


@app.command()
def figures(
    characteristic: Annotated[
        str, typer.Option(help="race, religion, sexual_orientation, disability, transgender or all.")
    ],
    area: Annotated[str, typer.Option(help="Name or code of an area.")],
    first: Annotated[str, typer.Option("--from", metavar="YYYY-MM", help="First month.")],
    last: Annotated[str, typer.Option("--to", metavar="YYYY-MM", help="Last month.")],
    record_class: Annotated[str, typer.Option(help="crime or non_crime_incident.")] = "crime",
    workspace: WorkspaceOption = Path("workspace"),
    as_json: JsonOption = False,
) -> None:
    """Answer from the current release alone: a sentence, the months as a table, and what to bear in mind."""
    from flows import answering

    answer = answering.answer(Workspace(workspace.absolute()), characteristic, area, first, last, record_class)
    typer.echo(answer.as_json() if as_json else answer.as_text())
