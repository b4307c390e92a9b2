"""What describes any source, in TOML: whose it is, how its files are written, and which columns it may hold."""

import hashlib
import tomllib
from abc import ABC, abstractmethod
from datetime import date
from pathlib import Path
from typing import Annotated, ClassVar, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from data.errors import InputRejected, UsageError

CONTRACT_VERSION = 1
"""The newest profile contract this program understands."""


class Strict(BaseModel):
    """A part of a description: an entry that it does not know is an error, and nothing changes it."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Force(Strict):
    """Whose reports these are: the area that all the source's areas lie in."""

    code: str
    name: str


class FileFormat(Strict):
    """How a file is written; its header is always line 1. CSV may also come inside gzip or zip.

    `sheet` names the sheet of a workbook; without it the workbook must have one visible sheet. `missing` lists the
    texts that stand for no value, exactly as written; an empty cell always does.
    """

    format: Literal["csv", "parquet", "xlsx", "ods"] = "csv"
    encoding: str = "utf-8"
    delimiter: Annotated[str, Field(min_length=1, max_length=1)] = ","
    quote: Annotated[str, Field(min_length=1, max_length=1)] = '"'
    sheet: str | None = None
    missing: list[str] = []

    @model_validator(mode="after")
    def _hangs_together(self) -> "FileFormat":
        if self.sheet is not None and self.format not in ("xlsx", "ods"):
            raise ValueError(f"sheet: {self.format} has no sheets")
        if self.delimiter == self.quote:
            raise ValueError("delimiter and quote must differ")
        for entry, character in (("delimiter", self.delimiter), ("quote", self.quote)):
            if not character.isascii() or character in "\r\n\0" or character.isalnum():
                raise ValueError(f"{entry}: must be one ASCII character, not a letter, digit or line end")
        return self


class AllowedColumn(Strict):
    """A column whose name or content looks as if it could identify people, and why it does not.

    `may_hold` lists the kinds of identifier, as the privacy gate names them, that its values may resemble.
    """

    because: Annotated[str, Field(min_length=10)]
    may_hold: list[str] = []


class Described(Strict, ABC):
    """What every description of a source has, whether its files hold records or counts.

    `describes` is the kind of file; `example` names the shipped description that shows each entry.
    """

    describes: ClassVar[str]
    example: ClassVar[str]
    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    title: str
    contract_version: int = CONTRACT_VERSION
    force: Force
    file: FileFormat = FileFormat()
    ignored_columns: list[str] = []
    allowed_columns: dict[str, AllowedColumn] = {}
    digest: str = ""

    @property
    @abstractmethod
    def fixed_columns(self) -> list[str]:
        """The columns that every file has."""

    @abstractmethod
    def varying_columns(self, header: list[str]) -> list[str] | None:
        """Return the columns of this header that the profile knows and not every file has.

        None where the header has none of the sets of which a file must have one, or more than one fits.
        """

    @property
    @abstractmethod
    def varying_words(self) -> str:
        """Words for the columns of which a file must have one set or another."""

    @property
    @abstractmethod
    def key_columns(self) -> list[str]:
        """The columns that tell a row of data from a note or a total below the rows."""

    @property
    @abstractmethod
    def date_columns(self) -> set[str]:
        """The columns that hold dates."""

    @property
    def takes_nil_returns(self) -> bool:
        """Whether a file with a header and no row is taken to say that nothing was recorded."""
        return False

    @abstractmethod
    def date_in_name(self, file_name: str) -> date | None:
        """Return the day the extract was taken as its file name says, or None where the name says nothing."""

    @field_validator("contract_version")
    @classmethod
    def _is_known(cls, version: int) -> int:
        if version > CONTRACT_VERSION:
            raise ValueError(f"made for contract v{version}; this program knows v{CONTRACT_VERSION}")
        return version


Kind = TypeVar("Kind", bound="Described")


def loaded(name_or_path: str, shipped: Path, kind: type[Kind]) -> Kind:
    """Load one TOML file as what it describes; a name without .toml is one of those in the folder `shipped`.

    Raises UsageError naming the file and the entry at fault; InputRejected where it is made for a newer contract.
    """
    path = Path(name_or_path)
    if path.suffix != ".toml":
        path = shipped / f"{name_or_path}.toml"
    if not path.is_file():
        raise UsageError(
            f"There is no profile {name_or_path!r}.",
            f"Use one of {', '.join(sorted(one.stem for one in shipped.glob('*.toml')))}, "
            "or give the path of a .toml file.",
        )
    content = path.read_bytes()
    try:
        entries = tomllib.loads(content.decode("utf-8"))
        if entries.get("kind", "records") != kind.describes:
            raise UsageError(
                f"{path.name} describes {entries.get('kind', 'records')}, not {kind.describes}.",
                "Name the profile of the records with --profile, and those of counts with --beside.",
            )
        return kind(**entries, digest=hashlib.sha256(content).hexdigest())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{path.name} is not valid TOML: {error}.", "Mend the line it names.") from None
    except ValidationError as error:
        # A misspelt entry is both unknown and missing: name the one that the analyst wrote.
        found = error.errors(include_url=False)
        first = min(found, key=lambda one: one["type"] != "extra_forbidden")
        if newer := next(
            (one for one in found if one["loc"] == ("contract_version",) and one["type"] == "value_error"), None
        ):
            raise InputRejected(
                f"{path.name}: {newer['msg'].removeprefix('Value error, ')}.",
                "Use the version of the program that the profile was made for, or later.",
            ) from None
        where = ".".join(str(part) for part in first["loc"]) or "the profile"
        raise UsageError(
            f"{path.name}, {where}: {first['msg'].removeprefix('Value error, ')}.",
            f"Mend the entry; {shipped.name}/{kind.example} shows each one.",
        ) from None
