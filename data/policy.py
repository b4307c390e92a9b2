"""Policy in one place: every threshold that a person signs off, with its reason."""

from typing import Final

SMALL_COUNT: Final = 5
"""Counts from 1 to 4 are hidden: the commonest threshold among statistics publishers (domain guidance of
OECD/UNECE, OMOP tools); below it a reader who knows one case can learn of the others."""

HIDDEN_SENTENCE: Final = "[c] means the number is hidden to protect people; it is not zero and not missing."

MAX_DECOMPRESSED_BYTES: Final = 8 * 1024**3
"""A gzip or zip member larger than this is refused: ten years of a large force's rows are well below 2 GB."""

VOLUME_LOW: Final = 0.5
VOLUME_HIGH: Final = 2.0
"""A whole month below half or above double the median of the twelve before it holds the batch until a person looks:
the largest rises on record after national events stay below double for a force, and a month delivered in part or
twice does not."""

VOLUME_DEVIATIONS: Final = 3.0
"""And only where it is further off than chance: three standard deviations of a count, one false hold in 370 months."""

LEAST_USUAL_MONTH: Final = 10
"""Below ten reports a month no single month tells a delivery that failed from a quiet one."""

COMPLETE_SHARE: Final = 0.9
"""Months of which less is on record are provisional: the tenth that is missing is as much as chance moves a month."""

DISK_PER_INPUT_BYTE: Final = 2
"""Free disk that a run asks for, a byte of its files: a million rows of CSV took 1.25 at the most, a new warehouse and
the canonical extract together, and an old warehouse stands beside the new one until it is replaced."""

LEAST_FREE_DISK: Final = 200_000_000
"""Free disk below which the doctor warns whatever is waiting: a small force's run writes a tenth of it."""

DRIFT_DEVIATIONS: Final = 3.0
DRIFT_RATIO: Final = 1.3
"""The analyst is told of a month, or of a share, that is off by more than three standard deviations of chance and by
more than 30%: months differ by a tenth or two for reasons that nobody needs to ask after."""

DRIFT_LEAST_EXPECTED: Final = 20
"""Below it nothing is said: chance alone moves a smaller count by 30%, and a notice must not tell of a few reports."""

DRIFT_RECENT_MONTHS: Final = 3
"""A share is judged over a quarter: single months of one ground are too few."""
