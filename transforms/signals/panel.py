"""The evidence panel: every signal for every area × characteristic side by side, with the verdict, never a score.

Private: it is computed from exact counts. What of it others may see, `transforms.signals.disclosed` decides.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pandas as pd

from transforms.signals.claims import CLAIMS
from transforms.signals.count_signals import count_signals
from transforms.signals.inputs import Inputs, read_inputs
from transforms.signals.nowcast import NOWCAST_COLUMNS, nowcast
from transforms.signals.report_signals import report_signals
from transforms.signals.result import KEYS, RESULT_COLUMNS, result_frame
from transforms.signals.verdict import VERDICT_COLUMNS, verdicts
from transforms.signals.wording import claim_class, sentence

PLACE_COLUMNS: Final = ("area_code", "area_name", "area_type", "characteristic", "record_class")
PERIOD_COLUMNS: Final = ("period_start", "period_end")
EVIDENCE_COLUMNS: Final = (
    *(*PLACE_COLUMNS, *PERIOD_COLUMNS, "signal", "evidence", "claim_class", "state", "estimate", "lower", "upper"),
    *("expected", "observed", "p_value", "gate", "sentence"),
)
"""Grain: area_code, characteristic, signal. `evidence` is the kind of evidence; `gate` says why a signal cannot
be told, empty where it can. Numbers as in `result.RESULT_COLUMNS`."""


@dataclass(frozen=True)
class Panel:
    """`evidence` (EVIDENCE_COLUMNS), `verdicts` (one row an area × characteristic) and `nowcasts` of the force.

    `nowcasts`: `date_basis` and `characteristic` before the columns of `nowcast.NOWCAST_COLUMNS`. All ordered by
    name; nothing is ranked.
    """

    evidence: pd.DataFrame
    verdicts: pd.DataFrame
    nowcasts: pd.DataFrame


def evidence_panel(database: Path, tmp: Path, record_class: str = "crime") -> Panel:
    """Return the evidence of a warehouse that holds core: its newest twelve whole months beside all before.

    Raises UsageError where it holds more than one source, or no whole month yet.
    """
    return judged(read_inputs(database, tmp, record_class))


def judged(inputs: Inputs) -> Panel:
    """Return the panel of what was read; every area × characteristic has a row of every signal."""
    cells = inputs.monthly.loc[inputs.monthly["characteristic"] != "all", list(KEYS)].drop_duplicates()
    results = pd.concat([*count_signals(inputs), *report_signals(inputs)], ignore_index=True)
    results = _completed(results, cells)
    named = cells.merge(inputs.areas[["area_code", "area_name", "area_type"]], how="left", on="area_code").assign(
        record_class=inputs.period.record_class,
        period_start=inputs.period.first_month,
        period_end=inputs.period.last_day,
    )[[*PLACE_COLUMNS, *PERIOD_COLUMNS]]
    rows = results.to_dict("records")
    told = results.assign(
        evidence=results["signal"].map({name: claim.evidence for name, claim in CLAIMS.items()}),
        claim_class=[claim_class(row) for row in rows],
        gate=results["reason"].where(results["state"] == "cannot_tell", ""),
        sentence=[sentence(row) for row in rows],
    )
    evidence = named.merge(told, how="left", on=list(KEYS))[list(EVIDENCE_COLUMNS)]
    found = named.merge(verdicts(results), how="left", on=list(KEYS))
    return Panel(
        evidence.sort_values([*KEYS, "signal"], ignore_index=True),
        found[[*PLACE_COLUMNS, *PERIOD_COLUMNS, *VERDICT_COLUMNS[len(KEYS) :]]].sort_values(
            list(KEYS), ignore_index=True
        ),
        nowcasts(inputs.snapshots),
    )


def nowcasts(snapshots: pd.DataFrame) -> pd.DataFrame:
    """Return the nowcast of each date basis and characteristic that the extracts show, for the whole force."""
    frames = [
        nowcast(group).assign(date_basis=str(basis), characteristic=str(characteristic))
        for (basis, characteristic), group in snapshots.groupby(["date_basis", "characteristic"], sort=True)
    ]
    columns = ["date_basis", "characteristic", *NOWCAST_COLUMNS]
    return pd.concat(frames, ignore_index=True)[columns] if frames else pd.DataFrame(columns=columns)


def _completed(results: pd.DataFrame, cells: pd.DataFrame) -> pd.DataFrame:
    """Return the results with a row that cannot be told for each cell and signal that no report speaks for."""
    frames = []
    for signal, found in results.groupby("signal", sort=True):
        known = set(zip(found["area_code"], found["characteristic"], strict=True))
        missing = [
            {"area_code": area, "characteristic": characteristic, "gate": "There is no report to judge."}
            for area, characteristic in zip(cells["area_code"], cells["characteristic"], strict=True)
            if (area, characteristic) not in known
        ]
        frames += [found, result_frame(str(signal), missing)] if missing else [found]
    return pd.concat(frames, ignore_index=True)[list(RESULT_COLUMNS)]
