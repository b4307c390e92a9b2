"""What every command shares: the application, options that mean the same everywhere, and how results are said."""

import json
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from data import operations
from data.workspace import Workspace

app = typer.Typer(
    help="Turn anonymised police report extracts into hate-crime figures that people can trust, publish and act on.",
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

WorkspaceOption = Annotated[Path, typer.Option("--workspace", help="Folder that holds all run data.")]
ProfileOption = Annotated[
    str | None,
    typer.Option(
        "--profile",
        help="Name of a shipped profile, or the path of a .toml file; none: that of private/operations.toml, else "
        "hertfordshire.",
    ),
]
BesideOption = Annotated[
    list[str] | None,
    typer.Option("--beside", help="A profile of counts that stand beside the records, by name or path; repeatable."),
]
EngineOption = Annotated[
    str,
    typer.Option("--engine", help="auto: through Prefect, or without it where it is not well; prefect; local."),
]
BackendOption = Annotated[
    str,
    typer.Option("--backend", help="What counts the reports: duckdb, or spark, as its own configuration says where."),
]
MemoryOption = Annotated[
    str | None,
    typer.Option(
        "--memory", help="Most memory to take, such as 4GB; none: half of the machine's. The rest is spilled."
    ),
]
DateOption = Annotated[
    datetime | None,
    typer.Option(
        "--extracted-on", formats=["%Y-%m-%d"], help="Day the extract was taken, where its name does not say."
    ),
]
RejectsOption = Annotated[
    int,
    typer.Option("--allow-rejects", min=0, help="Set aside up to so many more faulty rows instead of holding."),
]
NilReturnOption = Annotated[
    bool,
    typer.Option("--nil-return", help="A file with a header and no row says that nothing was recorded: zeros."),
]
ReasonOption = Annotated[str, typer.Option("--because", help="Why, in a sentence; it is recorded.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]


def tell(sentence: str) -> None:
    """Say a sentence to the person, on stderr."""
    typer.echo(sentence, err=True)


def show(sentences: list[str], as_json: bool) -> None:
    """Print a result as lines, or as one JSON list."""
    typer.echo(json.dumps(sentences) if as_json else "\n".join(sentences))


def day(moment: datetime | None) -> date | None:
    """Return the day of a moment, as the options that take a day give it."""
    return moment.date() if moment else None


def sources(place: Workspace, profile: str | None, beside: list[str] | None) -> tuple[str, list[str]]:
    """The profiles a command was given, or those that the workspace names for itself."""
    settings = operations.load(place)
    return profile or settings.profile, list(settings.beside) if beside is None else beside


def free(workspace: Path) -> Workspace:
    """Return the workspace, where no other run holds it: asked before anything slow is loaded."""
    from flows import locking

    place = Workspace(workspace.absolute())
    locking.refuse_if_busy(place)
    return place
