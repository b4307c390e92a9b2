"""The privacy gate: inspects an extract before anything of it is stored, and words the refusal."""

from dataclasses import dataclass
from pathlib import Path

import duckdb

from data.description import Described
from data.errors import InputRejected, StorageFailed
from data.profile import Profile
from transforms.connection import connect
from transforms.privacy.declared import Declared, declared
from transforms.privacy.findings import Finding, Kind
from transforms.privacy.keys import holds_pseudonyms, search_keys
from transforms.privacy.names import is_identifying
from transforms.privacy.risk import Risk, assess
from transforms.privacy.scan import search
from transforms.reading import LINE_NUMBER, shown

_NAMED_LINES = 5
_NAMED_FINDINGS = 3


@dataclass(frozen=True)
class Inspection:
    """What the gate found in one extract, and how easily its reports could be told apart; counts hold no reports."""

    findings: tuple[Finding, ...]
    risk: Risk | None
    keys: tuple[str, ...] = ()

    @property
    def stops(self) -> tuple[Finding, ...]:
        """The findings that refuse the file."""
        return tuple(finding for finding in self.findings if finding.severity == "stop")

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """The findings that go to the analyst."""
        return tuple(finding for finding in self.findings if finding.severity == "warn")


def inspect(parquet: Path, profile: Described, tmp: Path) -> Inspection:
    """Search one extract in canonical Parquet; no value leaves this function.

    Findings come in the order names, report ids, values. Raises StorageFailed when the search fails.
    """
    try:
        with connect(None, tmp) as con:
            header = [name for name in con.read_parquet(str(parquet)).columns if name != LINE_NUMBER]
            columns = declared(profile, header)
            findings = [
                *_named(con, parquet, columns),
                *search_keys(con, parquet, columns),
                *search(con, parquet, columns),
            ]
            if not isinstance(profile, Profile):
                return Inspection(tuple(findings), None)
            return Inspection(tuple(findings), assess(con, parquet, profile), tuple(profile.key_columns))
    except duckdb.Error:
        # DuckDB's own message can quote the value it fell over.
        raise StorageFailed(
            f"{shown(parquet.name)} could not be searched for identifying values.",
            "Free some memory and disk, then run again; if it fails once more, the stored file is damaged.",
        ) from None


def _named(con: duckdb.DuckDBPyConnection, parquet: Path, columns: dict[str, Declared]) -> list[Finding]:
    # A column called "Crime Ref" may keep its name when every id in it was replaced by a pseudonym.
    return [
        Finding(Kind.COLUMN_NAME, name)
        for name, column in columns.items()
        if is_identifying(name)
        and not column.is_closed
        and not column.reason
        and not holds_pseudonyms(con, parquet, name, column)
    ]


def refusal(inspection: Inspection, file_name: str) -> InputRejected | None:
    """Return the error that refuses the file, one sentence and the next step; None if it may pass."""
    stops = inspection.stops
    if not stops:
        return None
    told = "; ".join(_told(finding) for finding in stops[:_NAMED_FINDINGS])
    if more := len(stops) - _NAMED_FINDINGS:
        told += f"; and {more} more finding{'s' if more > 1 else ''}" if more > 0 else ""
    return InputRejected(f"{shown(file_name)} may identify people: {told}.", _next_step(stops, inspection.keys))


def _told(finding: Finding) -> str:
    column = f"column {shown(finding.column)}"
    if finding.kind is Kind.COLUMN_NAME:
        return f"{column} has {finding.kind.words}"
    lines = finding.line_numbers[:_NAMED_LINES]
    where = f"line{'s' if len(lines) > 1 else ''} {', '.join(map(str, lines))}"
    more = finding.count - len(lines)
    rest = f" and {more} more" if more else ""
    return f"{column} holds {finding.kind.words} ({where}{rest})"


def _next_step(stops: tuple[Finding, ...], keys: tuple[str, ...]) -> str:
    kinds = {finding.kind for finding in stops}
    column = shown(stops[0].column)
    if kinds == {Kind.COLUMN_NAME} and stops[0].column not in keys:
        return (
            "Leave it out of the export; only if it identifies nobody, give the reason in the profile under "
            f'[allowed_columns."{column}"] because.'
        )
    if {finding.column for finding in stops} <= set(keys):
        # Ids of any form can look like a name or a number here and there; keyed pseudonyms cannot.
        run = f'Run `hatecrime pseudonymise FILE --column "{column}" --key KEYFILE --to NEWFILE` and bring the result'
        if not kinds <= {Kind.CLEAR_KEY, Kind.COLUMN_NAME}:
            return f"{run}."
        return (
            f"{run}; only if the source itself publishes these ids, say so in the profile under [report] "
            "key_is_published_because."
        )
    also = " and replace the report ids with `hatecrime pseudonymise`" if Kind.CLEAR_KEY in kinds else ""
    return f"Nothing was stored. Take these out at the source, export the file again{also}."
