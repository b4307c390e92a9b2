"""A world in memory: every version of every report, and the truth that would score a pipeline or a method."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from data.schema import MONITORED_CHARACTERISTICS, RECORD_CLASSES
from data.synthetic.incidents import HISTORY_MONTHS, Incidence, incidence
from data.synthetic.reports import CANCELLED, draw_reports
from data.synthetic.versions import draw_versions, record_at
from data.synthetic.world import PLACES, World

_AREAS: Final = [place.area_code for place in PLACES]


@dataclass(frozen=True)
class Frames:
    """What the extracts say, and the truth beside them.

    `versions`: one row a report and extract that carries it: `extracted_on`, then the extract's columns.
    `incidents`: one row area × leading characteristic × month of occurrence × record class, with
    `expected_incident_count`, `true_incident_count` and `ever_reported_count` (which includes reports
    recorded after the last extract). An incident counts once, under the characteristic that leads it.
    `reporting_rates`: one row area × leading characteristic, the probability that an incident is reported, before
    any of the world's `reporting_changes`.
    `report_counts`: one row area × characteristic × month of recording × record class, `all` rows and zeros
    present: the reports that stand in the last extract, under every characteristic they carry.
    """

    versions: pd.DataFrame
    incidents: pd.DataFrame
    reporting_rates: pd.DataFrame
    report_counts: pd.DataFrame


def generate(world: World) -> Frames:
    """Return the world's extracts and truth; the same world always gives the same frames."""
    model = incidence(world)
    reports = draw_reports(world, model)
    return Frames(
        versions=draw_versions(world, model, reports),
        incidents=_incidents(world, model, reports),
        reporting_rates=_tidy(
            {"area_code": _AREAS, "characteristic": MONITORED_CHARACTERISTICS}, reporting_rate=model.reporting[:, :, 0]
        ),
        report_counts=_report_counts(world, reports),
    )


def _incidents(world: World, model: Incidence, reports: pd.DataFrame) -> pd.DataFrame:
    """Unreported incidents are a Poisson count of their own: thinning splits a Poisson process in two."""
    unreported_share = 1 - model.reporting[..., None]
    unreported = world.random("unreported").poisson(model.expected * unreported_share)
    real = reports[reports["revision"] != CANCELLED]
    reported = _count(
        model.expected.shape, *(real[name].to_numpy() for name in ("place", "lead", "month", "record_class"))
    )
    period = np.s_[:, :, HISTORY_MONTHS:, :]
    return _tidy(
        {
            "area_code": _AREAS,
            "characteristic": MONITORED_CHARACTERISTICS,
            "month": _months(world),
            "record_class": RECORD_CLASSES,
        },
        expected_incident_count=model.expected[period].round(6),
        true_incident_count=(unreported + reported)[period],
        ever_reported_count=reported[period],
    )


def _report_counts(world: World, reports: pd.DataFrame) -> pd.DataFrame:
    last = 12 * len(world.crimes_by_year) - 1
    carried = reports[reports["extract"] <= last]
    record = record_at(carried, last)
    cell = (record.place, carried["extract"].to_numpy(), record.record_class)
    shape = (len(PLACES), last + 1, len(RECORD_CLASSES))
    stands = ~record.is_cancelled
    carries = [(record.flags >> bit) & 1 == 1 for bit in range(len(MONITORED_CHARACTERISTICS))]
    counted = [stands & has for has in carries] + [stands]
    counts = np.stack([_count(shape, *(axis[rows] for axis in cell)) for rows in counted], axis=1)
    return _tidy(
        {
            "area_code": [*_AREAS, "all"],
            "characteristic": [*MONITORED_CHARACTERISTICS, "all"],
            "month": _months(world),
            "record_class": RECORD_CLASSES,
        },
        report_count=np.concatenate([counts, counts.sum(axis=0, keepdims=True)]),
    )


def _months(world: World) -> np.ndarray:
    first = np.datetime64(world.first_month, "M")
    return (first + np.arange(12 * len(world.crimes_by_year))).astype("datetime64[s]")


def _count(shape: tuple[int, ...], *coordinates: np.ndarray) -> np.ndarray:
    cells = np.ravel_multi_index([np.asarray(axis, np.int64) for axis in coordinates], shape)
    return np.bincount(cells, minlength=np.prod(shape)).reshape(shape)


def _tidy(axes: Mapping[str, Sequence[object] | np.ndarray], **measures: np.ndarray) -> pd.DataFrame:
    """Lay arrays of one shape out as rows, one a cell, the last axis fastest."""
    index = pd.MultiIndex.from_product(list(axes.values()), names=list(axes))
    frame = index.to_frame(index=False)
    for name, values in measures.items():
        frame[name] = values.ravel()
    return frame
