"""Commands that take extracts to a release."""

import json
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from data import memory
from data.errors import UsageError
from data.policies import INTERNAL, PUBLIC
from data.workspace import Workspace, shown_path
from flows.cli.shared import (
    BackendOption,
    BesideOption,
    DateOption,
    EngineOption,
    JsonOption,
    MemoryOption,
    NilReturnOption,
    ProfileOption,
    RejectsOption,
    WorkspaceOption,
    app,
    day,
    free,
    sources,
    tell,
)


@app.command()
def run(
    files: Annotated[list[Path] | None, typer.Argument(help="Extracts; none: everything in landing/.")] = None,
    profile: ProfileOption = None,
    workspace: WorkspaceOption = Path("workspace"),
    engine: EngineOption = "auto",
    extracted_on: DateOption = None,
    allow_rejects: RejectsOption = 0,
    nil_return: NilReturnOption = False,
    as_at: Annotated[
        datetime | None,
        typer.Option("--as-at", formats=["%Y-%m-%d"], help="Rebuild the figures of that day, for the private side."),
    ] = None,
    internal: Annotated[
        bool, typer.Option("--internal", help="With --as-at: exact figures, for those who may see the reports.")
    ] = False,
    beside: BesideOption = None,
    packs: Annotated[
        bool | None,
        typer.Option("--packs/--no-packs", help="Meeting packs in the release; neither: as the current one has it."),
    ] = None,
    backend: BackendOption = "duckdb",
    memory_limit: MemoryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Take extracts through ingest, validation and counting to a published release."""
    memory.keep_to(memory_limit)
    place = free(workspace)
    from flows import running

    source, counts = sources(place, profile, beside)
    if as_at is not None:
        if files:
            raise UsageError("--as-at looks back at what is accepted, and takes no file.", "Run the file first.")
        policy = INTERNAL if internal else PUBLIC
        folder = running.as_at(place, as_at.date(), source, tell, counts, policy)
        past = {"release_id": folder.name, "release": str(folder), "as_at": as_at.date().isoformat()}
        typer.echo(json.dumps(past) if as_json else shown_path(folder / "index.html"))
        return
    if internal:
        raise UsageError("Exact figures are never published.", "Name a day with --as-at: they stay private.")
    job = running.run(
        place, files or [], source, engine, day(extracted_on), allow_rejects, tell, counts, packs, backend, nil_return
    )
    if job.release_id is None:
        # Every file is still being written, and there was none before.
        if as_json:
            typer.echo(json.dumps({"release_id": None, "release": None, "nothing_new": True}))
        return
    release = (place.waiting if job.waits else place.releases) / job.release_id
    found = {"release_id": job.release_id, "release": str(release), "nothing_new": job.nothing_new}
    if job.waits:
        found["waits"] = True
    typer.echo(json.dumps(found) if as_json else shown_path(release / "index.html"))


@app.command()
def check(
    file: Annotated[Path, typer.Argument(help="One extract.")],
    profile: ProfileOption = None,
    workspace: WorkspaceOption = Path("workspace"),
    extracted_on: DateOption = None,
    beside: BesideOption = None,
    nil_return: NilReturnOption = False,
    memory_limit: MemoryOption = None,
) -> None:
    """Validate one extract by itself; nothing is accepted or published."""
    memory.keep_to(memory_limit)
    place = free(workspace)
    from flows import running

    source, counts = sources(place, profile, beside)
    for sentence in running.check(place, file, source, day(extracted_on), counts, nil_return):
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

    for sentence in demonstration.demo(Workspace(workspace.absolute()), seed, engine, tell, world):
        typer.echo(sentence)
