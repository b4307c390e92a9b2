"""Proposing a profile: looks at a delimited file on this machine and writes commented TOML for a person to confirm."""

from transforms.proposing.code_lists import ROWS_TO_BE_SHOWN
from transforms.proposing.survey import LONGEST_LABEL, MOST_LABELS
from transforms.proposing.writing import name_for, propose

__all__ = ["LONGEST_LABEL", "MOST_LABELS", "ROWS_TO_BE_SHOWN", "name_for", "propose"]
