"""Reference facts: the CSV files of data/reference, each with its sources and hash in sources.toml.

Every fact there was read in a named source or stands blank. After a reviewed edit of a CSV, renew its hash
with `python -m data.reference --update-hashes`.
"""

import csv
import hashlib
import re
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from data.errors import IntegrityFailed, UsageError

if TYPE_CHECKING:
    import pandas as pd

FOLDER: Final = Path(__file__).parent / "reference"
SOURCES: Final = FOLDER / "sources.toml"


def names() -> list[str]:
    """Return the names of the reference tables, sorted; each is a file name without `.csv`."""
    return sorted(file.stem for file in FOLDER.glob("*.csv"))


def path(name: str) -> Path:
    """Return the CSV of one table. Raises UsageError where there is no such table."""
    file = FOLDER / f"{name}.csv"
    if not file.is_file():
        raise UsageError(
            f"There is no reference table called {name}.",
            f"Use one of: {', '.join(names())}.",
        )
    return file


def read(name: str) -> "pd.DataFrame":
    """Return one table as it stands: every column text, a blank as the empty string, rows in file order.

    Raises UsageError where there is no such table.
    """
    # An answer on the command line takes less time than pandas takes to load, and needs only `rows`.
    import pandas as pd

    return pd.read_csv(path(name), dtype=str, keep_default_na=False, na_filter=False, encoding="utf-8")


def rows(name: str) -> list[dict[str, str]]:
    """Return the rows of one table in file order, as `read` has them, each by column name."""
    with path(name).open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def hashes() -> dict[str, str]:
    """Return the SHA-256 of each CSV's bytes by file name, sorted by name."""
    return {f"{name}.csv": hashlib.sha256(path(name).read_bytes()).hexdigest() for name in names()}


def sources() -> dict[str, dict[str, Any]]:
    """Return each publication by its source_id: publisher, title, address, date, licence."""
    return {key: table for key, table in _sources_toml().items() if key != "files"}


def files() -> dict[str, dict[str, Any]]:
    """Return, by file name, the hash on record and the source_ids that each CSV rests on."""
    return dict(_sources_toml()["files"])


def check() -> None:
    """Return only if every CSV is on record, with the hash on record. Raises IntegrityFailed otherwise."""
    found = hashes()
    recorded = {name: table["sha256"] for name, table in files().items()}
    wrong = sorted(name for name in found.keys() | recorded.keys() if found.get(name) != recorded.get(name))
    if wrong:
        raise IntegrityFailed(
            f"{len(wrong)} reference file(s) do not agree with sources.toml: {', '.join(wrong)}.",
            "Restore them, or review the change and run: python -m data.reference --update-hashes.",
        )


def notes() -> dict[str, str]:
    """Return the text of each note by its note_id."""
    return {row["note_id"]: row["text"] for row in rows("notes")}


def display_names() -> dict[str, str]:
    """Return the public name of each characteristic, and of `all`, in the order to show them."""
    table = sorted(rows("characteristics"), key=lambda row: int(row["sort_order"]))
    return {row["characteristic"]: row["display_name"] for row in table}


def update_hashes() -> None:
    """Write the hash of every CSV on record into sources.toml; all else in it stays byte for byte."""
    text = SOURCES.read_text(encoding="utf-8")
    for name, digest in hashes().items():
        text = re.sub(rf'(\[files\."{re.escape(name)}"\]\nsha256 = )"\w*"', rf'\1"{digest}"', text)
    SOURCES.write_text(text, encoding="utf-8", newline="\n")


def _sources_toml() -> dict[str, Any]:
    return tomllib.loads(SOURCES.read_text(encoding="utf-8"))


if __name__ == "__main__":
    if sys.argv[1:] == ["--update-hashes"]:
        update_hashes()
    check()
