"""Reading a file as its profile declares: all as text, nothing guessed, nothing lost, two readers in agreement."""

import hashlib
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import IO, Any, Final

import duckdb
from duckdb import CaseExpression, ColumnExpression, ConstantExpression

from data.description import Described, FileFormat
from data.errors import HateCrimeError, InputRejected, StorageFailed
from data.profile import Profile
from transforms.arrivals import is_settled, opened, shown, unsettled
from transforms.canonical import LINE_NUMBER, refusal, store
from transforms.census import Census, take_census
from transforms.connection import connect
from transforms.headers import check_header
from transforms.parquet import read_parquet
from transforms.unpacking import as_plain_text, in_words, kind_of
from transforms.workbooks import read_workbook

_CHUNK: Final = 1024 * 1024

__all__ = ["LINE_NUMBER", "Extract", "content_of", "is_settled", "read", "sha256_of", "shown", "unsettled"]


@dataclass(frozen=True)
class Extract:
    """One file received, as canonical Parquet: every column as text, in name order, with its line numbers.

    `extract_id` is the hash of the rows, and the day the extract was taken where the file or the caller says it: the
    same rows of another day say something else, namely that they stood again. It does not depend on the rows' order,
    the columns' order, or the file's format. `notes` are sentences for the analyst about what was left unread, such
    as hidden sheets.
    """

    extract_id: str
    source: str
    file_name: str
    file_sha256: str
    row_count: int
    extracted_on: date | None
    parquet: Path
    notes: tuple[str, ...] = ()

    @property
    def content_id(self) -> str:
        """The hash of the rows alone."""
        return content_of(self.extract_id)


def content_of(extract_id: str) -> str:
    """Return the part of an extract's id that is the hash of its rows."""
    return extract_id.partition("-")[0]


def read(file: Path, profile: Described, tmp: Path, extracted_on: date | None = None) -> Extract:
    """Read one file into canonical Parquet under `tmp`.

    Raises InputRejected, naming file, line and column or cell but never a value, when the file is not what the
    profile declares; Held when a sheet stops exactly where spreadsheets cut off; StorageFailed when it cannot
    be opened or the disk is full.
    """
    name = shown(file.name)
    day = extracted_on or profile.date_in_name(file.name)
    dated = f"-{day.isoformat()}" if day else ""
    target: Path | None = None
    try:
        with opened(file) as handle:
            digest = _sha256(handle)
            target = tmp / f"{digest}{dated}.parquet"
            with connect(None, tmp) as con:
                content_id, rows, notes = _stored(con, file, profile, target)
            if not rows:
                _check_nil_return(name, profile, day)
    except HateCrimeError:
        if target:
            # It may be whole already: a file that changed meanwhile is refused last.
            target.unlink(missing_ok=True)
        raise
    except OSError as error:
        raise StorageFailed(
            f"{name} cannot be read: {error.strerror or 'the disk or a permission stopped it'}.",
            "Check that you may open it and that the disk has room, then run again.",
        ) from None
    return Extract(
        content_id + dated,
        profile.name,
        file.name,
        digest,
        rows,
        day,
        target,
        notes,
    )


def sha256_of(file: Path) -> str:
    """Return the hash of a received file's bytes, unread. Raises as `read` does where it cannot be opened."""
    with opened(file) as handle:
        return _sha256(handle)


def _sha256(handle: IO[bytes]) -> str:
    digest = hashlib.sha256()
    while chunk := handle.read(_CHUNK):
        digest.update(chunk)
    return digest.hexdigest()


def _stored(
    con: duckdb.DuckDBPyConnection, file: Path, profile: Described, target: Path
) -> tuple[str, int, tuple[str, ...]]:
    name = shown(file.name)
    key = profile.key_columns
    if profile.file.format == "csv":
        return *_stored_csv(con, file, profile, target, key), ()
    if (kind := kind_of(file)) != profile.file.format:
        raise InputRejected(
            f"{name} is {in_words(kind)}, but its profile declares {in_words(profile.file.format)}.",
            "Check the profile or the file; an old or protected workbook must be saved anew without a password.",
        )
    if profile.file.format == "parquet":
        census, rows = read_parquet(con, file, name, partial(check_header, name=name, profile=profile))
        notes: tuple[str, ...] = ()
    else:
        sheet = read_workbook(file, name, profile)
        census, rows, notes = sheet.census, con.from_arrow(sheet.table), sheet.notes
    census = _with_rows(lambda: census, name, profile)
    rows = _without_missing(rows, census, profile.file.missing)
    extract_id = store(con, rows, census.header, lambda: census, name, key, target)
    return extract_id, census.records, notes


def _stored_csv(
    con: duckdb.DuckDBPyConnection, file: Path, profile: Described, target: Path, key: Sequence[str]
) -> tuple[str, int]:
    """Let both readers work side by side: one counts while the engine writes; the count's refusal comes first."""
    name = shown(file.name)
    text = as_plain_text(file, profile.file.encoding, target.with_suffix(".csv"))
    header: Future[list[str]] = Future()

    def check(columns: list[str]) -> None:
        check_header(columns, name, profile)
        header.set_result(columns)

    try:
        with ThreadPoolExecutor(1) as pool:
            counting = pool.submit(take_census, text, name, profile.file, check)
            both: tuple[Future[Any], ...] = (header, counting)
            wait(both, return_when=FIRST_COMPLETED)
            if not header.done():
                counting.result()
            counting.add_done_callback(lambda done: con.interrupt() if done.exception() else None)
            counted = partial(_with_rows, counting.result, name, profile)
            try:
                rows = _delimited(con, text, header.result(), profile.file)
            except duckdb.Error as error:
                raise refusal(error, counted, name) from None
            return store(con, rows, header.result(), counted, name, key, target), counting.result().records
    finally:
        if text != file:
            text.unlink(missing_ok=True)


def _delimited(
    con: duckdb.DuckDBPyConnection, text: Path, header: list[str], form: FileFormat
) -> duckdb.DuckDBPyRelation:
    return con.read_csv(
        str(text),
        auto_detect=False,
        columns=dict.fromkeys(header, "VARCHAR"),
        header=True,
        delimiter=form.delimiter,
        quotechar=form.quote,
        escapechar=form.quote,
        strict_mode=True,
        comment="",
        # An empty cell and a missing one are the same thing in text files: both become null.
        na_values=["", *form.missing],
    )


def _with_rows(counted: Callable[[], Census], name: str, profile: Described) -> Census:
    census = counted()
    if census.records == 0 and not profile.takes_nil_returns:
        raise InputRejected(
            f"{name} has a header and no rows.",
            "Ask for a re-export; only if its source says that nothing was recorded, run it with --nil-return.",
        )
    return census


def _check_nil_return(name: str, profile: Described, day: date | None) -> None:
    """Pass a nil return that says which months it covers and does not take back what came before it."""
    if day is None:
        raise InputRejected(
            f"{name} is a nil return and does not say when it was taken, so nobody knows what months it covers.",
            "Give the day with --extracted-on, or put it into the file's name as the profile has it.",
        )
    if isinstance(profile, Profile) and profile.extract.revision_rule == "snapshot":
        raise InputRejected(
            f"{name} has no rows, and an extract of its source replaces every one before it: no report would be left.",
            "Ask for a whole export; what is wrong with an earlier extract is withdrawn.",
        )


def _without_missing(rows: duckdb.DuckDBPyRelation, census: Census, missing: Sequence[str]) -> duckdb.DuckDBPyRelation:
    """Make null of every empty cell and of the texts that the profile declares to mean no value."""
    nothing = [ConstantExpression(text) for text in ("", *missing)]
    return rows.select(
        *[
            CaseExpression(ColumnExpression(c).isin(*nothing), ConstantExpression(None))
            .otherwise(ColumnExpression(c))
            .alias(c)
            for c in census.header
        ]
    )
