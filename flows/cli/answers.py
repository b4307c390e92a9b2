"""Commands that answer a question from the current release."""

import json
from pathlib import Path
from typing import Annotated

import typer

from data.errors import UsageError
from data.workspace import Workspace
from flows.cli.shared import JsonOption, WorkspaceOption, app, tell

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


@app.command()
def foi(
    characteristic: Annotated[list[str] | None, typer.Option(help="In words or code; repeatable.")] = None,
    area: Annotated[list[str] | None, typer.Option(help="Name or code; repeatable; none: the whole force.")] = None,
    period: Annotated[list[str] | None, typer.Option(help='Such as "2024/25"; repeatable; none: all.')] = None,
    by: Annotated[str, typer.Option(help="Cut each period into: month, quarter or year.")] = "",
    record_class: Annotated[list[str] | None, typer.Option(help="crimes or non-crime incidents; repeatable.")] = None,
    to: Annotated[Path | None, typer.Option(help="Folder for figures.csv and reply.txt; none: stdout, stderr.")] = None,
    purpose: PurposeOption = "",
    workspace: WorkspaceOption = Path("workspace"),
    as_json: JsonOption = False,
) -> None:
    """Answer a freedom-of-information request: a safe table, and the wording for what is refused."""
    if by not in ("", "month", "quarter", "year"):
        raise UsageError(f"--by cannot be {by!r}.", "Use month, quarter or year.")
    from flows import answering

    table, wording = answering.request(
        Workspace(workspace.absolute()), area or [], characteristic or [], period or [], record_class or [], by, purpose
    )
    if as_json:
        typer.echo(json.dumps({"figures": table, "reply": wording}, ensure_ascii=False))
    elif to is None:
        typer.echo(table, nl=False)
        tell(wording)
    else:
        to.mkdir(parents=True, exist_ok=True)
        # A byte order mark, for without it Excel garbles every name that is not plain English.
        (to / "figures.csv").write_bytes(b"\xef\xbb\xbf" + table.encode())
        (to / "reply.txt").write_text(f"{wording}\n", encoding="utf-8")
        typer.echo(f"{to / 'figures.csv'}\n{to / 'reply.txt'}")


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
