"""The command line: one function a command, data to stdout, messages to stderr, nothing heavy imported until needed."""

import json
import signal
import sys
from datetime import date, datetime
from pathlib import Path
from types import FrameType
from typing import Annotated, NoReturn

import typer

from data.errors import HateCrimeError, Stopped, Unexpected, UsageError
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
BesideOption = Annotated[
    list[str] | None,
    typer.Option("--beside", help="A profile of counts that stand beside the records, by name or path; repeatable."),
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
    typer.Option("--allow-rejects", min=0, help="Set aside up to so many more faulty rows instead of holding."),
]
ReasonOption = Annotated[str, typer.Option("--because", help="Why, in a sentence; it is recorded.")]
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
    as_at: Annotated[
        datetime | None,
        typer.Option("--as-at", formats=["%Y-%m-%d"], help="Rebuild the figures of that day, for the private side."),
    ] = None,
    beside: BesideOption = None,
    as_json: JsonOption = False,
) -> None:
    """Take extracts through ingest, validation and counting to a published release."""
    place = _free(workspace)
    from flows import running

    if as_at is not None:
        if files:
            raise UsageError("--as-at looks back at what is accepted, and takes no file.", "Run the file first.")
        folder = running.as_at(place, as_at.date(), profile, _tell, beside or [])
        past = {"release_id": folder.name, "release": str(folder), "as_at": as_at.date().isoformat()}
        typer.echo(json.dumps(past) if as_json else running.shown_path(folder / "index.html"))
        return
    job = running.run(place, files or [], profile, engine, _day(extracted_on), allow_rejects, _tell, beside or [])
    if job.release_id is None:
        # Every file is still being written, and there was none before.
        if as_json:
            typer.echo(json.dumps({"release_id": None, "release": None, "nothing_new": True}))
        return
    release = place.releases / job.release_id
    found = {"release_id": job.release_id, "release": str(release), "nothing_new": job.nothing_new}
    typer.echo(json.dumps(found) if as_json else running.shown_path(release / "index.html"))


@app.command()
def check(
    file: Annotated[Path, typer.Argument(help="One extract.")],
    profile: ProfileOption = "hertfordshire",
    workspace: WorkspaceOption = Path("workspace"),
    extracted_on: DateOption = None,
    beside: BesideOption = None,
) -> None:
    """Validate one extract by itself; nothing is accepted or published."""
    place = _free(workspace)
    from flows import running

    for sentence in running.check(place, file, profile, _day(extracted_on), beside or []):
        typer.echo(sentence)


@app.command()
def demo(
    workspace: WorkspaceOption = Path("workspace-demo"),
    seed: Annotated[int, typer.Option(help="Seed of the synthetic world.")] = 2021,
    engine: EngineOption = "auto",
    world: Annotated[str, typer.Option(help="Which synthetic world: demo, or one with another known truth.")] = "demo",
) -> None:
    """Make synthetic Hertfordshire extracts, run the whole pipeline over them, and say where to look."""
    from flows import demonstration

    for sentence in demonstration.demo(Workspace(workspace.absolute()), seed, engine, _tell, world):
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


@app.command()
def verify(workspace: WorkspaceOption = Path("workspace"), as_json: JsonOption = False) -> None:
    """Read every stored byte against its own record: extracts, releases, the pointer and the ledger."""
    place = _free(workspace)
    from flows import keeping

    _print(keeping.verify(place), as_json)


@app.command()
def rollback(
    release: Annotated[
        str | None, typer.Argument(help="A release; none: the last good one before the current.")
    ] = None,
    workspace: WorkspaceOption = Path("workspace"),
    as_json: JsonOption = False,
) -> None:
    """Make an earlier release the current one; runs with the same inputs keep to it."""
    place = _free(workspace)
    from flows import keeping

    _print(keeping.rollback(place, release), as_json)


@app.command()
def withdraw(
    extract: Annotated[str, typer.Argument(help="File name of an accepted extract, or 8 or more digits of its id.")],
    because: ReasonOption,
    profile: ProfileOption = "hertfordshire",
    workspace: WorkspaceOption = Path("workspace"),
    beside: BesideOption = None,
) -> None:
    """Erase an accepted extract everywhere, publish without it, and refuse it when it comes again."""
    place = _free(workspace)
    from flows import running

    running.withdraw(place, extract, because, profile, _tell, beside or [])


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
        _tell(f"{batch.detail}\nLabels that the profile does not know, where there are any, are in {batch.folder}.")
        typer.echo(json.dumps(batch.as_dict() | {"lines": lines}) if as_json else "\n".join(lines))
        return
    batches = list(holding.held(place))
    if as_json:
        typer.echo(json.dumps([batch.as_dict() for batch in batches]))
    elif batches:
        typer.echo("\n".join(batch.as_text() for batch in batches))
    else:
        _tell("No batch was ever held here.")


@app.command()
def accept(
    run: Annotated[str, typer.Argument(help="A held run, as `hatecrime quarantine` lists it.")],
    because: ReasonOption,
    workspace: WorkspaceOption = Path("workspace"),
) -> None:
    """Let a held batch through, for its extracts and the rules that held it, this month and later."""
    place = _free(workspace)
    from flows import holding, locking

    with locking.sole_writer(place):
        typer.echo(holding.let_through(place, run, because))


profile_app = typer.Typer(help="Profiles: how one source's files map onto ours.", no_args_is_help=True)
app.add_typer(profile_app, name="profile")


@profile_app.command("new")
def new_profile(
    file: Annotated[Path, typer.Argument(help="A CSV, also inside gzip or zip.")],
    name: Annotated[str | None, typer.Option(help="Name of the profile; none: after the file.")] = None,
) -> None:
    """Propose a profile for a file: commented TOML to be confirmed; values are shown for short code lists alone."""
    from transforms import proposing

    name = name or proposing.name_for(file)
    toml = proposing.propose(file, name)
    typer.echo(toml, nl=False)
    _tell(
        f"{toml.count('# decide')} entries to decide, marked `# decide`; confirm the others. "
        f"Save it as {name}.toml, then: hatecrime check FILE --profile {name}.toml"
    )


@app.command()
def pseudonymise(
    file: Annotated[Path, typer.Argument(help="A CSV whose report ids are crime numbers in clear.")],
    column: Annotated[str, typer.Option(help="The column to replace.")],
    key: Annotated[Path, typer.Option(help="Key file, outside the workspace, of at least 32 bytes.")],
    target: Annotated[Path, typer.Option("--to", help="The CSV to write.")],
    encoding: Annotated[str, typer.Option(help="Encoding of the file.")] = "utf-8",
    delimiter: Annotated[str, typer.Option(help="Delimiter of the file.")] = ",",
    workspace: WorkspaceOption = Path("workspace"),
) -> None:
    """Replace one column by keyed pseudonyms, the same for the same value, so that revisions still match."""
    from transforms import privacy

    rows = privacy.pseudonymise(
        file, column, key, target, workspace=workspace.absolute(), encoding=encoding, delimiter=delimiter
    )
    typer.echo(f"{rows:,} rows written to {target}", err=True)


def _free(workspace: Path) -> Workspace:
    """The workspace, where no other run holds it: asked before anything slow is loaded."""
    from flows import locking

    place = Workspace(workspace.absolute())
    locking.refuse_if_busy(place)
    return place


def _print(sentences: list[str], as_json: bool) -> None:
    typer.echo(json.dumps(sentences) if as_json else "\n".join(sentences))


def _fail(error: HateCrimeError) -> NoReturn:
    typer.echo(f"{error.problem}\n{error.next_step}", err=True)
    sys.exit(error.exit_code)


def _stop(number: int, frame: FrameType | None) -> NoReturn:
    raise Stopped(number)


def main() -> None:
    """Run the command line; every failure is one plain sentence, a next step and its exit code."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _stop)
    try:
        app()
    except HateCrimeError as error:
        _fail(error)
    except Stopped as stopped:
        how = "Interrupted" if stopped.signal_number == signal.SIGINT else "Stopped from outside"
        typer.echo(f"{how}: nothing was published.", err=True)
        sys.exit(128 + stopped.signal_number)
    except BrokenPipeError:
        sys.exit(0)
    except Exception as error:
        # A traceback could quote data on the terminal; the steps keep theirs on the private side.
        _fail(Unexpected(f"Something went wrong that should not have ({type(error).__name__}).", "Report this fault."))


if __name__ == "__main__":
    main()
