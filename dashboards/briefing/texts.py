"""The texts of a pack that no figure decides: its fixed words, where to turn, and answers that someone published.

They stand in three reference files; a force may give its own, or a translation, as files of the same names. Beside
them it may give the boundaries of its places (`dashboards.boundaries`).
"""

import re
import string
from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Final

import pandas as pd

from dashboards import background, boundaries
from dashboards.background import Contact, Places
from dashboards.boundaries import Boundaries
from data import reference
from data.errors import UsageError

WORDS, CONTACTS, ANSWERS = "words_en", "support", "question_texts"
OWN: Final = {WORDS: "words.csv", CONTACTS: "support.csv", ANSWERS: "question_texts.csv"}
"""What each file is called in a force's own folder of texts."""

ENGLISH: Final = "en-GB"
_PLACE: Final = re.compile(r"\{[^}]*\}")
FOLDER: Final = "texts"
"""The folder of them in a workspace, and in a release that was made with them."""


@dataclass(frozen=True)
class Texts:
    """The words by their id, the rows of the two other files, and the files of a force's own as they came."""

    words: dict[str, str]
    contact_rows: tuple[dict[str, str], ...]
    answer_rows: tuple[dict[str, str], ...]
    own: tuple[tuple[str, bytes], ...] = ()
    boundaries: Boundaries | None = None

    def fitted(self, places: Collection[str]) -> "Texts":
        """Return these texts with the boundaries of these places alone, or without any where one has none."""
        return replace(self, boundaries=self.boundaries and self.boundaries.of(places))

    def write(self, folder: Path) -> list[Path]:
        """Write the force's own files into the folder, where there are any, and return them."""
        own = dict(self.own) | ({boundaries.FILE: self.boundaries.geojson()} if self.boundaries else {})
        for name, content in own.items():
            folder.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(content)
        return [folder / name for name in own]

    def say(self, word_id: str, **values: str) -> str:
        """Return the words of this id with the values in their places."""
        return self.words[word_id].format(**values)

    @property
    def language(self) -> str:
        """The language tag of the words, such as `en-GB`."""
        return self.words["language"]

    def language_of(self, text: str) -> str:
        """Return the language tag of a text of a pack: that of the words where it is theirs, else English.

        Sentences on figures are English, whatever language the words are in; figures alone are in no language.
        """
        if self.language.startswith(ENGLISH[:2]) or not any(letter.isalpha() for letter in text):
            return self.language
        is_own = any(one.fullmatch(text.strip().rstrip(":")) for one in self._patterns)
        return self.language if is_own or any(name in text for name in self._own_names) else ENGLISH

    @cached_property
    def _patterns(self) -> list[re.Pattern[str]]:
        """What a text of the words, or of a force's own answers, looks like when its places for values are filled."""
        answers = [row["text"] for row in self.answer_rows] if self._is_own(ANSWERS) else []
        parts = [_PLACE.split(one) for one in sorted({*self.words.values(), *answers})]
        # Words between values tell a language; a comma alone does not.
        kept = [part for part in parts if any(letter.isalpha() for one in part for letter in one)]
        return [re.compile(".+".join(re.escape(one) for one in part), re.DOTALL) for part in kept]

    @cached_property
    def _own_names(self) -> list[str]:
        """The names and descriptions of where to turn, where a force gives its own."""
        rows = self.contact_rows if self._is_own(CONTACTS) else ()
        return sorted({row[column] for row in rows for column in ("name", "description") if row[column]})

    def _is_own(self, name: str) -> bool:
        return OWN[name] in [own for own, _ in self.own]

    def contacts(self, places: Places, characteristic: str, kind: str) -> list[Contact]:
        """Return where to report, or to find support, for people in the places whom the characteristic concerns."""
        return background.contacts(self.contact_rows, places, characteristic, kind)

    def answers(self, question: str, places: Places, characteristic: str) -> list[str]:
        """Return what was published of a question for the places and the characteristic, in its order."""
        found = [row for row in self.answer_rows if row["question"] == question]
        meant = background.meant_for(found, places, characteristic)
        return [row["text"] for row in sorted(meant, key=lambda row: int(row["sort_order"]))]

    def read_on(self, places: Places) -> str:
        """Return the latest day on which a contact was read, as YYYY-MM-DD; empty where none is dated."""
        days = [row["checked_on"] for row in background.meant_for(self.contact_rows, places, background.ALL)]
        return max(days, default="")


def load(folder: Path | None = None) -> Texts:
    """Return the texts, each file from the folder where it has one, else ours.

    Raises UsageError where the folder is none, or a file lacks a column, a word or a place for a value.
    """
    if folder is not None and not _is_given(folder):
        raise UsageError(
            f"{folder.name} holds no texts of a force's own.",
            f"It may hold {', '.join(sorted([*OWN.values(), boundaries.FILE]))}.",
        )
    words = {row["word_id"]: row["text"] for row in _rows(WORDS, folder)}
    ours = {row["word_id"]: row["text"] for row in _rows(WORDS, None)}
    unlike = sorted(key for key in ours.keys() | words.keys() if _fields(ours.get(key)) != _fields(words.get(key)))
    if unlike:
        raise UsageError(
            f"{OWN[WORDS]}: {len(unlike)} word(s) are missing, unknown, or hold other places for values than ours: "
            f"{', '.join(unlike)}.",
            f"Take data/reference/{WORDS}.csv as the model.",
        )
    paths = sorted(folder / name for name in OWN.values()) if folder else []
    own = tuple((path.name, path.read_bytes()) for path in paths if path.is_file())
    shapes = folder / boundaries.FILE if folder else None
    given = boundaries.read(shapes.read_bytes()) if shapes and shapes.is_file() else None
    return Texts(words, tuple(_rows(CONTACTS, folder)), tuple(_rows(ANSWERS, folder)), own, given)


def load_if_there(folder: Path) -> Texts:
    """Return the texts with those of the folder in place of ours, where it holds any. Raises UsageError as `load`."""
    return load(folder if _is_given(folder) else None)


def _is_given(folder: Path) -> bool:
    return any((folder / name).is_file() for name in (*OWN.values(), boundaries.FILE))


def _rows(name: str, folder: Path | None) -> list[dict[str, str]]:
    ours = reference.read(name)
    if folder is None or not (folder / OWN[name]).is_file():
        table = ours
    else:
        try:
            table = pd.read_csv(folder / OWN[name], dtype=str, keep_default_na=False, encoding="utf-8-sig")
        except (UnicodeDecodeError, pd.errors.ParserError, pd.errors.EmptyDataError):
            raise UsageError(f"{OWN[name]} cannot be read as CSV in UTF-8.", "Save it so.") from None
        if absent := [column for column in ours.columns if column not in table.columns]:
            raise UsageError(f"{OWN[name]} lacks the column(s) {', '.join(absent)}.", "Add them.")
    return [{str(key): str(value) for key, value in row.items()} for row in table.to_dict("records")]


def _fields(text: str | None) -> set[str] | None:
    """The places for values in a text; None where there is no text, or one that cannot be filled in."""
    try:
        return (
            None if text is None else {field for _, field, _, _ in string.Formatter().parse(text) if field is not None}
        )
    except ValueError:
        return {"not a template"}
