"""Errors shown to users as one plain sentence and a next step: one exit code a kind, never a cell's value."""


class HateCrimeError(Exception):
    """A failure whose message is safe to print, log and store: what, where, how many, and what to do next.

    `exit_code` tells a scheduler the kind of failure without access to any log.
    """

    exit_code = 70

    def __init__(self, problem: str, next_step: str) -> None:
        """Keep the sentence that says what is wrong apart from the one that says what to do."""
        self.problem = problem
        self.next_step = next_step
        super().__init__(f"{problem} {next_step}")

    def __reduce__(self) -> tuple[type["HateCrimeError"], tuple[str, str]]:
        """Rebuild from both sentences, so that the error survives a process boundary."""
        return type(self), (self.problem, self.next_step)


class UsageError(HateCrimeError):
    """The command was asked for something that does not exist."""

    exit_code = 2


class InputRejected(HateCrimeError):
    """A file cannot be read as its profile declares; nothing of it was stored."""

    exit_code = 3


class Held(HateCrimeError):
    """A quality rule holds the batch until a person decides."""

    exit_code = 4


class DisclosureRefused(HateCrimeError):
    """Publishing this could identify someone."""

    exit_code = 5


class Busy(HateCrimeError):
    """Another run holds the workspace."""

    exit_code = 6


class StorageFailed(HateCrimeError):
    """The disk, a permission or a quota stopped the work; the last release still stands."""

    exit_code = 7


class EnvironmentUnfit(HateCrimeError):
    """Something this program needs is missing or of a wrong version."""

    exit_code = 8


class IntegrityFailed(HateCrimeError):
    """What is stored does not agree with its own record."""

    exit_code = 9


class Unexpected(HateCrimeError):
    """A fault of ours; the details stay on the private side under an incident number."""

    exit_code = 70


class Stopped(BaseException):
    """A person or the system asked the process to end; what is under way is undone on the way out.

    `signal_number` is that of the signal; the exit code is 128 more, as shells have it.
    """

    def __init__(self, signal_number: int) -> None:
        """Keep which signal it was."""
        self.signal_number = signal_number
        super().__init__(signal_number)
