"""What an analyst needs about rows that hold a batch: where they are and which rule they break."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pandas as pd

from transforms.connection import connect
from transforms.spelling import quoted, unseen
from transforms.warehouse import statement

_OF_AREAS: Final = "# The code of the area that a label is another spelling of; a new area goes under [area.labels]."


@dataclass(frozen=True)
class Found:
    """The rows concerned (file, line, rule, column), in the order to mend them, and the labels no profile knows.

    `labels` holds values and belongs on the private side; `sentences` holds counts and is safe to print. `doubts`
    counts the rows that are read and doubtful, by rule and extract.
    """

    rows: pd.DataFrame
    labels: pd.DataFrame
    doubts: dict[str, dict[str, int]]

    @property
    def sentences(self) -> list[tuple[str, str]]:
        """Rule, and one sentence a rule and column: how many rows, how many unknown labels, and the first line."""
        sentences = []
        for (rule, column), group in self.rows.groupby(["rule", "column_name"], sort=False):
            first = group.iloc[0]
            unknown = int((self.labels["column_name"] == column).sum())
            labelled = f" by {unknown} unknown label{'s' if unknown > 1 else ''}" if unknown else ""
            sentences.append(
                (
                    f"{rule}.{column}",
                    f"{len(group):,} rows break {rule} in column {column}{labelled}"
                    f" (first: {first['file']} line {first['line_number']}).",
                )
            )
        return sentences

    def write(self, folder: Path) -> None:
        """Write `rows.csv`, and `unknown_labels.toml` ready to be given codes and pasted into the profile."""
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.rows.to_csv(folder / "rows.csv", index=False)
        if len(self.labels):
            text = _as_toml(self.labels.itertuples(index=False, name=None))
            (folder / "unknown_labels.toml").write_text(text, encoding="utf-8")


def doubts(database: Path, tmp: Path) -> dict[str, dict[str, int]]:
    """How many rows are read and doubtful, by rule and extract."""
    with connect(database, tmp) as con:
        return _counted(con.execute(statement("quarantine_doubts")).df())


def find(
    database: Path,
    tmp: Path,
    file_names: Mapping[str, str],
    rejected_of: Collection[str],
    doubted: Collection[tuple[str, str]],
    order: Sequence[str],
) -> Found:
    """Find what holds a batch in a warehouse that has core.

    `rejected_of` names the extracts whose rows set aside are concerned, `doubted` the rules and extracts whose
    doubtful rows are; `order` lists rules, or rules and columns joined by a dot, as they are to be mended.
    """
    with connect(database, tmp) as con:
        rejected = con.execute(statement("quarantine_rows")).df()
        doubtful = con.execute(statement("quarantine_doubts")).df()
        labels = con.execute(statement("quarantine_labels")).df()
    rejected = rejected[rejected["extract_id"].isin(list(rejected_of))]
    named = pd.Series(list(zip(doubtful["rule"], doubtful["extract_id"], strict=True)), doubtful.index, dtype="object")
    doubtful = doubtful[named.isin(list(doubted))]
    rows = pd.concat([rejected, doubtful], ignore_index=True)
    places = {name: place for place, name in reversed(list(enumerate(order)))}
    rows["place"] = [
        places.get(f"{rule}.{column}", places.get(rule, len(order)))
        for rule, column in zip(rows["rule"], rows["column_name"], strict=True)
    ]
    rows = rows.sort_values(["place", "rule", "column_name"], kind="stable").drop(columns="place")
    found = _counted(doubtful)
    rows.insert(0, "file", rows.pop("extract_id").map(lambda extract: file_names.get(extract, extract)))
    return Found(rows, labels, found)


def _counted(rows: pd.DataFrame) -> dict[str, dict[str, int]]:
    counted: dict[str, dict[str, int]] = {}
    for (rule, extract_id), group in rows.groupby(["rule", "extract_id"]):
        counted.setdefault(str(rule), {})[str(extract_id)] = len(group)
    return counted


def _as_toml(labels: Iterable[tuple[str, str, str, int]]) -> str:
    lines = ["# Labels the profile does not know. Give each a code and paste the lines into the profile."]
    table = None
    for column_name, kind, label, row_count in labels:
        named = {
            "motivations": f"[motivations.{quoted(column_name)}.labels]",
            "values": f"[values.{column_name}]",
            "area": "[area.codes]",
            "categories": "[categories]",
        }[kind]
        if named != table:
            lines += ["", *([_OF_AREAS] if kind == "area" else []), named]
            table = named
        blank = '{ code = "", measure = "" }' if kind == "categories" else '""'
        odd = unseen(label)
        lines.append(f"{quoted(label)} = {blank}  # {row_count} rows{'; ' + odd if odd else ''}")
    return "\n".join(lines) + "\n"
