"""Versions: what each extract says of each report, in the columns of the extract contract."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa

from data.schema import MONITORED_CHARACTERISTICS, RECORD_CLASSES, REPORTING_ROUTES
from data.synthetic.incidents import Incidence
from data.synthetic.reports import CANCELLED, CRIME, OFFENCE_GROUPS, OUTCOMES
from data.synthetic.world import PLACES, World

EXTRACT_COLUMNS: Final = (
    "report_id",
    "occurred_date",
    "reported_date",
    "recorded_date",
    "district_code",
    "disability",
    "race",
    "religion",
    "sexual_orientation",
    "transgender",
    "record_class",
    "offence_code",
    "offence_group",
    "outcome_code",
    "reporting_route",
    "status",
    "is_aggravated",
)
"""The header of an extract of the profile `hertfordshire`."""

_EXTRACT_DAY = 4
"""The day of the following month on which an extract is taken."""

_HEX_PAIRS: Final = np.array([f"{byte:02x}" for byte in range(256)], dtype="S2")

_AGGRAVATING = 0b00011
"""Race and religion: the only grounds of the aggravated offences (Crime and Disorder Act 1998, s. 28)."""

_CODES: Final = [code for _, *both in OFFENCE_GROUPS.values() for code in both if code]
_CODE_NUMBERS: Final = np.array(
    [[_CODES.index(code) if code else -1 for code in both] for _, *both in OFFENCE_GROUPS.values()]
)
"""Offence group × whether aggravated, as a number into `_CODES`; -1 where the contract has no code."""


@dataclass(frozen=True)
class Record:
    """What the force's system says of some reports at one moment, as codes."""

    place: np.ndarray
    flags: np.ndarray
    record_class: np.ndarray
    is_cancelled: np.ndarray
    is_aggravated: np.ndarray
    outcome: np.ndarray


def record_at(reports: pd.DataFrame, extract: np.ndarray | int) -> Record:
    """Return what `reports` say in the extract of that number: one number a row, or one for all."""
    column = {name: reports[name].to_numpy() for name in reports}
    is_revised = column["revised"] <= extract
    flags = np.where(is_revised, column["flags"], column["first_flags"])
    record_class = np.where(is_revised, column["record_class"], column["first_class"])
    has_aggravated_code = _CODE_NUMBERS[column["group"], 1] >= 0
    may_be = column["may_be_aggravated"] & has_aggravated_code & (record_class == CRIME)
    outcome = np.where(column["final_outcome_from"] <= extract, column["final_outcome"], column["outcome"])
    return Record(
        place=np.where(is_revised, column["place"], column["first_place"]),
        flags=flags,
        record_class=record_class,
        is_cancelled=is_revised & (column["revision"] == CANCELLED),
        is_aggravated=may_be & ((flags & _AGGRAVATING) > 0),
        outcome=np.where(column["outcome_from"] <= extract, outcome, 0),
    )


def draw_versions(world: World, model: Incidence, reports: pd.DataFrame) -> pd.DataFrame:
    """Return one row a report and extract that carries it, in order of extract and recording.

    `extracted_on` comes first, then the columns of the contract; blanks are nulls. An extract carries a
    report when it is new or says something that the last extract to carry it did not.
    """
    count, extract_count = len(reports), 12 * len(world.crimes_by_year)
    keys = []
    for event in ("extract", "revised", "outcome_from", "final_outcome_from"):
        number = reports[event].to_numpy().astype(np.int64)
        row = np.flatnonzero(number < extract_count)
        keys.append(number[row] * count + row)
    extract, row = np.divmod(np.unique(np.concatenate(keys)), max(count, 1))
    carried = reports.take(row)
    record = record_at(carried, extract)

    months = np.datetime64(world.first_month, "M") + 1 + np.arange(extract_count)
    extract_dates = months.astype("datetime64[D]") + (_EXTRACT_DAY - 1)
    columns: dict[str, object] = {
        "extracted_on": extract_dates[extract].astype("datetime64[s]"),
        "report_id": _pseudonyms(world.seed, row),
    }
    for name in ("occurred", "reported", "recorded"):
        columns[f"{name}_date"] = (model.first_day + carried[name].to_numpy()).astype("datetime64[s]")
    columns["district_code"] = _districts(record.place, carried["has_former_code"].to_numpy())
    for bit, characteristic in enumerate(MONITORED_CHARACTERISTICS):
        columns[characteristic] = _labels((record.flags >> bit) & 1, ("N", "Y"))
    is_crime = record.record_class == CRIME
    group = carried["group"].to_numpy()
    code = _CODE_NUMBERS[group, record.is_aggravated.astype(np.int8)]
    columns["record_class"] = _labels(record.record_class, RECORD_CLASSES)
    columns["offence_code"] = _labels(np.where(is_crime, code, -1), _CODES)
    columns["offence_group"] = _labels(np.where(is_crime, group, -1), tuple(OFFENCE_GROUPS))
    columns["outcome_code"] = _labels(record.outcome.astype(np.int8) - 1, OUTCOMES[1:])
    columns["reporting_route"] = _labels(carried["route"].to_numpy(), REPORTING_ROUTES)
    columns["status"] = _labels(record.is_cancelled, ("recorded", "cancelled"))
    columns["is_aggravated"] = _labels(record.is_aggravated, ("N", "Y"))
    return pd.DataFrame({name: columns[name] for name in ("extracted_on", *EXTRACT_COLUMNS)}, copy=False)


def _labels(codes: np.ndarray, labels: tuple[str, ...] | list[str]) -> "pd.Categorical[str]":
    return pd.Categorical.from_codes(codes.astype(np.int8), pd.Index(labels), validate=False)


def _districts(place: np.ndarray, has_former_code: np.ndarray) -> "pd.Categorical[str]":
    labels = [item.extract_code for item in PLACES]
    labels += [item.former_code for item in PLACES if item.former_code]
    former = np.array([labels.index(item.former_code or item.extract_code) for item in PLACES])
    return _labels(np.where(has_former_code, former[place], place), labels)


def _pseudonyms(seed: int, number: np.ndarray) -> pd.Series:
    """Mix seed and number one to one (splitmix64), so that no two reports of a world share a pseudonym."""
    mixed = number.astype(np.uint64) + np.uint64(((seed + 1) << 32) % 2**64)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    mixed ^= mixed >> np.uint64(31)
    text = np.empty((len(mixed), 18), np.uint8)
    text[:, :2] = np.frombuffer(b"HC", np.uint8)
    text[:, 2:] = _HEX_PAIRS[mixed.astype(">u8").view(np.uint8)].view(np.uint8).reshape(-1, 16)
    ends = pa.py_buffer(np.arange(0, text.size + 1, 18, dtype=np.int64))
    return pa.LargeStringArray.from_buffers(len(mixed), ends, pa.py_buffer(text)).to_pandas()
