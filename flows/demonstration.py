"""The demo: a synthetic Hertfordshire, its extracts through the whole pipeline, and where to look afterwards."""

from collections.abc import Callable

from data.errors import UsageError
from data.synthetic import make_extracts, named_world
from data.workspace import Workspace, shown_path
from flows import running


def demo(place: Workspace, seed: int, engine: str, tell: Callable[[str], None], world: str = "demo") -> list[str]:
    """Make the extracts and the truth beside them, run everything, and return where to look, a line each.

    The release holds a meeting pack for each place and characteristic, as a scheduled one does.
    Raises UsageError where the workspace already holds real extracts, or where no world has that name.
    """
    made = named_world(world, seed)
    if place.landing.is_dir() and running.landed(place) and not (place.root / "truth" / "world.json").exists():
        raise UsageError(
            f"{place.root} already holds extracts that are not the demo's.", "Give the demo a folder of its own."
        )
    place.prepare()
    tell("Making five years of synthetic extracts; nobody in them is real.")
    files = make_extracts(made, place.landing, place.root / "truth")
    job = running.run(place, [], "hertfordshire", engine, None, 0, tell, packs=True)
    release = place.releases / str(job.release_id)
    return [
        f"{len(files)} synthetic extracts  {shown_path(place.landing)}",
        f"The truth behind them  {shown_path(place.root / 'truth')}",
        f"The pages              {shown_path(release / 'index.html')}",
        f"The published table    {shown_path(release / 'published.csv')}",
        f"The exact counts       {shown_path(place.warehouse)} (private: core.monthly_counts)",
    ]
