"""The ways in which people name a period, as data: what is written, and the months that it may mean.

The page of a release reads these very rules, so nothing here is code. A pattern is words with slots; a reading is a
first and a last month, each a sum of slots and of months that the release fixes, counted in months since year 0:

    E   the last complete month            F   the first month of the release
    C   the January up to E                A   the April up to E
    J   the January of the last calendar year that is over by E, and K the April of the last such year from April
    B   the first month of the quarter that E lies in, and Q that of the last whole quarter
    Y   the year named, M the month named (January is 0), L the latest such month up to E, n the number named
    a   the latest January up to E, b the latest February, and so on to l, the latest December
"""

import re
from typing import Final

Expression = dict[str, int]
Reading = tuple[str, Expression, Expression]
"""Which kind of year it rests on (`calendar`, `april`, or nothing), the first month and the last one."""

_TERM: Final = re.compile(r"([+-]?)(\d*)([A-Za-z]?)")


def _sum(text: str) -> Expression:
    found: Expression = {}
    for sign, size, name in _TERM.findall(text):
        if size or name:
            found[name or "1"] = found.get(name or "1", 0) + int(size or 1) * (-1 if sign == "-" else 1)
    return found


def _rule(written: str, *readings: str) -> tuple[list[str], list[Reading]]:
    """`kind first..last` for each reading; words between bars are alternatives."""
    made = []
    for reading in readings:
        kind, _, months = reading.rpartition(" ")
        first, last = months.split("..")
        made.append((kind, _sum(first), _sum(last)))
    return written.split(), made


def _latest(written: str, months: int, *kinds: tuple[str, int]) -> tuple[list[str], list[Reading]]:
    """A part of a year that no year is named with: the latest one that is over, for each month that it may end in."""
    ends = ((kind, LATEST[end % 12]) for kind, end in kinds)
    return _rule(written, *(f"{kind} {end}-{months - 1}..{end}" for kind, end in ends))


LATEST: Final = "abcdefghijkl"
"""A letter for the latest of each month."""

_NAMED: Final = ("first|1st", "second|2nd", "third|3rd", "fourth|4th|final")
_UP_TO: Final = "ending|ended|to"
_LAST: Final = "last|past|previous|latest|recent|recently"

PATTERNS: Final = [
    _rule("{month} {year}", "12Y+M..12Y+M"),
    _rule("{month} {yy}", "short 12Y+M..12Y+M", "day L..L"),
    _rule("{day} {month} {yy}", "12Y+M..12Y+M"),
    _rule("{day} {month} {year}", "12Y+M..12Y+M"),
    _rule("{month} {day} {year}", "12Y+M..12Y+M"),
    _rule("{day} {month}", "L..L"),
    _rule("{month}", "L..L"),
    _rule("{month} this year", "L..L"),
    _rule("{month} last year", "L-12..L-12", "L..L"),
    _rule("{year}", "calendar 12Y..12Y+11", "april 12Y+3..12Y+14"),
    _rule("calendar year {year}", "12Y..12Y+11"),
    _rule("{year} calendar year", "12Y..12Y+11"),
    _rule("{years} financial|fiscal|police year", "12Y+3..12Y+14"),
    _rule("financial|fiscal|police year {year}", "12Y+3..12Y+14", "12Y-9..12Y+2"),
    _rule("fy {year}", "12Y+3..12Y+14", "12Y-9..12Y+2"),
    _rule("financial|fiscal|police year {years}", "12Y+3..12Y+14"),
    _rule("fy {years}", "12Y+3..12Y+14"),
    _rule("fy {yy}", "12Y+3..12Y+14", "12Y-9..12Y+2"),
    _rule("year {years}", "12Y+3..12Y+14"),
    _rule("{years}", "12Y+3..12Y+14"),
    _rule("{iso}", "12Y+M..12Y+M"),
    _rule("{either}", "april 12Y+3..12Y+14", "calendar 12Y+M..12Y+M"),
    _rule("year ending|ended|to {month} {year}", "12Y+M-11..12Y+M"),
    _rule("year end {month} {year}", "12Y+M-11..12Y+M"),
    _rule("ye {month} {year}", "12Y+M-11..12Y+M"),
    _rule("year ending|to end {month} {year}", "12Y+M-11..12Y+M"),
    _rule("year ending|to {iso}", "12Y+M-11..12Y+M"),
    _rule("year ending {year}", "12Y-9..12Y+2"),
    _rule(f"year {_UP_TO} {{day}} {{month}} {{year}}", "12Y+M-11..12Y+M"),
    _rule(f"year {_UP_TO} {{month}} {{day}} {{year}}", "12Y+M-11..12Y+M"),
    _rule(f"year {_UP_TO} {{day}} {{month}}", "L-11..L"),
    _rule(f"{{n}} months {_UP_TO} {{day}} {{month}} {{year}}", "12Y+M-n+1..12Y+M"),
    _rule(f"{{n}} months {_UP_TO} {{day}} {{month}}", "L-n+1..L"),
    _rule("{n} months ending|to end {month} {year}", "12Y+M-n+1..12Y+M"),
    _rule(f"quarter {_UP_TO} {{day}} {{month}} {{year}}", "12Y+M-2..12Y+M"),
    _rule("year ending|to {month}", "L-11..L"),
    _rule("year from|starting {month} {year}", "12Y+M..12Y+M+11"),
    _rule("{n} months ending|ended|to {month} {year}", "12Y+M-n+1..12Y+M"),
    _rule("{n} months up to {month} {year}", "12Y+M-n+1..12Y+M"),
    _rule("{n} months ending|to {month}", "L-n+1..L"),
    _rule(f"{_LAST} {{n}} months", "E-n+1..E"),
    _rule(f"{_LAST} {{n}} month", "E-n+1..E"),
    _rule("{n} months", "E-n+1..E"),
    _rule("first {n} months {year}", "calendar 12Y..12Y+n-1", "april 12Y+3..12Y+n+2"),
    _rule("first {n} months {years}", "12Y+3..12Y+n+2"),
    _rule("last|final {n} months {year}", "calendar 12Y-n+12..12Y+11", "april 12Y-n+15..12Y+14"),
    _rule("last|final {n} months {years}", "12Y-n+15..12Y+14"),
    _rule("{n} years", "E-12n+1..E"),
    _rule(f"{_LAST} {{n}} years", "E-12n+1..E"),
    _rule(f"{_LAST} {{n}} quarters", "E-3n+1..E"),
    _rule("quarter to|ending {month} {year}", "12Y+M-2..12Y+M"),
    _rule("past|latest|recent year", "E-11..E"),
    _rule("most recent year", "E-11..E"),
    _rule("last|previous year", "april A-12..A-1", "calendar C-12..C-1", "april K..K+11"),
    _rule("year before last", "april A-24..A-13", "calendar C-24..C-13"),
    _rule("since last year", "E-11..E", "april A-12..E", "calendar C-12..E"),
    _rule("last calendar year", "J..J+11"),
    _rule("last|previous financial|fiscal|police year", "A-12..A-1", "K..K+11"),
    _rule("this|current year", "april A..E", "calendar C..E"),
    _rule("this|current year so far", "april A..E", "calendar C..E"),
    _rule("so far this year", "april A..E", "calendar C..E"),
    _rule("this|current year to date", "april A..E", "calendar C..E"),
    _rule("year to date", "april A..E", "calendar C..E"),
    _rule("year so far", "april A..E", "calendar C..E"),
    _rule("ytd", "april A..E", "calendar C..E"),
    _rule("this|current calendar year", "C..E"),
    _rule("this|current financial|fiscal|police year", "A..E"),
    _rule("financial|fiscal|police year to date", "A..E"),
    _rule("financial|fiscal|police year so far", "A..E"),
    _rule("fytd", "A..E"),
    _rule(f"{_LAST} month", "E..E"),
    _rule("most recent month", "E..E"),
    _rule("this|current month", "E+1..E+1"),
    _rule("last|previous|latest|recent quarter", "Q..Q+2"),
    _rule("most recent quarter", "Q..Q+2"),
    _rule("past quarter", "E-2..E"),
    _rule("this|current quarter", "B..B+2"),
    _rule("{q} {year}", "calendar 12Y+3n-3..12Y+3n-1", "april 12Y+3n..12Y+3n+2"),
    _rule("{q} {years}", "12Y+3n..12Y+3n+2"),
    _rule("{ordinal} quarter {year}", "calendar 12Y+3n-3..12Y+3n-1", "april 12Y+3n..12Y+3n+2"),
    _rule("{ordinal} quarter {years}", "12Y+3n..12Y+3n+2"),
    _rule("{half} half {year}", "calendar 12Y+6n-6..12Y+6n-1", "april 12Y+6n-3..12Y+6n+2"),
    _rule("{half} half {years}", "12Y+6n-3..12Y+6n+2"),
    _rule("last|final quarter {year}", "calendar 12Y+9..12Y+11", "april 12Y+12..12Y+14"),
    _rule("last|final quarter {years}", "12Y+12..12Y+14"),
    _rule("{h} {year}", "calendar 12Y+6n-6..12Y+6n-1", "april 12Y+6n-3..12Y+6n+2"),
    _rule("{h} {years}", "12Y+6n-3..12Y+6n+2"),
    _rule("spring {year}", "12Y+2..12Y+4"),
    _rule("summer {year}", "12Y+5..12Y+7"),
    _rule("autumn {year}", "12Y+8..12Y+10"),
    _rule("winter {year}", "12Y+11..12Y+13", "12Y-1..12Y+1"),
    *(
        _latest(written, size, ("calendar", size * n - 1), ("april", size * n + 2))
        for letter, size, noun in (("q", 3, "quarter"), ("h", 6, "half"))
        for n, name in enumerate(_NAMED[: 12 // size], 1)
        for written in (f"{letter}{n}", f"{name} {noun}")
    ),
    *(
        _latest(f"{before}{season}", 3, ("", end))
        for season, end in (("spring", 4), ("summer", 7), ("autumn", 10), ("winter", 13))
        for before in ("", "last|this ")
    ),
    _rule("all time", "F..E"),
    _rule("whole|entire period", "F..E"),
    _rule("ever", "F..E"),
    _rule("all years", "F..E"),
    _rule("since records began", "F..E"),
]
"""The longest that fits at a place is taken. `the`, `of`, `a` and `an` are left out before anything is matched."""

RELATIVE: Final = f"EFCAJKBQL{LATEST}"
"""A reading that rests on one of these is counted back from the end of the release, which the answer says."""

LINKS: Final = {
    "to": "to",
    "until": "until",
    "till": "until",
    "through": "to",
    "up to": "until",
    "to date": "onwards",
    "until now": "onwards",
    "up to now": "onwards",
    "to now": "onwards",
    "onward": "onwards",
    "onwards": "onwards",
    "since": "since",
    "from": "from",
    "starting": "since",
    "after": "after",
    "before": "before",
    "between": "between",
    "and": "and",
    "versus": "beside",
    "vs": "beside",
    "v": "beside",
    "than": "beside",
    "compare": "compare",
    "compares": "compare",
    "comparing": "compare",
    "comparison": "compare",
    "compare to": "compare",
    "compare with": "compare",
    "compared with": "beside",
    "compared to": "beside",
    "against": "beside",
}
"""Words that join periods or open them; where one of them compares, `to` stands between two and joins none."""

_MONTHS: Final = """
january jan, february feb, march mar, april apr, may, june jun, july jul, august aug, september sept sep,
october oct, november nov, december dec
"""
MONTHS: Final = {name: index for index, names in enumerate(_MONTHS.split(",")) for name in names.split()}
"""The number of each month by its names; January is 0."""
_NUMBERS: Final = "one two three four five six seven eight nine ten eleven twelve"
NUMBERS: Final = {name: size for size, name in enumerate(_NUMBERS.split(), 1)} | {"eighteen": 18, "twenty": 20}
ORDINALS: Final = {"first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4}
_SHORT: Final = """
yr year, yrs years, mth month, mths months, mnth month, qtr quarter, qtrs quarters, wk week, wks weeks, fig figure,
figs figures, num number, nos numbers, ppl people, peeps people, pls please, plz please, thx thanks, abt about, hw how,
u you, ur your, r are, wot what, wat what, wats whats, cld could, wld would, lst last, prev previous, hc hate crime,
dist district, constab constabulary, yoy year on year, incl including, approx about
"""
SHORT: Final = dict(one.strip().split(" ", 1) for one in _SHORT.split(","))
"""Words as people shorten them in a message."""

ENDINGS: Final = ("ings", "ing", "edly", "ed", "es", "ly", "s", "e", "d", "")
"""What a word of talk may end in beside how the table has it: `recording` is as good as `recorded`."""

BINDS_NEXT: Final = (
    *("in", "at", "near", "on", "by", "from", "for", "against", "toward", "towards", "about", "around", "with"),
    *("involving", "using", "that", "which", "who", "where", "outside", "inside", "under", "over"),
    *("between", "not", "below", "above", "aged", "called", "named"),
)
"""What follows one of these narrows the question: an unknown word there may be a place, a group or a condition."""

BOUND_BY: Final = (
    *("hate", "crime", "people", "person", "incident", "attack", "victim", "community", "group", "resident"),
)
"""What stands before one of these says whose or of what kind it is."""

NEGATIONS: Final = ("not", "non", "isnt", "arent", "wasnt", "werent", "never")

OMITTED: Final = ("the", "of", "a", "an")
MAY_BEFORE: Final = (
    "in",
    "since",
    "from",
    "to",
    "until",
    "till",
    "last",
    "ending",
    "for",
    "between",
    "and",
    "during",
    "by",
)
"""`May` is a month only after one of these, or before a year: most often it opens `may I say`."""
