"""Extracts drawn as tables, so that a test shows what goes in."""

import csv
import hashlib
import io

HERTFORDSHIRE_ROW = {
    "report_id": "",
    "occurred_date": "2024-01-10",
    "reported_date": "2024-01-10",
    "recorded_date": "2024-01-10",
    "district_code": "E07000103",
    "disability": "N",
    "race": "N",
    "religion": "N",
    "sexual_orientation": "N",
    "transgender": "N",
    "record_class": "crime",
    "offence_code": "9A",
    "offence_group": "public_order",
    "outcome_code": "",
    "reporting_route": "online",
    "status": "recorded",
    "is_aggravated": "N",
}
GROUNDS = ("disability", "race", "religion", "sexual_orientation", "transgender")


def drawn(picture: str) -> list[dict[str, str]]:
    """Read a table drawn with bars; the first line names the columns, empty lines are ignored."""
    lines = [line for line in picture.strip().splitlines() if line.strip()]
    header, *rows = [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in lines]
    return [dict(zip(header, row, strict=True)) for row in rows]


def pseudonym(*parts: object) -> str:
    """Return a report id of the contract's form, the same for the same parts."""
    return "HC" + hashlib.sha256(repr(parts).encode()).hexdigest()[:16]


def hertfordshire(picture: str) -> str:
    """Write the CSV of a Hertfordshire extract from the columns drawn; `grounds` sets the five flags."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(HERTFORDSHIRE_ROW), lineterminator="\n")
    writer.writeheader()
    for row in drawn(picture):
        grounds = row.pop("grounds", "race").split()
        flags = {ground: "Y" if ground in grounds else "N" for ground in GROUNDS}
        writer.writerow(HERTFORDSHIRE_ROW | flags | row)
    return text.getvalue()
