"""Commands that answer a question from the current release."""

from pathlib import Path
from typing import Annotated

import typer

from data.errors import UsageError
from data.workspace import Workspace
from flows.cli.shared import JsonOption, WorkspaceOption, app

PurposeOption = Annotated[str, typer.Option("--for", help="What the figures are for; kept in the log of pulls.")]


@app.command()
def figures(
    question: Annotated[
        list[str] | None,
        typer.Argument(help='A question in words, such as "sexual orientation, Watford, last 12 months".'),
    ] = None,
    characteristic: Annotated[
        str | None, typer.Option(help="race, religion, sexual_orientation, disability, transgender or all.")
    ] = None,
    area: Annotated[str | None, typer.Option(help="Name or code of an area.")] = None,
    first: Annotated[str | None, typer.Option("--from", metavar="YYYY-MM", help="First month.")] = None,
    last: Annotated[str | None, typer.Option("--to", metavar="YYYY-MM", help="Last month.")] = None,
    period: Annotated[str | None, typer.Option(help='Period in words, such as "2024/25" or "since April".')] = None,
    record_class: Annotated[str | None, typer.Option(help="crime or non_crime_incident; none: crime.")] = None,
    purpose: PurposeOption = "",
    workspace: WorkspaceOption = Path("workspace"),
    as_json: JsonOption = False,
) -> None:
    """Answer from the current release alone: a sentence, how it compares, a table and what to bear in mind."""
    from flows import answering

    place = Workspace(workspace.absolute())
    if not question and not period and characteristic and area and first and last:
        found = answering.answer(place, characteristic, area, first, last, record_class or "crime", purpose)
        typer.echo(found.as_json() if as_json else found.text)
        return
    asked = _in_words(question or [], characteristic, area, first, last, period, record_class)
    found = answering.ask(place, asked, purpose)
    if found.reply.refused and not as_json:
        raise UsageError(found.reply.refused, found.reply.instead)
    typer.echo(found.as_json(asked) if as_json else found.text)
    if found.reply.refused:
        raise typer.Exit(UsageError.exit_code)


def _in_words(
    question: list[str],
    characteristic: str | None,
    area: str | None,
    first: str | None,
    last: str | None,
    period: str | None,
    record_class: str | None,
) -> str:
    """Put words and options together as one question."""
    if period and (first or last):
        raise UsageError("--period says all of the period.", "Leave out --from and --to.")
    parts = [*question, characteristic and characteristic.replace("_", " "), area]
    parts.append({"crime": "crimes", "non_crime_incident": "non-crime incidents"}.get(record_class or "", record_class))
    if first and last:
        parts.append(f"from {first} to {last}")
    else:
        parts.append(period or (first and f"since {first}") or (last and f"until {last}"))
    asked = ", ".join(part for part in parts if part)
    if not asked:
        raise UsageError(
            "Nothing was asked.", 'Ask in words, such as: hatecrime figures "race, Watford, last 12 months"'
        )
    return asked
