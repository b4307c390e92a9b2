"""Commands that make a source ready: its profile, and pseudonyms in the place of its crime numbers."""

from pathlib import Path
from typing import Annotated

import typer

from data.errors import UsageError
from flows.cli.shared import WorkspaceOption, app, tell

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
    tell(
        f"{toml.count('# decide')} entries to decide, marked `# decide`; confirm the others. "
        f"Save it as {name}.toml, then: hatecrime check FILE --profile {name}.toml"
    )


@app.command()
def pseudonymise(
    files: Annotated[list[Path], typer.Argument(help="CSVs whose report ids are crime numbers in clear.")],
    column: Annotated[str, typer.Option(help="The column to replace.")],
    key: Annotated[Path, typer.Option(help="Key file, outside the workspace, of at least 32 bytes.")],
    target: Annotated[
        Path, typer.Option("--to", help="The CSV to write; or a folder that is there, where each keeps its name.")
    ],
    encoding: Annotated[str, typer.Option(help="Encoding of the file.")] = "utf-8",
    delimiter: Annotated[str, typer.Option(help="Delimiter of the file.")] = ",",
    workspace: WorkspaceOption = Path("workspace"),
) -> None:
    """Replace one column by keyed pseudonyms, the same for the same value, so that revisions still match."""
    from transforms import privacy
    from transforms.arrivals import shown

    if len(files) > 1 and not target.is_dir():
        raise UsageError("Several files need a folder to go to.", "Make the folder, and name it with --to.")
    for file in files:
        to = target / file.name if target.is_dir() else target
        if to.exists() and target.is_dir():
            tell(f"{shown(file.name)} is there already, and stays as it is.")
            continue
        rows = privacy.pseudonymise(
            file, column, key, to, workspace=workspace.absolute(), encoding=encoding, delimiter=delimiter
        )
        tell(f"{rows:,} rows written to {to}")
