"""Writing a proposal as a profile in TOML, each entry that a person must decide marked `# decide`."""

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Final

from data.errors import UsageError
from data.schema import DATE_BASES, MONITORED_CHARACTERISTICS
from transforms.arrivals import shown
from transforms.privacy.names import is_identifying
from transforms.proposing import words as known
from transforms.proposing.code_lists import Labels
from transforms.proposing.plan import DateChoice, Plan, plan
from transforms.proposing.survey import MOST_LABELS, survey
from transforms.spelling import quoted

_NAME: Final = re.compile(r"[a-z][a-z0-9_]*")
_BARE_KEY: Final = re.compile(r"[A-Za-z0-9_-]+")
_DAYS_IN_NAMES: Final = (
    (r"(\d{4}-\d{2}-\d{2})", "%Y-%m-%d"),
    (r"(\d{2}-\d{2}-\d{4})", "%d-%m-%Y"),
    (r"(\d{2}\.\d{2}\.\d{4})", "%d.%m.%Y"),
    (r"(\d{2}_\d{2}_\d{4})", "%d_%m_%Y"),
    (r"(\d{8})", "%Y%m%d"),
    (r"(\d{8})", "%d%m%Y"),
)
_OF_LABELS: Final = (
    "# On the right the public name of each: confirm. On the left its code; where the file holds names, the official",
    "# code may stand there instead, and a spelling that is not the public name goes under [area.codes].",
)


def propose(file: Path, name: str) -> str:
    """Return a commented profile for a CSV, also inside gzip or zip, that a person must confirm.

    Every column has a place in it. Values stand in it only as labels of short code lists (at most 60 labels of
    at most 60 characters, each on at least 5 rows or a known code), never ids, dates, free text or rare labels. It
    loads once the entries marked `# decide` are filled. Raises InputRejected where the file is no delimited text
    with a header, StorageFailed where it cannot be opened, UsageError where the name cannot name a profile.
    """
    if not _NAME.fullmatch(name):
        raise UsageError(
            f"{shown(name)!r} cannot name a profile.",
            "Use small letters, digits and _; a letter comes first.",
        )
    made = plan(survey(file))
    parts = (_opening(made, name), _file(made), _columns(made), _area(made), _values(made), _grounds(made))
    return "\n".join(line for part in parts for line in part) + "\n"


def name_for(file: Path) -> str:
    """Return a name for the profile of such files: the file's own in small letters, without dates and numbers."""
    return "_".join(re.findall(r"[a-z]+", file.name.split(".")[0].lower())) or "source"


def _key(value: str) -> str:
    return value if _BARE_KEY.fullmatch(value) else quoted(value)


def _listed(values: list[str]) -> str:
    return f"[{', '.join(quoted(value) for value in values)}]"


def _opening(made: Plan, name: str) -> Iterator[str]:
    looked = "every row" if made.survey.is_whole else "the first rows"
    yield f"# Proposed from {shown(made.survey.file.name)} ({looked}, {made.survey.row_count:,}). Nothing is certain:"
    yield "# read each line, fill what says `decide`, then run `hatecrime check FILE --profile THIS_FILE`."
    yield f"name = {quoted(name)}"
    yield f"title = {quoted(name)}  # confirm: the source as it should be called on the pages"
    yield "contract_version = 1"
    basis = next((basis for basis in DATE_BASES if basis in made.dates), "recorded")
    yield f"headline_date_basis = {quoted(basis)}  # which date places a report in a month, where nobody says"
    yield 'time_zone = "Europe/London"  # confirm: the calendar of the days in the file'
    yield ""
    yield "# These columns stay unread, and any column that is not named in this profile stops a file."
    yield "# Only columns that identify nobody may stay: leave every other one out of the export."
    yield "ignored_columns = ["
    for column, hint in made.ignored.items():
        remarks = [hint] if hint else []
        if is_identifying(column):
            remarks.append("its name promises identifying values; leave it out, or see [allowed_columns]")
        yield f"    {quoted(column)},{'  # ' + '; '.join(remarks) if remarks else ''}"
    yield "]"
    yield ""
    code, force_name = (made.area.force if made.area else None) or ("", "")
    decide = "" if code else "  # decide"
    yield from ("[force]", f"code = {quoted(code)}{decide}", f"name = {quoted(force_name)}{decide}", "")


def _file(made: Plan) -> Iterator[str]:
    yield from ("[file]", 'format = "csv"')
    yield f"encoding = {quoted(made.survey.encoding)}  # proposed; confirm that names with accents come out right"
    yield f"delimiter = {quoted(made.survey.delimiter)}  # proposed; confirm"
    yield from ("quote = '\"'", "", "[extract]")
    yield '# "report": an extract replaces the reports it carries. "snapshot": the newest replaces every earlier one.'
    yield 'revision_rule = "report"  # confirm'
    if dated := _day_in_name(made.survey.file.name):
        yield f"file_name = '{dated[0]}'  # the day it was taken, in the file's name; confirm"
        yield f"file_date_format = {quoted(dated[1])}"
    else:
        yield "# Where a file's name says when it was taken, such as extract_2024-05-03.csv:"
        yield "# file_name = '(\\d{4}-\\d{2}-\\d{2})'"
    yield "# Where each one is taken after a month's end and holds the whole of that month, this finds a lost one:"
    yield '# covers_to = "day_taken"'
    yield from ("", "[report]")
    if made.key_repeats:
        yield "# The report id stands on several rows; they are counted as one report."
    yield f'rows_per_report = "{"several" if made.key_repeats else "one"}"'
    yield "# Only where the source itself publishes its ids, and no pseudonym is needed:"
    yield '# key_is_published_because = "…"'
    yield ""


def _day_in_name(file_name: str) -> tuple[str, str] | None:
    for pattern, form in _DAYS_IN_NAMES:
        if found := re.search(pattern, file_name):
            try:
                datetime.strptime(found.group(1), form)
            except ValueError:
                continue
            return pattern, form
    return None


def _columns(made: Plan) -> Iterator[str]:
    yield "[columns]"
    key = made.key.name if made.key else ""
    yield f"report_id = {quoted(key)}{'' if key else '  # decide: no column tells reports apart'}"
    for basis, choice in made.dates.items():
        names = choice.columns
        yield f"{basis} = {quoted(names[0]) if len(names) == 1 else _listed(names)}"
    if not made.dates:
        yield 'recorded = ""  # decide: no column is clearly a date'
    area = made.area.column.name if made.area else ""
    yield f"area = {quoted(area)}{'' if area else '  # decide: no column is clearly a place'}"
    for field, (column, _) in made.values.items():
        yield f"{field} = {quoted(column.name)}"
    if made.offence_code:
        yield f"offence_code = {quoted(made.offence_code.name)}"
    yield from ("", "[dates]")
    for basis, choice in made.dates.items():
        yield from _date(basis, choice)
    if not made.dates:
        yield 'recorded = ""  # decide'
    yield ""


def _date(basis: str, choice: DateChoice) -> Iterator[str]:
    if len(choice.columns) > 1:
        yield f"# Read together as one text: {' - '.join(shown(name) for name in choice.columns)}."
    if len(choice.formats) > 1:
        yield "# decide: ambiguous, each of these reads every value. Take the # away from the right one."
        yield from (f"# {basis} = {quoted(form)}" for form in choice.formats)
    elif choice.read < choice.rows:
        unread = choice.rows - choice.read
        yield f"{basis} = {quoted(choice.formats[0])}  # decide: {unread:,} of {choice.rows:,} rows are not so written"
    else:
        yield f"{basis} = {quoted(choice.formats[0])}"


def _hidden(count: int) -> Iterator[str]:
    if count:
        yield f"# ({count} {'labels' if count > MOST_LABELS else 'rare labels'} not shown; see hatecrime check)"


def _coded(shown_labels: dict[str, str]) -> Iterator[str]:
    for label, code in shown_labels.items():
        yield f"{_key(label)} = {quoted(code)}{'' if code else '  # decide'}"


def _area(made: Plan) -> Iterator[str]:
    yield "[area]"
    area = made.area
    if area is None:
        yield from (
            'area_type = "district"  # confirm',
            "",
            "[area.labels]",
            '"" = ""  # decide: label = "Name"',
            "",
        )
        return
    if area.force:
        yield "# Codes, former codes and names of the districts in areas.csv whose parent is the force."
        yield from ("reference = true", "")
        if area.codes or area.hidden:
            yield from ("[area.codes]", *_hidden(area.hidden), *_coded(area.codes), "")
        return
    yield f"area_type = {quoted(area.area_type)}  # confirm"
    yield from ("", "[area.labels]", *_OF_LABELS, *_hidden(area.hidden))
    yield from _coded(area.labels)
    if not area.labels:
        yield '"" = ""  # decide: a line for each label, such as "12" = "Precinct 12"'
    if area.not_geographic:
        yield from ("", "[area.not_geographic]", *_coded(area.not_geographic))
    if area.codes:
        yield from ("", "[area.codes]", *_coded(area.codes))
    yield ""


def _values(made: Plan) -> Iterator[str]:
    by_reference: list[str] = []
    for field, (_, found) in made.values.items():
        vocabulary = known.vocabulary(field)
        if field in known.REFERENCE_TABLES and not found.hidden and set(found.codes) <= set(vocabulary):
            by_reference.append(field)
            continue
        yield f"[values.{field}]"
        yield from _hidden(found.hidden)
        yield from _coded(found.codes | _rest(field, found))
        yield ""
    if by_reference:
        yield "[reference_values]"
        yield from (f"{field} = {quoted(known.REFERENCE_TABLES[field])}" for field in by_reference)
        yield ""


def _rest(field: str, found: Labels) -> dict[str, str]:
    """The codes of a list of ours that this file happens not to hold, where it writes the others as we do."""
    vocabulary = known.vocabulary(field)
    if field == "aggravated" and len(found.codes) == 1:
        (label,) = found.codes
        other = known.OTHER.get(label)
        return {other: known.code_of(field, other)} if other else {}
    return {code: code for code in vocabulary} if set(found.codes) <= set(vocabulary) else {}


def _grounds(made: Plan) -> Iterator[str]:
    yield "[[motivations]]"
    if not made.motivations:
        yield '# decide: no column clearly names the grounds; such as [motivations."Bias".labels] "a label" = "race"'
    for name, column in made.motivations.items():
        yield f"[motivations.{_key(name)}]"
        if column.separator:
            yield f"separator = {quoted(column.separator)}  # confirm: joins several labels in one cell"
        if column.none:
            yield f"none = {_listed(column.none)}"
        yield f"[motivations.{_key(name)}.labels]"
        yield from _hidden(column.labels.hidden)
        yield from _coded(column.labels.codes)
    codes = {code for column in made.motivations.values() for code in column.labels.codes.values()}
    is_english = made.area is not None and made.area.force is not None
    rule = "out_of_scope" if is_english or codes == set(MONITORED_CHARACTERISTICS) else "counted"
    yield from ("", "[scope]")
    yield "# Whether a report that names only such grounds is part of the source's own total."
    yield f'other_local = "{rule}"  # confirm'
    yield f'not_recorded = "{rule}"  # confirm'
