"""The audit: what an outsider can work out from a release and all earlier ones, and whether that is too much."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from data.policies import POLICIES, Policy
from expectations.disclosure.claims import CELL, WITHDRAWN, faulty_prints, read_claims
from expectations.disclosure.guesses import guessed
from expectations.disclosure.judge import Judge
from expectations.disclosure.links import Earlier, link
from expectations.disclosure.shares import faulty_shares
from expectations.disclosure.system import ALL, System, build_system

_BLOCK: Final = ["record_class", "date_basis"]
_RETRIES: Final = 5


@dataclass(frozen=True)
class Finding:
    """One thing that must not leave: what is wrong, and where. It never holds a value.

    `kind`: `exact` (one value is possible), `too_tight` (the range is narrower than the protection interval),
    `implied` (a hidden figure that is no small count can be worked out), `untrue` (a printed figure is not its
    count), `group` (all reports of an area and period carry one characteristic, and it shows), `guessed` (a sum from
    which whoever takes its hidden parts for small ones, rightly, works one out), `linked` (too much is told of it, now
    or as it stood in an earlier release, to whoever knows which counts have not changed), `unproven` (not shown to be
    safe), `contradiction` (no counts fit the figures), or a fault of printing (see `claims.faulty_prints` and
    `shares.faulty_shares`; no place given).
    """

    kind: str
    record_class: str = ""
    date_basis: str = ""
    area_code: str = ""
    characteristic: str = ""
    period_type: str = ""
    start: int = 0
    end: int = 0


@dataclass(frozen=True)
class Verdict:
    """Whether a release may leave, and on what grounds; ready for the certificate.

    `linked_count`: earlier releases that were put into one system with this one. `told_count`: hidden counts, none of
    them large, that those alone tell too much of to whoever knows which counts have not changed; no release can take
    that back.
    """

    policy: str
    findings: tuple[Finding, ...]
    figure_count: int
    judged_count: int
    table_count: int
    linked_count: int
    told_count: int
    assumptions: tuple[str, ...]
    not_covered: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """True where nothing was found."""
        return not self.findings


ASSUMPTIONS: Final = (
    "An outsider has every figure of this release and of every earlier one, and the policy.",
    "They know which places make up an area and which months a period, that every report lies in one place and "
    "month, and that characteristics overlap: the largest of them is at most all, and all at most their sum. A report "
    "that names none carries no other.",
    "They know that a printed figure is no count from 1 to 4 and by how much rounding can move it.",
    "They know that a hidden figure may be zero, small, or hidden to protect another.",
    "They know that a figure printed earlier still holds unless it was printed anew or withdrawn.",
)
NOT_COVERED: Final = (
    "What a victim, an officer or a neighbour knows beyond the figures.",
    "How this program chooses what to hide, and guesses that hidden figures are small, beyond one printed sum of them.",
    "By how much a late report or a correction moved a count: a guess that it was by one.",
    "Earlier figures of areas that the structure no longer has.",
    "Sums over other places or periods than those published, other releases of the same reports by others.",
)


LINKED: Final = (
    "They may know exactly which counts have changed between releases and which have not: one that has not is one "
    "unknown for all of them, one that has is an unknown in each. Small counts that an earlier one hid are judged too."
)
NOT_LINKED: Final = (
    "Counts as they stood in {count} earlier releases whose exact counts are not kept, except through figures that "
    "still hold: whoever knows which months or places a revision left alone can sometimes narrow a hidden figure there."
)
TOLD: Final = (
    "Hidden counts that earlier releases alone narrow for whoever knows exactly which counts have not changed since: "
    "there are some. What was printed cannot be taken back, and this release tells no more of them."
)


def audit(
    figures: pd.DataFrame,
    structure: pd.DataFrame,
    policy: Policy,
    register: pd.DataFrame | None = None,
    exact: pd.DataFrame | None = None,
    characteristics: Iterable[str] = (),
    exact_shares: pd.DataFrame | None = None,
    past: pd.DataFrame | None = None,
) -> Verdict:
    """Return the verdict on figures in the shape of data.schema.PUBLISHED, reasoning from them alone.

    `structure`: area_code, part_code (the finest places in each area; a place is part of itself). `register`:
    the figures of every earlier release, oldest first, with the `policy` of each. Anything not shown to be safe is a
    finding. `exact`: the counts themselves (area_code, characteristic, record_class, date_basis, month,
    report_count), which the search never sees: they only tell whether what is printed is true, and whether what an
    outsider can narrow down is a small count at all. `characteristics`: those that the release names, with a figure
    or without, which together make up `all`. `exact_shares`: see `shares.faulty_shares`. `past`:
    the exact counts of earlier releases, by the `release_id` of the register; they tell which counts have changed, and
    which of the past ones are small. Raises UsageError where the
    figures are not such a table or an area is not in the structure.
    """
    claims = read_claims(figures, policy)
    if not policy.protects:
        return Verdict(policy.name, (), len(figures), 0, 0, 0, 0, (), ("Everything: this profile protects nothing.",))
    named = set(characteristics)
    faults = faulty_prints(figures, claims, policy) + faulty_shares(figures, exact_shares, named, policy)
    findings = [Finding(kind) for kind, number in faults for _ in range(number)]
    earlier = _still_known(register, claims, structure)
    kinds = named | set(claims["characteristic"])
    linked, released = _linked(register, past if exact is not None else None, structure, kinds)
    judged = tables = told = 0
    for block, group in claims.groupby(_BLOCK, sort=True):
        mine = earlier[(earlier[_BLOCK] == list(block)).all(axis=1)]
        truth = None if exact is None else exact[(exact[_BLOCK] == list(block)).all(axis=1)]
        past_of = [Earlier(*(one[(one[_BLOCK] == list(block)).all(axis=1)] for one in pair)) for pair in linked]
        found = _audit_block(group, mine, structure, policy, truth, named, [one for one in past_of if len(one.claims)])
        findings += found.findings
        judged += found.judged
        tables += found.tables
        told += found.told
    assumptions = (*ASSUMPTIONS, LINKED) if linked else ASSUMPTIONS
    not_linked = (NOT_LINKED.format(count=f"{released - len(linked):,}"),) if released > len(linked) else ()
    not_covered = NOT_COVERED + not_linked + ((TOLD,) if told else ())
    return Verdict(
        policy.name, tuple(findings), len(figures), judged, tables, len(linked), told, assumptions, not_covered
    )


def _linked(
    register: pd.DataFrame | None, past: pd.DataFrame | None, structure: pd.DataFrame, kinds: set[str]
) -> tuple[list[tuple[pd.DataFrame, pd.DataFrame]], int]:
    """Return the claims and counts of each earlier release whose counts are known, and how many releases there are.

    One with places or characteristics that are no more is left out: its sums are not of those that there are now.
    """
    if register is None or register.empty:
        return [], 0
    names = register["release_id"] if "release_id" in register else pd.Series("", index=register.index)
    counts = {} if past is None else dict(iter(past.groupby("release_id")))
    found = []
    for name, rows in register.groupby(names, sort=False):
        if name in counts and _is_of(counts[name], structure, kinds):
            told = [read_claims(one, POLICIES[str(policy)]) for policy, one in rows.groupby("policy")]
            found.append((pd.concat(told, ignore_index=True), counts[name]))
    return found, names.nunique()


def _is_of(counts: pd.DataFrame, structure: pd.DataFrame, kinds: set[str]) -> bool:
    """Whether counts are of the places in the structure and of these characteristics."""
    areas = set(counts["area_code"]) - set(structure.loc[structure["area_code"] != structure["part_code"], "area_code"])
    return areas <= set(structure["part_code"]) and set(counts["characteristic"]) <= kinds


def _still_known(register: pd.DataFrame | None, claims: pd.DataFrame, structure: pd.DataFrame) -> pd.DataFrame:
    """Return the earlier figures that this release neither prints anew nor withdraws."""
    if register is None or register.empty:
        return claims.iloc[:0]
    # One reading a release would refuse cells that stand twice; over releases they do, and the newest counts.
    key = ["measure", *_BLOCK, "area_code", "characteristic", "period_start", "period_end"]
    withdrawn = register["note_ids"].fillna("").str.split().map(lambda notes: WITHDRAWN in notes)
    told = register[register["value"].notna() | withdrawn]
    newest = told.astype({"period_start": str, "period_end": str}).drop_duplicates(key, keep="last")
    known = pd.concat([read_claims(rows, POLICIES[str(name)]) for name, rows in newest.groupby("policy")])
    known = known[~known["hidden"] & known["area_code"].isin(set(structure["area_code"]))]
    settled = claims[~claims["hidden"] | claims["withdrawn"]]
    again = pd.MultiIndex.from_frame(known[CELL]).isin(pd.MultiIndex.from_frame(settled[CELL]))
    return known[~again]


@dataclass(frozen=True)
class _Found:
    """What the audit of one record class and date basis came to."""

    findings: list[Finding]
    judged: int
    tables: int = 0
    told: int = 0


def _audit_block(
    claims: pd.DataFrame,
    earlier: pd.DataFrame,
    structure: pd.DataFrame,
    policy: Policy,
    truth: pd.DataFrame | None,
    named: set[str],
    past: list[Earlier],
) -> _Found:
    cells = _all_cells(claims, earlier, structure, named)
    system = build_system(cells, structure)
    findings = [_finding("group", cells.iloc[row]) for row in _lone_groups(cells, policy)]
    exact = None if truth is None else system.count(truth)
    if exact is not None:
        printed = cells["published"].to_numpy() & cells["value"].notna().to_numpy()
        untrue = printed & ((exact < cells["lowest"].to_numpy()) | (exact > cells["highest"].to_numpy()))
        findings += [_finding("untrue", cells.iloc[row]) for row in np.flatnonzero(untrue)]
        findings += [_finding("guessed", cells.iloc[row]) for row in guessed(cells, exact, structure, policy)]
    asked = _asked(system)
    alone = Judge(system, asked, policy, exact)
    for _ in range(_RETRIES):
        if alone.search.start():
            break
        revised = alone.search.fewest_revised()
        if not len(revised):
            return _Found([*findings, Finding("contradiction", *claims.iloc[0][_BLOCK])], len(asked))
        system = system.without(revised)
        alone = Judge(system, asked, policy, exact)
    else:
        return _Found([*findings, Finding("contradiction", *claims.iloc[0][_BLOCK])], len(asked))
    if truth is None or exact is None or not past:
        unsafe = alone.unsafe()
        findings += [_finding(kind, cells.iloc[asked[number]]) for number, kind in unsafe.items()]
        return _Found(findings, len(asked), len(alone.search.tables))
    # How many past cells are judged tells how many small counts have changed, so it is not said.
    linked = link(system, truth, past, policy)
    whole = linked.system.cells
    everything = np.concatenate([asked, np.arange(len(cells), len(whole))])
    small = np.full(len(whole) - len(cells), policy.protected_from)
    counts = np.concatenate([exact, small])
    together = Judge(linked.system, everything, policy, counts)
    if not together.search.start():
        return _Found([*findings, Finding("contradiction", *claims.iloc[0][_BLOCK])], len(asked))
    told, before = 0, Judge(linked.before, everything, policy, counts)
    for number, kind in together.unsafe().items():
        of_itself = alone.kind(number) if number < len(asked) else ""
        if of_itself or not before.tells_as_much(number, kind, together):
            findings.append(_finding(of_itself or "linked", whole.iloc[everything[number]]))
        else:
            # A large count is no secret: that it can be worked out though it stands hidden tells of nobody.
            told += int(counts[everything[number]] < policy.threshold)
    return _Found(findings, len(asked), len(together.search.tables), told)


def _all_cells(claims: pd.DataFrame, earlier: pd.DataFrame, structure: pd.DataFrame, named: set[str]) -> pd.DataFrame:
    """Return the published cells, the earlier ones, and every cell of the same make that is not published."""
    known = pd.MultiIndex.from_frame(earlier[CELL])
    claims = claims[~pd.MultiIndex.from_frame(claims[CELL]).isin(known)]
    told = pd.concat([claims.assign(earlier=False), earlier.assign(earlier=True, hidden=False)])
    windows = told[["start", "end", "period_type"]].drop_duplicates(["start", "end"])
    areas = pd.Series(sorted(set(structure["area_code"])), name="area_code")
    kinds = pd.Series(sorted(named | set(told["characteristic"])), name="characteristic")
    every = pd.merge(areas.to_frame(), kinds.to_frame(), how="cross").merge(windows, how="cross")
    block = {name: told[name].iloc[0] for name in _BLOCK}
    every = every.assign(**block, lowest=0.0, highest=np.inf, hidden=False, withdrawn=False, earlier=False)
    unpublished = every[~pd.MultiIndex.from_frame(every[CELL]).isin(pd.MultiIndex.from_frame(told[CELL]))]
    told = told.assign(published=True)
    return pd.concat([told, unpublished.assign(published=False)], ignore_index=True)


def _asked(system: System) -> np.ndarray:
    """Return the cells to judge: hidden ones, and unpublished ones that are not plainly zero."""
    cells = system.cells
    rows = system.sums[: len(cells)]
    zero = np.asarray(rows[np.flatnonzero(system.highest[: len(cells)] == 0)].sum(axis=0)).ravel() > 0
    open_cells = rows @ (~zero).astype(float) > 0
    return np.flatnonzero(cells["hidden"].to_numpy() | ~cells["published"].to_numpy() & open_cells)


def _lone_groups(cells: pd.DataFrame, policy: Policy) -> list[int]:
    """Return one row for each area and window whose small group is seen to carry one characteristic."""
    place = ["area_code", "start", "end"]
    published = cells[cells["published"] & ~cells["earlier"]]
    kinds = cells.loc[cells["characteristic"] != ALL, "characteristic"].nunique()
    shown_zero, single = published["highest"] == 0, published["characteristic"] != ALL
    small = published[~single & ~shown_zero & ~(published["value"] >= policy.group_base)]
    parts = published[single].assign(carried=~shown_zero[single])
    grouped = parts.groupby(place)["carried"]
    lone = parts["carried"] & (grouped.transform("size") == kinds) & (grouped.transform("sum") == 1)
    in_small = pd.MultiIndex.from_frame(parts[place]).isin(pd.MultiIndex.from_frame(small[place]))
    return parts.index[lone & in_small].tolist() if kinds > 1 else []


def _finding(kind: str, cell: pd.Series) -> Finding:
    place = {name: str(cell[name]) for name in (*_BLOCK, "area_code", "characteristic", "period_type")}
    return Finding(kind, **place, start=int(cell["start"]), end=int(cell["end"]))
