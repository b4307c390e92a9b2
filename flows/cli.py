"""The command line: one function a command, data to stdout, messages to stderr, nothing heavy imported until needed."""

import json
import sys
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from data.errors import HateCrimeError, Unexpected
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
    str, typer.Option("--profile", help="Name of a shipped profile, or the path of a .toml file.")
]
EngineOption = Annotated[
    str,
    typer.Option("--engine", help="auto: through Prefect, or without it where it is not well; prefect; local."),
]
DateOption = Annotated[
    datetime | None,
    typer.Option(
        "--extracted-on", formats=["%Y-%m-%d"], help="Day the extract was taken, where its name does not say."
    ),
]
RejectsOption = Annotated[
    int,
    typer.Option("--allow-rejects", min=0, help="Set aside up to this many faulty rows instead of holding the batch."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]


def _tell(sentence: str) -> None:
    typer.echo(sentence, err=True)


def _day(extracted_on: datetime | None) -> date | None:
    return extracted_on.date() if extracted_on else None


@app.command()
def run(
    files: Annotated[list[Path] | None, typer.Argument(help="Extracts; none: everything in landing/.")] = None,
    profile: ProfileOption = "hertfordshire",
    workspace: WorkspaceOption = Path("workspace"),
    engine: EngineOption = "auto",
    extracted_on: DateOption = None,
    allow_rejects: RejectsOption = 0,
    as_json: JsonOption = False,
) -> None:
    """Take extracts through ingest, validation and counting to a published release."""
    from flows import running

    place = Workspace(workspace.absolute())
    job = running.run(place, files or [], profile, engine, _day(extracted_on), allow_rejects, _tell)
    release = place.releases / str(job.release_id)
    found = {"release_id": job.release_id, "release": str(release), "nothing_new": job.nothing_new}
    typer.echo(json.dumps(found) if as_json else running.shown_path(release / "index.html"))


@app.command()
def check(
    file: Annotated[Path, typer.Argument(help="One extract.")],
    profile: ProfileOption = "hertfordshire",
    workspace: WorkspaceOption = Path("workspace"),
    extracted_on: DateOption = None,
) -> None:
    """Validate one extract by itself; nothing is accepted or published."""
    from flows import running

    for sentence in running.check(Workspace(workspace.absolute()), file, profile, _day(extracted_on)):
        typer.echo(sentence)


@app.command()
def demo(
    workspace: WorkspaceOption = Path("workspace-demo"),
    seed: Annotated[int, typer.Option(help="Seed of the synthetic world.")] = 2021,
    engine: EngineOption = "auto",
) -> None:
    """Make synthetic Hertfordshire extracts, run the whole pipeline over them, and say where to look."""
    from flows import demonstration

    for sentence in demonstration.demo(Workspace(workspace.absolute()), seed, engine, _tell):
        typer.echo(sentence)


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


def _fail(error: HateCrimeError) -> NoReturn:
    typer.echo(f"{error.problem}\n{error.next_step}", err=True)
    sys.exit(error.exit_code)


def main() -> None:
    """Run the command line; every failure is one plain sentence, a next step and its exit code."""
    try:
        app()
    except HateCrimeError as error:
        _fail(error)
    except KeyboardInterrupt:
        typer.echo("Interrupted: nothing was published.", err=True)
        sys.exit(130)
    except BrokenPipeError:
        sys.exit(0)
    except Exception as error:
        # A traceback could quote data on the terminal; the steps keep theirs on the private side.
        _fail(Unexpected(f"Something went wrong that should not have ({type(error).__name__}).", "Report this fault."))


if __name__ == "__main__":
    main()
