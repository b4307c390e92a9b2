"""Commands that keep a workspace going by itself: its health, what a run would change, schedules and retention."""

import json
import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from data.errors import Held, UsageError
from data.workspace import Workspace, shown_path
from flows.cli.shared import (
    BesideOption,
    DateOption,
    EngineOption,
    JsonOption,
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
def doctor(workspace: WorkspaceOption = Path("workspace"), as_json: JsonOption = False) -> None:
    """Find what is wrong with the machine, the disk or the store, and say the fix; changes nothing."""
    from flows import doctor as examining

    place = Workspace(workspace.absolute())
    findings = list(examining.examine(place, datetime.now().astimezone()))
    if as_json:
        typer.echo(json.dumps([examining.as_dict(finding) for finding in findings]))
    for finding in [] if as_json else findings:
        typer.echo(finding.as_text())
    if not findings:
        tell(f"{len(examining.CHECKS)} checks: all is well.")
    sys.exit(examining.exit_code(findings))


@app.command()
def plan(
    files: Annotated[list[Path] | None, typer.Argument(help="Extracts; none: everything in landing/.")] = None,
    profile: ProfileOption = None,
    workspace: WorkspaceOption = Path("workspace"),
    extracted_on: DateOption = None,
    allow_rejects: RejectsOption = 0,
    nil_return: NilReturnOption = False,
    beside: BesideOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say what a run would change, in which months and characteristics, in sizes safe to read; changes nothing."""
    place = free(workspace)
    from flows import running

    source, counts = sources(place, profile, beside)
    found = running.plan(place, files or [], source, day(extracted_on), allow_rejects, tell, counts, nil_return)
    typer.echo(json.dumps(found.as_dict()) if as_json else found.as_text())


@app.command()
def backfill(
    files: Annotated[list[Path] | None, typer.Argument(help="Extracts or folders of them; none: landing/.")] = None,
    first: Annotated[
        datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="Only extracts taken on or after this day.")
    ] = None,
    last: Annotated[
        datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], help="Only extracts taken on or before this day.")
    ] = None,
    batch: Annotated[int, typer.Option(min=1, help="How many extracts are checked and kept at a time.")] = 12,
    profile: ProfileOption = None,
    workspace: WorkspaceOption = Path("workspace"),
    engine: EngineOption = "auto",
    beside: BesideOption = None,
) -> None:
    """Take in years of extracts in order, batch by batch, and publish once at the end; stopped, it goes on there."""
    place = free(workspace)
    from flows import running

    span = (day(first), day(last))
    source, counts = sources(place, profile, beside)
    job = running.backfill(place, files or [], source, engine, span, batch, tell, counts)
    if job.release_id:
        typer.echo(shown_path(place.releases / job.release_id / "index.html"))


@app.command()
def perform(
    job: Annotated[
        str | None, typer.Argument(help="monthly_release, landing_check, weekly_verification or retention; none: all.")
    ] = None,
    now: Annotated[bool, typer.Option("--now", help="Do it although it was done since it was last due.")] = False,
    workspace: WorkspaceOption = Path("workspace"),
    engine: EngineOption = "local",
    as_json: JsonOption = False,
) -> None:
    """Do what is due by the schedule, once, and tell people what they must know; busy or not due is no failure."""
    from flows import due, scheduling

    place, at = Workspace(workspace.absolute()), datetime.now(due.LONDON)
    if job is None:
        outcomes = scheduling.perform_due(place, at, engine, tell)
    else:
        outcomes = {job: scheduling.perform(place, job, at, engine, tell, now)}
    if as_json:
        typer.echo(json.dumps(outcomes))
    if "held" in outcomes.values():
        sys.exit(Held.exit_code)


@app.command()
def schedule(
    printed: Annotated[
        str | None, typer.Option("--print", help="cron, systemd or windows: print what does the same without Prefect.")
    ] = None,
    workspace: WorkspaceOption = Path("workspace"),
) -> None:
    """Do every job as it falls due, through Prefect, until stopped; or print what does it without Prefect."""
    place = Workspace(workspace.absolute())
    from data import operations
    from flows import due, monthly, printing

    settings = operations.load(place)
    if printed is not None:
        if printed not in printing.PRINTED:
            raise UsageError(f"Nothing is printed for {printed!r}.", f"Use one of {', '.join(printing.PRINTED)}.")
        typer.echo(printing.PRINTED[printed](place), nl=False)
        return
    place.prepare()
    monthly.settle_prefect(place)
    for job in operations.JOBS:
        following = due.next_due(settings.schedule.of(job), datetime.now(due.LONDON))
        tell(f"{job}: next due {following:%A %d %B %Y, %H:%M}.")
    from flows import deployments

    deployments.serve_jobs(place)


@app.command()
def approve(
    release: Annotated[str, typer.Argument(help="The release that waits.")],
    # An approver passes through the workspace, and cannot list it.
    workspace: Annotated[
        Path, typer.Option("--workspace", help="Folder that holds all run data.", readable=False)
    ] = Path("workspace"),
) -> None:
    """Agree, from your own account, to a release that waits; nobody agrees to what they made themselves."""
    from flows import running

    running.approve(Workspace(workspace.absolute()), release, tell)


@app.command()
def retain(
    agreed: Annotated[bool, typer.Option("--yes", help="Erase it; without this, it is only listed.")] = False,
    workspace: WorkspaceOption = Path("workspace"),
    as_json: JsonOption = False,
) -> None:
    """List what the retention policy of private/operations.toml lets go; with --yes, erase it and prove it."""
    place = free(workspace)
    from flows import due, running

    found = running.retain(place, datetime.now(due.LONDON), tell, agreed)
    if as_json:
        typer.echo(json.dumps([one.as_dict() for one in found]))
        return
    for one in found:
        typer.echo(f"{one.path}  ({one.rule})")
    if not found:
        tell("The policy lets nothing go.")
    elif not agreed:
        tell(f"{len(found):,} things would go. Nothing was changed: `hatecrime retain --yes` erases them.")
