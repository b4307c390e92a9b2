"""The privacy gate: nothing that could identify someone gets past it into the store."""

from transforms.privacy.findings import Finding, Kind
from transforms.privacy.gate import Inspection, inspect, refusal
from transforms.privacy.pseudonyms import pseudonymise
from transforms.privacy.risk import Risk

__all__ = ["Finding", "Inspection", "Kind", "Risk", "inspect", "pseudonymise", "refusal"]
