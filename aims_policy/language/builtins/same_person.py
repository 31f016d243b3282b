"""`$same_person(text, text)`: whether two texts can name one person, however each is spelled.

Capitals, blanks, marks, titles and the order of names are left aside, and so are what stands in brackets, the rest of
an e-mail address, and letters of other scripts that look like Latin ones. An initial can stand for any name that
begins with it. Write `not $same_person(approver, owner)` where two people are asked for.
"""

from __future__ import annotations

from functools import lru_cache

from aims_policy.language.types import BOOLEAN, TEXT, function
from aims_policy.source.persons import same_person

TYPE = function("same_person", (TEXT, TEXT), BOOLEAN)

call = lru_cache(maxsize=4096)(same_person)  # few people answer for many assets
