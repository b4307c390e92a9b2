"""Commands that look after what is stored: releases, extracts and their records."""

from pathlib import Path
from typing import Annotated

import typer

from flows.cli.shared import (
    BesideOption,
    JsonOption,
    ProfileOption,
    ReasonOption,
    WorkspaceOption,
    app,
    free,
    show,
    sources,
    tell,
)


@app.command()
def verify(workspace: WorkspaceOption = Path("workspace"), as_json: JsonOption = False) -> None:
    """Read every stored byte against its own record: extracts, releases, the pointer and the ledger."""
    place = free(workspace)
    from flows import keeping

    show(keeping.verify(place), as_json)


@app.command()
def rollback(
    release: Annotated[
        str | None, typer.Argument(help="A release; none: the last good one before the current.")
    ] = None,
    workspace: WorkspaceOption = Path("workspace"),
    as_json: JsonOption = False,
) -> None:
    """Make an earlier release the current one; runs with the same inputs keep to it."""
    place = free(workspace)
    from flows import keeping

    show(keeping.rollback(place, release), as_json)


@app.command()
def withdraw(
    extract: Annotated[str, typer.Argument(help="File name of an accepted extract, or 8 or more digits of its id.")],
    because: ReasonOption,
    profile: ProfileOption = None,
    workspace: WorkspaceOption = Path("workspace"),
    beside: BesideOption = None,
) -> None:
    """Erase an accepted extract everywhere, publish without it, and refuse it when it comes again."""
    place = free(workspace)
    from flows import running

    source, counts = sources(place, profile, beside)
    running.withdraw(place, extract, because, source, tell, counts)
