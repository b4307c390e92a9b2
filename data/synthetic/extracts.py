"""Files: the monthly extracts of a world, and its truth in a folder of its own."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
from pyarrow import csv

from data.synthetic.frames import Frames, generate
from data.synthetic.versions import EXTRACT_COLUMNS
from data.synthetic.world import World

_ROWS_AT_ONCE = 65_536


def make_extracts(world: World, folder: Path, truth_folder: Path) -> list[Path]:
    """Write the world's extracts and its truth, and return the extracts' paths in order of date.

    The same world always writes the same bytes. `truth_folder` gets incidents.csv, reporting_rates.csv,
    report_counts.csv (columns as in `Frames`) and world.json, the parameters.
    """
    frames = generate(world)
    write_truth(world, frames, truth_folder)
    return write_extracts(frames.versions, folder)


def write_extracts(versions: pd.DataFrame, folder: Path) -> list[Path]:
    """Write one file an extract date, `hertfordshire_YYYY-MM-DD.csv`; return the paths in order of date.

    A month in which nothing is new and nothing changed, as in a very small world, has no file.
    """
    folder.mkdir(parents=True, exist_ok=True)
    table = _as_text(versions[list(EXTRACT_COLUMNS)])
    dates, starts = np.unique(versions["extracted_on"].to_numpy(), return_index=True)
    paths = [folder / f"hertfordshire_{date}.csv" for date in dates.astype("datetime64[D]")]
    for path, start, end in zip(paths, starts, [*starts[1:], len(versions)], strict=True):
        _write(table.slice(start, end - start), path)
    return paths


def write_truth(world: World, frames: Frames, folder: Path) -> None:
    """Write the truth that a pipeline or a method is scored against."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("incidents", "reporting_rates", "report_counts"):
        _write(_as_text(getattr(frames, name)), folder / f"{name}.csv")
    text = json.dumps(world.parameters(), indent=2, sort_keys=True)
    (folder / "world.json").write_text(text + "\n", encoding="utf-8", newline="\n")


def _as_text(frame: pd.DataFrame) -> pa.Table:
    """Convert labels to strings and times to dates, so that a CSV holds ISO dates and bare labels."""
    table = pa.Table.from_pandas(frame, preserve_index=False)
    text = {pa.types.is_timestamp: pa.date32(), pa.types.is_dictionary: pa.string()}
    types = [next((text[kind] for kind in text if kind(field.type)), field.type) for field in table.schema]
    return table.cast(pa.schema(list(zip(table.column_names, types, strict=True))))


def _write(table: pa.Table, path: Path) -> None:
    options = csv.WriteOptions(batch_size=_ROWS_AT_ONCE, quoting_style="none", quoting_header="none")
    csv.write_csv(table, path, options)
