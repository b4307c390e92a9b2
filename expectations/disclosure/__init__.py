"""The disclosure audit: opens a release as an outsider would, and shares no code with what protected it.

It starts from the published figures alone. A cell is safe when whole tables have been found that agree with
everything published, one in which the cell is at most 1 and one in which it is at least 4; each table is
checked figure by figure, so the proof does not rest on a solver. What is not shown to be safe is a finding.
A hidden figure that cannot be small must still span four values. A figure that is not published at all must
not be certain to be small in a narrower range than that.
"""

from expectations.disclosure.verdict import Finding, Verdict, audit

__all__ = ["Finding", "Verdict", "audit"]
