"""Disclosure control: decides what may be printed so that nobody can be singled out from all that was published.

What it protects, and what was decided for the special cases:

- Small counts (1 to 4) are hidden; every other count is printed, rounded under the public policy. Rounding is
  from the unrounded count at every level, so figures need not add up, and the same count always prints the same.
- More is hidden until, for every hidden figure, an outsider who combines every sum, every overlap of
  characteristics (the largest of them, with the reports that name none, ≤ all ≤ their sum), the rounding rule and
  every earlier release can still
  believe both "at most 1" and "at least 4". One marker serves every hidden figure, whatever the reason.
- Zeros are printed, as silence is worth knowing, except where a zero would give another figure away: zeros are
  hidden first, since no report is lost with them. A hidden figure may therefore be zero.
- Group disclosure: where all reports of an area and period carry one characteristic, printed zeros for the
  others would tell what every reporter's characteristic was. Those zeros are hidden too.
- A total that equals one characteristic is covered by the same rule and by the overlap bounds.
- Places without a district are protected as districts are, and are the first to lose a figure.
- Rates, shares, percentages and changes are counts in other clothes: they are printed only where their count is,
  and must be worked out from the printed count, never from the exact one.
- Crimes and incidents are different reports and share no cell. Two date bases of the same reports share no exact
  sum over a period either, so each is protected on its own.
- Over time: a figure once printed stays known. If it is still true it is printed again, since hiding it would be
  of no use; if the count has changed and the new figure may not be printed, it is marked `withdrawn`. What was
  hidden is printed only where new and old together stay safe.
- Linked releases: an outsider may know exactly which counts have changed between releases and which have not, as
  printed revisions let one guess. A count that is the same in two of them is one unknown and all that was ever printed
  binds it; a changed one is an unknown in each. Where the union tells too much this release gives way, for what is out
  cannot be taken back: it hides more. What an earlier release hid stays as open as what this one hides, even after
  the count has changed. By how much a count changed, an outsider is taken not to know.
- Where a release's exact counts are no longer kept, nobody can say what has changed since: its figures bind only as far
  as they still hold, and the certificate says so.
- A reader may guess that hidden figures are 1 to 4, as most are: no sum is printed from which that guess, where it is
  right, recovers its parts.
- Half-years and blocks of years are printed only where a quarter or a year is small, roll-ups of districts only
  for characteristics with a small year: each further figure is one more to combine.
"""

from transforms.disclosure.protection import Protected, protect

__all__ = ["Protected", "protect"]
