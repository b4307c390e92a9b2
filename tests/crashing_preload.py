"""What the server of `crashing` loads before any run is forked from it."""

import great_expectations  # noqa: F401

from expectations import suites  # noqa: F401
from flows import releasing, running  # noqa: F401

# One hash of the program for all runs: an edit while a trial lasts must not look like a difference.
releasing.code_digest()
