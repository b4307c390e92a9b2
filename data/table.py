"""What a table is: its grain, and what each of its columns holds and may hold."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Column:
    """One column: its DuckDB type, what it means, and what it may hold.

    `required` forbids nulls; `allowed` lists the only values; `minimum` is the least value.
    """

    name: str
    type: str
    meaning: str
    required: bool = False
    allowed: tuple[str, ...] | None = None
    minimum: int | None = None


@dataclass(frozen=True)
class Table:
    """One table: its name, the columns that make a row unique, and what it holds."""

    name: str
    grain: tuple[str, ...]
    meaning: str
    columns: tuple[Column, ...]

    @property
    def column_names(self) -> list[str]:
        """The columns in order."""
        return [column.name for column in self.columns]
