"""What an analyst needs about rows that hold a batch: where they are and which rule they break."""

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from transforms.connection import connect
from transforms.warehouse import statement


@dataclass(frozen=True)
class Found:
    """The rows concerned (file, line, rule, column) and the labels no profile knows.

    `labels` holds values and belongs on the private side; `sentences` holds counts and is safe to print.
    """

    rows: pd.DataFrame
    labels: pd.DataFrame

    @property
    def sentences(self) -> list[str]:
        """One sentence a rule and column: how many rows, how many unknown labels, and the first line."""
        sentences = []
        for (rule, column), group in self.rows.groupby(["rule", "column_name"], sort=True):
            first = group.iloc[0]
            unknown = int((self.labels["column_name"] == column).sum())
            labelled = f" by {unknown} unknown labels" if unknown else ""
            sentences.append(
                f"{len(group):,} rows break {rule} in column {column}{labelled}"
                f" (first: {first['file']} line {first['line_number']})."
            )
        return sentences

    def write(self, folder: Path) -> None:
        """Write `rows.csv`, and `unknown_labels.toml` ready to be given codes and pasted into the profile."""
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.rows.to_csv(folder / "rows.csv", index=False)
        if len(self.labels):
            text = _as_toml(self.labels.itertuples(index=False, name=None))
            (folder / "unknown_labels.toml").write_text(text, encoding="utf-8")


def find(database: Path, tmp: Path, file_names: Mapping[str, str], broken: Collection[str]) -> Found:
    """Find what holds a batch in a warehouse that has core.

    `broken` names the rules that hold it; rows that were set aside are found whatever the rule.
    """
    with connect(database, tmp) as con:
        rejected = con.execute(statement("quarantine_rows")).df()
        doubts = con.execute(statement("quarantine_doubts")).df()
        labels = con.execute(statement("quarantine_labels")).df()
    rows = pd.concat([rejected, doubts[doubts["rule"].isin(broken)]], ignore_index=True)
    rows.insert(0, "file", rows.pop("extract_id").map(lambda extract: file_names.get(extract, extract)))
    return Found(rows, labels)


def _as_toml(labels: Iterable[tuple[str, str, str, int]]) -> str:
    lines = ["# Labels the profile does not know. Give each a code and paste the lines into the profile."]
    table = None
    for column_name, kind, label, row_count in labels:
        named = {
            "motivations": f"[motivations.{json.dumps(column_name)}.labels]",
            "values": f"[values.{column_name}]",
            "area": "[area.codes]",
            "categories": "[categories]",
        }[kind]
        if named != table:
            lines += ["", named]
            table = named
        blank = '{ code = "", measure = "" }' if kind == "categories" else '""'
        lines.append(f"{json.dumps(label, ensure_ascii=False)} = {blank}  # {row_count} rows")
    return "\n".join(lines) + "\n"
