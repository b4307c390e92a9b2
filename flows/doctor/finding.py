"""One thing that is wrong, and the fix for it."""

from dataclasses import dataclass
from enum import Enum

from data.errors import EnvironmentUnfit, IntegrityFailed, StorageFailed


class Kind(Enum):
    """What a finding is about, worst first."""

    INTEGRITY = IntegrityFailed
    STORAGE = StorageFailed
    ENVIRONMENT = EnvironmentUnfit

    @property
    def exit_code(self) -> int:
        """The exit code of this kind of failure."""
        return self.value.exit_code


@dataclass(frozen=True)
class Finding:
    """What is wrong, in a sentence that quotes no value, and what to do."""

    check: str
    kind: Kind
    problem: str
    next_step: str

    def as_text(self) -> str:
        """Two lines: the problem, and the fix."""
        return f"{self.check}: {self.problem}\n    {self.next_step}"
