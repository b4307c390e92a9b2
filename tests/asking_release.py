"""The drawn release with the names that people use, so that questions in words can be asked of it."""

import json
from datetime import date
from pathlib import Path

import drawn_release
import pandas as pd

from data.added import notes
from data.policies import PUBLIC

NAMES = {
    "race": "Race",
    "religion": "Religion",
    "sexual_orientation": "Sexual orientation",
    "disability": "Disability",
    "transgender": "Transgender identity",
}
ADDED = {
    "measure": "added_report_count",
    "period_type": "rolling_12_months",
    "period_start": date(2024, 1, 1),
    "period_end": date(2024, 12, 31),
    "value": 115.0,
    "note_ids": "n1 within_24",
}
"""Watford's months of 2024 laid end to end: twelve printed figures, each of which can be two off."""


def write(folder: Path) -> Path:
    """Write the files of the drawn release, months from April 2023 to April 2025, the last one not yet complete."""
    drawn_release.write(folder, PUBLIC)
    figures = pd.read_parquet(folder / "published.parquet")
    figures["area_name"] = figures["area_name"].replace({drawn_release.NASTY: "Watford"})
    of_watford = (figures["area_name"] == "Watford") & (figures["characteristic"] == "all")
    year = figures[of_watford & (figures["period_type"] == "year_ending_march")].iloc[[0]].assign(**ADDED)
    figures = pd.concat([figures, year], ignore_index=True)
    figures.to_parquet(folder / "published.parquet", index=False)
    figures.to_csv(folder / "published.csv", index=False)
    about = json.loads((folder / "about.json").read_text(encoding="utf-8"))
    about |= {"characteristics": NAMES, "stamp": PUBLIC.stamp}
    about["notes"] |= notes(ADDED["note_ids"].split())
    (folder / "about.json").write_text(json.dumps(about), encoding="utf-8")
    return folder
