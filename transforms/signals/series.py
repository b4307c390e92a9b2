"""A monthly series of counts with season: the regression that changes and events are measured by.

Formula: log E = log(exposure) + trend + Fourier pairs + steps; quasi-Poisson (Lopez Bernal, Cummins and
Gasparrini 2017), or quasi-binomial against a control series in the same months. The standard error is the
larger of the quasi-likelihood one and Newey and West's, as each alone is too small in short series of one
kind or the other.
"""

from typing import Final, NamedTuple

import numpy as np
import pandas as pd
from scipy import stats

SMOOTH: Final = 1e-8
PAIRS: Final = 2
"""Sine and cosine pairs: half-yearly and yearly."""


class Effect(NamedTuple):
    """A step's rate ratio with limits, the t of its logarithm, and the degrees of freedom of both."""

    ratio: float
    lower: float
    upper: float
    t: float
    freedom: int


def months_of(series: pd.DataFrame) -> pd.DatetimeIndex:
    """Return the series' months as dates; the first of each month."""
    return pd.DatetimeIndex(pd.to_datetime(series["month"]))


def seasonal_terms(months: pd.DatetimeIndex, pairs: int = PAIRS) -> pd.DataFrame:
    """Return the sine and cosine columns of a yearly season by calendar month, named sin1, cos1 …"""
    angle = 2 * np.pi * months.month.to_numpy() / 12
    columns = {}
    for pair in range(1, pairs + 1):
        columns[f"sin{pair}"] = np.sin(pair * angle)
        columns[f"cos{pair}"] = np.cos(pair * angle)
    return pd.DataFrame(columns)


def step_effect(
    series: pd.DataFrame, step: np.ndarray, pairs: int = PAIRS, trend: bool = True, confidence: float = 0.95
) -> Effect:
    """Return the effect of `step` (a column of 0 and 1) on `report_count`, one row a month, in order.

    The offset is the logarithm of `exposure` where there is such a column, else of the days in the month.
    With a column `control_count` the effect is that on the odds against the control: the change beyond the
    control's; months in which neither counts anything say nothing and are left out.
    """
    # Taken in only here, and in part: the whole package takes longer to load than a small extract to run.
    from statsmodels.genmod.families import Binomial, Poisson
    from statsmodels.genmod.generalized_linear_model import GLM

    months = months_of(series)
    design = pd.DataFrame({"constant": 1.0, "step": np.asarray(step, dtype=float)})
    if trend:
        design["trend"] = np.arange(len(series), dtype=float)
    design = pd.concat([design, seasonal_terms(months, pairs)], axis=1)
    counts = series["report_count"].to_numpy(dtype=float)
    stepped = np.asarray(step) > 0
    if counts[stepped].sum() == 0:
        # No report at all since has no finite logarithm: half a report stands for it, as in a log odds ratio.
        counts = np.where(stepped, 0.5 / stepped.sum(), counts)
    if "control_count" in series:
        size = counts + series["control_count"].to_numpy(dtype=float)
        informs = size > 0
        design, counts, size = design[informs], counts[informs], size[informs]
        model = GLM(counts / size, design, family=Binomial(), var_weights=size)
    else:
        size = np.ones(len(counts))
        exposure = np.asarray(series.get("exposure", months.days_in_month), dtype=float)
        model = GLM(counts, design, offset=np.log(exposure), family=Poisson())
    fit = model.fit(scale=1.0)
    # A series without any scatter has no dispersion of its own: Poisson's is taken.
    dispersion = fit.pearson_chi2 / fit.df_resid
    likely = fit.bse["step"] * (np.sqrt(dispersion) if dispersion > SMOOTH else 1.0)
    variance = size * model.family.variance(fit.mu)
    robust = _newey_west(design.to_numpy(), counts - size * fit.mu, variance)
    at = list(design.columns).index("step")
    error = float(max(likely, np.sqrt(robust[at, at])))
    freedom = len(counts) - design.shape[1]
    estimate = float(fit.params["step"])
    half = float(stats.t.ppf((1 + confidence) / 2, freedom)) * error
    ratio, lower, upper = (float(np.exp(estimate + move)) for move in (0.0, -half, half))
    return Effect(ratio, lower, upper, estimate / error, freedom)


def _newey_west(design: np.ndarray, residual: np.ndarray, variance: np.ndarray) -> np.ndarray:
    """Return the covariance of a canonical-link fit that allows for autocorrelation (Newey and West 1987).

    Lags by their rule of thumb, 4 (n ÷ 100) to the 2/9, with the n ÷ (n − k) correction for short series.
    """
    n, k = design.shape
    score = design * residual[:, None]
    meat = score.T @ score
    lags = int(4 * (n / 100) ** (2 / 9))
    for lag in range(1, lags + 1):
        product = score[lag:].T @ score[:-lag]
        meat += (1 - lag / (lags + 1)) * (product + product.T)
    bread = np.linalg.inv(design.T @ (variance[:, None] * design))
    covariance: np.ndarray = n / (n - k) * bread @ meat @ bread
    return covariance
