"""What an analyst needs about rows set aside: where they are and which rule they broke, on the private side only."""

import json
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

import pandas as pd

from transforms.connection import connect
from transforms.warehouse import statement


def write_report(
    database: Path, tmp: Path, folder: Path, file_names: Mapping[str, str], broken: Collection[str]
) -> list[str]:
    """Write `rows.csv` (file, line, rule, column) and `unknown_labels.toml` into `folder`.

    `broken` names the rules that hold the batch; rows that were set aside are listed whatever the rule.

    Return one sentence a rule and column: how many rows and the first line; no value. Labels stand only in the
    TOML file, ready to be given a code and pasted into the profile.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with connect(database, tmp) as con:
        rows = con.execute(statement("quarantine_rows")).df()
        doubts = con.execute(statement("quarantine_doubts")).df()
        labels = con.execute(statement("quarantine_labels")).df()
    rows = pd.concat([rows, doubts[doubts["rule"].isin(broken)]], ignore_index=True)
    rows.insert(0, "file", rows.pop("extract_id").map(lambda extract: file_names.get(extract, extract)))
    rows.to_csv(folder / "rows.csv", index=False)
    if len(labels):
        (folder / "unknown_labels.toml").write_text(
            _as_toml(labels.itertuples(index=False, name=None)), encoding="utf-8"
        )
    sentences = []
    for (rule, column), group in rows.groupby(["rule", "column_name"], sort=True):
        first = group.iloc[0]
        unknown = len(labels[labels["column_name"] == column])
        labelled = f" with {unknown} unknown labels" if unknown else ""
        sentences.append(
            f"{len(group):,} rows break {rule} in column {column}{labelled}"
            f" (first: {first['file']} line {first['line_number']})."
        )
    return sentences


def _as_toml(labels: Iterable[tuple[str, str, str, int]]) -> str:
    lines = ["# Labels the profile does not know. Give each a code and paste the lines into the profile."]
    table = None
    for column_name, section, label, row_count in labels:
        if section != table:
            lines += [
                "",
                f"[{section}.{json.dumps(column_name)}]" if section == "motivations" else f"[{section}.{column_name}]",
            ]
            table = section
        lines.append(f'{json.dumps(label, ensure_ascii=False)} = ""  # {row_count} rows')
    return "\n".join(lines) + "\n"
