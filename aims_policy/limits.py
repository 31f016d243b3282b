"""What a text may take that is tried on a regular expression, of whatever origin both are."""

from __future__ import annotations

from typing import Final

SUBJECT: Final = 10_000
"""Characters. The worst cost of a pattern is estimated for texts of this length; none is tried on a longer one."""
