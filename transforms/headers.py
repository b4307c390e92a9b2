"""The header of an extract, in whatever format it came, against what its profile describes."""

import difflib

from data.description import Described
from data.errors import InputRejected
from transforms.arrivals import shown


def check_header(header: list[str], name: str, profile: Described) -> None:
    """Pass a header that has each column the profile needs once, and no column it does not allow.

    Raises InputRejected naming the columns at fault, the nearest match, or the delimiter the file seems to have.
    """
    wanted, others = profile.fixed_columns, profile.varying_columns(header)
    # Engines take names that differ in case alone for one column.
    folded = [column.casefold() for column in header]
    doubled = sorted({column for column in header if folded.count(column.casefold()) > 1})
    if len(header) == 1 and len(wanted) > 1:
        for delimiter, word in ((";", "semicolon"), ("\t", "tab"), (",", "comma"), ("|", "bar")):
            if delimiter in header[0]:
                raise InputRejected(
                    f"{name} looks like {word}-separated; its profile declares {profile.file.delimiter!r}.",
                    f'Set [file] delimiter = "{delimiter}" in the profile if that is how the source writes.',
                )
    missing = [column for column in wanted if column not in header]
    if len(missing) == len(wanted):
        raise InputRejected(
            f"{name}: the first line is not the header that its profile describes.",
            "Remove title lines above the header, or check that the profile is the right one.",
        )
    if "" in header:
        raise InputRejected(
            f"{name}: column {header.index('') + 1} of {len(header)} has no name in the first line.",
            "Put the header into the first line, a name above each column, and re-export.",
        )
    if doubled:
        raise InputRejected(
            f"{name}: the column {shown(doubled[0])} stands twice in the header.", "Re-export the file."
        )
    if not missing and others is None:
        raise InputRejected(f"{name} must have these columns {profile.varying_words}.", "Re-export.")
    known = {*wanted, *(others or ()), *profile.ignored_columns}
    extra = [column for column in header if column not in known]
    if missing:
        near = difflib.get_close_matches(missing[0], extra, n=1)
        hint = f" (did you mean {shown(near[0])}?)" if near else ""
        raise InputRejected(
            f"{name} lacks {len(missing)} columns that its profile needs: "
            f"{', '.join(shown(column) for column in missing)}{hint}.",
            "Re-export with them, or mend [columns] in the profile.",
        )
    if extra:
        raise InputRejected(
            f"{name} has {len(extra)} columns that its profile does not allow: "
            f"{', '.join(shown(column) for column in extra)}.",
            "Leave them out of the export; only if they identify nobody, add them to ignored_columns in the profile.",
        )
