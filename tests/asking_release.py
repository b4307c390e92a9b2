"""The drawn release with the names that people use, so that questions in words can be asked of it."""

import json
from pathlib import Path

import drawn_release
import pandas as pd

from data.policies import PUBLIC

NAMES = {
    "race": "Race",
    "religion": "Religion",
    "sexual_orientation": "Sexual orientation",
    "disability": "Disability",
    "transgender": "Transgender identity",
}


def write(folder: Path) -> Path:
    """Write the files of the drawn release, months from April 2023 to April 2025, the last one not yet complete."""
    drawn_release.write(folder, PUBLIC)
    figures = pd.read_parquet(folder / "published.parquet")
    figures["area_name"] = figures["area_name"].replace({drawn_release.NASTY: "Watford"})
    figures.to_parquet(folder / "published.parquet", index=False)
    figures.to_csv(folder / "published.csv", index=False)
    about = json.loads((folder / "about.json").read_text(encoding="utf-8"))
    about |= {"characteristics": NAMES, "stamp": PUBLIC.stamp}
    (folder / "about.json").write_text(json.dumps(about), encoding="utf-8")
    return folder
